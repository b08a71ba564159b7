#include "milepost/base/file.hpp"

#include "commands.hpp"
#include "run_session.hpp"

namespace milepost {

ExitCode run_command(App& app, const Invocation& invocation) {
  return run_session(app, invocation, {});
}

ExitCode task_command(App& app, const Invocation& invocation) {
  RunRequest request;
  request.only = TaskId(invocation.arguments[1]);
  request.guidance = invocation.value("guidance").value_or("");
  return run_session(app, invocation, request);
}

ExitCode resume_command(App& app, const Invocation& invocation) {
  RunRequest request;
  request.resume = true;
  request.answer = invocation.value("answer");
  if (request.answer && request.answer->starts_with('@'))
    request.answer = read_file(request.answer->substr(1));
  return run_session(app, invocation, request);
}

}  // namespace milepost
