"""The Gemini API's generateContent, streaming or not, for the scripted model server."""

import json
import re

STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 429: "RESOURCE_EXHAUSTED",
          500: "INTERNAL", 503: "UNAVAILABLE"}
PATH = re.compile(r"/v1(?:alpha|beta)?/models/([^:/]+):(streamGenerateContent|generateContent|countTokens)$")


def is_for(path):
    return PATH.search(path) is not None


def count_of_tokens(path, body):
    """The answer when only tokens are to be counted."""
    return {"totalTokens": len(body) // 4} if path.endswith(":countTokens") else None


def model_and_stream(path, request):
    model, method = PATH.search(path).groups()
    return model, method == "streamGenerateContent"


def key_of(headers):
    """(kind of credential, key)"""
    key = headers.get("x-goog-api-key")
    bearer = headers.get("authorization", "")
    return ("x-goog-api-key", key) if key else ("bearer" if bearer else "none", bearer.removeprefix("Bearer "))


def session_of(_request):
    return ""  # it is in no request


def tools_of(request):
    """{name: {parameter: ...}}"""
    functions = [each for tool in request.get("tools") or [] for each in tool.get("functionDeclarations") or []]
    schemas = {each.get("name"): each.get("parametersJsonSchema") or each.get("parameters") or {} for each in functions}
    return {name: schema.get("properties", {}) for name, schema in schemas.items()}


def messages_of(request):
    """The conversation as messages of the Messages API, without what the harness says about its surroundings."""
    messages = []
    for content in request.get("contents", []):
        blocks = []
        for part in content.get("parts", []):
            if "functionResponse" in part:
                blocks.append({"type": "tool_result"})
            elif part.get("text") and not part["text"].lstrip().startswith("<session_context>"):
                blocks.append({"type": "text", "text": part["text"]})
        messages.append({"role": "assistant" if content.get("role") == "model" else "user", "content": blocks})
    return messages


def failure(status):
    """(headers, body)"""
    return {}, {"error": {"code": status, "message": f"scripted {status}",
                          "status": STATUS.get(status, "UNKNOWN")}}


def chunk(model, parts, last):
    body = {"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}}], "modelVersion": model,
            "usageMetadata": {"promptTokenCount": 1200, "cachedContentTokenCount": 200, "candidatesTokenCount": 50,
                              "totalTokenCount": 1250}}
    if last:
        body["candidates"][0]["finishReason"] = "STOP"
    return body


def answer(handler, model, blocks, step, stream):
    """Sends blocks of the Messages API as an answer of this one."""
    parts = []
    for block in blocks:
        if block["type"] == "text":
            text = block["text"]
            parts += [{"text": text[at:at + 65536]} for at in range(0, len(text), 65536)]
        else:
            parts.append({"functionCall": {"id": block["id"], "name": block["name"], "args": block["input"]}})
    if not stream:
        return handler.drop() if step.get("drop") else handler.answer(200, chunk(model, parts, True))
    handler.begin_stream()
    for index, part in enumerate(parts):
        last = index == len(parts) - 1 and not step.get("drop")
        handler.event("", json.dumps(chunk(model, [part], last)))
        if step.get("drop"):
            return handler.drop()
