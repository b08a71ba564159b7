function showNotes() {
  const report = run.report;
  const rows = [["run", report.run], ["plan", report.plan.path], ["plan sha256", report.plan.sha256], ["code folder", report.code_folder],
                ["started", report.started_at], ["last change", report.updated_at], ["sessions", String(report.sessions)],
                ["branch", report.branch], ["base commit", report.base_commit], ["harness", report.harness], ["model", report.model],
                ["engine", report.engine], ["image", report.image], ["harness volume", report.volume]];
  put("notes", el("h2", {id: "notes-h"}, "About this run"),
      report.warnings.length ? [el("h3", null, "Warnings"), el("ul", null, report.warnings.map((text) => el("li", {class: "ask"}, text)))] : null,
      overridesPart(report.overrides), networkPart(report.egress),
      el("h3", null, "Where and with what"),
      el("dl", {class: "facts"}, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", null, name), el("dd", {class: "mono"}, value)])));
  put("foot", el("p", null, "Made by milepost " + report.milepost + ". This page is one file and loads nothing from anywhere."));
}

// Checks that a person takes as met; beside each check stands what milepost found.
function overridesPart(overrides) {
  if (!overrides.length) return null;
  return [el("h3", null, "Taken as met by a person"),
          overrides.map((given) => el("div", {class: "ledger"}, pill("ask", "overridden"), " ", el("span", {class: "mono"}, given.check),
                                      el("p", null, given.reason), el("p", {class: "soft"}, "by " + given.by, given.at ? " · " : "", moment(given.at))))];
}

function networkPart(egress) {
  if (!egress) return null;
  const words = {open: "Open: the agent could send anything anywhere.", none: "None: the agent could reach nothing.",
                 allowlist: "Only what the allowlist names could be reached: " + (egress.allowed.join(", ") || "nothing") + "."};
  return [el("h3", null, "Network"), el("p", null, words[egress.mode] || egress.mode),
          egress.denied.length ? [el("p", null, "Refused:"), el("ul", null, egress.denied.map((each) => el("li", null, el("span", {class: "mono ask"}, each.target),
                                                                                                     " · " + plural(each.count, "time"))))] : null];
}

showHead();
showTools();
showTimeline();
showGraph();
showCosts();
showTasks();
showNotes();
listen();
