"""What a way of solving gives back."""

from __future__ import annotations

from typing import NamedTuple

from allocation.instance import Instance, Ints


class Answer(NamedTuple):
    """A list of awards.

    Attributes
    ----------
    awards
        Indices of applications, ascending; ``None`` where nothing was found in time.
    is_proven
        Whether the tool says that what it was asked for is optimal.
    n_asked
        How many of the levels, from the first, it was asked for.
    call_s
        Seconds inside the solver, without putting the question; ``None`` where there is
        no such line to draw.
    route
        How, where a way has several.
    """

    awards: Ints | None
    is_proven: bool
    n_asked: int
    call_s: float | None = None
    route: str = ""


class NotTheModel(Exception):
    """The tool does not have the model: nothing of it was tried."""


def require_no_conflicts(instance: Instance) -> None:
    """Refuse an instance with spacing, for a tool that matches and knows no conflicts.

    Raises
    ------
    NotTheModel
        Where places may not stand beside each other.
    """
    if len(instance.conflicts.place_a):
        raise NotTheModel
