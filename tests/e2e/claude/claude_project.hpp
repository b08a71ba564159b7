#pragma once

#include "../model.hpp"

namespace milepost::test {

inline constexpr const char* k_api_key = "sk-ant-test-5f0c1e7a93d24b68";
inline constexpr const char* k_plan = "M1_test.md";

/// A repository whose tasks are done by the real Claude Code, with a scripted model behind it.
class ClaudeProject : public Project {
 public:
  explicit ClaudeProject(const Model& model, const std::string& engine = engine_under_test());

  void plan(const std::vector<ModelTask>& tasks) const;  ///< writes and commits it

  Ended run(const Words& more = {}) const;
  Ended resume(const Words& more = {}) const;
  Program start_run(const Words& more = {}) const;

  /// The attempts of a task in the report.
  Json attempts(std::string_view task) const;
  std::filesystem::path sessions() const;  ///< where Claude Code keeps them, on the host
};

}  // namespace milepost::test
