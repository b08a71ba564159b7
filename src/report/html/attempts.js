const attemptReasons = {first: "first", retry: "with what went wrong", answer: "with the answer", resume: "going on after a stop",
                        check: "checks before any work", fix: "mending what the scenario showed", again: "the scenario once more",
                        failover: "another harness takes over"};

function attemptPart(task, attempt, name) {
  const seen = attemptLook(attempt);
  const prompt = block("prompt-" + name), denied = block("denied-" + name);
  const facts = [attempt.harness, attemptReasons[attempt.reason] || attempt.reason, duration(attempt.duration_ms), tokens(attempt.usage),
                 attempt.usage.cost_usd === null ? "cost unknown" : cost(attempt.usage)].filter(Boolean);
  return el("div", {class: "attempt"},
      el("h3", null, "Attempt " + attempt.number, " ", pill(seen.tone, seen.words)), el("p", {class: "soft"}, facts.join(" · ")),
      attempt.detail ? el("p", {class: "soft"}, attempt.detail) : null,
      attempt.question && !isShown(task, attempt.question) ? question(attempt.question) : null,
      attempt.decisions.length ? [el("h4", null, "Decisions"), el("ul", null, attempt.decisions.map((text) => el("li", null, text)))] : null,
      denied ? [el("h4", null, "Denied to the agent"), el("ul", null, denied.map((text) => el("li", {class: "mono ask"}, text)))] : null,
      attempt.scenario ? scenarioPart(attempt.scenario) : null,
      evidenceParts(attempt.evidence),
      tokens(attempt.review_usage) ? el("p", {class: "soft"}, "The reviewer used " + tokens(attempt.review_usage) + " · " + cost(attempt.review_usage)) : null,
      prompt ? fold("Prompt", () => el("pre", null, prompt)) : null,
      document.getElementById("log-" + name) ? fold("What the agent did", () => logPart(name)) : null,
      attempt.session_id ? el("p", {class: "soft mono"}, "session " + attempt.session_id) : null);
}

// The agent may be done with work that its checks refuse.
function attemptLook(attempt) {
  if (!attempt.outcome) return {tone: "bad", words: "cut off"};
  if (attempt.outcome === "completed" && attempt.verdict === "failed") return {tone: "bad", words: "checks failed"};
  if (attempt.outcome === "completed" && attempt.verdict === "infra_error") return {tone: "bad", words: "checks could not run"};
  if (["overloaded", "rate_limited"].includes(attempt.result)) return {tone: "bad", words: "the service failed"};
  return look(attempt.outcome);
}

// Whether the task's own questions have it already.
function isShown(task, asked) {
  return task.answered.map((each) => each.question).concat(task.question || []).some((shown) => shown.text === asked.text);
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
    return checks.length ? [el("h4", null, heading, el("span", {class: "soft"}, " · " + passed + " of " + checks.length + " passed")),
                            checks.map(checkPart)] : null;
  });
}

// The agent's own report of a scenario; what milepost checked itself stands below it.
function scenarioPart(scenario) {
  const tone = {passed: "good", failed: "bad"}[scenario.status] || "ask";
  return [el("h4", null, "Scenario, as the agent reports it"),
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
