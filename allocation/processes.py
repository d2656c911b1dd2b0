"""Several processes on one folder: marks that name them for good, a lock that ends with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

_CLOCK_STEP_S = 2.0
"""How far a start may seem to move: Linux reckons it from the time of day, which is adjusted."""


def process_mark(pid: int) -> str:
    """Name a process for good: its id alone may come back after a restart."""
    try:
        start = f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        start = ""
    return f"{pid}\n{start}\n"


def marked_process(mark: str) -> psutil.Process | None:
    """Find the process a mark names; None when it has ended."""
    try:
        pid, start = mark.split("\n")[:2]
        process = psutil.Process(int(pid))
        is_it = abs(process.create_time() - float(start)) <= _CLOCK_STEP_S
        # Killed, and not yet noticed by its parent: it works no more.
        if is_it and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (ValueError, psutil.Error):
        pass
    return None


@contextmanager
def alone(folder: Path, wait_s: float) -> Iterator[None]:
    """Keep every other thread and process out that asks for the same folder.

    The lock is SQLite's: nothing is left locked when its process dies.

    Parameters
    ----------
    folder
        Made when it is missing, for its owner alone.
    wait_s
        How long to wait for whoever holds it.

    Raises
    ------
    TimeoutError
        Somebody else held it all that time.
    OSError
        Nothing can be written there.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "lock"
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file, timeout=wait_s, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise TimeoutError(str(file)) from error
        yield
