#include "cli/completion.hpp"

#include "milepost/base/text.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

using namespace milepost;
using milepost::test::ScratchDir;
using milepost::test::slurp;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What bash offers for the last of these words, a line each.
std::vector<std::string> offered(const std::vector<std::string>& words) {
  const ScratchDir scratch;
  scratch.write("M1 plan.md", "");
  scratch.write("dir/file", "");
  const auto script = scratch.write("completion.bash", bash_completion());
  // compopt acts only while the shell completes.
  const std::string body = "compopt() { :; }; milepost() { echo 20260102-030405-abcdef; }; . " +
                           shell_quote(script.string()) + "; COMP_WORDS=(milepost " + shell_join(words) +
                           "); COMP_CWORD=" + std::to_string(words.size()) +
                           "; _milepost; printf '%s\\n' \"${COMPREPLY[@]}\"";
  const auto file = scratch.write("run.bash", body);
  const auto out = scratch / "out";
  const std::string command = "cd " + shell_quote(scratch.path().string()) + " && bash -u " +
                              shell_quote(file.string()) + " > " + shell_quote(out.string());
  REQUIRE(std::system(command.c_str()) == 0);
  std::vector<std::string> lines;
  const std::string text = slurp(out);
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

bool offers(const std::vector<std::string>& words, const std::string& word) {
  const auto all = offered(words);
  return std::find(all.begin(), all.end(), word) != all.end();
}

}  // namespace

TEST_CASE("bash completes commands, their options, and what an option or an argument may be") {
  CHECK(offered({"volu"}) == std::vector<std::string>{"volumes"});
  CHECK(offered({"run", "--fre"}) == std::vector<std::string>{"--fresh"});
  CHECK(offered({"status", "--fre"}).empty());
  CHECK(offered({"-C", "/tmp", "doc"}) == std::vector<std::string>{"doctor"});
  CHECK(offered({"build", "--reb"}) == std::vector<std::string>{"--rebuild"});
  CHECK(offered({"run", "--engine", "p"}) == std::vector<std::string>{"podman"});
  CHECK(offers({"--harness", ""}, "script"));
  CHECK(offers({"run", "--set", "notify.w"}, "notify.webhook="));
  CHECK(offers({"run", "M1"}, "M1 plan.md"));
  CHECK(offered({"-C", "d"}) == std::vector<std::string>{"dir"});
  CHECK(offered({"volumes", "ex"}) == std::vector<std::string>{"export"});
  CHECK(offers({"volumes", "import", "M1"}, "M1 plan.md"));
  CHECK(offered({"run", "PL"}).empty());  // what stands for an argument is none
  CHECK(offered({"status", "["}).empty());
  CHECK(offered({"run", "--checkpoints", "f"}) == std::vector<std::string>{"first-option"});
  CHECK(offered({"logs", "--run", "20260102"}) == std::vector<std::string>{"20260102-030405-abcdef"});
  CHECK(offered({"completion", "z"}) == std::vector<std::string>{"zsh"});
  CHECK(offered({"run", "--retries", ""}).empty());
}

TEST_CASE("fish offers what stands in the place of a word, where it is here") {
  if (std::system("command -v fish >/dev/null") != 0) return;
  const ScratchDir scratch;
  const auto script = scratch.write("milepost.fish", fish_completion());
  const auto out = scratch / "out";
  const std::string ask = "function milepost; echo 20260102-030405-abcdef; end; source " +
                          shell_quote(script.string()) +
                          "; for line in 'milepost volu' 'milepost status ' 'milepost run --engine p' "
                          "'milepost run --set notify.w' 'milepost logs --run 2'; complete -C $line; end";
  REQUIRE(std::system(("cd " + shell_quote(scratch.path().string()) + " && HOME=$PWD fish -c " +
                       shell_quote(ask) + " > " + shell_quote(out.string()))
                          .c_str()) == 0);
  const std::string text = slurp(out);
  INFO(text);
  for (const char* word : {"volumes\t", "podman\t", "notify.webhook=\t", "20260102-030405-abcdef"})
    CHECK_MESSAGE(contains(text, word), word);
  CHECK_FALSE(contains(text, "PLAN"));
}

TEST_CASE("zsh is asked in the words that its functions know") {
  const std::string zsh = zsh_completion();
  CHECK(contains(zsh, ": _alternative "));  // with the space, else it is given options of compadd
  CHECK(contains(zsh, ":{compadd -S \"\" -- agent_config= "));
  CHECK_FALSE(contains(zsh, "(PLAN DIR)"));
}

TEST_CASE("every command and option is in every shell's script") {
  const std::string bash = bash_completion(), zsh = zsh_completion(), fish = fish_completion();
  for (const CommandInfo& command : command_table()) {
    CAPTURE(command.name);
    CHECK(offers({command.name}, command.name));
    CHECK(contains(zsh, "    '" + command.name + ":"));
    CHECK(contains(fish, " -a " + command.name + " -d "));
    for (const OptionInfo& option : command.options) {
      CAPTURE(option.name);
      CHECK(contains(bash, "--" + option.name));
      CHECK(contains(zsh, "--" + option.name + "["));
      CHECK(contains(fish, " -l " + option.name));
    }
  }
}

TEST_CASE("the shells that are here read their scripts") {
  const ScratchDir scratch;
  struct Shell {
    std::string name, script;
  };
  for (const Shell& shell :
       {Shell{"bash", bash_completion()}, Shell{"zsh", zsh_completion()}, Shell{"fish", fish_completion()}}) {
    CAPTURE(shell.name);
    const auto file = scratch.write(shell.name, shell.script);
    const std::string command = "if command -v " + shell.name + " >/dev/null; then " + shell.name + " -n " +
                                shell_quote(file.string()) + "; fi";
    CHECK(std::system(command.c_str()) == 0);
  }
}
