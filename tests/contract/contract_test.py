#!/usr/bin/env python3
"""The formats' checker, and what can be checked with it without a run: the plans' goldens."""
import json
import sys
import tempfile
import unittest
from pathlib import Path

from check_contract import Documented, journal_problems, schema_problems, stream_problems

SOURCE = Path(sys.argv.pop(1))
DOCS = SOURCE / "docs"
GOLDENS = sorted((SOURCE / "tests/plan/data").glob("*.json"))


def written(text):
    file = tempfile.NamedTemporaryFile("w", suffix=".json")
    file.write(text)
    file.flush()
    return file


class Contract(unittest.TestCase):
    def test_every_plan_golden_has_the_keys_and_types_of_its_schema(self):
        self.assertGreater(len(GOLDENS), 5)
        for golden in GOLDENS:
            self.assertEqual(list(schema_problems(DOCS / "plan-json.schema.json", golden)), [])

    def test_a_plan_with_another_key_or_type_is_told(self):
        plan = json.loads(GOLDENS[0].read_text())
        plan["mood"] = "good"
        plan["tasks"] = 3
        with written(json.dumps(plan)) as file:
            self.assertEqual(len(list(schema_problems(DOCS / "plan-json.schema.json", Path(file.name)))), 2)

    def test_names_of_a_journal_that_are_not_documented_are_told(self):
        head = '{"milepost-journal":1,"milepost":"0","created":"t","crc":"0"}\n'
        good = '{"time":"t","event":"warned","text":"a","crc":"0"}\n'
        documented = Documented(DOCS / "state-format.md")
        for line, problem in [
            (good, None),
            ('{"time":"t","event":"sang","crc":"0"}', "the event 'sang' is not documented"),
            ('{"time":"t","event":"warned","tune":"a","crc":"0"}', "the key 'tune' is not documented"),
            ('{"time":"t","event":"verified","evidence":[{"tune":"a"}],"crc":"0"}', "the key 'tune' is not documented"),
            ('{"time":"t","event":"attempt_ended","usage":{"turns":1},"notes":{"file_notes":[{"song":1}]},"crc":"0"}',
             "the key 'song' is not documented"),
        ]:
            with self.subTest(line=line), written(head + line) as file:
                problems = list(journal_problems(documented, Path(file.name)))
                self.assertEqual(len(problems), 1 if problem else 0, problems)
                self.assertTrue(problem is None or problem in problems[0], problems)

    def test_names_of_a_stream_that_are_not_documented_are_told(self):
        documented = Documented(DOCS / "state-format.md")
        for line, count in [
            ('{"time":"t","event":"agent","task":"1","kind":"text","text":"a"}', 0),
            ('{"time":"t","event":"agent","task":"1","kind":"text","tune":"a"}', 1),
            ('{"time":"t","event":"agent","task":"1","kind":"song"}', 1),
            ('{"time":"t","event":"progress","text":"a"}', 0),
            ('{"time":"t","event":"warned","text":"a","crc":"0"}', 1),
            ('{"time":"t","event":"result","status":"x","exit_code":0,"report":{}}', 1),
        ]:
            with self.subTest(line=line), written(line) as file:
                self.assertEqual(bool(list(stream_problems(documented, DOCS, Path(file.name)))), bool(count))


if __name__ == "__main__":
    unittest.main()
