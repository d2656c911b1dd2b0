"""Download buttons: files made on the click, and what is said when that fails."""

from __future__ import annotations

import ast
import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, DeferredFileRequestPayload
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.testing.v1 import AppTest

import allocation.ui
from allocation.messages import RunError, text
from allocation.ui.downloads import Failures, made

KEY, NAME = "some.key", "some.csv"
DATUM = "张晓明 371199199001011234"


def write_good(path: Path) -> None:
    path.write_text("good", encoding="utf-8")


def write_badly(path: Path) -> None:
    """Fail the way a bug does: the message quotes what was in hand."""
    path.write_text(DATUM, encoding="utf-8")
    raise ValueError(DATUM)


def answered(data: Any) -> Any:
    """Have the server make a file as a click does."""
    files = MediaFileManager(MemoryMediaFileStorage("/media"))
    file_id = files.add_deferred(data, "text/csv", "here", file_name=NAME)
    request = BackendOperationRequest(
        request_id="1", deferred_file=DeferredFileRequestPayload(file_id=file_id)
    )
    return asyncio.run(DeferredFileHandler(lambda: files).handle(request, "session"))


@pytest.fixture
def spare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_stays_on_the_disk(spare: Path) -> None:
    assert made(write_good, NAME, KEY, {}) == b"good"
    with pytest.raises(RunError):
        made(write_badly, NAME, KEY, {})
    assert list(spare.iterdir()) == []


def test_the_log_says_nothing_of_the_data(caplog: pytest.LogCaptureFixture) -> None:
    failures: Failures = {}
    answer = answered(lambda: made(write_badly, NAME, KEY, failures))
    assert answer.error_msg
    assert "ValueError at test_downloads.py" in caplog.text
    assert "张晓明" not in caplog.text
    assert "3711" not in caplog.text
    assert failures[KEY, NAME].code == "app_download_failed"
    # Not guarded, it would: that is why there is one way to draw a download.
    assert answered(lambda: write_badly(Path(tempfile.mkdtemp(), "a"))).error_msg
    assert "张晓明" in caplog.text


def test_what_can_be_mended_is_kept_in_its_own_words() -> None:
    failures: Failures = {}

    def write(_: Path) -> None:
        raise RunError("export_failed", path="a.csv")

    with pytest.raises(RunError):
        made(write, NAME, KEY, failures)
    assert failures[KEY, NAME].code == "export_failed"
    assert made(write_good, NAME, KEY, failures) == b"good"
    assert failures == {}


def draw(unable: bool = False) -> None:
    from allocation.messages import RunError
    from allocation.ui.downloads import download_button

    fault = RunError("letter_needs_typst") if unable else None
    download_button("label", "some.csv", lambda _: None, key="some.key", unable=fault)


def test_the_page_says_what_went_wrong_when_it_is_next_drawn() -> None:
    page = AppTest.from_function(draw).run()
    assert not page.error
    with pytest.raises(RunError):
        made(write_badly, NAME, KEY, page.session_state["downloads.failed"])
    page.run()
    assert [error.value for error in page.error] == [text("app_download_failed")]
    made(write_good, NAME, KEY, page.session_state["downloads.failed"])
    assert not page.run().error


def test_what_this_machine_cannot_make_is_said_beforehand() -> None:
    page = AppTest.from_function(draw, kwargs={"unable": True}).run()
    (button,) = page.get("download_button")
    assert button.proto.disabled
    assert [error.value for error in page.error] == [text("letter_needs_typst")]


def test_every_download_is_guarded() -> None:
    """The page framework's own button is called in one module only."""
    pages = Path(next(iter(allocation.ui.__path__)))
    calling = {
        path.relative_to(pages).as_posix()
        for path in pages.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "download_button"
        and isinstance(node.value, ast.Name)
        and node.value.id == "st"
    }
    assert calling == {"downloads.py"}
