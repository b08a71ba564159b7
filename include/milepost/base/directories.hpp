#pragma once

#include <filesystem>

namespace milepost {

/// Where milepost keeps things on the host; nothing of it is ever inside a code folder.
struct Directories {
  std::filesystem::path state;   ///< $XDG_STATE_HOME/milepost or ~/.local/state/milepost: runs, locks, lock
                                 ///< file of the harnesses
  std::filesystem::path config;  ///< $XDG_CONFIG_HOME/milepost or ~/.config/milepost

  /// From the environment. Throws EnvironmentError when neither the XDG variable nor HOME is an absolute
  /// path.
  static Directories from_environment();
};

/// Where the programs and data files of this installation are.
struct Installation {
  std::filesystem::path container_programs;  ///< holds milepost-supervisor and its fellows; mounted read-only
  std::filesystem::path deploy;              ///< holds coding-agent/Dockerfile

  /// Beside the running executable: an installed tree (PREFIX/lib/milepost, PREFIX/share/milepost/deploy) or
  /// a build tree; MILEPOST_LIBEXEC and MILEPOST_DEPLOY win. Throws EnvironmentError naming what was looked
  /// for.
  static Installation locate();
};

}  // namespace milepost
