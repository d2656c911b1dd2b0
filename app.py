"""Start the planners' app: ``streamlit run app.py``.

The pages are the script ``allocation/ui/main.py``; this file only wraps it with what
a server needs: a health route, a first run to look at, quiet errors, a guard, a signpost, and
pages that say their language.
"""

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from allocation.ui.guard import Guard
from allocation.ui.page_language import PageLanguage
from allocation.ui.server import SCRIPT, handle_error, lifespan
from allocation.ui.signpost import Signpost


async def health(request: object) -> PlainTextResponse:
    """Tell that the server answers."""
    return PlainTextResponse("ok")


app = st.App(
    SCRIPT,
    lifespan=lifespan,
    routes=[Route("/healthz", health)],
    middleware=[Middleware(Guard), Middleware(Signpost), Middleware(PageLanguage)],
    on_script_error=handle_error,
)
