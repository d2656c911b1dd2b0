"""Work in the background: shared by name, bounded, failures tried again when asked."""

from __future__ import annotations

import threading

import pytest

from allocation.messages import InputError
from allocation.ui.background import Shelf
from tests.patience import PATIENCE_S


def test_one_work_for_all_who_ask() -> None:
    shelf: Shelf[int] = Shelf(kept=2)
    begun: list[int] = []
    may_end = threading.Event()

    def work() -> int:
        begun.append(1)
        may_end.wait(PATIENCE_S)
        return 7

    first, second = shelf.ask("a", work), shelf.ask("a", work)
    assert first is second
    assert not first.done()
    may_end.set()
    assert first.result(PATIENCE_S) == 7
    assert begun == [1]


def test_the_result_asked_for_longest_ago_makes_room() -> None:
    shelf: Shelf[str] = Shelf(kept=2)
    for name in ("a", "b", "a", "c"):
        shelf.ask(name, lambda name=name: name).result(PATIENCE_S)  # type: ignore[misc]
    assert shelf.ask("a", lambda: "anew").result(PATIENCE_S) == "a"
    assert shelf.ask("b", lambda: "anew").result(PATIENCE_S) == "anew"


def test_a_failure_is_tried_again_once_it_is_forgotten() -> None:
    shelf: Shelf[int] = Shelf(kept=2)

    def fails() -> int:
        raise InputError("data_missing", name="x")

    with pytest.raises(InputError):
        shelf.ask("a", fails).result(PATIENCE_S)
    with pytest.raises(InputError):
        shelf.ask("a", lambda: 1).result(PATIENCE_S)
    shelf.ask("b", lambda: 2).result(PATIENCE_S)
    shelf.forget_failures()
    assert shelf.ask("a", lambda: 1).result(PATIENCE_S) == 1
    assert shelf.ask("b", lambda: 3).result(PATIENCE_S) == 2
