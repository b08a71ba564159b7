#include "milepost/verify/must_haves.hpp"

#include "milepost/base/text.hpp"

#include "checked_file.hpp"
#include "pattern_search.hpp"

#include <algorithm>
#include <optional>

namespace milepost {

namespace fs = std::filesystem;

namespace {

using FileState = CheckedFile::State;

std::string place(const Span& at) {
  return at.line > 0 ? "must_haves, line " + std::to_string(at.line) : "must_haves";
}

std::string shown(std::string_view text) {
  return one_line(text, 200);
}

std::size_t parts_between_newlines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

/// The checks of one artifact.
class ArtifactChecks {
 public:
  ArtifactChecks(const Artifact& artifact, const fs::path& code_folder, std::vector<Evidence>& evidence)
      : artifact_(artifact), file_(read_checked_file(code_folder, artifact.path)), evidence_(evidence) {}

  void run() {
    check_exists();
    if (artifact_.min_lines) check_lines(static_cast<std::size_t>(std::max(*artifact_.min_lines, 0)));
    for (const std::string& text : artifact_.contains) check_text("contains", "contains", text);
    for (const std::string& text : artifact_.not_contains) check_absent(text);
    for (const std::string& text : artifact_.exports) check_text("exports", "exports", text);
  }

 private:
  Evidence& add(std::string_view aspect, std::string_view value, const std::string& words) {
    Evidence& check = evidence_.emplace_back();
    check.kind = CheckKind::artifact;
    check.id = check_id(CheckKind::artifact, artifact_.path, aspect, value);
    check.command = shown(artifact_.path) + " " + words;
    check.source = place(artifact_.at);
    if (file_.state != FileState::read && !aspect.empty())
      check.detail = "cannot be checked: the file is not read";
    return check;
  }

  void check_exists() {
    Evidence& check = add({}, {}, "exists");
    check.detail = file_.problem;
    if (artifact_.path.empty() || file_.state == FileState::unreadable) {
      check.detail = "cannot be checked: " + file_.problem;
      return;
    }
    check.verdict = file_.state == FileState::read ? Verdict::passed : Verdict::failed;
  }

  void check_lines(std::size_t least) {
    Evidence& check = add("min_lines", {}, "has at least " + std::to_string(least) + " lines");
    if (file_.state != FileState::read) return;
    const std::size_t lines = parts_between_newlines(file_.text);
    check.verdict = lines >= least ? Verdict::passed : Verdict::failed;
    check.detail = "it has " + std::to_string(lines);
  }

  void check_text(std::string_view aspect, const std::string& verb, const std::string& text) {
    Evidence& check = add(aspect, text, verb + " " + shown(text));
    if (file_.state != FileState::read) return;
    const bool found = file_.text.find(text) != std::string::npos;
    check.verdict = found ? Verdict::passed : Verdict::failed;
    if (!found) check.detail = "the text is not in the file";
  }

  void check_absent(const std::string& text) {
    Evidence& check = add("not_contains", text, "does not contain " + shown(text));
    if (file_.state != FileState::read) return;
    const std::size_t at = file_.text.find(text);
    check.verdict = at == std::string::npos ? Verdict::passed : Verdict::failed;
    if (at != std::string::npos) {
      const std::string_view before = std::string_view(file_.text).substr(0, at);
      check.detail = "the text is in line " + std::to_string(parts_between_newlines(before));
    }
  }

  const Artifact& artifact_;
  const CheckedFile file_;
  std::vector<Evidence>& evidence_;
};

/// Whether an end that did not hold what was looked for proves that it is missing.
bool is_conclusive(const CheckedFile& end) {
  return end.state == FileState::read || end.state == FileState::missing || end.state == FileState::refused;
}

void pass(Evidence& check, const std::string& where, const std::string& how) {
  check.verdict = Verdict::passed;
  check.detail = "found in " + shown(where) + how;
}

void not_found(Evidence& check, const CheckedFile& from, const CheckedFile& to) {
  std::string problems;
  for (const CheckedFile* end : {&from, &to}) {
    if (end->state == FileState::read) continue;
    problems += (problems.empty() ? "" : "; ") + end->problem;
  }
  if (is_conclusive(from) && is_conclusive(to)) {
    check.verdict = Verdict::failed;
    check.detail = "not found" + (problems.empty() ? "" : "; " + problems);
  } else {
    check.detail = "cannot be checked: " + problems;
    if (from.state == FileState::read || to.state == FileState::read)
      check.detail += "; not in the other end";
  }
}

void check_pattern_link(const KeyLink& link, const fs::path& code_folder, Evidence& check) {
  const PatternSearch search(*link.pattern);
  if (!search.problem().empty()) {
    check.detail = "cannot be checked: " + search.problem();
    return;
  }
  const std::string how =
      search.literal_because().empty() ? "" : ", as literal text: " + search.literal_because();
  const CheckedFile from = read_checked_file(code_folder, link.from);
  if (from.state == FileState::read && search.found_in(from.text)) return pass(check, link.from, how);
  const CheckedFile to = read_checked_file(code_folder, link.to);
  if (to.state == FileState::read && search.found_in(to.text)) return pass(check, link.to, how);
  not_found(check, from, to);
  if (!how.empty()) check.detail += " (looked for" + how.substr(1) + ")";
}

/// Without a pattern `from` names `to`; what is no file may be named in many ways.
void check_named_link(const KeyLink& link, const fs::path& code_folder, Evidence& check) {
  if (link.to.empty()) {
    check.detail = "cannot be checked: the plan names neither a pattern nor the other end";
    return;
  }
  const CheckedFile from = read_checked_file(code_folder, link.from);
  if (from.state == FileState::read && from.text.find(link.to) != std::string::npos)
    return pass(check, link.from, "");
  CheckedFile to;
  to.state = looks_like_file(link.to) ? FileState::read : FileState::no_file;
  to.problem = shown(link.to) + " is not a file";
  not_found(check, from, to);
}

Evidence check_link(const KeyLink& link, const fs::path& code_folder) {
  Evidence check;
  check.kind = CheckKind::key_link;
  check.id = check_id(CheckKind::key_link, link.from + "," + link.to,
                      link.pattern ? std::string_view("pattern") : std::string_view(),
                      link.pattern ? std::string_view(*link.pattern) : std::string_view());
  check.command =
      shown(link.from) + " → " + shown(link.to) + (link.pattern ? ": " + shown(*link.pattern) : "");
  check.source = place(link.at);
  if (link.pattern && !link.pattern->empty())
    check_pattern_link(link, code_folder, check);
  else
    check_named_link(link, code_folder, check);
  return check;
}

Evidence truth_of(const std::string& truth) {
  Evidence check;
  check.kind = CheckKind::truth;
  check.id = check_id(CheckKind::truth, truth);
  check.command = one_line(truth, 1000);
  check.source = "must_haves";
  check.verdict = Verdict::manual;
  check.detail = "for a person";
  return check;
}

}  // namespace

std::vector<Evidence> check_must_haves(const MustHaves& must_haves, const fs::path& code_folder) {
  std::vector<Evidence> evidence;
  for (const std::string& truth : must_haves.truths) evidence.push_back(truth_of(truth));
  for (const Artifact& artifact : must_haves.artifacts) ArtifactChecks(artifact, code_folder, evidence).run();
  for (const KeyLink& link : must_haves.key_links) evidence.push_back(check_link(link, code_folder));
  return evidence;
}

}  // namespace milepost
