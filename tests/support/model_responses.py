"""The OpenAI Responses API, streaming, for the scripted model server."""

import json
import time

PATH = "/v1/responses"
ERROR_CODES = {401: "invalid_api_key", 402: "insufficient_quota", 429: "rate_limit_exceeded", 500: "server_error"}


def is_for(path):
    return path == PATH


def count_of_tokens(_path, _body):
    return None


def model_and_stream(_path, request):
    return request.get("model", ""), bool(request.get("stream"))


def key_of(headers):
    """(kind of credential, key)"""
    bearer = headers.get("authorization", "")
    return "bearer" if bearer else "none", bearer.removeprefix("Bearer ")


def session_of(request):
    return request.get("prompt_cache_key", "")


def tools_of(request):
    return {tool.get("name"): tool.get("parameters", {}).get("properties", {}) for tool in request.get("tools") or []}


def text_of(item):
    content = item.get("content") or []
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def messages_of(request):
    """The conversation as messages of the Messages API, without what the harness says about its surroundings."""
    messages = []
    for item in request.get("input", []):
        kind, role = item.get("type"), item.get("role")
        if kind == "message" and role == "user":
            text = text_of(item)
            if not text.lstrip().startswith(("<", "# AGENTS.md")):
                messages.append({"role": "user", "content": text})
        elif kind in ("function_call", "reasoning") or (kind == "message" and role == "assistant"):
            # A text and the calls beside it are one answer.
            if not messages or messages[-1]["role"] != "assistant":
                messages.append({"role": "assistant", "content": []})
        elif kind == "function_call_output":
            messages.append({"role": "user", "content": [{"type": "tool_result"}]})
    return messages


def failure(status):
    """(headers, body)"""
    return {}, {"error": {"message": f"scripted {status}", "type": "scripted", "code": ERROR_CODES.get(status)}}


def item_of(block):
    """A block of the Messages API as an output item."""
    if block["type"] == "text":
        return {"type": "message", "id": f"msg_{time.time_ns()}", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": block["text"], "annotations": []}]}
    return {"type": "function_call", "id": "fc_" + block["id"], "call_id": "call_" + block["id"],
            "name": block["name"], "arguments": json.dumps(block["input"]), "status": "completed"}


def answer(handler, _model, blocks, step, _stream):
    """Sends blocks of the Messages API as an answer of this one."""
    handler.begin_stream()

    def send(kind, **members):
        handler.event(kind, json.dumps({"type": kind, **members}))

    response = {"id": f"resp_{time.time_ns()}", "object": "response", "status": "in_progress", "output": []}
    send("response.created", response=response)
    items = [item_of(block) for block in blocks]
    for index, item in enumerate(items):
        if item["type"] == "message":
            text = item["content"][0]["text"]
            send("response.output_item.added", output_index=index, item={**item, "content": []})
            for at in range(0, len(text), 65536):
                send("response.output_text.delta", output_index=index, item_id=item["id"], content_index=0,
                     delta=text[at:at + 65536])
            if step.get("drop"):
                return handler.drop()
        send("response.output_item.done", output_index=index, item=item)
    usage = {"input_tokens": 1200, "input_tokens_details": {"cached_tokens": 200}, "output_tokens": 50,
             "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 1250}
    send("response.completed", response={**response, "status": "completed", "output": items, "usage": usage})
