function showHead() {
  const report = run.report;
  const exit = report.exit;
  const tone = !exit ? "run" : exit.code === 0 ? "good" : exit.code === 4 || exit.code === 5 ? "ask" : "bad";
  put("head",
      el("p", {class: "eyebrow"}, "Milestone ", el("span", {class: "mono"}, report.plan.id), " · ",
         [report.harness, report.model, report.branch].filter(Boolean).join(" · "), " · ", moment(report.started_at), " ",
         pill(tone, report.status.replace(/_/g, " "))),
      el("h1", null, report.plan.title || report.plan.id),
      exit && exit.detail ? el("p", {class: "soft"}, exit.detail) : null, figures(report), progress(report), openQuestions());
}

function figures(report) {
  const usage = report.usage;
  const known = usage.input_tokens !== null || usage.output_tokens !== null;
  const checks = tasks.flatMap((task) => task.attempts).flatMap((attempt) => attempt.evidence);
  const passed = checks.filter((check) => check.verdict === "passed").length;
  const attempts = tasks.reduce((sum, task) => sum + task.attempts.length, 0);
  const rows = [
    [plural(attempts, "attempt") + " in all", report.counts.completed + " of " + report.counts.total + " tasks"],
    ["agents and checks at work", duration(report.duration_ms)],
    [{reported: "cost, as reported", estimated: "cost, partly estimated", unknown: "cost"}[usage.cost], usage.cost_usd === null ? "unknown" : cost(usage)],
    ["tokens" + (usage.cached_tokens ? ", and " + short(usage.cached_tokens) + " from the cache" : ""),
     known ? short(usage.input_tokens || 0) + " in, " + short(usage.output_tokens || 0) + " out" : "unknown"],
    ["checks passed", checks.length ? passed + " of " + checks.length : "none"]
  ];
  return el("dl", {class: "figures"},
            rows.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));
}

function progress(report) {
  const bar = el("div", {class: "progress", "aria-hidden": "true"});
  for (const outcome of ["completed", "running", "needs_human", "limit", "failed", "infra", "skipped", "pending"]) {
    const part = el("i", {class: look(outcome).tone});
    part.style.width = (100 * report.counts[outcome] / Math.max(1, report.counts.total)) + "%";
    bar.append(part);
  }
  return bar;
}

// What waits for whoever reads this stands before everything else.
function openQuestions() {
  return tasks.filter((task) => task.question).map((task) => el("div", {class: "quote open"},
      el("p", null, el("strong", null, "Waits for a person"), " · ", taskLink(task), " ", task.title), questionText(task.question)));
}

function showTools() {
  const root = document.documentElement;
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = el("button", {type: "button", "aria-label": "Light or dark colours", onclick: () => {
    root.dataset.theme = dark() ? "light" : "dark";
    theme.textContent = dark() ? "Light" : "Dark";
  }}, dark() ? "Light" : "Dark");
  const parts = [["timeline", "Timeline"], ["graph", "Order"], ["costs", "Cost"], ["tasks", "Tasks"], ["notes", "About"]];
  put("tools", el("div", null,
      parts.map(([id, name]) => el("a", {href: "#" + id}, name)),
      el("input", {type: "search", id: "search", placeholder: "Search tasks and logs", "aria-label": "Search tasks and logs"}),
      theme));
}
