function showNotes() {
  const report = run.report;
  const rows = [["run", report.run], ["plan", report.plan.path], ["plan sha256", report.plan.sha256], ["code folder", report.code_folder],
                ["started", report.started_at], ["last change", report.updated_at], ["sessions", String(report.sessions)],
                ["branch", report.branch], ["base commit", report.base_commit], ["harness", report.harness], ["model", report.model],
                ["engine", report.engine], ["image", report.image], ["harness volume", report.volume]];
  put("notes", el("h2", {id: "notes-h"}, "About this run"),
      report.warnings.length ? [el("h3", null, "Warnings"), el("ul", null, report.warnings.map((text) => el("li", {class: "ask"}, text)))] : null,
      el("dl", {class: "facts"}, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", null, name), el("dd", {class: "mono"}, value)])));
  put("foot", el("p", null, "Made by milepost " + report.milepost + ". This page is one file and loads nothing from anywhere."));
}

showHead();
showTools();
showTimeline();
showGraph();
showCosts();
showTasks();
showNotes();
listen();
