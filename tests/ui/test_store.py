"""Runs in memory: what is worked out of one is kept with it, and goes with it."""

from __future__ import annotations

import gc
import os
import shutil
import weakref
from pathlib import Path

import pytest

from allocation.messages import RunError
from allocation.runs import Run
from allocation.ui import store


@pytest.fixture
def run_id(home: Path) -> str:
    """Return the id of the workspace's run."""
    return store.finished_runs()[0].run_id


def another(home: Path, run_id: str, number: int) -> str:
    """Add a copy of a run to the workspace and return its id."""
    name = f"{run_id[:-4]}{number:04d}"
    shutil.copytree(home / "runs" / run_id, home / "runs" / name)
    return name


def test_a_result_is_worked_out_once_per_run_and_argument(home: Path, run_id: str) -> None:
    made: list[tuple[str, int]] = []

    @store.remembered()
    def double(run: Run, number: int) -> int:
        made.append((run.path.name, number))
        return 2 * number

    other = another(home, run_id, 1)
    assert [double(run_id, 1), double(run_id, 1), double(run_id, 2), double(other, 1)] == [
        2,
        2,
        4,
        2,
    ]
    assert made == [(run_id, 1), (run_id, 2), (other, 1)]


def test_the_oldest_result_makes_room(run_id: str) -> None:
    made: list[int] = []

    @store.remembered(kept=2)
    def seen(run: Run, number: int) -> int:
        made.append(number)
        return number

    for number in (1, 2, 3, 2, 1):
        assert seen(run_id, number) == number
    assert made == [1, 2, 3, 1]


def test_a_result_may_rest_on_another(run_id: str) -> None:
    @store.remembered()
    def awards(run: Run) -> int:
        return len(run.awards)

    @store.remembered()
    def doubled(run: Run) -> int:
        return 2 * awards(run.run_id)

    assert doubled(run_id) == 2 * len(store.open_run(run_id).awards) > 0


@pytest.mark.parametrize("bound", ["KEPT_RUNS", "KEPT_BYTES"])
def test_a_run_goes_with_all_that_was_worked_out_of_it(
    home: Path, run_id: str, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    @store.remembered()
    def awards(run: Run) -> Run:
        return run

    monkeypatch.setattr(store, bound, 1)
    gone = weakref.ref(awards(run_id))
    assert store.open_run(run_id) is gone()
    store.open_run(another(home, run_id, 1))
    gc.collect()
    assert gone() is None


def test_a_run_that_was_sealed_anew_is_read_anew(home: Path, run_id: str) -> None:
    before = store.open_run(run_id)
    assert store.open_run(run_id) is before
    os.utime(home / "runs" / run_id / "manifest.json", (1, 1))
    assert store.open_run(run_id) is not before


@pytest.mark.parametrize("run_id", ["", ".", "..", "nonsense", "../runs", ".work"])
def test_no_other_path_is_opened(home: Path, run_id: str) -> None:
    with pytest.raises(RunError):
        store.open_run(run_id)
