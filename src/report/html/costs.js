function showCosts() {
  const begun = tasks.filter((task) => task.attempts.length);
  if (!begun.length) return;
  const most = Math.max(...begun.map((task) => task.usage.cost_usd || 0));
  const row = (task) => {
    const bar = el("span", {class: "bar", "aria-hidden": "true"});
    bar.style.width = most ? Math.max(1, 100 * (task.usage.cost_usd || 0) / most) + "%" : "0";
    return costRow([taskLink(task), " ", task.title, most ? bar : null], task.attempts.length, task.duration_ms, task.usage);
  };
  const estimated = begun.some((task) => task.usage.cost === "estimated"), unknown = begun.some((task) => task.usage.cost === "unknown");
  put("costs", el("h2", {id: "costs-h"}, "Cost and tokens"),
      el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Cost and tokens"},
         el("table", {"aria-label": "Cost and tokens by task"}, costHead("task"), el("tbody", null, begun.map(row)),
            el("tfoot", null, costRow("all tasks", begun.reduce((sum, task) => sum + task.attempts.length, 0), run.report.duration_ms, run.report.usage)))),
      costsByHarness(),
      el("p", {class: "legend"}, "“In” is without cached tokens; “cached” were read from the cache or written to it.",
         estimated ? " “About”: the harness told no cost, so it is estimated from tokens and list prices." : null,
         unknown ? " “–” is unknown, not nothing." : null));
}

function costHead(first) {
  const heads = [["", first], ["num wide", "attempts"], ["num long", "time"], ["num long", "cost"], ["num wide", "tokens in"],
                 ["num wide", "cached"], ["num wide", "out"], ["num wide", "turns"]];
  return el("thead", null, el("tr", null, heads.map(([kind, name]) => el("th", {class: kind, scope: "col"}, name))));
}

function costRow(name, attempts, ms, usage) {
  const cells = [["num wide", attempts === null ? "" : String(attempts)], ["num", ms === null ? "" : duration(ms)], ["num", cost(usage)],
                 ["num wide", amount(usage.input_tokens)], ["num wide", amount(usage.cached_tokens)], ["num wide", amount(usage.output_tokens)],
                 ["num wide", amount(usage.turns)]];
  return el("tr", null, el("th", {scope: "row"}, name), cells.map(([kind, text]) => el("td", {class: kind}, text)));
}

// Only where there is something to compare: a second harness, or a reviewer.
function costsByHarness() {
  const rows = new Map();
  for (const attempt of tasks.flatMap((task) => task.attempts)) {
    const name = attempt.harness || "agent";
    const row = rows.get(name) || {attempts: 0, ms: 0, usage: noUsage()};
    rows.set(name, row);
    ++row.attempts;
    row.ms += attempt.duration_ms;
    addUsage(row.usage, attempt.usage);
  }
  const review = tasks.flatMap((task) => task.attempts).reduce((sum, attempt) => addUsage(sum, attempt.review_usage), noUsage());
  const reviewed = tokens(review) || review.cost_usd !== null;
  if (rows.size + (reviewed ? 1 : 0) < 2) return null;
  return [el("h3", null, "By harness"),
          el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Cost and tokens by harness"},
             el("table", {"aria-label": "Cost and tokens by harness"}, costHead("harness"), el("tbody", null, [...rows].map(([name, row]) => costRow(name, row.attempts, row.ms, row.usage)),
                                                       reviewed ? costRow("reviewers", null, null, review) : null)))];
}
