// The order of the tasks: columns by the longest way from a first task; a mere chain is laid in rows.
function showGraph() {
  const shown = run.report.tasks;
  if (shown.length < 2) return;
  const place = new Map(shown.map((task, index) => [task.id, index]));
  const before = shown.map((task) => (run.depends_on[task.id] || []).filter((id) => place.has(id)).map((id) => place.get(id)));
  const level = shown.map(() => -1);
  const levelOf = (index, way) => {
    if (level[index] >= 0 || way.has(index)) return Math.max(level[index], 0);
    way.add(index);
    level[index] = before[index].reduce((most, other) => Math.max(most, levelOf(other, way) + 1), 0);
    way.delete(index);
    return level[index];
  };
  shown.forEach((task, index) => levelOf(index, new Set()));
  const chain = new Set(level).size === shown.length;
  const room = Math.min(1080, document.documentElement.clientWidth) - (document.documentElement.clientWidth > 640 ? 86 : 58);
  const across = chain ? Math.min(5, Math.max(1, Math.floor((room + 28) / 160))) : Math.max(...level) + 1, gapX = 28;
  const w = Math.min(190, Math.max(124, Math.floor((room - 4 + gapX) / across) - gapX)), h = 64, gapY = chain ? 30 : 16;
  const used = new Map();
  const at = shown.map((task, index) => {
    if (chain) {
      const rowOf = Math.floor(level[index] / across), inRow = level[index] % across;
      return {x: (rowOf % 2 ? across - 1 - inRow : inRow) * (w + gapX) + 2, y: rowOf * (h + gapY) + 2};
    }
    const slot = used.get(level[index]) || 0;
    used.set(level[index], slot + 1);
    return {x: level[index] * (w + gapX) + 2, y: slot * (h + gapY) + 2};
  });
  const width = Math.max(...at.map((spot) => spot.x)) + w + 4, height = Math.max(...at.map((spot) => spot.y)) + h + 4;
  const picture = svg("svg", {width, height, viewBox: "0 0 " + width + " " + height, role: "group", "aria-label": "Tasks and what each waits for"});
  before.forEach((others, index) => others.forEach((other) => picture.append(svg("path", {class: "edge", d: edge(at[other], at[index], w, h)}))));
  shown.forEach((task, index) => picture.append(node(task, at[index], w, h)));
  put("graph", el("h2", {id: "graph-h"}, "Order and outcomes"),
      el("div", {class: "scroll", tabindex: "0", role: "group", "aria-label": "Order of the tasks"}, picture));
}

function edge(a, b, w, h) {
  if (a.y !== b.y && a.x === b.x) return "M" + (a.x + w / 2) + " " + (a.y + h) + " L" + (b.x + w / 2) + " " + b.y;
  const back = b.x < a.x;
  const x1 = back ? a.x : a.x + w, x2 = back ? b.x + w : b.x, y1 = a.y + h / 2, y2 = b.y + h / 2, middle = (x1 + x2) / 2;
  return "M" + x1 + " " + y1 + " C" + middle + " " + y1 + " " + middle + " " + y2 + " " + x2 + " " + y2;
}

function node(task, spot, w, h) {
  const seen = look(task.outcome);
  const lines = twoLines(task.title, Math.floor((w - 22) / 6.7));
  return svg("a", {href: "#" + taskId(task), class: "node " + seen.tone, "aria-label": task.id + " " + task.title + ": " + seen.words,
                   onclick: () => openTask(task)},
             svg("rect", {x: spot.x, y: spot.y, width: w, height: h, rx: 8}),
             svg("text", {x: spot.x + 12, y: spot.y + 20}, seen.sign + " " + task.id),
             lines.map((line, index) => svg("text", {class: "label", x: spot.x + 12, y: spot.y + 37 + 15 * index}, line)),
             svg("title", null, task.id + " " + task.title + ": " + seen.words));
}

// A title in two lines at most, broken between words where it can be.
function twoLines(text, most) {
  if (text.length <= most) return [text];
  const space = text.lastIndexOf(" ", most);
  const first = text.slice(0, space > most / 3 ? space : most), rest = text.slice(first.length).trim();
  return [first, rest.length > most ? rest.slice(0, most - 1) + "…" : rest];
}
