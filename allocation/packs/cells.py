"""Which counts of a reserve may be published: the rule for small cells.

How many of the awards in a reserve's scope use its units is a number of people who
belong to the reserve's group.  Where it is small, or nearly everybody, it would tell
something about each of them to whoever knows the others.  A count is shown only where
at least :data:`SMALLEST` awards stand on either side of it, and so do the units that
had to be reserved, which are public anyway; whether a count was left out then says no
more than a rule known beforehand and "fewer than five".  A total is shown only where
what the shown counts leave of it is nothing, or is itself such a cell of at least two
reserves, so that no hidden count is a difference of shown ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5
"""Fewest awards on either side of a published count."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One reserve: units required, awards in its scope, and those that use a unit."""

    required: int
    awards: int
    used: int

    @property
    def is_safe(self) -> bool:
        """Whether enough awards stand on either side."""
        sides = (self.required, self.awards - self.required, self.used, self.awards - self.used)
        return min(sides) >= SMALLEST


def shown_counts(cells: Sequence[Cell]) -> tuple[list[int | None], int | None]:
    """Decide what to show of the reserves of one rule.

    Returns
    -------
    tuple
        The used units of each reserve and of all together; None for what is left out.
    """
    shown = [cell.used if cell.is_safe else None for cell in cells]
    hidden = [cell for cell, count in zip(cells, shown, strict=True) if count is None]
    rest = Cell(
        sum(cell.required for cell in hidden),
        sum(cell.awards for cell in hidden),
        sum(cell.used for cell in hidden),
    )
    total = sum(cell.used for cell in cells)
    is_open = not hidden or (len(hidden) > 1 and rest.is_safe)
    return shown, total if is_open else None
