"""The tools of the coding agents under test, as the model calls them. Which ones a harness has, and how it names their
parameters, is read from its request, so that one scenario works with every harness."""

import os.path
import shlex

# Each is (name of the tool, names of its parameters).
WRITE = [("Write", ("file_path", "content")), ("write_file", ("file_path", "content")),
         ("write", ("filePath", "content")), ("write", ("path", "content"))]
SHELL = [("Bash", ("command",)), ("run_shell_command", ("command",)), ("bash", ("command",)), ("exec_command", ("cmd",))]


def pick(table, tools):
    """The first tool of a table that the harness has with these parameters; nothing when it has none."""
    return next(((name, parameters) for name, parameters in table
                 if name in tools and (not tools[name] or all(each in tools[name] for each in parameters))), None)


def shell_call(command, tools):
    name, (parameter,) = pick(SHELL, tools) or SHELL[0]
    arguments = {parameter: command}
    if "yield_time_ms" in tools.get(name, ()):
        arguments["yield_time_ms"] = 30000  # else the command is left alone after a while
    return {"name": name, "input": arguments}


def write_call(path, content, tools):
    full = path if path.startswith("/") else "/workspace/" + path
    found = pick(WRITE, tools)
    if found is None and pick(SHELL, tools):
        folder = shlex.quote(os.path.dirname(full))
        return shell_call(f"mkdir -p {folder} && printf %s {shlex.quote(content)} > {shlex.quote(full)}", tools)
    name, (path_parameter, content_parameter) = found or WRITE[0]
    return {"name": name, "input": {path_parameter: full, content_parameter: content}}


def calls_of(step, tools):
    """The tool calls of a step: [{"name": ..., "input": {...}}]. tools: {name: {parameter: ...}} of the request."""
    calls = list(step.get("tools", []))
    for path, content in step.get("write", {}).items():
        calls.append(write_call(path, content, tools))
    commands = step.get("bash", [])
    for command in [commands] if isinstance(commands, str) else commands:
        calls.append(shell_call(command, tools))
    return calls
