#!/usr/bin/env python3
"""GitHub's API on a socket of this machine, as much of it as `gh pr create` and `gh api repos/...` ask for.

    github_api.py SOCKET ANSWERS LOG

ANSWERS is a JSON file that is read at every request: "repo" and "graphql" are the HTTP statuses of the two ways to
ask (default 200); "open" is a list of pull requests as GraphQL tells them; "refuse" is what GraphQL says to a new
one. LOG gets one JSON object a request: path, whether it had the token "s3cret-token", and what GraphQL was asked.
The shapes of requests and answers: GitHub's GraphQL reference (repository, pullRequests, createPullRequest).
"""

import http.server
import json
import socketserver
import sys

SOCKET, ANSWERS, LOG = sys.argv[1:4]
URL = "https://github.com/owner/repo/pull/"


def graphql(question, answers):
    if "createPullRequest(" in question:
        if "refuse" in answers:
            return {"data": {"createPullRequest": None},
                    "errors": [{"type": "UNPROCESSABLE", "path": ["createPullRequest"], "message": answers["refuse"]}]}
        return {"data": {"createPullRequest": {"pullRequest": {"id": "PR_7", "url": URL + "7"}}}}
    repository = {"id": "R_1", "name": "repo", "owner": {"login": "owner"}, "viewerPermission": "WRITE",
                  "hasIssuesEnabled": True, "defaultBranchRef": {"name": "main"},
                  "pullRequests": {"nodes": answers.get("open", [])}}
    return {"data": {"repository": repository}}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with open(ANSWERS, encoding="utf-8") as file:
            answers = json.load(file)
        authorized = self.headers.get("Authorization") == "token s3cret-token"
        entry = {"path": self.path, "authorized": authorized}
        if self.path == "/graphql":
            asked = json.loads(body)
            entry |= {"query": asked["query"].split("{")[0].split()[:2], "variables": asked.get("variables")}
            status, content = answers.get("graphql", 200), graphql(asked["query"], answers)
        elif self.path == "/repos/owner/repo":
            status, content = answers.get("repo", 200), {"full_name": "owner/repo"}
        else:
            status, content = 404, {}
        if not authorized:
            status = 401
        if status != 200:
            content = {"message": "Bad credentials" if status == 401 else "Server Error"}
        with open(LOG, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = answer

    def address_string(self):
        return "socket"

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


server = Server(SOCKET, Handler)
print("ready", flush=True)
server.serve_forever()
