"""In which language a page says that it is written: by it, screen readers choose a voice.

Streamlit's own page says English.  What is served says what its address asks for; where
somebody switches the language in place, the page is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allocation.messages import LANGS, Lang

TAGS: Mapping[Lang, str] = {"zh": "zh-CN", "en": "en"}
"""Languages as HTML names them."""

_HTML = re.compile(rb'<html lang="[^"]*"')


def known_lang(given: str | None) -> Lang:
    """Return the language an address asks for; Chinese unless it names another one."""
    return next((known for known in LANGS if known == given), LANGS[0])


def declare_language(lang: Lang) -> None:
    """Tell the page that is open in which language it is written from now on."""
    st.html(
        f"<script>document.documentElement.lang = '{TAGS[lang]}'</script>",
        width="content",
        unsafe_allow_javascript=True,
    )


class PageLanguage:
    """Middleware that writes the language of the address into every page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a page is held back until it is whole."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        lang = known_lang(query.get("lang", [""])[-1])
        await self._app(scope, receive, _Writer(lang, send))


class _Writer:
    """Sends an answer on; the language of a page is written into it."""

    def __init__(self, lang: Lang, send: Send) -> None:
        self._tag, self._send = TAGS[lang].encode(), send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._let_go()
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self._body = _HTML.sub(b'<html lang="' + self._tag + b'"', self._body, count=1)
                MutableHeaders(scope=self._start)["content-length"] = str(len(self._body))
                await self._let_go()
                await self._send({"type": "http.response.body", "body": self._body})

    async def _let_go(self) -> None:
        start, self._start = self._start, None
        if start is not None:
            await self._send(start)


def _is_page(start: Message) -> bool:
    headers = Headers(scope=start)
    is_html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and is_html and "content-encoding" not in headers
