"""Try a Linux bundle as an office meets it: no network, nothing of this machine but Python.

    python -m tools.bundle.trial [--bundle dist/allocation-0.1.0-linux-x64]

Goes through what happens to a bundle in its life and ends at the first thing that goes
wrong.  It needs a Python the bundle was made for, Chromium, ``unshare``, 4 GB of disk and
some minutes.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from allocation.messages import text
from allocation.runs import RunState, list_runs
from allocation.serving import PORTS
from allocation.ui.navigation import VIEWS
from tools.browsing import Server, find_browser, open_browser, sit_down
from tools.bundle.scripts import SUPPORT
from tools.bundle.wheels import read_wheel

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "--inside"
# No network; and whatever is started ends with the trial.
APART = (
    *("unshare", "--map-root-user", "--net", "--mount", "--pid", "--mount-proc"),
    *("--fork", "--kill-child"),
)
PATHS = "/usr/local/bin:/usr/bin:/bin"
UNPACKED = "日照 名额 (试用)"
OLDER = "0.0.9"
LONG_S = 900
INSTALLING, RUNNING = "正在安装（", "系统已经在运行"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def main(arguments: Sequence[str] | None = None) -> None:
    """Try a bundle inside a namespace of its own."""
    parser = argparse.ArgumentParser(prog="python -m tools.bundle.trial", description=__doc__)
    parser.add_argument("--bundle", type=Path, help="default: the Linux one in dist")
    parser.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    bundle = chosen.bundle or next((ROOT / "dist").glob("*-linux-x64"), None)
    browser = find_browser()
    if bundle is None or browser is None:
        raise SystemExit("no bundle: make bundle" if bundle is None else "no browser: see README")
    if not chosen.inside:
        command = [sys.executable, "-m", "tools.bundle.trial", "--bundle", str(bundle), INSIDE]
        os.execvp("unshare", [*APART, *command])  # noqa: S606
    # A shell that starts this in the background has Ctrl-C ignored, by its children too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    raise_loopback()
    with tempfile.TemporaryDirectory() as scratch:
        go_through(Office(Path(scratch)), bundle.resolve(), browser)
    print("all of it works")


@dataclass
class Office:
    """A person's home and the unpacked bundle, in a folder with a difficult name."""

    scratch: Path
    folder: Path = field(init=False)
    home: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.scratch / UNPACKED / "allocation"
        self.home = self.scratch / "home"
        self.home.mkdir()

    def environment(self, path: str = PATHS) -> dict[str, str]:
        """Return all that a person's session holds."""
        return {"HOME": str(self.home), "PATH": path}

    def refused(self, said: str, path: str = PATHS, folder: Path | None = None) -> None:
        """Start and expect to be told why not."""
        done = subprocess.run(
            ["/bin/sh", str((folder or self.folder) / "start.sh"), "--no-browser"],
            env=self.environment(path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LONG_S,
        )
        expect(done.returncode == 1 and said in done.stdout, done.stdout)
        expect("Traceback" not in done.stdout, done.stdout)

    def start(self, *options: str) -> Window:
        """Start in a terminal window of its own."""
        log = self.scratch / f"window-{time.monotonic_ns()}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                ["/bin/sh", str(self.folder / "start.sh"), "--no-browser", *options],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        return Window(process, log)

    def stamp(self) -> int:
        """Return when the bundle was installed."""
        return (self.folder / ".venv" / "installed.txt").stat().st_mtime_ns


@dataclass
class Window:
    """A terminal window in which a bundle was started."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        """Return what stands in the window."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def address(self) -> str:
        """Wait for the address."""
        until = time.monotonic() + LONG_S
        while (found := _ADDRESS.search(self.said())) is None:
            expect(self.process.poll() is None and time.monotonic() < until, self.said())
            time.sleep(0.2)
        return found[0]

    def ended(self) -> str:
        """Wait for its end and return what stands in it."""
        expect(self.process.wait(LONG_S) == 0, self.said())
        return self.said()

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        said = self.ended()
        expect(text("app_stopped") in said and "Traceback" not in said, said)


def go_through(office: Office, bundle: Path, browser: str) -> None:
    """Live through the life of a bundle."""
    with step("no network but the loopback"):
        expect({name for _, name in socket.if_nameindex()} == {"lo"}, "there is a network")
    with step("unpack it"):
        shutil.copytree(bundle, office.folder)
    refusals(office)
    with step("first start, of an older version, in two windows at once"):
        make_older(office)
        first, second = office.start(), office.start()
        address = first.address()
        expect(second.address() == address, second.said())
        said = first.said() + second.said()
        expect(said.count(INSTALLING) == 1 and RUNNING in said, said)
        waiting, serving = (first, second) if RUNNING in first.said() else (second, first)
        expect(RUNNING in waiting.ended(), waiting.said())
        expect(version_of(office) == OLDER, version_of(office))
        serving.interrupt()
    with step("lay the new version over it, start"):
        shutil.copytree(bundle, office.folder, dirs_exist_ok=True)
        window = office.start()
        address = window.address()
        expect(INSTALLING in window.said() and version_of(office) != OLDER, window.said())
    with step("look at every page, run the demonstration afresh"):
        look(office, Server(address, office.folder, window.log, window.process), browser)  # type: ignore[arg-type]
    with step("start a second time beside it"):
        expect(RUNNING in (said := office.start().ended()) and address in said, said)
    installed = office.stamp()
    with step("stop, start again"):
        window.interrupt()
        once_more(office, installed)
    with step("another program has the port"), socket.create_server(("127.0.0.1", PORTS[0])):
        once_more(office, installed, says=str(PORTS[1]))
    with step("a port of one's own"):
        once_more(office, installed, "--port", "8700", says=":8700")
    with step("move the folder"):
        office.folder = office.folder.rename(office.scratch / "another place")
        once_more(office, installed)


def refusals(office: Office) -> None:
    """Try everything that keeps a bundle from starting."""
    tools = office.scratch / "tools"
    tools.mkdir()
    for name in ("cat", "dirname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    with step("no Python"):
        office.refused("没有找到 Python", str(tools))
    with step("a Python that is too old"):
        old = tools / "python3"
        old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
        old.chmod(0o755)
        office.refused("没有找到 Python", str(tools))
    with step("a folder that cannot be written to"):
        locked = office.scratch / "locked"
        locked.mkdir()
        for options in (("--bind", str(office.folder)), ("-o", "remount,bind,ro")):
            subprocess.run(["mount", *options, str(locked)], check=True)
        office.refused("无法写入本文件夹", folder=locked)
        subprocess.run(["umount", str(locked)], check=True)
    with step("a file that was damaged while it was copied"):
        wheel = next((office.folder / "wheels").glob("typer-*.whl"))
        whole = wheel.read_bytes()
        wheel.write_bytes(whole[:5_000] + b"?" + whole[5_001:])
        office.refused("安装没有成功")
        wheel.write_bytes(whole)


def make_older(office: Office) -> None:
    """Make the unpacked bundle one of an older version."""
    wheels, support = office.folder / "wheels", office.folder / SUPPORT
    own = next(wheels.glob("allocation-*.whl"))
    current = str(read_wheel(own).version)
    old = own.with_name(own.name.replace(current, OLDER))
    stem = f"allocation-{current}.dist-info/"
    with zipfile.ZipFile(own) as source, zipfile.ZipFile(old, "w") as target:
        for entry in source.namelist():
            content = source.read(entry)
            if entry.startswith(stem):
                content = content.replace(current.encode(), OLDER.encode())
            target.writestr(entry.replace(stem, f"allocation-{OLDER}.dist-info/"), content)
    pin = read_wheel(own).pin
    own.unlink()
    for listed in support.glob("wheels-*.txt"):
        lines = listed.read_text(encoding="ascii")
        listed.write_text(lines.replace(pin, read_wheel(old).pin), encoding="ascii")


def version_of(office: Office) -> str:
    """Ask the installed program for its version."""
    code = "import importlib.metadata as m; print(m.version('allocation'))"
    python = office.folder / ".venv" / "bin" / "python"
    return subprocess.check_output([str(python), "-c", code], text=True).strip()


def once_more(office: Office, installed: int, *options: str, says: str = "") -> None:
    """Start where it is installed, and stop: nothing is installed again."""
    window = office.start(*options)
    window.address()
    window.interrupt()
    said = window.said()
    expect(says in said and INSTALLING not in said and office.stamp() == installed, said)


def look(office: Office, server: Server, browser: str) -> None:
    """Open every page in a browser, and run the demonstration from the app."""
    runs = office.folder / "runs"
    before = finished(runs)
    expect(len(before) == 1, "no run came along")
    with open_browser(browser) as launched:
        planner = sit_down(server, launched)
        for view in VIEWS:
            page = planner.goto("" if view.name == "run" else view.name)
            title = page.get_by_role("heading", level=1).inner_text()
            expect(title == text(f"app_page_{view.name}"), title)
            expect(page.get_by_test_id("stAlertContentError").count() == 0, view.name)
            expect(page.get_by_text(text("app_handbook_missing")).count() == 0, "no handbook")
        page = planner.goto("")
        expect(page.get_by_text(before[0]).count() > 0, "the first page shows no result")
        page.get_by_role("button", name=text("app_run_demo_again")).click()
        until = time.monotonic() + LONG_S
        while len(finished(runs)) == 1:
            expect(time.monotonic() < until, "the run does not end")
            time.sleep(0.5)
        fresh = next(run_id for run_id in finished(runs) if run_id not in before)
        page.get_by_text(fresh).first.wait_for()
        expect(not planner.foreign(), str(planner.foreign()))
        expect(not planner.errors, str(planner.errors))
        planner.context.close()
    awards = [(runs / run_id / "awards.csv").read_bytes() for run_id in (before[0], fresh)]
    expect(awards[0] == awards[1], "the list is not the one that came along")


def finished(runs: Path) -> list[str]:
    """List the finished runs."""
    return [info.run_id for info in list_runs(runs) if info.state is RunState.FINISHED]


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is tried and how long it took."""
    print(f"{name} …", end=" ", flush=True)
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def expect(holds: bool, otherwise: str) -> None:
    """End the trial where something does not hold."""
    if not holds:
        raise SystemExit(f"\nnot so:\n{otherwise}")


def raise_loopback() -> None:
    """Switch on the one network device of the namespace."""
    request = struct.pack("16sh22x", b"lo", 1)  # IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


if __name__ == "__main__":
    main()
