"""The child process of a job: its command, its start, its end."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import psutil

import allocation
from allocation.official import Official
from allocation.processes import marked_process
from allocation.runs import WORK_FOLDER, run_process
from allocation.ui.jobs.files import ERRORS, PRINTED, Order

_KILL_WAIT_S = 5


def command(order: Order, runs: Path) -> list[str]:
    """Build the command line of a run: the one a person would type."""
    settings = [part for override in order.overrides for part in ("--set", override)]
    return [
        *(sys.executable, "-m", "allocation", "run", str(order.scenario)),
        *("--out", str(runs), "--quiet", "--lang", order.lang),
        *(_official(order.approval) if order.approval else []),
        *settings,
    ]


def _official(approval: Official) -> list[str]:
    given = {
        "--commit": approval.commit,
        "--reveal": approval.reveal,
        "--approver": approval.approver,
        "--reason": approval.reason,
        "--redraw-reason": approval.redraw_reason,
    }
    # One word each: a reason may begin with a hyphen.
    return ["--official", *(f"{option}={value}" for option, value in given.items() if value)]


def start(order: Order, runs: Path, folder: Path, root: Path) -> subprocess.Popen[bytes]:
    """Start the run of an order; it outlives this server.

    Parameters
    ----------
    folder
        Folder of the job, for what the run prints.
    root
        Where the run works.
    """
    package = str(Path(allocation.__file__).parent.parent)
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    with _file(folder / PRINTED) as printed, _file(folder / ERRORS) as errors:
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            command(order, runs),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=errors,
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
            # A group of its own: Ctrl-C at the server's terminal is not meant for it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
            | getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )


def work_folder(runs: Path, pid: int) -> Path | None:
    """Find the work folder a child process makes; None while it has made none yet."""
    works = runs / WORK_FOLDER
    for folder in works.iterdir() if works.is_dir() else ():
        process = run_process(folder)
        if process is not None and _is_of(process, pid):
            return folder
    return None


def end(mark: str) -> None:
    """End the process a mark names, with all it started; it has no say in it."""
    process = marked_process(mark)
    if process is None:
        return
    try:
        processes = [*process.children(recursive=True), process]
    except psutil.Error:
        processes = [process]
    for each in processes:
        with contextlib.suppress(psutil.Error):
            each.kill()
    psutil.wait_procs(processes, timeout=_KILL_WAIT_S)


def _is_of(process: psutil.Process, pid: int) -> bool:
    """Tell a child by its id; on Windows a virtual environment puts a starter in between."""
    try:
        return pid in (process.pid, process.ppid())
    except psutil.Error:
        return False


def _file(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
