#include "milepost/plan/prompt_files.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"

namespace milepost {

namespace fs = std::filesystem;

void read_prompt_files(Plan& plan, const fs::path& boundary) {
  std::error_code ignored;
  const fs::path directory = fs::weakly_canonical(fs::absolute(plan.path).parent_path(), ignored);
  for (Task& task : plan.tasks) {
    if (task.prompt_file.empty()) continue;
    try {
      const fs::path path = (directory / task.prompt_file).lexically_normal();
      const auto text = read_file_beneath_if_exists(boundary, path.lexically_relative(boundary));
      if (!text) throw UsageError("there is no file " + path.string());
      const std::string prompt = valid_utf8(*text);
      task.body += (task.body.ends_with('\n') ? "\n" : "\n\n") + prompt;
      task.content_hash = sha256_hex(task.body);
    } catch (const Error& error) {
      plan.diagnostics.push_back({Severity::error, "prompt-file", task.at,
                                  "the prompt of task " + one_line(task.id.value, 60) +
                                      " cannot be read: " + one_line(error.what(), 300),
                                  "name a plain file of the repository, relative to the plan's folder"});
    }
  }
}

}  // namespace milepost
