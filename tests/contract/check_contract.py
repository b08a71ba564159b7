#!/usr/bin/env python3
"""Holds what milepost wrote against what its documentation promises.

check_contract.py DOCS [--report FILE] [--plan FILE] [--journal FILE] [--stream FILE], each as often as wanted

Prints every difference and exits 1 when there is one, and 77 when the package python3-jsonschema is missing.
"""
import json
import os
import re
import sys
from pathlib import Path

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("NOT TESTED: the formats against their schemas; install the package python3-jsonschema", file=sys.stderr)
    sys.exit(1 if os.environ.get("MILEPOST_TEST_REQUIRE_JSONSCHEMA") else 77)


def value_problems(schema_file, value, where):
    schema = json.loads(schema_file.read_text())
    Draft202012Validator.check_schema(schema)
    for error in Draft202012Validator(schema).iter_errors(value):
        yield f"{where}: /{'/'.join(map(str, error.absolute_path))}: {error.message}"


def schema_problems(schema_file, file):
    yield from value_problems(schema_file, json.loads(file.read_text()), file)


class Documented:
    """The names in the tables of docs/state-format.md: of a row its keys, of which its first cell has the name."""

    def __init__(self, document):
        self.text = document.read_text()
        self.records = self.table("| event | keys | meaning |")
        self.objects = self.table("| object of a record | keys | meaning |")
        self.stream = self.table("| event | keys |")
        self.agent = self.table("| kind of `agent` | keys |")

    def table(self, head):
        begin = self.text.index("\n" + head + "\n") + 1
        rows = {}
        for line in self.text[begin:].split("\n\n")[0].splitlines()[2:]:
            cells = line.split("|")
            for name in re.findall(r"`([^`]+)`", cells[1]):
                rows[name] = set(re.findall(r"`([^`]+)`", cells[2]))
        return rows

    def nested(self, value, where):
        """Objects below a record: each stands under a key that names it."""
        for key, inner in value.items():
            for each in inner if isinstance(inner, list) else [inner]:
                if not isinstance(each, dict):
                    continue
                if key not in self.objects:
                    yield f"{where}: the object '{key}' is not documented"
                    continue
                yield from self.unknown(each, self.objects[key], f"{where} {key}")
                yield from self.nested(each, where)

    @staticmethod
    def unknown(value, known, where):
        for key in sorted(set(value) - known):
            yield f"{where}: the key '{key}' is not documented"

    def record(self, line, where, also=frozenset()):
        if line["event"] not in self.records:
            yield f"{where}: the event '{line['event']}' is not documented"
            return
        yield from self.unknown(line, self.records[line["event"]] | {"time", "event"} | also, where)
        yield from self.nested(line, where)


def journal_problems(documented, file):
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    yield from documented.unknown(lines[0], {"milepost-journal", "milepost", "created", "crc"}, f"{file}:1")
    for number, line in enumerate(lines[1:], 2):
        yield from documented.record(line, f"{file}:{number} {line['event']}", {"crc"})


def stream_problems(documented, docs, file):
    for number, text in enumerate(file.read_text().splitlines(), 1):
        line = json.loads(text)
        where = f"{file}:{number} {line['event']}"
        if line["event"] == "agent":
            if line["kind"] not in documented.agent:
                yield f"{where}: the kind '{line['kind']}' is not documented"
                continue
            yield from documented.unknown(line, documented.agent[line["kind"]] | documented.stream["agent"] | {"event"}, where)
        elif line["event"] in documented.stream:
            yield from documented.unknown(line, documented.stream[line["event"]] | {"event"}, where)
            if "report" in line:
                yield from value_problems(docs / "report.schema.json", line["report"], where)
        else:
            yield from documented.record(line, where)


def main(arguments):
    docs = Path(arguments[0])
    documented = Documented(docs / "state-format.md")
    checks = {
        "--report": lambda file: schema_problems(docs / "report.schema.json", file),
        "--plan": lambda file: schema_problems(docs / "plan-json.schema.json", file),
        "--journal": lambda file: journal_problems(documented, file),
        "--stream": lambda file: stream_problems(documented, docs, file),
    }
    problems = []
    for kind, file in zip(arguments[1::2], arguments[2::2]):
        problems += checks[kind](Path(file))
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
