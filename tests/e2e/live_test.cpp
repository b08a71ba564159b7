#include "tmux.hpp"

#include <doctest/doctest.h>

using namespace milepost::test;

namespace {

/// A task that stays until a file of this name is there.
std::string until(const std::string& file) {
  return "until test -e " + file + "; do sleep 0.05; done";
}

/// Everything with which a program takes hold of a terminal.
constexpr const char* k_grabs = R"(printf '\033]0;PWNED\007\033]2;PWNED\033\\a title\n'
printf '\033]52;c;aGVsbG8=\007a clipboard\n'
printf '\033[2J\033[H\033[10;10Ha jump\n\033[8mhidden\n'
printf 'one\rtwo\b\b\rthree\n'
printf '\033[?25l\033[?1049h\033[?1000hmodes\n'
printf '\302\2332J\342\200\256 turned \342\201\246\n'
printf 'wide \344\270\255\346\226\207 \360\237\232\200 e\314\201 end\n'
)";

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("a view that is resized while it works leaves its outcomes behind and nothing of itself") {
  Project project;
  project.plan({{"1.1", "Look 中文 🚀", until("first")}, {"1.2", "Stay", until("second")}});
  const Tmux terminal(project, 100, 30);
  // A full screen: of one that is not, tmux counts the empty rows too when it breaks lines anew.
  terminal.type("seq 40; $MILEPOST run M1_test.md --set handoff=none $OPTIONS");
  REQUIRE(terminal.shows("▸ 1.1  Look 中文 🚀 · 0:0"));
  CHECK(terminal.shows("→ Shell until test -e first"));
  terminal.resize(70, 12);
  terminal.resize(100, 30);
  project.write("first", "");
  REQUIRE(terminal.shows("▸ 1.2  Stay"));
  terminal.resize(24, 30);
  CHECK(terminal.shows("\n1/2 · 0:0"));
  CHECK(terminal.fact("cursor_flag") == "1");
  terminal.resize(120, 30);
  CHECK(terminal.shows("1/2 · 0:0"));
  project.write("second", "");
  REQUIRE(terminal.shows("review    git log"));
  const std::string all = terminal.everything();
  INFO(all);
  CHECK(count(all, "▸") == 0);
  CHECK(count(all, "╌") == 0);
  CHECK(count(all, "✓ 1.1  Look 中文 🚀 · ") == 1);
  CHECK(count(all, "✓ 1.2  Stay · ") == 1);
  CHECK(count(all, "✓ M1  completed") == 1);
}

TEST_CASE("what an agent prints takes hold of nothing") {
  Project project;
  project.plan({{"1.1", "Grab", std::string(k_grabs) + until("go")}});
  const Tmux terminal(project, 100, 40);
  const std::string title = terminal.fact("pane_title");
  terminal.type("clear; $MILEPOST run M1_test.md --set handoff=none -v $OPTIONS");
  REQUIRE(terminal.shows("wide 中文 🚀 e\xcc\x81 end"));
  const std::string screen = terminal.screen();
  INFO(screen);
  CHECK(screen.find("\\x1b]0;PWNED\\x07") != std::string::npos);
  CHECK(screen.find("one two\\x08\\x08 three") != std::string::npos);
  CHECK(screen.find("\\u202e turned \\u2066") != std::string::npos);
  CHECK(screen.find("ready> clear") == std::string::npos);
  CHECK(screen.starts_with("M1  "));  // the cursor was nowhere else
  project.write("go", "");
  REQUIRE(terminal.shows("✓ M1  completed"));
  for (const char* fact : {"alternate_on", "mouse_any_flag"}) CHECK(terminal.fact(fact) == "0");
  CHECK(terminal.fact("cursor_flag") == "1");
  CHECK(terminal.fact("pane_title") == title);
  CHECK_FALSE(terminal.has_clipboard());
}

TEST_CASE("a run is stopped, goes on in the background, comes back, and ends on signals in good order") {
  Project project;
  project.plan({{"1.1", "First", until("first")}, {"1.2", "Second", until("second")}});
  const Tmux terminal(project, 90, 40);
  terminal.type("clear; $MILEPOST run M1_test.md --set handoff=none $OPTIONS");
  REQUIRE(terminal.shows("→ Shell until test -e first"));
  terminal.press("C-z");
  REQUIRE(terminal.shows("Stopped"));
  terminal.type("bg; echo mine");
  REQUIRE(terminal.shows("\nmine\n"));
  project.write("first", "");
  REQUIRE(terminal.shows("✓ 1.1  First"));
  std::string screen = terminal.screen();
  INFO(screen);
  CHECK(count(screen.substr(screen.find("\nmine\n")), "▸") == 0);  // the shell's lines are the shell's
  terminal.type("fg");
  REQUIRE(terminal.shows("▸ 1.2  Second"));
  terminal.press("C-c");
  REQUIRE(terminal.shows("✗ M1  stopped on request"));
  terminal.type("echo exit $?");
  CHECK(terminal.shows("exit 130"));
  CHECK(terminal.fact("cursor_flag") == "1");

  terminal.type("clear; sh -c 'echo $$ > pid; exec $MILEPOST resume M1_test.md $OPTIONS'");
  REQUIRE(terminal.shows("▸ 1.2  Second · attempt 2, going on after a stop"));
  REQUIRE(terminal.shows("→ Shell until test -e second"));
  project.call({"kill", "-TERM", project.text("pid").substr(0, project.text("pid").find('\n'))});
  REQUIRE(terminal.shows("✗ M1  stopped on request"));
  terminal.type("echo exit $?");
  CHECK(terminal.shows("exit 143"));
  CHECK(terminal.fact("cursor_flag") == "1");
  CHECK(count(terminal.screen(), "▸") == 0);
  CHECK(project.no_container_within(0s));
}

TEST_CASE("a terminal of unknown kind gets plain lines without colour") {
  Project project;
  project.plan({{"1.1", "First", "true"}});
  const Tmux terminal(project, 90, 40);
  terminal.type("clear; env -u TERM $MILEPOST run M1_test.md --set handoff=none $OPTIONS");
  REQUIRE(terminal.shows("✓ M1  completed"));
  CHECK(terminal.shows("\n▸ 1.1  First\n    → Shell true\n"));
  CHECK(terminal.everything(/*colours=*/true).find('\x1b') == std::string::npos);
}

TEST_CASE("a run is watched and followed from other terminals, its checks too") {
  Project project;
  project.plan({{"1.1", "First", "true"}});
  const Tmux terminal(project, 90, 40);
  Program run = project.start(
      {"run", "M1_test.md", "--set", "handoff=none", "--verify", "true", "--verify", until("checked")});
  const std::string check = "→ check " + until("checked").substr(0, 20);
  REQUIRE(eventually(30s, [&] {
    return project.call({"grep", "-rq", "check_started", project.state()}).exit == 0;
  }));
  terminal.type("clear; $MILEPOST status --watch");
  CHECK(terminal.shows("▸ 1.1  First"));
  CHECK(terminal.shows(" · check 2 of 2 · 0:0"));
  CHECK(terminal.shows(check));
  terminal.press("C-c");
  CHECK(terminal.shows("detached; run "));
  CHECK(count(terminal.screen(), "▸") == 0);
  terminal.type("clear; $MILEPOST logs M1_test.md --follow -v");
  CHECK(terminal.shows("    … check 2 of 2  until"));
  project.write("checked", "");
  CHECK(terminal.shows("✓ M1  completed"));
  CHECK(run.wait().exit == 0);
}
