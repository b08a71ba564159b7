"""The Anthropic Messages API, streaming or not, for the scripted model server."""

import json
import time

PATH = "/v1/messages"
ERROR_TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error",
               403: "permission_error", 413: "request_too_large", 429: "rate_limit_error", 529: "overloaded_error"}


def is_for(path):
    return path in (PATH, PATH + "/count_tokens")


def count_of_tokens(path, body):
    """The answer when only tokens are to be counted."""
    return {"input_tokens": len(body) // 4} if path != PATH else None


def model_and_stream(_path, request):
    return request.get("model", ""), bool(request.get("stream"))


def key_of(headers):
    """(kind of credential, key)"""
    key, bearer = headers.get("x-api-key"), headers.get("authorization", "")
    return ("x-api-key", key) if key else ("bearer" if bearer else "none", bearer.removeprefix("Bearer "))


def session_of(request):
    return request.get("metadata", {}).get("user_id", "")


def tools_of(request):
    return {tool.get("name"): tool.get("input_schema", {}).get("properties", {})
            for tool in request.get("tools") or []}


def messages_of(request):
    return request.get("messages", [])


def failure(status):
    """(headers, body)"""
    headers = {"x-should-retry": "true" if status in (408, 429) or status >= 500 else "false"}
    return headers, {"type": "error", "error": {"type": ERROR_TYPES.get(status, "api_error"),
                                                "message": f"scripted {status}"}}


def answer(handler, model, blocks, step, stream):
    stop = step.get("stop") or ("tool_use" if blocks and blocks[-1]["type"] == "tool_use" else "end_turn")
    message = {"id": f"msg_{time.time_ns()}", "type": "message", "role": "assistant", "model": model,
               "content": blocks, "stop_reason": stop, "stop_sequence": None,
               "usage": {"input_tokens": 1000, "output_tokens": 50, "cache_creation_input_tokens": 0,
                         "cache_read_input_tokens": 200}}
    if step.get("drop") and not stream:
        handler.drop()  # the harness falls back to an answer in one piece
    elif stream:
        send_stream(handler, message, step)
    else:
        handler.answer(200, message)


def send_stream(handler, message, step):
    def event(kind, **members):
        handler.event(kind, json.dumps({"type": kind, **members}))

    handler.begin_stream()
    begun = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    event("message_start", message=begun)
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            for at in range(0, len(block["text"]), 65536):
                event("content_block_delta", index=index,
                      delta={"type": "text_delta", "text": block["text"][at:at + 65536]})
            if step.get("drop"):
                return handler.drop()
        else:
            event("content_block_start", index=index, content_block={**block, "input": {}})
            event("content_block_delta", index=index,
                  delta={"type": "input_json_delta", "partial_json": json.dumps(block["input"])})
        event("content_block_stop", index=index)
    event("message_delta", delta={"stop_reason": message["stop_reason"], "stop_sequence": None},
          usage={"output_tokens": message["usage"]["output_tokens"]})
    event("message_stop")
