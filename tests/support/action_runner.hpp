#pragma once

#include "support/scratch_dir.hpp"

#include <sys/wait.h>

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace milepost::test {

using Values = std::map<std::string, std::string>;

/// Runs the steps of a composite GitHub action as a runner would: expressions, `if`, a script of its own a
/// step, files for outputs and the summary. Steps that use other actions are only noted.
class ActionRunner {
 public:
  /// `environment` is all that a step sees beside what the runner gives it.
  ActionRunner(const std::filesystem::path& file, std::filesystem::path workspace, Values environment)
      : action_(YAML::LoadFile(file.string())),
        workspace_(std::move(workspace)),
        environment_(std::move(environment)) {
    known_["runner.temp"] = (scratch_ / "temp").string();
    known_["github.action_path"] = file.parent_path().string();
    known_["github.event_name"] = "push";
    known_["runner.os"] = "Linux";
    known_["runner.arch"] = "X64";
    std::filesystem::create_directories(scratch_ / "temp");
    scratch_.write("summary", "");
  }

  void set(const std::string& name, const std::string& value) { known_[name] = value; }

  /// Runs every step; the exit status of the one that failed, else 0.
  int run(const Values& inputs) {
    for (const auto& input : action_["inputs"])
      known_["inputs." + input.first.as<std::string>()] =
          evaluated(input.second["default"] ? input.second["default"].as<std::string>() : "");
    for (const auto& [name, value] : inputs) known_["inputs." + name] = value;
    int failed = 0;
    for (const auto& step : action_["runs"]["steps"]) {
      const std::string condition = step["if"] ? step["if"].as<std::string>() : "";
      if (!holds(condition, failed != 0)) continue;
      const std::string id = step["id"].as<std::string>();
      ran.push_back(id);
      if (step["uses"]) continue;
      const int exit = run_script(id, step);
      if (exit != 0 && failed == 0) failed = exit;
    }
    return failed;
  }

  /// An output of the action.
  std::string output(const std::string& name) const {
    return evaluated(action_["outputs"][name]["value"].as<std::string>());
  }
  std::string summary() const { return slurp(scratch_ / "summary"); }
  std::string temp() const { return known_.at("runner.temp"); }

  std::vector<std::string> ran;  ///< the steps that were not left out, by id
  std::string log;               ///< what they printed, as a runner reads it

 private:
  std::string evaluated(const std::string& text) const {
    static const std::regex expression(R"(\$\{\{ *([a-zA-Z0-9_.-]+) *\}\})");
    std::string out;
    std::string::const_iterator at = text.begin();
    for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
      out.append(at, text.begin() + match->position());
      out += value_of((*match)[1]);
      at = text.begin() + match->position() + match->length();
    }
    out.append(at, text.end());
    REQUIRE_MESSAGE(out.find("${{") == std::string::npos, out);
    return out;
  }

  std::string value_of(const std::string& name) const {
    const auto found = known_.find(name);
    return found == known_.end() ? std::string() : found->second;  // as an output that nobody set
  }

  /// `a == 'x' && b != 'y' && always()`.
  bool holds(const std::string& condition, bool failed) const {
    static const std::regex comparison(R"(\s*([a-z0-9_.-]+) (==|!=) '([^']*)'\s*)");
    if (failed && condition.find("always()") == std::string::npos) return false;
    std::string rest = condition;
    while (!rest.empty()) {
      const std::size_t end = rest.find("&&");
      const std::string term = rest.substr(0, end);
      rest = end == std::string::npos ? "" : rest.substr(end + 2);
      if (term.find("always()") != std::string::npos) continue;
      std::smatch parts;
      REQUIRE_MESSAGE(std::regex_match(term, parts, comparison), term);
      if ((value_of(parts[1]) == parts[3]) != (parts[2] == "==")) return false;
    }
    return true;
  }

  int run_script(const std::string& id, const YAML::Node& step) {
    CHECK(step["shell"].as<std::string>() == "bash");
    const std::string text = step["run"].as<std::string>();
    CHECK_MESSAGE(text.find("${{") == std::string::npos, id);  // an input in a script would be code
    const auto script = scratch_.write(id + ".sh", text), outputs = scratch_.write(id + ".outputs", "");
    Values variables = environment_;
    variables["CI"] = "true";
    variables["GITHUB_ACTIONS"] = "true";
    variables["GITHUB_OUTPUT"] = outputs.string();
    variables["GITHUB_STEP_SUMMARY"] = (scratch_ / "summary").string();
    for (const auto& variable : step["env"])
      variables[variable.first.as<std::string>()] = evaluated(variable.second.as<std::string>());
    std::string command = "cd " + quoted(workspace_.string()) + " && exec env -i";
    for (const auto& [name, value] : variables) command += " " + quoted(name + "=" + value);
    command += " bash --noprofile --norc -e -o pipefail " + quoted(script.string()) + " >" +
               quoted((scratch_ / "log").string()) + " 2>&1 </dev/null";
    const int status = std::system(command.c_str());
    log += slurp(scratch_ / "log");
    read_outputs(id, slurp(outputs));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  static std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
  }

  /// Lines "name=value", and blocks "name<<end", value, "end".
  void read_outputs(const std::string& id, const std::string& text) {
    std::size_t at = 0;
    const auto next_line = [&] {
      const std::size_t end = text.find('\n', at);
      std::string line = text.substr(at, end - at);
      at = end == std::string::npos ? text.size() : end + 1;
      return line;
    };
    while (at < text.size()) {
      const std::string line = next_line();
      const std::size_t equals = line.find('='), block = line.find("<<");
      if (block < equals) {
        std::string value;
        for (std::string inner = next_line(); inner != line.substr(block + 2); inner = next_line()) {
          REQUIRE(at < text.size());
          value += (value.empty() ? "" : "\n") + inner;
        }
        known_["steps." + id + ".outputs." + line.substr(0, block)] = value;
      } else {
        REQUIRE(equals != std::string::npos);
        known_["steps." + id + ".outputs." + line.substr(0, equals)] = line.substr(equals + 1);
      }
    }
  }

  ScratchDir scratch_;
  YAML::Node action_;
  std::filesystem::path workspace_;
  Values environment_;
  Values known_;  ///< what expressions can name
};

}  // namespace milepost::test
