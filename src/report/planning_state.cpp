#include "milepost/report/planning_state.hpp"

#include "milepost/base/text.hpp"

#include "document_lines.hpp"

#include <algorithm>

namespace milepost {

namespace {

std::size_t percent(std::size_t done, std::size_t total) {
  return total == 0 ? 0 : std::min<std::size_t>(100, (done * 200 + total) / (total * 2));
}

std::string times(std::string_view text, std::size_t count) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

/// A whole number at `at`, and where it ends.
std::optional<std::size_t> end_of_number(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
  return end > at ? std::optional(end) : std::nullopt;
}

class StateDocument {
 public:
  StateDocument(std::string_view text, const PlanProgress& progress) : lines_(text), progress_(progress) {}

  UpdatedDocument update() {
    update_front_matter();
    const bool here = at_this_phase();
    if (here) {
      update_plan();
      set_value("Current Position", "Status",
                complete() ? "Phase complete — ready for verification" : "Ready to execute");
    }
    set_value("Current Position", "Last activity", progress_.date + " — " + done_words());
    update_bar();
    update_counts();
    update_metric();
    update_phase_row();
    add_decisions();
    set_value("Session Continuity", "Last session", progress_.date);
    set_value("Session Continuity", "Stopped at", done_words());
    set_value("Session Continuity", "Resume file", "None");
    return {lines_.text(), std::move(notes_)};
  }

 private:
  bool complete() const { return progress_.total > 0 && progress_.done >= progress_.total; }
  std::string done_words() const { return "Completed " + progress_.id + "-PLAN.md"; }

  /// The lines below a heading, up to the next one of its level or higher; empty when it is not there.
  std::pair<std::size_t, std::size_t> section(std::string_view heading) const {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::size_t level = lines_.in_fence(i) ? 0 : heading_level(lines_[i]);
      if (level == 0 || heading_text(lines_[i]) != heading) continue;
      std::size_t end = i + 1;
      while (end < lines_.size()) {
        const std::size_t next = lines_.in_fence(end) ? 0 : heading_level(lines_[end]);
        if (next > 0 && next <= level) break;
        ++end;
      }
      return {i + 1, end};
    }
    return {0, 0};
  }

  /// The line of a label in a section, and where its value begins.
  std::optional<std::pair<std::size_t, std::size_t>> find_value(std::string_view heading,
                                                                std::string_view label) const {
    const auto [begin, end] = section(heading);
    for (std::size_t i = begin; i < end; ++i) {
      if (lines_.in_fence(i)) continue;
      if (const auto at = value_of_label(lines_[i], label)) return std::pair(i, *at);
    }
    return std::nullopt;
  }

  void missing(const std::string& what) { notes_.push_back("STATE.md has no " + what); }

  void set_value(std::string_view heading, std::string_view label, const std::string& value) {
    const auto found = find_value(heading, label);
    if (!found) return missing("'" + std::string(label) + ":' below '" + std::string(heading) + "'");
    std::string line = lines_[found->first].substr(0, found->second);
    if (line.ends_with(':') || line.ends_with('*')) line += ' ';
    lines_.set(found->first, line + value);
  }

  void update_front_matter() {
    if (lines_.size() == 0 || trim(lines_[0]) != "---") return;
    for (std::size_t i = 1; i < lines_.size() && trim(lines_[i]) != "---"; ++i) {
      const std::size_t colon = lines_[i].find(':');
      if (colon == std::string::npos) continue;
      const std::string_view key = trim(std::string_view(lines_[i]).substr(0, colon));
      std::string value;
      if (key == "completed_plans") value = std::to_string(progress_.all_done);
      if (key == "total_plans") value = std::to_string(progress_.all_total);
      if (key == "percent") value = std::to_string(percent(progress_.all_done, progress_.all_total));
      if (key == "stopped_at") value = done_words();
      if (key == "last_activity") value = progress_.date;
      if (!value.empty()) lines_.set(i, lines_[i].substr(0, colon + 1) + " " + value);
    }
  }

  /// The position of another phase is not this plan's.
  bool at_this_phase() {
    const auto phase = find_value("Current Position", "Phase");
    if (!phase) {
      missing("'Phase:' below 'Current Position'");
      return false;
    }
    if (begins_with_id(std::string_view(lines_[phase->first]).substr(phase->second), progress_.phase))
      return true;
    notes_.push_back("STATE.md stands at another phase: " + one_line(lines_[phase->first], 80));
    return false;
  }

  /// "Plan: 2 of 3 in current phase": the one that comes next; words after the numbers stay.
  void update_plan() {
    const auto found = find_value("Current Position", "Plan");
    if (!found) return missing("'Plan:' below 'Current Position'");
    const std::string& line = lines_[found->first];
    const auto first = end_of_number(line, found->second);
    const bool of = first && line.compare(*first, 4, " of ") == 0;
    const auto second = of ? end_of_number(line, *first + 4) : std::nullopt;
    if (!second) {
      notes_.push_back("STATE.md: the plan's line has another form: " + one_line(line, 80));
      return;
    }
    const std::size_t next = std::min(progress_.done + 1, progress_.total);
    lines_.set(found->first, line.substr(0, found->second) + std::to_string(next) + " of " +
                                 std::to_string(progress_.total) + line.substr(*second));
  }

  /// "Progress: [██████░░░░] 60%", with the marks that are there.
  void update_bar() {
    const auto found = find_value("Current Position", "Progress");
    if (!found) return missing("'Progress:' below 'Current Position'");
    const std::string& line = lines_[found->first];
    const std::size_t close = line.find(']', found->second);
    if (found->second >= line.size() || line[found->second] != '[' || close == std::string::npos) {
      notes_.push_back("STATE.md: the progress bar has another form: " + one_line(line, 80));
      return;
    }
    const std::string_view bar = std::string_view(line).substr(found->second + 1, close - found->second - 1);
    const std::string_view full = bar.find('#') != std::string_view::npos   ? "#"
                                  : bar.find("▓") != std::string_view::npos ? "▓"
                                                                            : "█";
    const std::string_view empty = bar.find('.') != std::string_view::npos   ? "."
                                   : bar.find('-') != std::string_view::npos ? "-"
                                                                             : "░";
    // In characters: a byte that goes on with one is none.
    const auto width = static_cast<std::size_t>(std::count_if(
        bar.begin(), bar.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    const std::size_t share = percent(progress_.all_done, progress_.all_total);
    const std::size_t filled = (share * width + 50) / 100;
    std::string rest = line.substr(close + 1);
    const std::size_t sign = rest.find('%');
    rest = " " + std::to_string(share) + (sign == std::string::npos ? "%" : rest.substr(sign));
    lines_.set(found->first, line.substr(0, found->second + 1) + times(full, filled) +
                                 times(empty, width - filled) + "]" + rest);
  }

  void update_counts() {
    const auto found = find_value("Performance Metrics", "Total plans completed");
    const std::string prefix = "- Total plans completed:";
    const auto [begin, end] = section("Performance Metrics");
    for (std::size_t i = begin; !found && i < end; ++i) {
      if (lines_[i].starts_with(prefix)) lines_.set(i, prefix + " " + std::to_string(progress_.all_done));
    }
    if (found)
      lines_.set(found->first,
                 lines_[found->first].substr(0, found->second) + std::to_string(progress_.all_done));
  }

  /// "| Phase 37 P02 | 12min | 3 tasks | 4 files |": in place of the plan's earlier row, else below the last
  /// one.
  void update_metric() {
    const auto [begin, end] = section("Performance Metrics");
    const std::string name = "Phase " + progress_.phase + " P" + progress_.number;
    const std::string row = "| " + name + " | " + progress_.duration + " | " +
                            std::to_string(progress_.tasks) + " tasks | " + std::to_string(progress_.files) +
                            " files |";
    std::size_t below = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const std::vector<std::string> cells = cells_of(lines_[i]);
      if (!cells.empty() && cells[0] == name) return lines_.set(i, row);
      const bool metric =
          cells.size() == 4 && cells[0].starts_with("Phase ") && cells[0].find(" P") != std::string::npos;
      if (metric || trim(lines_[i]) == "*Updated after each plan completion*") below = i + 1;
    }
    if (below == 0) return missing("place for the plan's metrics");
    lines_.insert(below, row);
  }

  /// "| 3. Harness | 2/3 | …": only the count.
  void update_phase_row() {
    const auto [begin, end] = section("Performance Metrics");
    for (std::size_t i = begin; i < end; ++i) {
      const std::vector<std::string> cells = cells_of(lines_[i]);
      if (cells.size() < 3 || !begins_with_id(cells[0], progress_.phase)) continue;
      const auto digits = end_of_number(cells[1], 0);
      if (digits && (*digits == cells[1].size() || cells[1][*digits] == '/'))
        lines_.set(i, with_cell(lines_[i], 1,
                                std::to_string(progress_.done) + "/" + std::to_string(progress_.total)));
    }
  }

  void add_decisions() {
    if (progress_.decisions.empty()) return;
    const auto [begin, end] = section("Decisions");
    if (begin == 0) return missing("section 'Decisions'");
    std::size_t last = end;
    while (last > begin && trim(lines_[last - 1]).empty()) --last;
    for (const std::string& decision : progress_.decisions) {
      const std::string entry = "- [Phase " + progress_.phase + "]: " + one_line(decision, 1000);
      bool known = false;
      for (std::size_t i = begin; i < last; ++i) known = known || lines_[i] == entry;
      if (known) continue;
      const bool placeholder =
          last > begin && (trim(lines_[last - 1]) == "None yet." || trim(lines_[last - 1]) == "None yet");
      if (placeholder)
        lines_.set(last - 1, entry);
      else
        lines_.insert(last++, entry);
    }
  }

  DocumentLines lines_;
  const PlanProgress& progress_;
  std::vector<std::string> notes_;
};

}  // namespace

UpdatedDocument update_state_document(std::string_view text, const PlanProgress& progress) {
  return StateDocument(text, progress).update();
}

}  // namespace milepost
