"""The steps of a proof, as read from ``proofs.csv``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Name = tuple[str, str]
"""Rule and item of a row."""

BOUND, CASE, SAME_PEOPLE = "bound", "case", "same_people"
_SIGNS = {"at_most": 1, "at_least": -1}
_LARGEST = 10**200
"""Sums of more digits are no proof anybody needs."""

_LARGEST_LIMIT = 2**62
_NO_RULES = ("scale", "value", "turn", "level", *_SIGNS)
"""What a line is about that gives no rule its multiplier."""

CLAIMS = (BOUND, CASE, SAME_PEOPLE)


@dataclass(frozen=True, slots=True)
class Supposition:
    """A row is at most (sign 1) or at least (sign -1) a limit."""

    row: Name
    sign: int
    limit: int

    @property
    def opposite(self) -> Supposition:
        """What holds of all integers that do not keep this."""
        return Supposition(self.row, -self.sign, self.limit + self.sign)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes
    ----------
    level
        Number of the level, from 1; 0 for the most awards.
    scale
        What the level's coefficients are multiplied by; 0 in a case that is impossible.
    rules, levels
        Multipliers by row, and by number of a level above.
    path
        What a case supposes, in order.
    person
        Id of the applicant whose better wishes the step bounds at their turn, or empty.
    part, value
        Which part it is about and what the level is said to come to there; 0 and ``None``
        where there is one part, the whole.
    """

    claim: str
    level: int
    scale: int
    rules: dict[Name, int]
    levels: dict[int, int]
    path: tuple[Supposition, ...] = ()
    person: str = ""
    part: int = 0
    value: int | None = None

    @property
    def names(self) -> Iterator[Name]:
        """The rows it speaks of."""
        yield from self.rules
        yield from (one.row for one in self.path)


def read_steps(proofs: pd.DataFrame, stage: str) -> list[Step]:
    """Read the steps of a stage, in order; a step that makes no sense is left out.

    A step left out proves nothing, so what rests on it is not confirmed.
    """
    mine = proofs[proofs["stage"] == stage]
    steps = [_step(lines) for _, lines in mine.groupby("step", sort=True)]
    return [step for step in steps if step is not None]


def _step(lines: pd.DataFrame) -> Step | None:
    level, claim = int(lines["level"].iloc[0]), str(lines["claim"].iloc[0])
    part = int(lines["part"].iloc[0])
    if claim not in CLAIMS or part < 0 or not _are_alike(lines, ["level", "claim", "part"]):
        return None
    scale, value = 0, None
    people: list[str] = []
    levels: dict[int, int] = {}
    path: list[tuple[int, Supposition]] = []
    names = list(zip(lines["rule"].tolist(), lines["item"].tolist(), strict=True))
    try:
        numbers = list(map(int, lines["multiplier"].tolist()))
        rules = dict(zip(names, numbers, strict=True))
        for rule, item in [name for name in rules if name[0] in _NO_RULES]:
            number = rules.pop((rule, item))
            if rule == "scale":
                scale = number
            elif rule == "turn":
                people.append(item)
            elif rule == "value":
                value = number
            elif rule == "level":
                levels[int(item)] = number
            else:
                path.append(_supposition(_SIGNS[rule], item, number))
    except ValueError:
        return None
    is_case = claim == CASE
    if scale < (0 if is_case else 1) or bool(path) != is_case:
        return None
    if len(people) > 1 or max(map(abs, numbers)) > _LARGEST:
        return None
    path.sort(key=itemgetter(0))  # a file may be sorted otherwise
    supposed = tuple(one for _, one in path)
    return Step(claim, level, scale, rules, levels, supposed, "".join(people), part, value)


def _are_alike(lines: pd.DataFrame, columns: list[str]) -> bool:
    """Tell whether all lines of a step say the same in some columns."""
    return all(lines[name].nunique() == 1 for name in columns)


def _supposition(sign: int, item: str, limit: int) -> tuple[int, Supposition]:
    """Read a place in the path and the row behind it.

    Raises
    ------
    ValueError
        For a place that is no number, or a limit no row of 64 bits can have.
    """
    if abs(limit) > _LARGEST_LIMIT:
        raise ValueError(limit)
    place, _, row = item.partition("/")
    rule, _, name = row.partition(":")
    return int(place), Supposition((rule, name), sign, limit)
