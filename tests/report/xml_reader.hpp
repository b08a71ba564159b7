#pragma once

#include "support/scratch_dir.hpp"

#include <sys/wait.h>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <string>

namespace milepost::test {

/// The elements of an XML text as a strict parser (expat, by Python) sees them, in order: {"tag": …,
/// attributes…, "text": …}. Fails the case when the text is not well formed.
inline nlohmann::json read_xml(const std::string& text) {
  const ScratchDir scratch;
  const auto file = scratch.write("file.xml", text), out = scratch / "out.json";
  const std::string program =
      "import sys, json, xml.etree.ElementTree as tree\n"
      "root = tree.parse(sys.argv[1]).getroot()\n"
      "print(json.dumps([dict(node.attrib, tag=node.tag, text=node.text or '') for node in root.iter()]))\n";
  const auto script = scratch.write("read.py", program);
  const int status = std::system(
      ("python3 '" + script.string() + "' '" + file.string() + "' > '" + out.string() + "'").c_str());
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return nlohmann::json::parse(slurp(out));
}

}  // namespace milepost::test
