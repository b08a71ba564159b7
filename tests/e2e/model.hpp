#pragma once

#include "support.hpp"
#include "support/scratch_dir.hpp"

#include <optional>
#include <string>
#include <vector>

namespace milepost::test {

/// What the model answers to one prompt: one step an answer, the next one when the tool results are back.
using Turn = std::vector<Json>;

template <class... Steps>
Turn turn(Steps... steps) {
  Turn list;
  (list.push_back(std::move(steps)), ...);
  return list;
}

// The steps of tests/support/model_server.py.
Json done(const std::string& summary = "Did what the task asks.");  ///< a text with its result block
Json says(const std::string& text);                                 ///< a text without one
Json writes(const std::string& path, const std::string& content);   ///< by the harness's tool for it
Json runs(const std::string& command);                              ///< by the harness's shell tool
Json fails_with(const Json& status);  ///< a status always, or a list of them before success
Json hangs();

/// A task of a plan together with the model that works on it.
struct ModelTask {
  std::string id, title;
  std::vector<Turn> turns;
  std::string text = "Do it.";
};

std::string model_plan(const std::vector<ModelTask>& tasks);

/// A scripted model server on this machine for the time of a test.
class Model {
 public:
  Model();

  std::string url() const;  ///< as a container reaches it
  /// The requests for an answer so far, oldest first.
  std::vector<Json> requests() const;

 private:
  ScratchDir scratch_;
  std::optional<Program> server_;
  std::string port_;
};

}  // namespace milepost::test
