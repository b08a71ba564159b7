// A row a task: the agent at work, its checks, and the time between attempts.
function showTimeline() {
  const begun = tasks.filter((task) => task.attempts.length);
  if (!begun.length) return;
  const spans = begun.map((task) => [task, pieces(task)]);
  const all = spans.flatMap(([, parts]) => parts);
  const from = Math.min(...all.map((part) => part.from)), to = Math.max(...all.map((part) => part.to), from + 1);
  const width = 1000, left = 190, row = 24, top = 24;
  const x = (at) => left + (at - from) / (to - from) * (width - left - 8);
  const picture = svg("svg", {viewBox: "0 0 " + width + " " + (top + spans.length * row + 6), role: "img",
                              "aria-label": "When each task ran; the table of costs and the tasks below say the same in words"});
  for (let i = 0; i <= 4; ++i) {
    const at = from + (to - from) * i / 4;
    picture.append(svg("line", {class: "grid", x1: x(at), x2: x(at), y1: top - 4, y2: top + spans.length * row}),
                   svg("text", {class: "label", x: x(at), y: 14, "text-anchor": i === 4 ? "end" : i ? "middle" : "start"},
                       i ? "+" + duration(at - from) : new Date(from).toISOString().slice(11, 19)));
  }
  spans.forEach(([task, parts], index) => {
    const y = top + index * row;
    const name = task.id + "  " + task.title;
    const link = svg("a", {href: "#" + taskId(task), onclick: () => openTask(task)},
                     svg("text", {x: 0, y: y + 16}, name.length > 27 ? name.slice(0, 26) + "…" : name), svg("title", null, name));
    picture.append(link);
    for (const part of parts) {
      picture.append(svg("rect", {class: part.kind, x: x(part.from), y: y + (part.kind === "wait" ? 10 : 5), rx: 2,
                                  width: Math.max(part.kind === "wait" ? 0 : 2, x(part.to) - x(part.from)),
                                  height: part.kind === "wait" ? 4 : 14}, svg("title", null, part.words)));
    }
  });
  put("timeline", el("h2", {id: "timeline-h"}, "Timeline"),
                el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Timeline"}, picture),
                el("p", {class: "legend"}, [["agent", "the agent works"], ["check", "checks run"], ["wait", "waiting"]].map(
                    ([kind, words]) => el("span", null, el("i", {class: kind}), words))));
}

function pieces(task) {
  const parts = [];
  let before = null;
  for (const attempt of task.attempts) {
    const from = time(attempt.started_at);
    if (from === null) continue;
    if (before !== null && from > before) parts.push({kind: "wait", from: before, to: from, words: "waiting " + duration(from - before)});
    const end = time(attempt.ended_at) ?? from + attempt.duration_ms;
    parts.push({kind: "agent", from, to: end, words: "attempt " + attempt.number + ": agent, " + duration(end - from)});
    const checking = attempt.evidence.reduce((sum, check) => sum + check.duration_ms, 0);
    if (checking) parts.push({kind: attempt.verdict === "passed" ? "check" : "checkbad", from: end, to: end + checking,
                              words: "checks " + attempt.verdict + ", " + duration(checking)});
    before = end + checking;
  }
  return parts;
}
