"""Serve the app from a workspace: pick a port, start the server, lead a browser there, stop.

A workspace is served once at a time.  Who starts it again is led to the server that runs,
which is known by its process and not only by an address that somebody else may have now.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from allocation.messages import LANGS, Lang, RunError
from allocation.processes import alone, marked_process, process_mark

ROOT_VARIABLE = "ALLOCATION_HOME"
"""Environment variable that names the workspace; else it is where the server starts."""

APP_FOLDER = ".app"
SERVED = "served.json"
HOST = "127.0.0.1"
PORTS = range(8501, 8541)

_ANSWER_S = 120
_STOP_S = 10
# Nobody there is known at once; a server that draws its first page on a busy machine is slow.
_PATIENCE_S = 15
_TICK_S = 0.2
# A proxy of the office is not asked about this machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Tell = Callable[..., None]
"""Says a sentence: its code, then its parameters."""


def serve_app(
    script: Path,
    home: Path,
    tell: Tell,
    *,
    port: int | None = None,
    browser: bool = True,
    lang: Lang = "zh",
) -> None:
    """Serve the app until somebody stops it; return at once where it is served already.

    Parameters
    ----------
    script
        The file ``app.py``.
    home
        Workspace: folder of scenarios, data and runs.
    tell
        Called with what a person wants to know, above all the address.
    port
        Port to serve on; None for the first free one.
    browser
        Whether to open the address in the browser of this machine.
    lang
        Language of the page that is opened.

    Raises
    ------
    RunError
        ``app_home_missing``; ``app_port_taken``, ``app_no_port``, ``app_not_started``,
        ``app_ended``; ``runs_folder_unusable`` where nothing can be written.
    """
    home = _checked(home, tell)
    folder = home / "runs" / APP_FOLDER
    server = None
    try:
        with _stopped_politely():
            with _starting(folder):
                address = served_address(folder)
                if address is None:
                    server, address = _start_on(port, script, home, tell)
            tell("app_runs_already" if server is None else "app_started", address=address)
            if browser:
                _open(address if lang == LANGS[0] else f"{address}/?lang={lang}")
            if server is not None and server.wait() != 0:
                raise RunError("app_ended")
    except KeyboardInterrupt:
        tell("app_stopped")
    finally:
        if server is not None:
            _end(server)


def find_script() -> Path:
    """Find ``app.py``: beside the package, or in the current folder.

    Raises
    ------
    RunError
        ``app_missing``, ``app_needs_streamlit``.
    """
    folders = (Path(__file__).resolve().parent.parent, Path.cwd())
    script = next((folder / "app.py" for folder in folders if (folder / "app.py").is_file()), None)
    if script is None:
        raise RunError("app_missing")
    if importlib.util.find_spec("streamlit") is None:
        raise RunError("app_needs_streamlit")
    return script


def served_address(folder: Path) -> str | None:
    """Return where a workspace is served; None when it is not.

    Parameters
    ----------
    folder
        Folder of the workspace's server, ``runs/.app``.
    """
    try:
        noted = json.loads((folder / SERVED).read_text(encoding="utf-8"))
        address, process = str(noted["address"]), str(noted["process"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if marked_process(process) is not None and answers(address) else None


def answers(address: str) -> bool:
    """Tell whether the app answers at an address."""
    try:
        with _DIRECT.open(f"{address}/healthz", timeout=_PATIENCE_S) as answer:
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _checked(home: Path, tell: Tell) -> Path:
    """Return the whole path of a workspace, and say so where it can hardly be one."""
    if not home.is_dir():
        raise RunError("app_home_missing", folder=str(home))
    home = home.resolve()
    if not (home / "scenarios").is_dir():
        tell("app_home_bare", folder=home)
    return home


def free_port(wanted: int | None, tell: Tell) -> int:
    """Return the port to serve on, and say so where it is not the usual one.

    Raises
    ------
    RunError
        ``app_port_taken`` when the wanted one is, ``app_no_port`` when all are.
    """
    if wanted is not None:
        if not _is_free(wanted):
            raise RunError("app_port_taken", port=wanted)
        return wanted
    found = next(filter(_is_free, PORTS), None)
    if found is None:
        raise RunError("app_no_port", first=PORTS[0], last=PORTS[-1])
    if found != PORTS[0]:
        tell("app_other_port", taken=PORTS[0], port=found)
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            # A port just given back is free; on Windows the option means another thing.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """Let one process at a time start the server of a workspace."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(folder, wait_s=_ANSWER_S))
        except TimeoutError as error:
            raise RunError("app_not_started") from error
        except OSError as error:
            raise RunError("runs_folder_unusable", folder=str(folder.parent)) from error
        yield


def _start_on(
    wanted: int | None, script: Path, home: Path, tell: Tell
) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server on the wanted port, else on the first that is free and stays so."""
    while True:
        port = free_port(wanted, tell)
        try:
            return _start(script, home, port)
        except RunError:
            # Somebody who started at the same moment has it now: the next one.
            if wanted is not None or _is_free(port):
                raise


def _start(script: Path, home: Path, port: int) -> tuple[subprocess.Popen[bytes], str]:
    """Start the server, wait until it answers, and note where it does."""
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--logger.hideWelcomeMessage", "true"]
    server = subprocess.Popen(  # noqa: S603 - our own command
        command,
        env={**os.environ, ROOT_VARIABLE: str(home)},
        stdin=subprocess.DEVNULL,
        # Ctrl-C is for this process, which then ends the server without its last words.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    address = f"http://{HOST}:{port}"
    until = time.monotonic() + _ANSWER_S
    try:
        # Whoever else answers there has a workspace of their own.
        while not (_listens(server, port) and answers(address)):
            if server.poll() is not None or time.monotonic() > until:
                raise RunError("app_not_started")
            time.sleep(_TICK_S)
        record = {"address": address, "process": process_mark(server.pid)}
        file = home / "runs" / APP_FOLDER / SERVED
        file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    except BaseException:
        _end(server)
        raise
    return server, address


def _listens(server: subprocess.Popen[bytes], port: int) -> bool:
    """Tell whether a server has a port; on Windows a child of what was started has it."""
    try:
        started = psutil.Process(server.pid)
        return any(
            link.status == psutil.CONN_LISTEN and link.laddr.port == port
            for process in (started, *started.children(recursive=True))
            for link in process.net_connections("tcp4")
        )
    except psutil.Error:
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server; runs it started go on."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def _stopped_politely() -> Iterator[None]:
    """Take a closed terminal or a service manager's stop for Ctrl-C, so that all is ended."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _open(address: str) -> None:
    """Open an address in a browser, where there is a screen to show it on."""
    on_screen = os.name == "nt" or sys.platform == "darwin"
    if on_screen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)
