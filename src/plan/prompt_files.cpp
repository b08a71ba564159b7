#include "milepost/plan/prompt_files.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

#include <filesystem>

namespace milepost {

void read_prompt_files(Plan& plan) {
  const std::filesystem::path directory = std::filesystem::path(plan.path).parent_path();
  for (Task& task : plan.tasks) {
    if (task.prompt_file.empty()) continue;
    try {
      const std::string prompt = valid_utf8(read_file(directory / task.prompt_file));
      task.body += (task.body.ends_with('\n') ? "\n" : "\n\n") + prompt;
      task.content_hash = sha256_hex(task.body);
    } catch (const Error& error) {
      plan.diagnostics.push_back({Severity::error, "prompt-file", task.at,
                                  "the prompt of task " + one_line(task.id.value, 60) +
                                      " cannot be read: " + one_line(error.what(), 300),
                                  "name a file relative to the plan's folder"});
    }
  }
}

}  // namespace milepost
