#pragma once

#include "milepost/cli/app.hpp"
#include "milepost/plan/plan.hpp"
#include "milepost/run/orchestrator.hpp"

#include <optional>
#include <string>

namespace milepost {

/// Asks on the terminal with the question's options, again for a number that is of none; empty when this
/// process may not ask.
Orchestrator::Ask terminal_asker(const App& app);

/// The text of --answer, from its file for "@FILE". Throws UsageError for an empty one and a file that cannot
/// be read.
std::optional<std::string> given_answer(const Invocation& invocation);

/// Throws UsageError naming the options when the run's open question has some and the answer is a number of
/// none.
void check_answer(const RunState& state, const std::string& answer);

/// Records the answer to the open question of a resumed run: the given one, or asked for on a terminal.
/// Throws UsageError when there is a question and no answer, or an answer and no question.
void answer_open_question(const App& app, Orchestrator& orchestrator,
                          const std::optional<std::string>& answer, const Plan& plan);

/// One line from the terminal; nothing at end of file or on a stop.
std::optional<std::string> read_line(const App& app, const std::string& prompt);

}  // namespace milepost
