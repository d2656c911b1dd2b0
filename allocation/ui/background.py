"""Work that takes longer than a page may: done once per name, in a thread of its own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from allocation.messages import AllocationError
from allocation.ui.frame import log_bug

T = TypeVar("T")

_ONE_AT_A_TIME = threading.Lock()
"""Two such works would take turns at one interpreter, and both end later for it."""


class Shelf(Generic[T]):
    """What was worked out, by name.

    A page asks on every run of its script and goes on without waiting; sessions that ask
    for the same share one work.

    Parameters
    ----------
    kept
        Results kept in memory, those asked for last.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._found: OrderedDict[str, Future[T]] = OrderedDict()
        self._guard = threading.Lock()

    def ask(self, name: str, work: Callable[[], T]) -> Future[T]:
        """Return what stands under a name, or begin to work it out.

        Parameters
        ----------
        name
            Names everything the result depends on, so that it never changes.
        """
        with self._guard:
            if name in self._found:
                self._found.move_to_end(name)
                return self._found[name]
            future: Future[T] = Future()
            self._found[name] = future
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
        threading.Thread(
            target=_do, args=(work, future), name="allocation-background", daemon=True
        ).start()
        return future

    def forget_failures(self) -> None:
        """Try again at the next asking what ended in an error."""
        with self._guard:
            for name, future in list(self._found.items()):
                if future.done() and future.exception() is not None:
                    del self._found[name]

    def clear(self) -> None:
        """Drop all results from memory."""
        with self._guard:
            self._found.clear()


def _do(work: Callable[[], T], future: Future[T]) -> None:
    try:
        with _ONE_AT_A_TIME:
            result = work()
    except Exception as error:
        if not isinstance(error, AllocationError):
            log_bug(error)
        future.set_exception(error)
    else:
        future.set_result(result)
