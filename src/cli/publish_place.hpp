#pragma once

#include "milepost/state/run_event.hpp"
#include "milepost/workspace/publisher.hpp"

#include <string>

namespace milepost {

/// What a command line or a run says about where its branch goes.
struct PublishWish {
  std::string remote, base;  ///< a name, of the remote also a URL; "": as the repository has it
  RunStarted started = {};   ///< of the run; empty before there is one
};

/// The branch of HEAD and where it goes.
struct PublishBranch {
  std::string name, commit;
  PushTarget target;
};

/// Throws UsageError when HEAD is on no branch, and when there is no remote that can be used or it leads
/// somewhere else than when the run began.
PublishBranch publish_branch(const Publisher& publisher, const PublishWish& wish);

/// The branch to merge into: that of the wish, else the one that the run started on, else the remote's own,
/// which is asked for. Throws UsageError when that is the branch itself, InfraError when the remote does not
/// answer.
std::string base_branch(const Publisher& publisher, const PublishWish& wish, const PublishBranch& branch);

}  // namespace milepost
