#!/usr/bin/env python3
"""A straightforward reader of Markdown milestone plans: task ids and titles by the rules of docs/plan-format.md.

What scripts/bench-plan measures milepost against, and a second opinion on its parser: it shares no code and no
cleverness with it. Prints one task a line: id, tab, title.
"""
import re
import sys

ID = r"[A-Z]?\.?\d+[a-z]?(?:\.\d+[a-z]?)*"
HEADING = re.compile(r"^ {0,3}(#{2,4})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
TASK = re.compile(
    r"^(?P<before>\W*?(?:\d+(?:\.\d+)*\.?\s+)?\W*)task\s+(?P<id>" + ID + r")(?!-\d|–\d)"
    r"[\s*_~]*(?:\([^)]*\))?[\s*_~]*(?::|—|–|-)\s*(?P<title>.*)$",
    re.IGNORECASE,
)
FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})(.*)$")
DONE = re.compile(r"\s*(✅|✔️?|☑|🎉)\ufe0f?\s*$|\s*(\*\*|\()(COMPLETED?|DONE)(\*\*|\))\s*$|\s*[-—–] (COMPLETED?|DONE)\s*$")


def hidden_lines(lines, nested):
    """Which lines stand in a code block, and whether one is left open at the end."""
    hidden, open_fences = [], []
    for line in lines:
        match = FENCE.match(line)
        if match:
            indent, marks, info = match[1], match[2], match[3].strip()
            shallow = nested or len(indent.expandtabs(4)) <= 3
        if not open_fences:
            opens = match and shallow and not (marks[0] == "`" and "`" in info)
            if opens:
                open_fences.append((marks[0], len(marks)))
            hidden.append(bool(opens))
            continue
        hidden.append(True)
        mark, length = open_fences[-1]
        if not match or marks[0] != mark or len(marks) < length:
            continue
        if info and nested and not (mark == "`" and "`" in info):
            open_fences.append((mark, len(marks)))
        elif not info and shallow:
            open_fences.pop()
    return hidden, bool(open_fences)


def clean(title):
    previous = None
    title = title.strip()
    while title != previous:
        previous, title = title, DONE.sub("", title).strip()
    parts = re.split(r"(`[^`]*`)", title)
    return "".join(p if p.startswith("`") else p.replace("~~", "").replace("**", "") for p in parts).strip()


def tasks(text):
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].strip() == "---":
        end = next((i for i in range(1, len(lines)) if lines[i].strip() == "---"), 0)
        lines = lines[end + 1 :]
    hidden, nested_open = hidden_lines(lines, True)
    flat_hidden, flat_open = hidden_lines(lines, False)
    if nested_open and not flat_open:
        hidden = flat_hidden
    found, level = [], 0
    for line, in_code in zip(lines, hidden):
        heading = None if in_code else HEADING.match(line)
        task = TASK.match(heading[2]) if heading else None
        if not task or task["before"].count("~~") % 2:
            continue
        level = level or len(heading[1])
        if len(heading[1]) <= level:
            found.append((task["id"], clean(task["title"])))
    return found


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace", newline="") as plan:
        for task_id, title in tasks(plan.read()):
            print(task_id, title, sep="\t")
