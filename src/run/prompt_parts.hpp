#pragma once

#include "milepost/run/prompt.hpp"

#include <string>
#include <string_view>

namespace milepost {

// What several prompts are made from; see prompt.hpp.

/// How a session ends that runs a scenario.
extern const std::string_view k_how_to_report;
/// A fence longer than any run of back quotes in the text.
std::string fenced(std::string_view text);
/// The milestone, and what earlier tasks handed on.
std::string plan_context(const PromptContext& context);
/// The files to read first and the task's text, byte-exact.
std::string task_text(const PromptContext& context);

}  // namespace milepost
