#pragma once

#include "../model.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace milepost::test {

inline constexpr const char* k_plan = "M1_test.md";

/// A real agent CLI and how it is pointed at a scripted model.
struct HarnessUnderTest {
  std::string name;
  std::string model;  ///< for --model; empty: the harness's own choice
  /// The variables that a user would set, for the address of a scripted model.
  std::function<std::vector<std::pair<std::string, std::string>>(const std::string& url)> variables;
  /// A file below the agent's HOME that it needs for that too, and what is in it; empty: none.
  std::string home_file = {};
  std::function<Json(const std::string& url)> home_content = {};
};

/// A repository whose tasks are done by a real agent CLI with a scripted model behind it.
class HarnessProject : public Project {
 public:
  explicit HarnessProject(const HarnessUnderTest& harness);

  void plan(const std::vector<ModelTask>& tasks) const;  ///< writes and commits it

  Ended run(const Words& more = {}) const { return milepost(words("run", more), 300s); }
  /// With a list of harnesses and what the further ones need in the environment; each with its own default
  /// model.
  Ended run_with(const std::string& harnesses,
                 const std::vector<std::pair<std::string, std::string>>& variables) const;
  Ended resume(const Words& more = {}) const { return milepost(words("resume", more), 300s); }
  Program start_run() const { return start(words("run", {})); }

  Json attempts(std::string_view task) const;  ///< of a task in the report
  const Model& model() const { return model_; }
  const HarnessUnderTest& harness() const { return harness_; }

 private:
  Words words(const char* command, const Words& more) const;

  const HarnessUnderTest& harness_;
  Model model_;
};

/// Runs a situation with every harness, all at the same time: what they do most is wait. Each has a project
/// of its own; what goes wrong is reported with the harness's name.
void with_each_harness(const std::function<void(const HarnessProject&)>& situation);

}  // namespace milepost::test
