// A row a task: the agent at work, its checks, and what was waited for.
const timelineWords = {check: "checks pass", checkbad: "checks fail", limit: "waiting for a service", person: "waiting for a person", wait: "between attempts"};

function showTimeline() {
  const spans = tasks.map((task) => [task, pieces(task)]).filter(([, parts]) => parts.length);
  if (!spans.length) return;
  const all = spans.flatMap(([, parts]) => parts);
  const room = Math.min(1080, document.documentElement.clientWidth) - 82;
  const narrow = room < 640;
  const width = Math.max(300, room), left = narrow ? 52 : 210, row = 24, top = 26, bottom = top + spans.length * row;
  const scale = timeScale(all, left, width - 10);
  const picture = svg("svg", {viewBox: "0 0 " + width + " " + (bottom + 6), role: "group", "aria-label": "When each task ran"});
  for (const gap of scale.gaps)
    picture.append(svg("rect", {class: "gap", x: gap.x, y: top - 4, width: gap.width, height: bottom - top + 4}, svg("title", null, gap.words)));
  const ticks = narrow ? 2 : 4;
  for (let i = 0; i <= ticks; ++i) {
    const x = left + (width - 10 - left) * i / ticks;
    picture.append(svg("line", {class: "grid", x1: x, x2: x, y1: top - 4, y2: bottom}),
                   svg("text", {class: "label", x, y: 14, "text-anchor": i === ticks ? "end" : i ? "middle" : "start"},
                       i ? "+" + duration(scale.timeAt(x) - scale.from) : new Date(scale.from).toLocaleTimeString("en", {hour12: false})));
  }
  spans.forEach(([task, parts], index) => {
    const y = top + index * row;
    picture.append(rowLabel(task, y, narrow ? 6 : 30));
    for (const part of parts) picture.append(timelineMark(part, scale, y));
  });
  put("timeline", el("h2", {id: "timeline-h"}, "Timeline"),
                el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Timeline"}, picture), timelineLegend(all, scale));
}

function rowLabel(task, y, most) {
  const name = task.id + "  " + task.title;
  const shown = most < 10 ? task.id : name;
  return svg("a", {href: "#" + taskId(task), "aria-label": name + ": " + look(task.outcome).words, onclick: () => openTask(task)},
             svg("text", {x: 0, y: y + 16}, shown.length > most ? shown.slice(0, most - 1) + "…" : shown), svg("title", null, name));
}

function timelineMark(part, scale, y) {
  const thin = ["wait", "limit", "person"].includes(part.kind);
  const from = scale.x(part.from), wide = scale.x(part.to) - from;
  if (part.kind === "answer") return svg("circle", {class: part.kind, cx: from, cy: y + 12, r: 5}, svg("title", null, part.words));
  return svg("rect", {class: part.kind, x: from, y: y + (thin ? 9 : 5), rx: 2, width: Math.max(thin ? 0 : 2, wide), height: thin ? 6 : 14},
             svg("title", null, part.words));
}

function timelineLegend(all, scale) {
  const seen = new Set(all.filter((part) => part.kind !== "wait" || scale.x(part.to) - scale.x(part.from) > 2).map((part) => part.kind));
  const names = harnesses().map((harness, index) => ["agent" + Math.min(index, 2), (harness || "the agent") + " works"])
      .concat(Object.entries(timelineWords), [["answer", "a person or a setting answered"]]).filter(([kind]) => seen.has(kind));
  return el("p", {class: "legend"}, names.map(([kind, words]) => el("span", null, el("i", {class: kind, "aria-hidden": "true"}), words)),
            scale.gaps.length ? el("span", null, el("i", {class: "gap", "aria-hidden": "true"}), "a pause, drawn shorter than it was") : null);
}

// The harnesses that worked, the run's own first.
function harnesses() {
  return [...new Set([run.report.harness].concat(tasks.flatMap((task) => task.attempts.map((attempt) => attempt.harness))))];
}

function pieces(task) {
  const parts = [];
  let before = null;
  for (const attempt of task.attempts) {
    const from = time(attempt.started_at);
    if (from === null) continue;
    if (before !== null && from > before) parts.push({kind: "wait", from: before, to: from, words: "between attempts, " + duration(from - before)});
    const end = time(attempt.ended_at) ?? from + attempt.duration_ms;
    parts.push({kind: "agent" + Math.min(2, harnesses().indexOf(attempt.harness)), from, to: end,
                words: "attempt " + attempt.number + ": " + (attempt.harness || "agent") + ", " + duration(end - from)});
    const checking = attempt.evidence.reduce((sum, check) => sum + check.duration_ms, 0);
    if (checking) parts.push({kind: ["failed", "infra_error"].includes(attempt.verdict) ? "checkbad" : "check", from: end, to: end + checking,
                              words: "checks " + attempt.verdict.replace(/_/g, " ") + ", " + duration(checking)});
    before = end + checking;
  }
  for (const wait of task.waits) {
    const from = time(wait.from), to = time(wait.until);
    if (from !== null && to > from) parts.push({kind: "limit", from, to, words: "waiting, " + duration(to - from) + (wait.detail ? ": " + wait.detail : "")});
  }
  return parts.concat(personPieces(task, before));
}

// From a question to its answer. A checkpoint asks as soon as its task begins.
function personPieces(task, lastWork) {
  const parts = [];
  const asked = task.attempts.filter((attempt) => attempt.question).map((attempt) => time(attempt.ended_at));
  for (const each of task.answered) {
    const at = time(each.at);
    if (at === null) continue;
    const from = asked.filter((when) => when !== null && when <= at).pop() ?? (lastWork !== null && lastWork <= at ? lastWork : time(task.started_at));
    if (from !== null && from < at) parts.push({kind: "person", from, to: at, words: "waiting for a person, " + duration(at - from)});
    parts.push({kind: "answer", from: at, to: at, words: answerWords(each)});
  }
  return parts;
}

// Time along the picture. A pause in which nobody worked takes a sixth of the rest at most, or a night would leave nothing to see.
function timeScale(parts, left, right) {
  const works = parts.filter((part) => /^(agent|check)/.test(part.kind)).sort((a, b) => a.from - b.from);
  const from = Math.min(...parts.map((part) => part.from)), to = Math.max(...parts.map((part) => part.to), from + 1);
  const stops = [];  // [begin, end, whether somebody works]
  let at = from;
  for (const work of works) {
    if (work.from > at) stops.push([at, work.from, false]);
    if (work.to > at) stops.push([Math.max(at, work.from), work.to, true]);
    at = Math.max(at, work.to);
  }
  if (to > at) stops.push([at, to, false]);
  const busy = stops.reduce((sum, [begin, end, working]) => sum + (working ? end - begin : 0), 0);
  const most = busy ? Math.max(1000, busy / 6) : Infinity;
  const shown = stops.map(([begin, end, working]) => working ? end - begin : Math.min(end - begin, most));
  const total = shown.reduce((sum, part) => sum + part, 0) || 1;
  const places = [left];
  for (const part of shown) places.push(places[places.length - 1] + part / total * (right - left));
  const between = (value, a, b, c, d) => b > a ? c + (value - a) / (b - a) * (d - c) : c;
  return {
    from,
    x: (when) => {
      const i = Math.max(0, stops.findIndex(([, end]) => when <= end));
      return between(when, stops[i][0], stops[i][1], places[i], places[i + 1]);
    },
    timeAt: (x) => {
      const i = Math.max(0, stops.findIndex((stop, index) => x <= places[index + 1] + 0.01));
      return between(x, places[i], places[i + 1], stops[i][0], stops[i][1]);
    },
    gaps: stops.map(([begin, end], i) => ({x: places[i], width: places[i + 1] - places[i], short: end - begin > shown[i],
                                           words: duration(end - begin) + " in which nobody worked"})).filter((gap) => gap.short)
  };
}
