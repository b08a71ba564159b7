#include "milepost/report/workflow_command.hpp"

#include "milepost/base/text.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <vector>

using namespace milepost;

namespace {

/// What GitHub's runner takes for a command: "::" after white space at a line's start, "##[" anywhere.
bool is_command(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\v\f\r");
  if (begin != std::string_view::npos && line.substr(begin).starts_with("::")) return true;
  if (line.find("\xc2\xa0::") == 0 || line.find("\xe3\x80\x80::") == 0) return true;  // white space to .NET
  return line.find("##[") != std::string_view::npos || line.find("##vso[") != std::string_view::npos;
}

}  // namespace

TEST_CASE("F64: a command is one line whose values and message cannot end early") {
  CHECK(workflow_command("group", {}, "Task 1") == "::group::Task 1\n");
  CHECK(workflow_command("error", {{"file", "a:b,c.md"}, {"line", "3"}, {"title", ""}}, "50%\nof it") ==
        "::error file=a%3Ab%2Cc.md,line=3::50%25%0Aof it\n");
  CHECK(workflow_command("warning", {}, "a\r\n::error::b") == "::warning::a\\x0d%0A::error::b\n");
  CHECK(workflow_command("error", {}, std::string(1'000'000, 'x')).size() < 5000);
}

TEST_CASE("F64: no line of an agent is a command to a runner") {
  const std::vector<std::string> attacks = {"::add-mask::x",
                                            "   ::set-output name=a::b",
                                            "\t::stop-commands::t",
                                            "\xc2\xa0::error::x",
                                            "\xe3\x80\x80::error::x",
                                            "text ##[error]x",
                                            "##vso[task.complete result=Succeeded;]",
                                            "###[add-mask]x",
                                            "##[##[error]x"};
  for (const std::string& attack : attacks) {
    for (const std::string& text : {attack, "first\n" + attack + "\nlast\n", attack + "\n" + attack}) {
      CAPTURE(text);
      const std::string inert = without_workflow_commands(text);
      for (const std::string_view line : lines_of(inert)) CHECK_FALSE(is_command(line));
    }
  }
}

TEST_CASE("harmless text stays as it is") {
  const std::string text = "    → Edit a.c\nstd::string x; a::b\n## Heading\n# [link]\n::";
  CHECK(without_workflow_commands(text) == text.substr(0, text.size() - 2) + "\\::");
}
