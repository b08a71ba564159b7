#include "milepost/base/sha256.hpp"

#include "support.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace milepost::test {

namespace fs = std::filesystem;

namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  for (const std::string_view start : starts) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// The commands that take the options of a run.
bool starts_container(const std::string& command) {
  for (const char* name : {"run", "task", "resume", "exec", "shell", "doctor"}) {
    if (command == name) return true;
  }
  return false;
}

bool reports(const std::string& command) {
  return command == "run" || command == "task" || command == "resume";
}

}  // namespace

std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    all.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return all;
}

std::string plan_of(const std::vector<Step>& tasks) {
  std::string text =
      "# Milestone 1: A test of the whole program\n\n**Goal:** See that it works.\n\n## Tasks\n";
  for (const Step& task : tasks) {
    text += "\n### Task " + task.id + ": " + task.title +
            "\n\n**Type:** CODING\n\n**Description:**\nDo it.\n\n````bash\n" + task.shell + "\n````\n";
  }
  return text;
}

Project::Project(const std::string& name, const std::string& engine)
    : scratch_(std::in_place), base_(scratch_->path()), folder_(base_ / name), engine_(engine) {
  fs::create_directories(folder_);
  fs::create_directories(base_ / "home");
  fs::create_directories(base_ / "output");
  git({"init", "-q", "-b", "main"});
  git({"config", "user.name", "Ada Tester"});
  git({"config", "user.email", "ada@example.org"});
  write("README.md", "a project\n");
  git({"add", "README.md"});
  git({"commit", "-q", "-m", "begin"});
}

Project::Project(const Project& beside, const fs::path& folder)
    : base_(beside.base_ / ("beside-" + folder.filename().string())),
      folder_(folder),
      engine_(beside.engine_) {
  fs::create_directories(folder_);
  fs::create_directories(base_ / "home");
  fs::create_directories(base_ / "output");
}

Project::~Project() {
  // A failed case may leave a container; the next ones should not meet it.
  for (const std::string& name : containers()) engine_output(engine_, {"rm", "-f", name});
}

bool Project::has(std::string_view name) const {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(file(name), ignored));
}

void Project::write(std::string_view name, std::string_view text) const {
  fs::create_directories(file(name).parent_path());
  std::ofstream(file(name), std::ios::binary) << text;
}

void Project::plan(const std::vector<Step>& tasks) const {
  write("M1_test.md", plan_of(tasks));
  git({"add", "M1_test.md"});
  git({"commit", "-q", "-m", "plan"});
}

Words Project::environment() const {
  std::map<std::string, std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    if (starts_with_any(text, {"MILEPOST_", "XDG_", "GIT_", "CI=", "HOME="})) continue;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) all.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  all["HOME"] = (base_ / "home").string();
  all["XDG_STATE_HOME"] = (base_ / "state").string();
  all["XDG_CONFIG_HOME"] = (base_ / "config").string();
  all["MILEPOST_DEPLOY"] = MILEPOST_TEST_DEPLOY;
  for (const auto& [name, value] : variables_) all[name] = value;
  Words words;
  for (const auto& [name, value] : all) words.push_back(name + "=" + value);
  return words;
}

Words Project::words_of(const Words& words) const {
  Words argv = {MILEPOST_TEST_PROGRAM, words.front()};
  if (starts_container(words.front())) {
    for (const auto& [option, value] :
         {std::pair<const char*, std::string>{"--engine", engine_}, {"--harness", "script"}}) {
      bool given = false;
      for (const std::string& word : words) given = given || word == option;
      if (!given) argv.insert(argv.end(), {option, value});
    }
  }
  if (reports(words.front())) argv.insert(argv.end(), {"--report-dir", report_directory().string()});
  argv.insert(argv.end(), words.begin() + 1, words.end());
  return argv;
}

fs::path Project::next_files() const {
  return base_ / "output" / std::to_string(++count_);
}

Ended Project::milepost(const Words& words, Clock::duration limit) const {
  return start(words).wait(limit);
}

Program Project::start(const Words& words) const {
  return {words_of(words), environment(), folder_, next_files()};
}

Ended Project::call(const Words& argv, Clock::duration limit) const {
  return start_any(argv).wait(limit);
}

Program Project::start_any(const Words& argv) const {
  return {argv, environment(), folder_, next_files()};
}

std::string Project::git(const Words& words) const {
  Words argv = {"git"};
  argv.insert(argv.end(), words.begin(), words.end());
  const Ended ended = call(argv);
  if (ended.exit != 0) throw std::runtime_error("git " + words.front() + ": " + ended.err);
  return without_line_end(ended.out);
}

Words Project::subjects() const {
  return lines(git({"log", "--reverse", "--format=%s", "--grep=^Milepost-Task: "}));
}

Json Project::report() const {
  return Json::parse(slurp(report_directory() / "report.json"));
}

Json Project::task(std::string_view id) const {
  const Json whole = report();
  for (const Json& task : whole["tasks"]) {
    if (task["id"] == id) return task;
  }
  throw std::runtime_error("the report has no task " + std::string(id));
}

fs::path Project::project_state() const {
  return state() / "projects" / sha256_hex(fs::canonical(folder_).native()).substr(0, 16);
}

std::vector<std::string> Project::containers(const std::string& state) const {
  Words words = {"ps",       "-a",
                 "--format", "{{.Names}}",
                 "--filter", "label=milepost.repository=" + project_state().filename().string()};
  if (!state.empty()) words.insert(words.end(), {"--filter", "status=" + state});
  return lines(engine_output(engine_, words));
}

bool Project::no_container_within(Clock::duration limit) const {
  return eventually(limit, [&] { return containers().empty(); });
}

}  // namespace milepost::test
