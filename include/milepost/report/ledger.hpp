#pragma once

#include "milepost/plan/plan.hpp"
#include "milepost/verify/evidence.hpp"

#include <string>
#include <vector>

namespace milepost {

/// "12 passed, 1 failed, 3 for a person"; "nothing to check" for an empty list.
std::string ledger_counts(const std::vector<Evidence>& evidence);

/// The checks of a plan for a person: a line each, below it what was found and the id of one that did not
/// pass (of every one when `all_ids`), and a last line with the counts. Printable.
std::string ledger_text(const std::vector<Evidence>& evidence, bool all_ids);

/// The same as JSON: `plan`, `id`, `verdict` (overall) and `checks`, each as `evidence` of
/// docs/report.schema.json.
std::string ledger_json(const Plan& plan, const std::vector<Evidence>& evidence);

}  // namespace milepost
