"""Processes on one folder: who is who, and one at a time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from allocation.processes import alone, marked_process, process_mark


def test_a_mark_names_one_process_for_good() -> None:
    mark = process_mark(os.getpid())
    found = marked_process(mark)
    assert found is not None
    assert found.pid == os.getpid()
    # The same id, but another process: it was begun at another time.
    assert marked_process(f"{os.getpid()}\n1.00\n") is None


def test_the_clock_of_the_machine_may_be_adjusted() -> None:
    pid, start = process_mark(os.getpid()).split()
    assert marked_process(f"{pid}\n{float(start) + 1:.2f}\n") is not None
    assert marked_process(f"{pid}\n{float(start) + 60:.2f}\n") is None


@pytest.mark.parametrize("mark", ["", "nonsense", "1\n", "1\n\n", "999999999\n1.00\n"])
def test_a_mark_of_nobody(mark: str) -> None:
    assert marked_process(mark) is None


def test_a_process_that_has_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    mark = process_mark(child.pid)
    child.wait()
    assert marked_process(mark) is None


def test_one_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    with alone(folder, wait_s=0), pytest.raises(TimeoutError), alone(folder, wait_s=0):
        pass
    with alone(folder, wait_s=0):
        pass
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "lock").stat().st_mode) == 0o600


def test_a_killed_process_leaves_nothing_locked(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from allocation.processes import alone
        with alone(Path(sys.argv[1]), 0):
            print("locked", flush=True)
            sys.stdin.read()
        """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(TimeoutError), alone(tmp_path, wait_s=0):
            pass
        child.kill()
        child.wait()
    with alone(tmp_path, wait_s=0):
        pass


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"), alone(tmp_path / "file", wait_s=0):
        pass
