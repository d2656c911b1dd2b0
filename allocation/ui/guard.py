"""Whom the server does not answer, and what it tells browsers about its pages.

A page of the app may load from and talk to this server alone, whatever a library would
like: the browser itself refuses anything else.  And no page of another site may talk to
this server behind a person's back.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_HOST = re.compile(r"[\w.\-\[\]:]+")


class Guard:
    """Middleware around everything the server does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless a page of another site asks."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        # Streamlit would judge a foreign origin too, but asks an outside service for the
        # address of this machine to do so.
        if is_foreign(headers.get("origin"), host):
            refuse = PlainTextResponse("foreign origin", 403)
            await (WebSocketClose() if scope["type"] == "websocket" else refuse)(
                scope, receive, send
            )
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                mark(MutableHeaders(scope=message), host)
            await send(message)

        await self._app(scope, receive, marked)


def is_foreign(origin: str | None, host: str) -> bool:
    """Tell whether a page of another site asks; a browser names the site of its page.

    Parameters
    ----------
    origin
        As the browser names it, None where it need not.
    host
        Host and port that were asked.
    """
    if origin is None or urlsplit(origin).netloc == host:
        return False
    return origin not in st.get_option("server.corsAllowedOrigins")


def mark(headers: MutableHeaders, host: str) -> None:
    """Tell the browser what an answer may do."""
    headers.setdefault("x-content-type-options", "nosniff")
    headers.setdefault("referrer-policy", "no-referrer")
    if headers.get("content-type", "").startswith("text/html"):
        headers["content-security-policy"] = policy(host)


def policy(host: str) -> str:
    """Return what a page may load from and talk to: this host, and nothing else."""
    # Not every browser takes 'self' for sockets.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            # Streamlit styles inline, charts and maps build functions and workers.
            "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
            f"connect-src 'self' data: blob:{sockets}",
            "frame-ancestors 'self'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )
