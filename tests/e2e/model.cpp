#include "model.hpp"

#include <stdexcept>

namespace milepost::test {

Json done(const std::string& summary) {
  return {{"text", "That is all."}, {"block", {{"status", "completed"}, {"summary", summary}}}};
}

Json says(const std::string& text) {
  return {{"text", text}};
}

Json writes(const std::string& path, const std::string& content) {
  return {{"text", "I write it."}, {"write", {{path, content}}}};
}

Json runs(const std::string& command) {
  return {{"text", "I run it."}, {"bash", command}};
}

Json fails_with(const Json& status) {
  Json step = done();
  step["http"] = status;
  return step;
}

Json hangs() {
  return {{"hang", true}};
}

std::string model_plan(const std::vector<ModelTask>& tasks) {
  std::string text = "# Milestone 1: A test with a real agent\n\n**Goal:** See that it works.\n";
  for (const ModelTask& task : tasks) {
    text += "\n## Task " + task.id + ": " + task.title + "\n\n**Type:** CODING\n\n" + task.text +
            "\n\n~~~~model-script\n" + Json(task.turns).dump(1) + "\n~~~~\n";
  }
  return text;
}

Model::Model() {
  server_.emplace(Words{"python3", MILEPOST_TEST_MODEL_SERVER, "--log", scratch_.path() / "requests"},
                  Words{"PATH=/usr/local/bin:/usr/bin:/bin"}, scratch_.path(), scratch_.path() / "server");
  const auto out = scratch_.path() / "server.out";
  if (!eventually(60s, [&] { return slurp(out).ends_with('\n'); }))
    throw std::runtime_error("the model server did not start: " + server_->err());
  port_ = lines(slurp(out)).front().substr(5);
}

std::string Model::url() const {
  return "http://host.docker.internal:" + port_;
}

std::vector<Json> Model::requests() const {
  std::vector<Json> all;
  for (const std::string& line : lines(slurp(scratch_.path() / "requests"))) all.push_back(Json::parse(line));
  return all;
}

}  // namespace milepost::test
