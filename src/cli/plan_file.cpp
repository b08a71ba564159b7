#include "plan_file.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/text.hpp"
#include "milepost/plan/parse.hpp"
#include "milepost/plan/prompt_files.hpp"
#include "milepost/plan/runnable.hpp"

#include <filesystem>

namespace milepost {

namespace fs = std::filesystem;

namespace {

/// The Markdown file beside `path` whose name is nearest to it.
std::optional<std::string> similar_plan(const fs::path& path) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".md") names.push_back(at->path().filename().string());
  }
  const auto near = nearest(path.filename().string(), names);
  if (!near) return std::nullopt;
  return path.has_parent_path() ? (directory / *near).string() : *near;
}

/// The repository that a plan lies in, else its folder: an absolute path without links.
fs::path surroundings_of(const std::string& plan) {
  std::error_code ignored;
  const fs::path directory = fs::weakly_canonical(fs::absolute(plan).parent_path(), ignored);
  for (fs::path at = directory; at.has_relative_path(); at = at.parent_path()) {
    if (fs::exists(fs::symlink_status(at / ".git", ignored))) return at;
  }
  return directory;
}

[[noreturn]] void no_such_plan(const std::string& path) {
  const auto near = similar_plan(path);
  throw UsageError("there is no plan " + one_line(path, 300),
                   near ? "did you mean " + shell_quote(*near) + "?"
                        : "give the path of a milestone plan (Markdown), seen from the current directory");
}

}  // namespace

bool is_phase(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

Plan open_plan(const std::string& path) {
  if (path.empty()) throw UsageError("the plan's path is empty", "give the path of a milestone plan");
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  if (status.type() == fs::file_type::not_found) no_such_plan(path);
  if (status.type() == fs::file_type::directory)
    throw UsageError(one_line(path, 300) + " is a directory, not a plan",
                     "give one plan file of it; plan, run, resume and status take a directory of GSD plans");
  Plan plan = parse_plan_file(path);
  read_prompt_files(plan, surroundings_of(path));
  return plan;
}

Plan read_plan(const App& app, const std::string& path) {
  Plan plan = open_plan(path);
  for (const Diagnostic& diagnostic : plan.diagnostics) {
    if (diagnostic.severity != Severity::note || app.verbose) app.say(to_text(diagnostic, plan.path));
  }
  if (has_errors(plan.diagnostics))
    throw UsageError(plan.path + " cannot be run: the plan has errors", "milepost plan " + shell_quote(path));
  if (const std::vector<std::string> reasons = not_runnable(plan); !reasons.empty()) {
    throw UsageError(plan.path + " cannot be run by this version: " + join(reasons, "; "),
                     "run a plan without these, or take them out");
  }
  for (const std::string& caution : run_cautions(plan)) app.say(plan.path + ": note: " + caution);
  return plan;
}

void require_plan_or_runs(const std::string& path, bool has_runs) {
  std::error_code ignored;
  if (!has_runs && !fs::exists(path, ignored)) no_such_plan(path);
}

}  // namespace milepost
