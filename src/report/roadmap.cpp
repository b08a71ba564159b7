#include "milepost/base/text.hpp"
#include "milepost/report/planning_state.hpp"

#include "document_lines.hpp"

#include <algorithm>

namespace milepost {

namespace {

void tick(DocumentLines& lines, std::size_t at, const CheckBox& box) {
  std::string line = lines[at];
  if (line[box.mark] == ' ') line[box.mark] = 'x';
  lines.set(at, std::move(line));
}

/// "Phase 37: Name" names the phase.
bool names_phase(std::string_view text, const std::string& phase) {
  return text.starts_with("Phase ") && begins_with_id(text.substr(6), phase);
}

/// Columns of a table by what its header calls them.
struct Columns {
  std::size_t plans = std::string::npos, status = std::string::npos, completed = std::string::npos;
};

std::optional<Columns> columns_of(const std::vector<std::string>& header) {
  Columns columns;
  for (std::size_t i = 1; i < header.size(); ++i) {
    const std::string name = to_lower_ascii(header[i]);
    if (name.starts_with("plans"))
      columns.plans = i;
    else if (name == "status")
      columns.status = i;
    else if (name == "completed" || name == "date")
      columns.completed = i;
  }
  if (header.empty() || to_lower_ascii(header[0]) != "phase" || columns.plans == std::string::npos ||
      columns.status == std::string::npos)
    return std::nullopt;
  return columns;
}

bool is_rule(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    return !cell.empty() && cell.find_first_not_of("-: ") == std::string::npos;
  });
}

class Roadmap {
 public:
  Roadmap(std::string_view text, const PlanProgress& progress) : lines_(text), progress_(progress) {}

  UpdatedDocument update() {
    update_table();
    update_plans_line();
    update_boxes();
    return {lines_.text(), std::move(notes_)};
  }

 private:
  bool complete() const { return progress_.total > 0 && progress_.done >= progress_.total; }
  std::string counts() const {
    return std::to_string(progress_.done) + "/" + std::to_string(progress_.total);
  }

  void update_table() {
    std::optional<Columns> columns;
    bool found = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const std::vector<std::string> cells =
          lines_.in_fence(i) ? std::vector<std::string>() : cells_of(lines_[i]);
      if (cells.empty()) {
        columns.reset();
      } else if (const auto header = columns_of(cells)) {
        columns = header;
      } else if (columns && !is_rule(cells) && begins_with_id(cells[0], progress_.phase)) {
        found = true;
        update_row(i, *columns, cells.size());
      }
    }
    if (!found) notes_.push_back("no row of phase " + progress_.phase + " in a progress table");
  }

  void update_row(std::size_t at, const Columns& columns, std::size_t cells) {
    if (std::max(columns.plans, columns.status) >= cells) return;
    lines_.set(at, with_cell(lines_[at], columns.plans, counts()));
    lines_.set(at, with_cell(lines_[at], columns.status,
                             complete()           ? "Complete"
                             : progress_.done > 0 ? "In Progress"
                                                  : "Planned"));
    // The day of the first completion stays.
    if (columns.completed >= cells || !complete()) return;
    const std::string day = cells_of(lines_[at])[columns.completed];
    if (day.empty() || day == "-" || day == "—")
      lines_.set(at, with_cell(lines_[at], columns.completed, progress_.date));
  }

  void update_plans_line() {
    std::size_t level = 0;  // of the phase's section; 0: outside of it
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_.in_fence(i)) continue;
      if (const std::size_t heading = heading_level(lines_[i])) {
        if (names_phase(heading_text(lines_[i]), progress_.phase))
          level = heading;
        else if (level > 0 && heading <= level)
          level = 0;
      }
      if (level == 0 || lines_[i].find("**Plans") == std::string::npos) continue;
      const auto at = value_of_label(lines_[i], "Plans");
      if (!at) continue;
      const std::string_view value = std::string_view(lines_[i]).substr(*at);
      const bool known =
          value == "TBD" || (!value.empty() && value[0] >= '0' && value[0] <= '9' &&
                             value.find("plan") != std::string_view::npos && value.size() < 40);
      if (!known) {
        notes_.push_back("the Plans line of phase " + progress_.phase +
                         " has another form: " + one_line(lines_[i], 80));
        return;
      }
      lines_.set(i,
                 lines_[i].substr(0, *at) + counts() + (complete() ? " plans complete" : " plans executed"));
      return;
    }
    notes_.push_back("no Plans line of phase " + progress_.phase);
  }

  void update_boxes() {
    bool plan = false, phase = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto box = lines_.in_fence(i) ? std::nullopt : check_box(lines_[i]);
      if (!box) continue;
      if (begins_with_id(box->text, progress_.id)) {
        plan = true;
        tick(lines_, i, *box);
      } else if (names_phase(box->text, progress_.phase)) {
        phase = true;
        if (!complete() || lines_[i][box->mark] != ' ') continue;
        tick(lines_, i, *box);
        lines_.set(i, lines_[i] + " (completed " + progress_.date + ")");
      }
    }
    if (!plan) notes_.push_back("no check box of plan " + progress_.id);
    if (!phase && complete()) notes_.push_back("no check box of phase " + progress_.phase);
  }

  DocumentLines lines_;
  const PlanProgress& progress_;
  std::vector<std::string> notes_;
};

}  // namespace

UpdatedDocument update_roadmap(std::string_view text, const PlanProgress& progress) {
  return Roadmap(text, progress).update();
}

UpdatedDocument update_requirements(std::string_view text, const PlanProgress& progress) {
  DocumentLines lines(text);
  std::vector<std::string> notes;
  for (const std::string& requirement : progress.requirements) {
    bool found = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines.in_fence(i)) continue;
      if (const auto box = check_box(lines[i]); box && begins_with_id(box->text, requirement)) {
        found = true;
        tick(lines, i, *box);
        continue;
      }
      const std::vector<std::string> cells = cells_of(lines[i]);
      if (cells.size() < 3 || cells.front() != requirement) continue;
      found = true;
      if (cells.back() == "Pending" || cells.back() == "In Progress")
        lines.set(i, with_cell(lines[i], cells.size() - 1, "Complete"));
    }
    if (!found) notes.push_back("no requirement " + requirement);
  }
  return {lines.text(), std::move(notes)};
}

}  // namespace milepost
