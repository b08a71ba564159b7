#include "milepost/base/text.hpp"

#include "support/scratch_dir.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

// The include direction of the modules, against the table in docs/ARCHITECTURE.md.

using namespace milepost;
namespace fs = std::filesystem;

namespace {

const fs::path k_source = MILEPOST_SOURCE_DIR;
const std::vector<std::string> k_heavy = {"boost/", "nlohmann/", "yaml-cpp/", "spdlog/", "fmt/", "openssl/"};

struct Layers {
  std::vector<std::string> order;  // from the top of the table down
  std::map<std::string, std::set<std::string>> allowed;
};

/// "`plan`" → "plan".
std::string plain(std::string_view cell) {
  std::string text(trim(cell));
  std::erase(text, '`');
  return text;
}

Layers read_table(const std::string& markdown) {
  Layers layers;
  for (const std::string_view line : lines_of(markdown)) {
    const auto cells = split(line, '|');
    if (cells.size() != 5 || !trim(cells[1]).starts_with('`')) continue;
    const std::string module = plain(cells[1]);
    std::set<std::string>& allowed = layers.allowed[module];
    for (const std::string_view part : split(cells[3], ',')) {
      const std::string name = plain(part);
      if (name == "all above")
        allowed.insert(layers.order.begin(), layers.order.end());
      else if (name != "standard library")
        allowed.insert(name);
    }
    layers.order.push_back(module);
  }
  return layers;
}

struct Include {
  int line = 0;
  bool quoted = false;
  std::string path;
};

std::vector<Include> includes_of(const fs::path& file) {
  std::vector<Include> includes;
  int number = 0;
  const std::string text = test::slurp(file);
  for (const std::string_view line : lines_of(text)) {
    ++number;
    std::string_view rest = trim(line);
    if (!rest.starts_with('#')) continue;
    rest = trim(rest.substr(1));
    if (!rest.starts_with("include")) continue;
    rest = trim(rest.substr(7));
    const std::size_t end = rest.find_first_of(">\"", 1);
    if (end == std::string_view::npos) continue;
    includes.push_back({number, rest[0] == '"', std::string(rest.substr(1, end - 1))});
  }
  return includes;
}

/// Everything wrong with one file's includes, as "file:line: words".
std::vector<std::string> faults_of(const fs::path& file, const std::string& module, bool is_public,
                                   const Layers& layers) {
  std::vector<std::string> faults;
  for (const Include& include : includes_of(file)) {
    const auto fault = [&](const std::string& words) {
      faults.push_back(file.string() + ":" + std::to_string(include.line) + ": " + words);
    };
    const bool only_declares = include.path == "nlohmann/json_fwd.hpp";
    if (is_public && !only_declares &&
        std::any_of(k_heavy.begin(), k_heavy.end(),
                    [&](const std::string& heavy) { return include.path.starts_with(heavy); })) {
      fault("a public header includes the heavy <" + include.path + ">; include it in the .cpp");
    }
    const auto parts = split(include.path, '/');
    const bool of_a_module =
        include.quoted && parts.size() > 1 && layers.allowed.contains(std::string(parts[0]));
    if (parts[0] == "milepost" || of_a_module) {  // public, or private as seen from src/
      const std::string target(of_a_module ? parts[0] : parts[1]);
      if (target != module && !layers.allowed.at(module).contains(target)) {
        fault(module + " may not include " + target + " (docs/ARCHITECTURE.md, table of modules)");
      }
    } else if (include.quoted && (is_public || include.path.find("..") != std::string::npos ||
                                  !fs::exists(file.parent_path() / include.path))) {
      fault("\"" + include.path + "\" is not a header of the module's own; write \"milepost/MODULE/…\"");
    }
  }
  return faults;
}

std::vector<std::string> faults_below(const fs::path& top, bool is_public, const Layers& layers, int& files) {
  std::vector<std::string> faults;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const fs::path extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".hpp" && extension != ".cpp" && extension != ".h"))
      continue;
    ++files;
    const std::string module = fs::relative(entry.path(), top).begin()->string();
    if (!layers.allowed.contains(module)) {
      faults.push_back(entry.path().string() + ": module '" + module + "' is not in docs/ARCHITECTURE.md");
      continue;
    }
    for (std::string& fault : faults_of(entry.path(), module, is_public, layers))
      faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace

TEST_CASE("the table of modules names only rows above a row") {
  const Layers layers = read_table(test::slurp(k_source / "docs/ARCHITECTURE.md"));
  REQUIRE(layers.order.size() >= 15);
  std::set<std::string> above;
  for (const std::string& module : layers.order) {
    for (const std::string& allowed : layers.allowed.at(module)) {
      CAPTURE(module);
      CAPTURE(allowed);
      CHECK(above.contains(allowed));
    }
    CHECK(above.insert(module).second);
  }
}

TEST_CASE("includes go only where the table of modules allows") {
  const Layers layers = read_table(test::slurp(k_source / "docs/ARCHITECTURE.md"));
  int files = 0;
  std::vector<std::string> faults =
      faults_below(k_source / "include/milepost", /*is_public=*/true, layers, files);
  for (std::string& fault : faults_below(k_source / "src", /*is_public=*/false, layers, files)) {
    faults.push_back(std::move(fault));
  }
  CHECK(files > 60);
  CHECK_MESSAGE(faults.empty(), join(faults, "\n"));
}

TEST_CASE("a wrong include is found with its line") {
  const test::ScratchDir scratch;
  const Layers layers =
      read_table("| `base` | x | standard library |\n| `plan` | x | base |\n| `cli` | x | all above |\n");
  int files = 0;
  const auto faults_with = [&](const char* name, const char* text, bool is_public) {
    fs::remove_all(scratch / "top");
    scratch.write(std::string("top/") + name, text);
    return faults_below(scratch / "top", is_public, layers, files);
  };
  CHECK(faults_with("plan/a.cpp", "#include \"milepost/base/x.hpp\"\n#include <nlohmann/json.hpp>\n", false)
            .empty());
  CHECK(faults_with("cli/a.cpp", "#include \"milepost/plan/x.hpp\"\n", false).empty());
  CHECK(faults_with("base/a.cpp", "\n#  include \"milepost/plan/x.hpp\"\n", false) ==
        std::vector<std::string>{(scratch / "top/base/a.cpp").string() +
                                 ":2: base may not include plan (docs/ARCHITECTURE.md, table of modules)"});
  CHECK(faults_with("plan/a.cpp", "#include \"plan/x.hpp\"\n", false).empty());
  CHECK(faults_with("base/a.cpp", "#include \"plan/x.hpp\"\n", false).size() == 1);
  CHECK(faults_with("plan/a.hpp", "#include <nlohmann/json.hpp>\n", true).size() == 1);
  CHECK(faults_with("plan/a.cpp", "#include \"../base/x.hpp\"\n", false).size() == 1);
  CHECK(faults_with("plan/a.cpp", "#include \"missing.hpp\"\n", false).size() == 1);
  CHECK(faults_with("colour/a.cpp", "", false).size() == 1);
}
