"""Long loops that heed a stop and a time limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from allocation.mechanisms.optimise.backend import Budget

_EVERY = 256
"""Steps of a loop over nodes or cliques take far less than a millisecond each."""

Item = TypeVar("Item")


def paced(items: Iterable[Item], budget: Budget) -> Iterator[Item]:
    """Pass items on, and ask now and then whether to go on.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    for number, item in enumerate(items):
        if number % _EVERY == 0:
            budget.remaining_s()
        yield item
