const taskNodes = new Map();

function showTasks() {
  const holder = document.getElementById("tasks");
  holder.append(el("h2", {id: "tasks-h"}, "Tasks"), el("p", {id: "found", class: "soft", role: "status"}));
  for (const task of tasks) {
    const seen = look(task.outcome);
    const figure = [task.attempts.length > 1 ? plural(task.attempts.length, "attempt") : "", task.attempts.length ? duration(task.duration_ms) : "",
                    task.usage.cost_usd === null ? "" : cost(task.usage)].filter(Boolean).join(" · ");
    const node = el("details", {class: "task", id: taskId(task)},
                    el("summary", null, el("span", {class: seen.tone, "aria-hidden": "true"}, seen.sign),
                       el("span", {class: "title"}, el("span", {class: "mono soft"}, task.id), "  ", task.title, tags(task), el("span", {class: "found soft"})),
                       el("span", {class: "soft figure"}, figure), pill(seen.tone, seen.words)));
    node.addEventListener("toggle", () => {
      if (node.open && node.children.length === 1) node.append(taskBody(task));
    });
    taskNodes.set(task, node);
    holder.append(node);
  }
}

// What is worth knowing before a task is opened.
function tags(task) {
  const checks = task.attempts.length ? task.attempts[task.attempts.length - 1].evidence : [];
  const names = [[checkpointKind(task), "checkpoint"], [task.kind === "scenario", "end to end"], [checks.some((check) => check.kind === "review"), "reviewed"],
                 [checks.some((check) => check.verdict === "overridden"), "overridden"],
                 [task.outcome === "completed" && task.attempts.some((attempt) => attempt.verdict === "failed"), "mended"],
                 [new Set(task.attempts.map((attempt) => attempt.harness)).size > 1, "another harness took over"],
                 [task.waits.length, "waited"], [task.attempts.length && task.answered.length, "asked a person"]];
  return names.filter(([is]) => is).map(([, name]) => el("span", {class: "tag"}, name));
}

function openTask(task) {
  const node = taskNodes.get(task);
  node.hidden = false;
  node.open = true;
}

function taskLink(task) {
  return el("a", {href: "#" + taskId(task), onclick: () => openTask(task)}, task.id);
}

function taskBody(task) {
  const index = tasks.indexOf(task);
  const patch = block("diff-" + index);
  const body = el("div", {class: "body"},
      task.detail && task.outcome !== "completed" ? el("p", {class: look(task.outcome).tone}, task.detail) : null,
      task.summary ? [el("h3", null, "Summary (the agent's words)"), el("p", {class: "said"}, task.summary)] : null,
      questionsPart(task), waitsPart(task),
      task.commit ? el("p", null, "Commit ", el("span", {class: "mono"}, task.commit.slice(0, 12)), " · " + plural(task.paths.length, "file")) : null,
      task.swept.length ? el("p", {class: "ask"}, "The commit also has earlier uncommitted changes in " + task.swept.join(", ")) : null,
      task.paths.length ? fold("Files", () => el("ul", null, task.paths.map((path) => el("li", {class: "mono"}, path)))) : null,
      patch ? fold("Diff", () => diff(patch)) : null,
      task.attempts.map((attempt, number) => attemptPart(task, attempt, index + "-" + number)));
  if (!task.attempts.length && !task.answered.length) body.append(el("p", {class: "soft"}, "No attempt was made."));
  return body;
}

function waitsPart(task) {
  if (!task.waits.length) return null;
  return [el("h3", null, "Waited"), task.waits.map((wait) => el("p", null, "from ", moment(wait.from), " until ", moment(wait.until),
                                                                wait.detail ? el("span", {class: "soft"}, " · " + wait.detail) : null))];
}

function diff(text) {
  const holder = el("pre", {class: "diff"});
  const kind = (line) => /^(diff |\+\+\+ |--- |index )/.test(line) ? "file" : line.startsWith("@@") ? "hunk"
      : line.startsWith("+") ? "add" : line.startsWith("-") ? "del" : "";
  return inPieces(text.trimEnd().split("\n"), 2000, (line) => el("span", {class: kind(line)}, line), holder);
}
