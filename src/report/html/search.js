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

// "#task-3" opens that task; "#everything" all of them with all their parts, for printing; "#search=TEXT" searches.
function openNamed() {
  const name = location.hash.slice(1);
  if (name.startsWith("search=")) return searchFor(name.slice(7));
  if (name === "everything") return openAll(document.getElementById("tasks"));
  const named = document.getElementById(name);
  if (named && named.classList.contains("task")) {
    named.open = true;
    named.scrollIntoView();
  }
}

function searchFor(text) {
  const field = document.getElementById("search");
  try {
    field.value = decodeURIComponent(text);
  } catch (error) {
    field.value = text;
  }
  search(field.value);
  document.getElementById("tasks").scrollIntoView();
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
    const places = wanted ? placesOf(task, index, plain, inBlocks) : [];
    const node = taskNodes.get(task);
    node.hidden = wanted && !places.length;
    node.querySelector(".found").textContent = places.length ? "found in " + places.join(", ") : "";
    if (!node.hidden) ++found;
  });
  document.getElementById("found").textContent = wanted ? plural(found, "task") + " with “" + wanted + "”" : "";
}

// Where a task has the text: its facts, and the kinds of its data blocks.
function placesOf(task, index, plain, inBlocks) {
  const words = {diff: "the diff", prompt: "a prompt", log: "what the agent did"};
  const hits = blocksOf(task, index).filter((node) => node.textContent.toLowerCase().includes(inBlocks));
  return (JSON.stringify(task).toLowerCase().includes(plain) ? ["its facts"] : []).concat([...new Set(hits.map((node) => words[node.id.split("-")[0]]))]);
}

function blocksOf(task, index) {
  const names = ["diff-" + index].concat(task.attempts.flatMap((attempt, number) => ["prompt-", "log-"].map((kind) => kind + index + "-" + number)));
  return names.map((name) => document.getElementById(name)).filter(Boolean);
}
