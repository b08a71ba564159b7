#include "milepost/run/uncommitted_repositories.hpp"

#include <doctest/doctest.h>

using namespace milepost;

namespace {

using Repositories = std::vector<ForeignRepository>;

const Repositories k_before = {{"lib", true, "a"}, {"old", false, "a"}, {"large", true, std::nullopt}};

}  // namespace

TEST_CASE("a task that left the repositories inside the code folder alone is told nothing of them") {
  CHECK(uncommitted_repositories_warning("1.1", k_before, k_before).empty());
  CHECK(uncommitted_repositories_warning("1.1", k_before, {}).empty());
  CHECK(uncommitted_repositories_warning("1.1", std::nullopt, {{"lib", true, "a"}}).empty());
}

TEST_CASE("repositories that a task made or changed are named") {
  Repositories now = k_before;
  now[0].state = "b";
  now[1].state = "b";
  now.push_back({"made\n", false, "a"});
  CHECK(uncommitted_repositories_warning("1.1", k_before, now) ==
        "task 1.1: milepost commits nothing of the repositories inside the code folder: lib (a submodule, "
        "changed), old (changed), made (new); commit there what is to stay");
}

TEST_CASE("without knowing what was there before, a repository is perhaps new") {
  const std::string text = uncommitted_repositories_warning("1.1", std::nullopt, {{"x", false, "a"}});
  CHECK(text.find("x (perhaps new)") != std::string::npos);
}

TEST_CASE("the list of repositories is bounded") {
  Repositories now;
  for (int i = 0; i < 1000; ++i) now.push_back({"r" + std::to_string(i), false, "a"});
  const std::string text = uncommitted_repositories_warning("1.1", Repositories(), now);
  CHECK(text.find("r9 (new) and 990 more; ") != std::string::npos);
}
