#!/usr/bin/env python3
"""A scripted model server for tests: the APIs of model services, streaming or not, without any model.

    model_server.py [--address 0.0.0.0] [--port 0] [--scenarios FILE] [--scenario NAME] [--log FILE]

Prints "port N" on standard output once it listens, and runs until it is killed. --log appends one JSON object a
request (number, scenario, turn, step, fault, prompt, session, kind of credential; never a key) for tests to look
at.

WHICH SCENARIO. The first of these that is there decides:
  1. in a prompt, a fenced block whose info string is `model-script` with a scenario as JSON: a plan under test can
     carry the behaviour of the model that works on it;
  2. in a prompt, the words `[model: NAME]`;
  3. the API key or the model when it is `scripted-NAME`;
  4. --scenario, default `done`.
When several prompts of a conversation have such a mark, the newest does.

A SCENARIO is a list of turns; a turn is a list of steps. Turn 0 answers the prompt that has the mark (or the first
one), turn 1 the next prompt of the same session (an answer, a verification's evidence), and so on; within a turn,
each step is one answer of the model, and the next step comes when the tool results are back. The last turn and the
last step repeat. {"turns": [[STEP...]...]}, [[STEP...]...] and [STEP...] (one turn) are all read. The members of a
step, each optional:
  text      what the model says (a string)
  block     an object: added to the text as the fenced `milepost` result block
  write     {path: content}: one call of the harness's tool for writing a file each; relative paths are below
            /workspace
  bash      a command, or a list of them: calls of the harness's shell tool
  tools     [{"name": ..., "input": {...}}]: any other tool calls
  http      a status, or a list of them: failed answers before the real one (a single status: always)
  fails_in  the API whose requests get the failed answers ("anthropic", "gemini", "responses"); default: each
  retry_after  seconds, sent with a failed answer
  resets_in    seconds until the account's allowance is there again, sent with a failed answer as Anthropic does
  hang      true: never answers
  drop      true: breaks the connection in the middle of the stream; a number: only so many times
  delay     seconds before the answer
  long      bytes of filler text in front of `text`
  stop      stop_reason, when it is not the usual one ("refusal", "max_tokens")
"""

import argparse
import hashlib
import json
import os
import re
import select
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import model_anthropic
import model_gemini
import model_responses
from model_tools import calls_of

# Each translates an API into the Messages API and back; the first that knows the path takes the request.
PROTOCOLS = [model_anthropic, model_gemini, model_responses]

DONE = {"status": "completed", "summary": "Did what the task asks."}

BUILT_IN = {
    "done": [[{"text": "Nothing was left to do.", "block": DONE}]],
    "write": [[{"text": "I write the file.", "write": {"hello.txt": "hello\n"}},
               {"text": "The file is written.", "block": DONE}]],
    "ask": [[{"text": "I cannot decide this alone.",
              "block": {"status": "needs_human", "question": "Which database?",
                        "options": ["PostgreSQL", "SQLite"], "recommendation": "SQLite"}}],
            [{"text": "With the answer I go on.", "write": {"answered.txt": "yes\n"}},
             {"text": "Done with the answer.", "block": DONE}]],
    "fail": [[{"text": "I run the tests.", "bash": "echo broken >&2; exit 3"},
              {"text": "I could not mend it.", "block": {"status": "failed", "summary": "The tests exit 3."}}]],
    "hang": [[{"hang": True}]],
    "hang-in-tool": [[{"text": "I wait.", "bash": "touch /workspace/started; sleep 1000"}]],
    "unauthorized": [[{"http": 401}]],
    "rate-limit": [[{"http": [429, 429], "retry_after": 1, "text": "Got through.", "block": DONE}]],
    "server-error": [[{"http": 500}]],
    "overloaded": [[{"http": 529}]],
    "drop": [[{"drop": True, "text": "cut"}]],
    "long": [[{"long": 4000000, "text": "The end.", "block": DONE}]],
    "no-block": [[{"text": "I am done, I believe."}],
                 [{"text": "Here is the block.", "block": DONE}]],
    "never-block": [[{"text": "I am done, I believe."}]],
    "refuse": [[{"text": "I will not.", "stop": "refusal"}]],
}

def turns_of(scenario):
    """A scenario in any of its three forms as a list of turns."""
    if isinstance(scenario, dict):
        scenario = scenario["turns"]
    return [scenario] if scenario and isinstance(scenario[0], dict) else scenario


def prompts_of(messages):
    """The prompts of a conversation, and how many answers followed the last one."""
    prompts, answers, in_prompt = [], 0, False
    for message in messages:
        role = message.get("role")
        if role == "system":
            continue  # the harness tells something of its own in the middle of the conversation
        if role == "assistant":
            answers += 1
            in_prompt = False
            continue
        content = message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        # The harness adds reminders of its own around what it was asked. A prompt that follows an answer that never
        # came stands beside the last tool results.
        texts = [block.get("text", "") for block in blocks if block.get("type") == "text"]
        text = "\n".join(t for t in texts if not t.lstrip().startswith("<system-reminder>"))
        if not text.strip():
            continue
        if in_prompt:
            prompts[-1] += "\n" + text
        else:
            prompts.append(text)
        in_prompt, answers = True, 0
    return prompts, answers


class Script:
    """Picks the step that answers a request. Thread-safe."""

    def __init__(self, scenarios, default):
        self.scenarios, self.default = scenarios, default
        self.asked = {}
        self.lock = threading.Lock()

    def scenario(self, model, key, prompts):
        """(name, turns, index of the prompt that starts turn 0)"""
        for at in range(len(prompts) - 1, -1, -1):
            script = re.search(r"^(`{3,}|~{3,})\s*model-script[^\n]*\n(.*?)^\1", prompts[at], re.M | re.S)
            if script:
                return "inline", turns_of(json.loads(script.group(2))), at
            name = re.search(r"\[model: ([\w-]+)\]", prompts[at])
            if name:
                return name.group(1), self.scenarios[name.group(1)], at
        for text in (key or "", model):
            if text.startswith("scripted-"):
                return text[9:], self.scenarios[text[9:]], 0
        return self.default, self.scenarios[self.default], 0

    def step(self, messages, model, key, session):
        """(what to log, the step, the HTTP status to fail with or None)"""
        prompts, answers = prompts_of(messages)
        name, turns, start = self.scenario(model, key, prompts)
        turn = max(0, len(prompts) - 1 - start)
        steps = turns[min(turn, len(turns) - 1)]
        index = min(answers, len(steps) - 1)
        step = steps[index]
        mark = hashlib.sha256(json.dumps([session, prompts, answers]).encode()).hexdigest()
        with self.lock:
            asked = self.asked[mark] = self.asked.get(mark, 0) + 1
        fault = step.get("http")
        if isinstance(fault, list):
            fault = fault[asked - 1] if asked <= len(fault) else None
        drop = step.get("drop", False)
        step = {**step, "drop": drop if isinstance(drop, bool) else asked <= drop}
        about = {"scenario": name, "turn": turn, "step": index, "asked": asked, "fault": fault,
                 "prompt": prompts[-1] if prompts else "", "prompts": len(prompts), "session": session}
        return about, step, fault


def content_of(step, tools):
    """The content blocks of a step's answer, as the Messages API has them."""
    text = step.get("text", "")
    if step.get("long"):
        line = "All work and no play makes a long stream of text.\n"
        text = (line * (step["long"] // len(line) + 1))[:step["long"]] + "\n" + text
    if "block" in step:
        text += "\n\n```milepost\n" + json.dumps(step["block"], indent=2) + "\n```\n"
    blocks = [{"type": "text", "text": text}] if text else []
    unique = time.time_ns()
    for number, call in enumerate(calls_of(step, tools)):
        blocks.append({"type": "tool_use", "id": f"toolu_{unique}_{number}", **call})
    return blocks


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self):
        self.answer(404, {"type": "error", "error": {"type": "not_found_error", "message": self.path}})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.split("?")[0]
        try:
            protocol = next((each for each in PROTOCOLS if each.is_for(path)), None)
            if not protocol:
                return self.do_GET()
            count = protocol.count_of_tokens(path, body)
            if count:
                return self.answer(200, count)
            self.converse(protocol, path, json.loads(body or b"{}"))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        except Exception as error:  # a broken scenario must be seen by the test, not hang it
            print(f"model_server: {error!r}", file=sys.stderr, flush=True)
            self.answer(400, {"type": "error", "error": {"type": "invalid_request_error",
                                                         "message": f"scripted model: {error!r}"}})

    def converse(self, protocol, path, request):
        kind, key = protocol.key_of(self.headers)
        model, stream = protocol.model_and_stream(path, request)
        about, step, fault = self.server.script.step(protocol.messages_of(request), model, key,
                                                     protocol.session_of(request))
        about["credential"], about["model"], about["stream"] = kind, model, stream
        self.server.record(about)
        time.sleep(step.get("delay", 0))
        if step.get("hang"):
            return self.wait_for_the_client()
        if fault and protocol.__name__.removeprefix("model_") == step.get("fails_in", protocol.__name__[6:]):
            headers, failure = protocol.failure(fault)
            if "retry_after" in step:
                headers["retry-after"] = str(step["retry_after"])
            if "resets_in" in step:
                reset = str(int(time.time()) + step["resets_in"])
                headers |= {"anthropic-ratelimit-unified-status": "rejected",
                            "anthropic-ratelimit-unified-reset": reset,
                            "anthropic-ratelimit-unified-representative-claim": "five_hour",
                            "anthropic-ratelimit-unified-5h-status": "rejected",
                            "anthropic-ratelimit-unified-5h-reset": reset,
                            "x-should-retry": "false"}
            return self.answer(fault, failure, headers)
        protocol.answer(self, model, content_of(step, protocol.tools_of(request)), step, stream)

    def answer(self, status, body, headers=None):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)),
                            "request-id": "req_scripted", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self):
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("request-id", "req_scripted")
        self.send_header("connection", "close")
        self.end_headers()

    def event(self, kind, data):
        """One server-sent event; without a kind only its data."""
        self.wfile.write(((f"event: {kind}\n" if kind else "") + f"data: {data}\n\n").encode())
        self.wfile.flush()

    def drop(self):
        self.close_connection = True
        # A linger time of zero makes close() send RST.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def wait_for_the_client(self):
        self.close_connection = True
        select.select([self.connection], [], [])  # readable when the client closes


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address, script, log):
        super().__init__(address, Handler)
        self.script, self.log = script, log
        self.count, self.lock = 0, threading.Lock()

    def record(self, about):
        with self.lock:
            self.count += 1
            if self.log:
                with open(self.log, "a", encoding="utf-8") as log:
                    log.write(json.dumps({"request": self.count, **about}) + "\n")

    def handle_error(self, request, client_address):
        pass  # a client that was killed; what matters is in the log


def main():
    parser = argparse.ArgumentParser(description="A scripted model server for tests.")
    parser.add_argument("--address", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--scenarios", help="JSON file {NAME: SCENARIO}, added to the built-in ones")
    parser.add_argument("--scenario", default="done", help="for requests that name none")
    parser.add_argument("--log", help="file for one JSON object a request")
    arguments = parser.parse_args()
    scenarios = dict(BUILT_IN)
    if arguments.scenarios:
        with open(arguments.scenarios, encoding="utf-8") as file:
            scenarios.update({name: turns_of(value) for name, value in json.load(file).items()})
    if arguments.scenario not in scenarios:
        parser.error(f"no scenario '{arguments.scenario}'; there are: {', '.join(sorted(scenarios))}")
    server = Server((arguments.address, arguments.port), Script(scenarios, arguments.scenario), arguments.log)
    print(f"port {server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
