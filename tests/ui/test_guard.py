"""The guard: pages talk to their own server alone, and other sites' pages not to it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from allocation.ui.guard import Guard, is_foreign, policy

HOST = "127.0.0.1:8501"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a page, a text, or a socket."""
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
    elif scope["path"] == "/":
        await Response("<p>page</p>", media_type="text/html")(scope, receive, send)
    else:
        own = {"referrer-policy": "same-origin"}
        await Response("ok", media_type="text/plain", headers=own)(scope, receive, send)


def ask(path: str, kind: str = "http", origin: str | None = None) -> list[Message]:
    """Ask the guarded app and return what it answered."""
    named = [] if origin is None else [(b"origin", origin.encode())]
    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "headers": [(b"host", HOST.encode()), *named],
    }
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answered.append(message)

    asyncio.run(Guard(app)(scope, receive, send))
    return answered


def headers(answered: list[Message]) -> dict[str, Any]:
    return {name.decode(): value.decode() for name, value in answered[0]["headers"]}


@pytest.mark.parametrize(
    ("origin", "foreign"),
    [
        (None, False),
        ("http://127.0.0.1:8501", False),
        ("https://127.0.0.1:8501", False),
        ("http://127.0.0.1:8502", True),
        ("http://evil.example", True),
        ("http://evil.example:8501", True),
        ("null", True),
        ("", True),
    ],
)
def test_who_is_of_another_site(origin: str | None, foreign: bool) -> None:
    assert is_foreign(origin, "127.0.0.1:8501") is foreign


def test_a_page_may_talk_to_its_server_alone() -> None:
    answered = ask("/", origin=f"http://{HOST}")
    assert answered[0]["status"] == 200
    assert headers(answered)["x-content-type-options"] == "nosniff"
    allowed = headers(answered)["content-security-policy"]
    assert f"connect-src 'self' data: blob: ws://{HOST} wss://{HOST};" in allowed
    assert "http:" not in allowed
    assert "*" not in allowed
    other = headers(ask("/plain"))
    assert "content-security-policy" not in other
    assert other["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "a\"'"])
def test_a_host_that_is_none_gets_no_socket(host: str) -> None:
    assert "connect-src 'self' data: blob:;" in policy(host)


def test_pages_of_other_sites_get_nothing() -> None:
    refused = ask("/plain", origin="http://evil.example")
    assert refused[0]["status"] == 403
    closed = ask("/talk", "websocket", "http://evil.example")
    assert [message["type"] for message in closed] == ["websocket.close"]
    opened = ask("/talk", "websocket", f"http://{HOST}")
    assert [message["type"] for message in opened] == ["websocket.accept"]
