"""Addresses that name no page lead to the first one, which says so."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from allocation.messages import LANGS, Lang, text
from allocation.ui.navigation import VIEWS
from allocation.ui.signpost import FIRST, LOST, Signpost, led_to
from tests.ui.conftest import OpenPage

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nowhere", "/Map", "/地图/"])
def test_unknown_pages_are_lost(path: str) -> None:
    assert led_to("GET", path, BROWSER) == f"{LOST}=1"


@pytest.mark.parametrize("path", ["/", "/healthz", *(f"/{view.name}" for view in VIEWS)])
def test_pages_of_the_app_are_not(path: str) -> None:
    assert led_to("GET", path, BROWSER) == ("" if path == f"/{FIRST}" else None)


@pytest.mark.parametrize("path", ["/_stcore/stream", "/static/js/main.js", "/favicon.png"])
def test_files_are_not(path: str) -> None:
    assert led_to("GET", path, BROWSER) is None


def test_only_people_are_led() -> None:
    assert led_to("GET", "/nowhere", "*/*") is None
    assert led_to("POST", "/nowhere", BROWSER) is None


def ask(path: str, query: str = "") -> tuple[int, str]:
    """Ask the app with its signpost; return status and where it leads."""
    answered: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        answered.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("page")(scope, receive, send)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"accept", BROWSER.encode())],
    }
    asyncio.run(Signpost(app)(scope, receive, send))
    headers = dict(answered[0]["headers"])
    return answered[0]["status"], headers.get(b"location", b"").decode()


def test_a_lost_person_keeps_language_and_run() -> None:
    assert ask("/nowhere", "lang=en&run=r1") == (307, f"/?{LOST}=1&lang=en&run=r1")
    assert ask("/nowhere") == (307, f"/?{LOST}=1")


def test_the_first_page_has_a_name_too() -> None:
    """Streamlit knows it by the root alone and says in English that there is no such page."""
    assert ask(f"/{FIRST}", "lang=en&run=r1") == (307, "/?lang=en&run=r1")
    assert ask(f"/{FIRST}") == (307, "/")


def test_others_get_their_page() -> None:
    assert ask("/map", "run=r1") == (200, "")


@pytest.mark.parametrize("lang", LANGS)
def test_the_first_page_says_so_once(open_page: OpenPage, lang: Lang) -> None:
    page = open_page("run", lost="1", lang=lang)
    said = text("app_lost", lang)
    assert said in [warning.value for warning in page.warning]
    assert LOST not in page.query_params
    page.run()
    assert said not in [warning.value for warning in page.warning]
