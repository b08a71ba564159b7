#pragma once

#include "milepost/container/engine.hpp"

#include "support/scratch_dir.hpp"

#include <filesystem>
#include <string>

namespace milepost::test {

/// A bash script that plays an engine's client. `body` sees the verb in $verb, its arguments in "$@", a
/// directory for its state in $dir and the real supervisor's path in $supervisor; what it does not answer
/// ends with status 0. Every call is noted, one line each, in the file "calls".
class FakeEngine {
 public:
  FakeEngine(const ScratchDir& scratch, const std::string& body, const std::string& name = "docker") {
    client_ = scratch.write(name, "#!/bin/bash\ndir='" + scratch.path().string() + "'\nsupervisor='" +
                                      MILEPOST_TEST_SUPERVISOR +
                                      "'\necho \"$*\" >> \"$dir/calls\"\nverb=$1; shift\n" + body + "\n");
    std::filesystem::permissions(client_, std::filesystem::perms::owner_all);
    calls_ = scratch / "calls";
  }
  const std::filesystem::path& client() const { return client_; }
  ContainerEngine engine() const { return ContainerEngine(EngineKind::docker, client_); }
  std::string calls() const { return slurp(calls_); }
  /// How many calls began with these words.
  int count(const std::string& words) const {
    int found = 0;
    const std::string text = "\n" + calls();
    for (std::size_t at = 0; (at = text.find("\n" + words, at)) != std::string::npos; ++at) ++found;
    return found;
  }

 private:
  std::filesystem::path client_, calls_;
};

}  // namespace milepost::test
