const taskNodes = new Map();

function showTasks() {
  const holder = document.getElementById("tasks");
  holder.append(el("h2", {id: "tasks-h"}, "Tasks"), el("p", {id: "found", class: "soft", role: "status"}));
  for (const task of tasks) {
    const seen = look(task.outcome);
    const figure = task.attempts.length ? duration(task.duration_ms) + (task.usage.cost_usd === null ? "" : " · " + money(task.usage.cost_usd)) : "";
    const node = el("details", {class: "task", id: taskId(task)},
                    el("summary", null, el("span", {class: seen.tone, "aria-hidden": "true"}, seen.sign),
                       el("span", {class: "title"}, el("span", {class: "mono soft"}, task.id), "  ", task.title),
                       el("span", {class: "soft figure"}, figure), pill(seen.tone, seen.words)));
    node.addEventListener("toggle", () => {
      if (node.open && node.children.length === 1) node.append(taskBody(task));
    });
    taskNodes.set(task, node);
    holder.append(node);
  }
}

function openTask(task) {
  const node = taskNodes.get(task);
  node.hidden = false;
  node.open = true;
}

function taskBody(task) {
  const index = tasks.indexOf(task);
  const patch = block("diff-" + index);
  const body = el("div", {class: "body"},
      task.detail && task.outcome !== "completed" ? el("p", {class: look(task.outcome).tone}, task.detail) : null,
      task.summary ? [el("h3", null, "Summary (the agent's words)"), el("p", {class: "said"}, task.summary)] : null,
      task.answered.map((each) => [question(each.question), el("div", {class: "quote answer"}, "Answer: " + each.answer)]),
      task.question ? question(task.question) : null,
      task.commit ? el("p", null, "Commit ", el("span", {class: "mono"}, task.commit.slice(0, 12)), " · " + plural(task.paths.length, "file")) : null,
      task.swept.length ? el("p", {class: "ask"}, "The commit also has earlier uncommitted changes in " + task.swept.join(", ")) : null,
      task.paths.length ? fold("Files", () => el("ul", null, task.paths.map((path) => el("li", {class: "mono"}, path)))) : null,
      patch ? fold("Diff", () => diff(patch)) : null,
      task.attempts.map((attempt, number) => attemptPart(attempt, index + "-" + number)));
  if (!task.attempts.length) body.append(el("p", {class: "soft"}, "No attempt was made."));
  return body;
}

function question(asked) {
  return el("div", {class: "quote"}, asked.text, asked.options.length ? el("ul", null, asked.options.map((option) => el("li", null, option))) : null,
            asked.recommendation ? el("p", {class: "soft"}, "The agent recommends: " + asked.recommendation) : null);
}

function attemptPart(attempt, name) {
  const seen = attempt.outcome ? look(attempt.outcome) : {tone: "bad", words: "cut off"};
  const reasons = {first: "first", retry: "with what went wrong", answer: "with the answer", resume: "going on after a stop",
                   check: "checks before any work", fix: "mending what the scenario showed", again: "the scenario once more"};
  const prompt = block("prompt-" + name);
  return el("div", {class: "attempt"},
      el("p", null, el("strong", null, "Attempt " + attempt.number), el("span", {class: "soft"}, " · " + (reasons[attempt.reason] || attempt.reason) +
         " · " + duration(attempt.duration_ms) + " · " + money(attempt.usage.cost_usd) + " · "), pill(seen.tone, seen.words)),
      attempt.detail ? el("p", {class: "soft"}, attempt.detail) : null,
      attempt.question ? question(attempt.question) : null,
      attempt.decisions.length ? [el("h3", null, "Decisions"), el("ul", null, attempt.decisions.map((text) => el("li", null, text)))] : null,
      attempt.scenario ? scenarioPart(attempt.scenario) : null,
      evidenceParts(attempt.evidence),
      prompt ? fold("Prompt", () => el("pre", null, prompt)) : null,
      document.getElementById("log-" + name) ? fold("What the agent did", () => logPart(name)) : null,
      attempt.session_id ? el("p", {class: "soft mono"}, "session " + attempt.session_id) : null);
}

// What a person looks for under its own heading; a kind that is not known yet comes last, under its name.
const checkHeadings = [["command", "Verification"], ["e2e", "End-to-end scenario"], ["artifact", "Must-haves: files"],
                       ["key_link", "Must-haves: links"], ["truth", "Must-haves: truths"], ["review", "Second opinion"]];

function evidenceParts(evidence) {
  const known = new Map(checkHeadings);
  for (const check of evidence) if (!known.has(check.kind)) known.set(check.kind, check.kind);
  return [...known].map(([kind, heading]) => {
    const checks = evidence.filter((check) => check.kind === kind);
    const passed = checks.filter((check) => check.verdict === "passed").length;
    return checks.length ? [el("h3", null, heading, el("span", {class: "soft"}, " · " + passed + " of " + checks.length + " passed")),
                            checks.map(checkPart)] : null;
  });
}

// The agent's own report of a scenario; what milepost checked itself stands below it.
function scenarioPart(scenario) {
  const tone = {passed: "good", failed: "bad"}[scenario.status] || "ask";
  return [el("h3", null, "Scenario, as the agent reports it"),
          el("p", null, pill(tone, scenario.status), scenario.status === "failed" ? el("span", {class: "soft"}, scenario.fixable ? " can be mended here" : " cannot be mended here") : null),
          scenario.diagnosis ? el("div", {class: "quote"}, scenario.diagnosis) : null,
          scenario.fix_plan ? [el("p", {class: "soft"}, "Plan to mend it"), el("div", {class: "quote"}, scenario.fix_plan)] : null];
}

function checkPart(check) {
  const tone = {passed: "good", failed: "bad", infra_error: "bad"}[check.verdict] || "ask";
  const facts = [check.detail, duration(check.duration_ms), check.source, check.output_bytes ? check.output_bytes.toLocaleString("en") + " bytes of output" : "",
                 check.output_sha256 ? "sha256 " + check.output_sha256.slice(0, 16) + "…" : ""];
  return el("div", {class: "ledger"}, pill(tone, check.verdict.replace(/_/g, " ")), " ", el("span", {class: "mono"}, check.command),
            el("div", {class: "soft"}, facts.filter(Boolean).join(" · ")),
            check.output ? fold("Output", () => el("pre", null, check.output), {open: false}) : null);
}

function diff(text) {
  const holder = el("pre", {class: "diff"});
  const kind = (line) => /^(diff |\+\+\+ |--- |index )/.test(line) ? "file" : line.startsWith("@@") ? "hunk"
      : line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "";
  return inPieces(text.trimEnd().split("\n"), 2000, (line) => el("span", {class: kind(line)}, line), holder);
}
