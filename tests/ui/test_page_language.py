"""Pages say the language they are written in."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send
from streamlit.testing.v1 import AppTest

from allocation.ui.page_language import PageLanguage
from tests.ui.conftest import OpenPage

PAGE = '<!DOCTYPE html>\n<html lang="en">\n<body lang="en">页</body></html>'


def ask(query: str, answer: Response | FileResponse, method: str = "GET") -> list[Message]:
    """Ask for a page and return what was answered."""
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(scope, receive, send)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": query.encode(),
        "headers": [],
    }
    asyncio.run(PageLanguage(app)(scope, receive, send))
    return sent


def body(sent: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize(
    ("query", "tag"),
    [("", "zh-CN"), ("lang=zh", "zh-CN"), ("run=x&lang=en", "en"), ("lang=fr", "zh-CN")],
)
def test_a_page_says_the_language_of_its_address(query: str, tag: str) -> None:
    sent = ask(query, Response(PAGE, media_type="text/html"))
    assert body(sent) == PAGE.replace('<html lang="en">', f'<html lang="{tag}">')
    headers = dict(sent[0]["headers"])
    assert int(headers[b"content-length"]) == len(body(sent).encode())


@pytest.mark.parametrize(
    "answer",
    [
        Response(PAGE, media_type="text/plain"),
        Response(PAGE, 404, media_type="text/html"),
        Response(PAGE, media_type="text/html", headers={"content-encoding": "gzip"}),
    ],
)
def test_other_answers_are_left_alone(answer: Response) -> None:
    sent = ask("", answer)
    assert body(sent) == PAGE
    assert sent[0]["status"] == answer.status_code


def test_an_answer_without_a_body_keeps_its_length() -> None:
    answer = Response(media_type="text/html", headers={"content-length": "99"})
    sent = ask("", answer, "HEAD")
    assert dict(sent[0]["headers"])[b"content-length"] == b"99"


@pytest.mark.parametrize(("lang", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_an_open_page_is_told(open_page: OpenPage, lang: str, tag: str) -> None:
    page: AppTest = open_page("run", lang=lang)
    told = [item.proto.body for item in page.get("html")]
    assert told == [f"<script>document.documentElement.lang = '{tag}'</script>"]
