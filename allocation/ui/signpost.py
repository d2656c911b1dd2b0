"""What becomes of an address that names no page.

Streamlit would show its first page below a message in English; this shows the first page
with a sentence of the app's own.
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
_PAGE = re.compile(r"/([^/.]+)/?")
"""Pages have one part and no dot; files, sockets and what Streamlit keeps for itself do not."""


class Signpost:
    """Middleware that leads people who ask for an unknown page to the first one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a way on where a browser asks for a page there is not."""
        is_page = scope["type"] == "http" and is_lost(
            scope["method"], scope["path"], Headers(scope=scope).get("accept", "")
        )
        if not is_page:
            await self._app(scope, receive, send)
            return
        query = scope.get("query_string", b"").decode("latin-1")
        way = f"/?{LOST}=1" + (f"&{query}" if query else "")
        await RedirectResponse(way)(scope, receive, send)


def is_lost(method: str, path: str, accept: str) -> bool:
    """Tell whether a person's browser asks for a page that is none of the app's."""
    found = _PAGE.fullmatch(path)
    return method == "GET" and "text/html" in accept and found is not None and found[1] not in KNOWN
