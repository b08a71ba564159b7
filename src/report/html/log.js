// A log is a list of [kind, text] as the harness's output was read.
function logPart(name) {
  const holder = el("div", {class: "log"});
  return inPieces(block("log-" + name), 300, ([kind, text]) => el("div", {class: kind}, kind === "call" ? "→ " + text : kind === "denied" ? "denied: " + text : text), holder);
}
