"""The tools of the coding agents under test, as the model calls them. Which ones a harness has is read from its
request, so that one scenario works with every harness."""

WRITE = {"Write": ("file_path", "content"), "write_file": ("file_path", "content"), "write": ("path", "content")}
SHELL = {"Bash": "command", "run_shell_command": "command", "bash": "command"}


def pick(table, names):
    """(name, arguments) of the first tool of the table that the harness has; else the first of the table."""
    return next(((name, table[name]) for name in table if name in names), next(iter(table.items())))


def calls_of(step, names):
    """The tool calls of a step: [{"name": ..., "input": {...}}]."""
    calls = list(step.get("tools", []))
    for path, content in step.get("write", {}).items():
        full = path if path.startswith("/") else "/workspace/" + path
        name, (path_argument, content_argument) = pick(WRITE, names)
        calls.append({"name": name, "input": {path_argument: full, content_argument: content}})
    commands = step.get("bash", [])
    for command in [commands] if isinstance(commands, str) else commands:
        name, argument = pick(SHELL, names)
        calls.append({"name": name, "input": {argument: command}})
    return calls
