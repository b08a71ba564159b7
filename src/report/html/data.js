const run = JSON.parse(document.getElementById("run").textContent);
const tasks = run.report.tasks.concat(run.report.removed_tasks);

const looks = {
  completed: ["good", "✓", "completed"], failed: ["bad", "✗", "failed"], needs_human: ["ask", "?", "needs a person"],
  limit: ["ask", "◔", "stopped by a limit"], infra: ["bad", "!", "stopped by the machine"],
  running: ["run", "▸", "running"], pending: ["rest", "·", "not run"], skipped: ["rest", "–", "skipped"]
};

function look(outcome) {
  const found = Object.hasOwn(looks, outcome) ? looks[outcome] : ["rest", "·", String(outcome)];
  const cut = outcome === "running" && run.report.exit;
  return {tone: cut ? "bad" : found[0], sign: cut ? "✗" : found[1], words: cut ? "cut off" : found[2]};
}

function pill(tone, words) {
  return el("span", {class: "pill " + tone}, words);
}

function duration(ms) {
  if (ms < 1000) return Math.round(ms) + " ms";
  if (ms < 60000) return (ms / 1000).toFixed(1) + " s";
  const minutes = Math.floor(ms / 60000);
  if (minutes < 60) return minutes + " min " + String(Math.floor(ms / 1000) % 60).padStart(2, "0") + " s";
  return Math.floor(minutes / 60) + " h " + String(minutes % 60).padStart(2, "0") + " min";
}

function money(usd) {
  if (usd === null || usd === undefined) return "–";
  return usd > 0 && usd < 0.01 ? "under $0.01" : "$" + usd.toFixed(2);
}

function amount(count) {
  return count === null || count === undefined ? "–" : count.toLocaleString("en");
}

function time(text) {
  const value = text ? Date.parse(text) : NaN;
  return Number.isNaN(value) ? null : value;
}

function plural(count, thing) {
  return count + " " + thing + (count === 1 ? "" : "s");
}

// Texts that may be large stand in data blocks of their own and are read when they are needed.
function block(name) {
  const node = document.getElementById(name);
  return node ? JSON.parse(node.textContent) : null;
}

function taskId(task) {
  return "task-" + tasks.indexOf(task);
}
