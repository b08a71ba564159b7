#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace milepost {

/// One line for GitHub's runner: "::error file=a.md,line=3::text\n". Values and message are bounded,
/// printable and escaped (GitHub "Workflow commands"); empty values are left out.
std::string workflow_command(std::string_view name,
                             std::initializer_list<std::pair<std::string_view, std::string>> values,
                             std::string_view message);

/// The text so that none of its lines is a command to a CI runner: "::" where a line begins and "##[",
/// "##vso[" anywhere get a backslash. Lines that are none stay as they are.
std::string without_workflow_commands(std::string_view text);

}  // namespace milepost
