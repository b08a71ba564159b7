#include "run_phase.hpp"

#include "milepost/base/error.hpp"
#include "milepost/base/file.hpp"
#include "milepost/base/json.hpp"
#include "milepost/base/sha256.hpp"
#include "milepost/base/text.hpp"
#include "milepost/workspace/safe_file.hpp"
#include "milepost/workspace/shadow_git.hpp"

#include "phase_course.hpp"
#include "phase_listing.hpp"
#include "run_choice.hpp"
#include "run_session.hpp"
#include "terminal_question.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <map>

namespace milepost {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t k_most_plan_bytes = 16u << 20;

std::optional<double> wave_of(const Invocation& invocation) {
  const auto text = invocation.value("wave");
  if (!text) return {};
  double wave = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), wave);
  if (error != std::errc() || end != text->data() + text->size())
    throw UsageError("--wave " + one_line(*text, 40) + ": expected a number", "such as --wave 2");
  return wave;
}

/// The run of an open plan that goes on, if there is one. One that did nothing worth keeping for another text
/// of the plan is begun anew.
std::optional<RunSummary> unfinished_run(const RunStore& store, const Plan& plan, bool with_answer) {
  const std::vector<RunSummary> runs = runs_of_plan(store, plan.path);
  const RunSummary* run = run_to_resume(runs, with_answer);
  if (run == nullptr) return {};
  const RunState& state = *run->state;
  const bool worth_keeping = state.count(Outcome::completed) > 0 || state.count(Outcome::needs_human) > 0;
  const bool same_plan = state.started.plan_sha256 == plan.sha256;
  return worth_keeping || same_plan ? std::optional(*run) : std::nullopt;
}

bool has_question(const RunSummary& run) {
  return unfinished(*run.state) && run.state->count(Outcome::needs_human) > 0;
}

/// Work on a plan that no run of this repository did: a person says what it is worth.
void check_foreign_commits(const App& app, const Phase& phase, const PhaseCourse& course) {
  const CodeFolder folder = app.code_folder();
  const RunStore store = app.store(folder);
  const ShadowGit git(folder, store.shadow_git(), {.stop = app.stop()});
  for (std::size_t i = 0; i < phase.plans.size(); ++i) {
    const PhasePlan& item = phase.plans[i];
    if (course.plans()[i].standing != PlanStanding::waiting || store.latest(item.plan.path)) continue;
    const std::vector<std::string> commits = git.commits_naming("(" + item.plan.id + ")");
    if (commits.empty()) continue;
    throw Error(ExitCode::needs_human,
                "commits name plan " + item.plan.id +
                    ", but it has no summary and no run: " + one_line(join(commits, "; "), 300),
                "if it is done, write " + item.summary +
                    "; to do it again, run with --force; to leave it out, " + "move the plan away");
  }
}

/// Plans lie where the agent of an earlier plan may write: one that changed since the phase was read waits
/// for a person.
bool changed_meanwhile(const App& app, const Plan& plan) {
  std::error_code error;
  const fs::path root = app.code_folder().root;
  const fs::path path = fs::weakly_canonical(app.start_directory / plan.path, error);
  const fs::path below = path.lexically_relative(root);
  if (error || below.empty() || *below.begin() == "..")
    return sha256_hex(read_file(plan.path)) != plan.sha256;
  const auto text = read_beneath(root, below, k_most_plan_bytes);
  return !text || sha256_hex(*text) != plan.sha256;
}

/// The command line of one plan.
Invocation invocation_of(const Invocation& phase, const Plan& plan) {
  Invocation one = phase;
  one.arguments = {plan.path};
  for (const char* name : {"wave", "gaps-only", "force"}) one.options.erase(name);
  if (const auto reports = phase.value("report-dir"))
    one.options["report-dir"] = {(fs::path(*reports) / plan.id).string()};
  return one;
}

class PhaseRun {
 public:
  PhaseRun(App& app, const Invocation& invocation, Phase phase, std::optional<std::string> answer,
           std::string answered)
      : app_(app),
        invocation_(invocation),
        phase_(std::move(phase)),
        course_(phase_, {wave_of(invocation), invocation.has("gaps-only"), invocation.has("force")}),
        answer_(std::move(answer)),
        answered_(std::move(answered)) {}

  ExitCode run() {
    if (!invocation_.has("force")) check_foreign_commits(app_, phase_, course_);
    while (const auto place = course_.next()) {
      const Plan& plan = phase_.plans[*place].plan;
      if (invocation_.has("explain")) return run_session(app_, invocation_of(invocation_, plan), {});
      run_plan(*place);
      if (app_.stop().stop_requested()) course_.stop();
    }
    const ExitCode code =
        app_.signals.signal() ? exit_code_of_signal(app_.signals.signal()) : course_.exit_code();
    if (app_.json)
      app_.print(result_line(code));
    else
      app_.say("\n" + table());
    return code;
  }

 private:
  void run_plan(std::size_t place) {
    const Plan& plan = phase_.plans[place].plan;
    try {
      if (changed_meanwhile(app_, plan)) {
        course_.ended(ExitCode::needs_human,
                      "the plan was changed while the phase ran; read it, then resume");
        return;
      }
      const bool answers = plan.id == answered_;
      const auto earlier = invocation_.has("fresh")
                               ? std::optional<RunSummary>()
                               : unfinished_run(app_.store(app_.code_folder()), plan, answers);
      app_.say("\nplan " + plan.id + " (" + std::to_string(place + 1) + " of " +
               std::to_string(phase_.plans.size()) + ", wave " + wave_text(phase_.plans[place].wave) +
               "): " + one_line(plan.title, 100));
      if (earlier) app_.say("its run " + earlier->id.value + " goes on");
      RunRequest request;
      request.resume = earlier.has_value();
      if (answers) request.answer = answer_;
      course_.ended(run_session(app_, invocation_of(invocation_, plan), request));
    } catch (const Stopped& stopped) {
      course_.ended(stopped.exit_code(), "stopped by a signal");
    } catch (const Error& error) {
      app_.complain("milepost: " + std::string(error.what()) +
                    (error.next_step().empty() ? "" : "\n  next: " + error.next_step()));
      course_.ended(error.exit_code(), error.what());
    }
  }

  std::string word_of(std::size_t place) const {
    const PlanCourse& course = course_.plans()[place];
    if (course.standing == PlanStanding::ended) return std::string(name_of(course.code));
    if (course.standing == PlanStanding::waiting) return "not reached";
    return std::string(to_string(course.standing));
  }

  std::string table() const {
    std::string text = phase_listing(phase_, [this](const PhasePlan& item) {
      return word_of(static_cast<std::size_t>(&item - phase_.plans.data()));
    });
    for (std::size_t i = 0; i < phase_.plans.size(); ++i) {
      const PlanCourse& course = course_.plans()[i];
      if (!course.why.empty())
        text += "  " + phase_.plans[i].plan.id + " " + word_of(i) + ": " + one_line(course.why, 300) + "\n";
    }
    return text;
  }

  std::string result_line(ExitCode code) const {
    nlohmann::ordered_json line = {
        {"event", "phase_result"},
        {"phase", phase_.name},
        {"path", phase_.path},
        {"status", code == ExitCode::ok ? "completed" : std::string(name_of(code))},
        {"exit_code", static_cast<int>(code)}};
    line["plans"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < phase_.plans.size(); ++i) {
      const PlanCourse& course = course_.plans()[i];
      line["plans"].push_back(
          {{"id", phase_.plans[i].plan.id},
           {"outcome", to_string(course.standing)},
           {"exit_code", course.standing == PlanStanding::ended || course.standing == PlanStanding::passed
                             ? nlohmann::ordered_json(static_cast<int>(course.code))
                             : nlohmann::ordered_json(nullptr)},
           {"reason", course.why}});
    }
    return to_json_text(line, JsonForm::line);
  }

  App& app_;
  const Invocation& invocation_;
  const Phase phase_;
  PhaseCourse course_;
  std::optional<std::string> answer_;
  std::string answered_;  ///< the id of the plan that the answer is for
};

Phase open_phase(const App& app, const Invocation& invocation) {
  Phase phase = read_phase(invocation.arguments.front());
  for (const std::string& diagnostic :
       phase_diagnostics(phase, app.verbose ? Severity::note : Severity::warning))
    app.say(diagnostic);
  return phase;
}

}  // namespace

ExitCode run_phase(App& app, const Invocation& invocation) {
  return PhaseRun(app, invocation, open_phase(app, invocation), {}, {}).run();
}

ExitCode resume_phase(App& app, const Invocation& invocation) {
  Phase phase = open_phase(app, invocation);
  const RunStore store = app.store(app.code_folder());
  auto answer = given_answer(invocation);
  bool any_run = false;
  std::vector<std::string> asking;
  std::vector<std::string> asking_paths;
  for (const PhasePlan& item : phase.plans) {
    if (item.done) continue;
    const auto run = unfinished_run(store, item.plan, answer.has_value());
    any_run = any_run || run || store.latest(item.plan.path);
    if (!run || !has_question(*run)) continue;
    asking.push_back(item.plan.id);
    asking_paths.push_back(item.plan.path);
  }
  const std::string quoted = shell_quote(phase.path);
  if (!any_run)
    throw UsageError("no open plan of " + phase.path + " has a run to resume", "milepost run " + quoted);
  if (answer && asking.size() != 1)
    throw UsageError(asking.empty() ? "no plan of " + phase.path + " has an open question"
                                    : "several plans have an open question: " + join(asking, ", "),
                     asking.empty() ? "milepost resume " + quoted + " without --answer"
                                    : "answer each: milepost resume " + shell_quote(asking_paths.front()) +
                                          " --answer TEXT");
  return PhaseRun(app, invocation, std::move(phase), std::move(answer), asking.empty() ? "" : asking.front())
      .run();
}

}  // namespace milepost
