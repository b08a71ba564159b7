function showCosts() {
  const begun = tasks.filter((task) => task.attempts.length);
  if (!begun.length) return;
  const most = Math.max(...begun.map((task) => task.usage.cost_usd || 0));
  const cells = (usage) => [money(usage.cost_usd), amount(usage.input_tokens), amount(usage.cached_tokens), amount(usage.output_tokens),
                            amount(usage.turns)].map((text, index) => el("td", {class: "num" + (index > 0 ? " wide" : "")}, text));
  const row = (task) => {
    const bar = el("span", {class: "bar", "aria-hidden": "true"});
    bar.style.width = most ? Math.max(1, 100 * (task.usage.cost_usd || 0) / most) + "%" : "0";
    return el("tr", null, el("td", null, el("a", {href: "#" + taskId(task), onclick: () => openTask(task)}, task.id), " ", task.title,
                             most ? bar : null),
              el("td", {class: "num wide"}, String(task.attempts.length)), el("td", {class: "num"}, duration(task.duration_ms)), cells(task.usage));
  };
  const heads = [["", "task"], ["num wide", "attempts"], ["num", "time"], ["num", "cost"], ["num wide", "tokens in"], ["num wide", "cached"],
                 ["num wide", "out"], ["num wide", "turns"]];
  const head = el("thead", null, el("tr", null, heads.map(([kind, name]) => el("th", {class: kind, scope: "col"}, name))));
  const foot = el("tfoot", null, el("tr", null, el("td", null, [run.report.harness || "agent", run.report.model].filter(Boolean).join(" · ")),
      el("td", {class: "num wide"}, String(begun.reduce((sum, task) => sum + task.attempts.length, 0))),
      el("td", {class: "num"}, duration(run.report.duration_ms)), cells(run.report.usage)));
  put("costs", el("h2", {id: "costs-h"}, "Cost and tokens"),
      el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Cost and tokens"},
         el("table", null, head, el("tbody", null, begun.map(row)), foot)));
}
