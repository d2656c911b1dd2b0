"""What becomes of an address that names no page, or the first one by its name.

Streamlit would show its first page below a message in English; this shows the first page
with a sentence of the app's own, and without one where that page was asked for.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from allocation.ui.navigation import VIEWS

LOST = "lost"
"""Key of the address that says that another one led nowhere."""

KNOWN = frozenset({"healthz", *(view.name for view in VIEWS)})
FIRST = next(view.name for view in VIEWS if view.is_first)
_PAGE = re.compile(r"/([^/.]+)/?")
"""Pages have one part and no dot; files, sockets and what Streamlit keeps for itself do not."""


class Signpost:
    """Middleware that leads people who ask for an unknown page to the first one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a way on where a browser asks for a page there is not."""
        way = None
        if scope["type"] == "http":
            way = led_to(scope["method"], scope["path"], Headers(scope=scope).get("accept", ""))
        if way is None:
            await self._app(scope, receive, send)
            return
        query = [way, scope.get("query_string", b"").decode("latin-1")]
        given = "&".join(filter(None, query))
        await RedirectResponse(f"/?{given}" if given else "/")(scope, receive, send)


def led_to(method: str, path: str, accept: str) -> str | None:
    """Say with what in the address a person is led to the first page; None for not at all."""
    if method != "GET" or "text/html" not in accept:
        return None
    found = _PAGE.fullmatch(path)
    if found is None:
        return None
    if found[1] == FIRST:  # it has no address of its own but the root
        return ""
    return None if found[1] in KNOWN else f"{LOST}=1"
