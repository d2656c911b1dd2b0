"""``allocation app``: which port, which address, once per workspace, and an orderly end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from allocation import serving
from allocation.messages import RunError, text
from allocation.processes import process_mark
from allocation.serving import answers, free_port, serve_app, served_address
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[1]


class Ok(BaseHTTPRequestHandler):
    """Answers as the app does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok" if self.path == "/healthz" else b"something else")

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def address() -> Iterator[str]:
    """Address of a server that answers as the app does."""
    with HTTPServer(("127.0.0.1", 0), Ok) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that another program holds."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def note(folder: Path, address: str, process: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / serving.SERVED).write_text(json.dumps({"address": address, "process": process}))


class Told(list[tuple[str, dict[str, Any]]]):
    """What was said."""

    def __call__(self, code: str, **params: object) -> None:
        text(code, "zh", **params)
        self.append((code, params))


class TestPort:
    """Which port is taken."""

    def test_the_wanted_one(self, taken: int) -> None:
        with pytest.raises(RunError) as error:
            free_port(taken, Told())
        assert (error.value.code, error.value.params) == ("app_port_taken", {"port": taken})

    def test_another_one_is_mentioned(self, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as probe:
            # Nobody else gets it meanwhile, and who asks as the app does finds it free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
            monkeypatch.setattr(serving, "PORTS", (taken, free))
            told = Told()
            assert free_port(None, told) == free
            assert told == [("app_other_port", {"taken": taken, "port": free})]
            assert free_port(free, told := Told()) == free
            assert told == []

    def test_none_is_left(self, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(serving, "PORTS", (taken,))
        with pytest.raises(RunError) as error:
            free_port(None, Told())
        assert error.value.code == "app_no_port"


class TestServed:
    """Whether a workspace is served already."""

    def test_by_a_process_that_lives_and_answers(self, address: str, tmp_path: Path) -> None:
        assert served_address(tmp_path) is None
        note(tmp_path, address, process_mark(os.getpid()))
        assert served_address(tmp_path) == address

    def test_not_by_another_program_at_its_old_address(self, address: str, tmp_path: Path) -> None:
        note(tmp_path, address, f"{os.getpid()}\n1.00\n")
        assert served_address(tmp_path) is None

    def test_not_where_nobody_answers(self, tmp_path: Path) -> None:
        note(tmp_path, "http://127.0.0.1:9", process_mark(os.getpid()))
        assert served_address(tmp_path) is None

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"address": 3}'])
    def test_not_by_a_damaged_note(self, content: str, tmp_path: Path) -> None:
        (tmp_path / serving.SERVED).write_text(content)
        assert served_address(tmp_path) is None

    def test_no_proxy_is_asked(self, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert answers(address)
        assert not answers(f"{address}/else")

    def test_who_starts_again_is_led_there(
        self, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "scenarios").mkdir()
        note(tmp_path / "runs" / serving.APP_FOLDER, address, process_mark(os.getpid()))
        opened: list[str] = []
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr("webbrowser.open", opened.append)
        told = Told()
        serve_app(tmp_path / "app.py", tmp_path, told, lang="en")
        assert told == [("app_runs_already", {"address": address})]
        assert opened == [f"{address}/?lang=en"]
        serve_app(tmp_path / "app.py", tmp_path, told, browser=False)
        assert len(opened) == 1


class TestRefused:
    """What keeps the app from starting, and how that is said."""

    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(RunError) as error:
            serve_app(tmp_path / "app.py", tmp_path / "gone", Told())
        assert error.value.code == "app_home_missing"

    def test_a_folder_nothing_can_be_written_to(self, tmp_path: Path) -> None:
        (tmp_path / "runs").touch()
        told = Told()
        with pytest.raises(RunError) as error:
            serve_app(tmp_path / "app.py", tmp_path, told)
        assert error.value.code == "runs_folder_unusable"
        assert told == [("app_home_bare", {"folder": tmp_path})]

    def test_a_server_that_ends_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "scenarios").mkdir()
        with pytest.raises(RunError) as error:
            serve_app(tmp_path / "no_such_app.py", tmp_path, Told(), browser=False)
        assert error.value.code == "app_not_started"
        assert served_address(tmp_path / "runs" / serving.APP_FOLDER) is None

    def test_a_port_that_another_workspace_took_meanwhile(
        self, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its answers are not taken for the own server's; the next port is tried."""
        (tmp_path / "scenarios").mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        ports = iter([int(address.rpartition(":")[2]), free])
        monkeypatch.setattr(serving, "free_port", lambda wanted, tell: next(ports))
        told = Told()
        with pytest.raises(RunError) as error:
            serve_app(tmp_path / "no_such_app.py", tmp_path, told, browser=False)
        assert error.value.code == "app_not_started"
        assert list(ports) == []
        assert told == []
        assert served_address(tmp_path / "runs" / serving.APP_FOLDER) is None


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_serves_this_machine_until_it_is_stopped(number: int, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    log = tmp_path / "window.log"
    command = [sys.executable, "-m", "allocation", "app", "--home", str(tmp_path), "--no-browser"]
    # A shell in the background ignores Ctrl-C, and so would all it starts; a terminal does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with log.open("wb") as window:
        process = subprocess.Popen(command, cwd=ROOT, stdout=window, stderr=subprocess.STDOUT)
    signal.signal(signal.SIGINT, before)
    try:
        said = log.read_text
        until = time.monotonic() + PATIENCE_S
        while (found := re.search(r"http://127\.0\.0\.1:\d+", said(encoding="utf-8"))) is None:
            assert process.poll() is None, said(encoding="utf-8")
            assert time.monotonic() < until
            time.sleep(0.1)
        # The server says its address a moment before it is noted for others.
        while text("app_started", address=found[0]) not in said(encoding="utf-8"):
            assert process.poll() is None, said(encoding="utf-8")
            assert time.monotonic() < until
            time.sleep(0.1)
        assert answers(found[0])
        assert served_address(tmp_path / "runs" / serving.APP_FOLDER) == found[0]
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
        assert not answers(found[0])
        assert text("app_stopped") in said(encoding="utf-8")
        assert "Traceback" not in said(encoding="utf-8")
    finally:
        process.kill()
