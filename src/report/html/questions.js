// Questions and checkpoints, and how each was answered: by whom, on a terminal, by --answer, or by a setting.
function checkpointKind(task) {
  return (task.kind || "").startsWith("checkpoint") ? task.kind.split(":")[1] || "verify" : "";
}

function questionsPart(task) {
  const kind = checkpointKind(task);
  const words = {verify: "a person looks at what was made", decision: "a person decides", action: "a person does something by hand"};
  if (!task.answered.length && !task.question) return null;
  return [el("h3", null, kind ? "Checkpoint · " + (words[kind] || kind) : "Questions and answers"),
          task.answered.map((each) => [question(each.question), answerPart(each)]),
          task.question ? [question(task.question), el("p", {class: "ask"}, "Nobody has answered yet.")] : null];
}

function question(asked) {
  return el("div", {class: "quote"}, questionText(asked));
}

function questionText(asked) {
  return [el("div", {class: "said"}, asked.text), asked.options.length ? el("ul", null, asked.options.map((option) => el("li", null, option))) : null,
          asked.recommendation ? el("p", {class: "soft"}, "Recommended: " + asked.recommendation) : null];
}

function answerPart(each) {
  const who = answeredBy(each);
  return el("div", {class: "quote " + (each.how === "setting" ? "setting" : "answer")}, el("div", {class: "said"}, each.answer),
            who || each.at ? el("p", {class: "soft"}, who, who && each.at ? " · " : "", each.at ? moment(each.at) : "") : null);
}

function answeredBy(each) {
  if (each.how === "setting") return "passed without a person, by the setting checkpoints";
  const ways = {terminal: "on a terminal", "--answer": "with --answer"};
  return [each.by ? "answered by " + each.by : "", ways[each.how] || ""].filter(Boolean).join(" ");
}

function answerWords(each) {
  return "answered: " + each.answer + (answeredBy(each) ? " (" + answeredBy(each) + ")" : "");
}
