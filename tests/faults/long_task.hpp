#pragma once

#include "e2e/support.hpp"
#include "process_engine.hpp"

namespace milepost::test {

/// A project on an engine of its own with three tasks; the second one stays in the middle of its work until
/// the file "go" is there, and then ends.
class LongTask {
 public:
  /// `before_it_stays` is shell that the second task runs first.
  explicit LongTask(const std::string& before_it_stays = "");

  /// Starts the run and waits until it is in the middle of the second task.
  Program start(const Words& options = {}) const;
  Words run_words(const Words& options = {}) const;
  void wait_until_in_the_middle(const Program& run) const;
  /// Lets the task end, resumes, and checks that the result is that of a run which was left alone.
  void check_resumes() const;
  /// Nothing runs any more, and no lock is held.
  void check_gone() const;

  ProcessEngine engine;
  Project project;
};

}  // namespace milepost::test
