// Tasks whose facts, prompts, diffs or logs hold the text; data blocks are searched as they stand, in their escaped form.
function listen() {
  const field = document.getElementById("search");
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => search(field.value), 150);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target.tagName !== "INPUT") {
      event.preventDefault();
      field.focus();
    }
  });
  addEventListener("hashchange", openNamed);
  openNamed();
}

// "#task-3" opens that task; "#everything" all of them with all their parts, for printing.
function openNamed() {
  const name = location.hash.slice(1);
  if (name === "everything") return openAll(document.getElementById("tasks"));
  const named = document.getElementById(name);
  if (named && named.classList.contains("task")) {
    named.open = true;
    named.scrollIntoView();
  }
}

function openAll(holder) {
  for (const node of holder.querySelectorAll("details")) {
    node.addEventListener("toggle", () => openAll(node), {once: true});
    node.open = true;
  }
}

function search(text) {
  const wanted = text.trim();
  const plain = JSON.stringify(wanted).slice(1, -1).toLowerCase();
  const inBlocks = plain.replace(/[<>&]/g, (sign) => "\\u00" + sign.charCodeAt(0).toString(16));
  let found = 0;
  tasks.forEach((task, index) => {
    const hit = !wanted || JSON.stringify(task).toLowerCase().includes(plain) ||
        blocksOf(task, index).some((node) => node.textContent.toLowerCase().includes(inBlocks));
    taskNodes.get(task).hidden = !hit;
    if (hit) ++found;
  });
  document.getElementById("found").textContent = wanted ? plural(found, "task") + " with “" + wanted + "”" : "";
}

function blocksOf(task, index) {
  const names = ["diff-" + index].concat(task.attempts.flatMap((attempt, number) => ["prompt-", "log-"].map((kind) => kind + index + "-" + number)));
  return names.map((name) => document.getElementById(name)).filter(Boolean);
}
