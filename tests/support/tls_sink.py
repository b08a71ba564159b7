#!/usr/bin/env python3
"""An HTTPS server on loopback that keeps what is posted to it: tls_sink.py CERTIFICATE KEY LOG

Prints its port once it listens. LOG gets one JSON object a request: path, headers (names in lower case) and body.
"""

import http.server
import json
import ssl
import sys

CERTIFICATE, KEY, LOG = sys.argv[1:4]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        with open(LOG, "a", encoding="utf-8") as file:
            file.write(json.dumps({"path": self.path, "headers": headers, "body": json.loads(body)}) + "\n")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
