#pragma once

#include "arguments.hpp"

#include <sys/types.h>

namespace milepost::test {

/// Makes this process, which must have one thread, the parent of a container: its next child is process 1 of
/// a new process namespace, in a user namespace of its own when this is not root. Throws std::system_error
/// where the kernel refuses.
void enter_namespaces();

/// In that child: a mount namespace of its own. Throws like the one above.
void own_mounts();

/// Then, over /tmp: an empty root with its /proc. Throws in the same way.
void make_empty_root();

/// In that child: builds the root file system of a container (this machine's programs read-only, the mounts,
/// a /tmp in memory), and becomes the entrypoint with the standard streams as they are. Returns never; what
/// goes wrong is told on standard error.
[[noreturn]] void become(const RunArguments& run);

}  // namespace milepost::test
