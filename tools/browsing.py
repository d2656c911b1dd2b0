"""A real server, a real browser, and planners who sit in front of it.

For the tests in a browser, the screenshots and the timing of pages.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    WebSocket,
    sync_playwright,
)

from allocation.ui.workspace import ROOT_VARIABLE

ROOT = Path(__file__).resolve().parents[1]
BROWSER_VARIABLE = "ALLOCATION_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Maps draw with WebGL, which may be emulated where there is no graphics card.  The page
    # itself is drawn without one, as at any such desk.
    "--enable-unsafe-swiftshader",
)

LOCAL_SCHEMES = ("data", "blob", "about")
START_S = 120
WAIT_MS = 60_000
_PORTS_TRIED = 3

# The app is at rest when it has been so for a moment: after a click the server needs
# some milliseconds to hear of it, and until then an unchanged page looks finished.
_AT_REST = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const rests = app !== null
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && app.getAttribute('data-test-connection-state') === 'CONNECTED'
        && document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]') === null;
    if (!rests) { window.__restsSince = undefined; return false; }
    window.__restsSince ??= performance.now();
    return performance.now() - window.__restsSince > 300;
}"""


def find_browser() -> str | None:
    """Find Chromium: where ``ALLOCATION_BROWSER`` says, else on the path."""
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_browser(path: str) -> Iterator[Browser]:
    """Run headless Chromium for a while."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Server:
    """The app, served from a workspace of its own."""

    url: str
    home: Path
    log_file: Path
    process: subprocess.Popen[bytes]

    @property
    def host(self) -> str:
        """Host and port: all that a browser may ask."""
        return urlsplit(self.url).netloc

    def log(self) -> str:
        """Return all that the server wrote so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End the server and the runs it started."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for child in started:
            if child.is_running():
                child.kill()


def start_server(home: Path, log_file: Path) -> Server:
    """Start ``streamlit run app.py`` on a free port and wait until it answers.

    Parameters
    ----------
    home
        Workspace the app works in.
    """
    for _ in range(_PORTS_TRIED - 1):
        # Between the look at a port and the server's start somebody else may take it.
        with contextlib.suppress(RuntimeError):
            return _start_once(home, log_file)
    return _start_once(home, log_file)


def _start_once(home: Path, log_file: Path) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, ROOT_VARIABLE: str(home)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", home, log_file, process)
    until = time.monotonic() + START_S
    while not _answers(f"{server.url}/healthz"):
        if process.poll() is not None or time.monotonic() > until:
            if process.poll() is None:
                server.stop()
            raise RuntimeError(f"the server did not start:\n{server.log()}")
        time.sleep(0.2)
    return server


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Planner:
    """A person with a browser window of their own; everything the window asks is kept."""

    server: Server
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def goto(self, view: str, **address: str) -> Page:
        """Open a page of the app by its address and wait until it is drawn."""
        self.visit(view, **address)
        return self.settled()

    def visit(self, view: str, **address: str) -> Page:
        """Open a page of the app by its address; one that follows a run never rests."""
        query = f"?{urlencode(address, quote_via=quote)}" if address else ""
        self.page.goto(f"{self.server.url}/{view}{query}")
        return self.page

    def settled(self) -> Page:
        """Wait until the app has drawn what it was asked for."""
        self.page.evaluate("window.__restsSince = undefined")
        self.page.wait_for_function(_AT_REST, timeout=WAIT_MS, polling=50)
        return self.page

    def rest_began(self) -> float:
        """Return when the page came to rest, in seconds since it was asked for."""
        return float(self.page.evaluate("window.__restsSince / 1000"))

    def reload(self) -> Page:
        """Reload the window, as F5 does."""
        self.page.reload()
        return self.settled()

    def address(self) -> str:
        """Return path and query of what the window shows."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def foreign(self) -> list[str]:
        """List what was asked of other hosts."""
        return [
            url
            for url in self.asked
            if (parts := urlsplit(url)).scheme not in LOCAL_SCHEMES
            and parts.netloc != self.server.host
        ]


NewPlanner = Callable[..., Planner]


def sit_down(server: Server, browser: Browser, **options: object) -> Planner:
    """Give a person a fresh browser window (own cookies, own session)."""
    settings: dict[str, object] = {
        "locale": "zh-CN",
        "viewport": {"width": 1280, "height": 800},
        "accept_downloads": True,
        **options,
    }
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    context.set_default_timeout(WAIT_MS)
    planner = Planner(server, context, context.new_page())

    def asks(request: Request) -> None:
        planner.asked.append(request.url)

    def talks(socket_: WebSocket) -> None:
        planner.asked.append(socket_.url)

    context.on("request", asks)
    planner.page.on("websocket", talks)
    context.on("weberror", lambda error: planner.errors.append(str(error.error)))
    return planner
