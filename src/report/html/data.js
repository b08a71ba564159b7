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

// "about" tells that a part was estimated from tokens and list prices.
function cost(usage) {
  if (usage.cost_usd === null) return "–";
  const about = usage.cost === "estimated" ? "about " : "";
  return usage.cost_usd > 0 && usage.cost_usd < 0.01 ? "under $0.01" : about + "$" + usage.cost_usd.toFixed(2);
}

function short(count) {
  if (count < 1000) return String(count);
  if (count < 999500) return (count / 1e3).toFixed(count < 9950 ? 1 : 0) + "k";
  return (count / 1e6).toFixed(1) + "M";
}

// "12k tokens in (+180k cached), 2.0k out"; empty when none is known.
function tokens(usage) {
  if (usage.input_tokens === null && usage.cached_tokens === null && usage.output_tokens === null) return "";
  return short(usage.input_tokens || 0) + " tokens in" + (usage.cached_tokens ? " (+" + short(usage.cached_tokens) + " cached)" : "") +
      ", " + short(usage.output_tokens || 0) + " out";
}

// Adds figure by figure; what no part tells stays unknown.
function addUsage(total, more) {
  for (const figure of ["input_tokens", "cached_tokens", "output_tokens", "cost_usd", "turns"])
    if (more[figure] !== null) total[figure] = (total[figure] || 0) + more[figure];
  if (total.cost !== "estimated" && more.cost !== "unknown") total.cost = more.cost;
  return total;
}

function noUsage() {
  return {input_tokens: null, cached_tokens: null, output_tokens: null, cost_usd: null, cost: "unknown", turns: null};
}

function amount(count) {
  return count === null || count === undefined ? "–" : count.toLocaleString("en");
}

function time(text) {
  const value = text ? Date.parse(text) : NaN;
  return Number.isNaN(value) ? null : value;
}

// A time of the journal in the reader's zone.
function moment(text) {
  const value = time(text);
  if (value === null) return text || "";
  return el("time", {datetime: text, title: text}, new Date(value).toLocaleString("en", {dateStyle: "medium", timeStyle: "short"}));
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
