"""The steps of a proof, as read from ``proofs.csv``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    """

    claim: str
    level: int
    scale: int
    rules: dict[Name, int]
    levels: dict[int, int]
    path: tuple[Supposition, ...] = ()

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
    lines: dict[int, list[tuple[int, str, str, str, str]]] = {}
    columns = ("step", "level", "claim", "rule", "item", "multiplier")
    for number, *line in zip(*(mine[name].tolist() for name in columns), strict=True):
        lines.setdefault(int(number), []).append(tuple(line))
    steps = [_step(lines[number]) for number in sorted(lines)]
    return [step for step in steps if step is not None]


def _step(lines: list[tuple[int, str, str, str, str]]) -> Step | None:
    scale = 0
    path: list[Supposition] = []
    rules: dict[Name, int] = {}
    levels: dict[int, int] = {}
    level, claim = int(lines[0][0]), str(lines[0][1])
    try:
        for _, _, rule, item, text in lines:
            number = _integer(text)
            if rule == "scale":
                scale = number
            elif rule in _SIGNS:
                path.append(Supposition(_name(item), _SIGNS[rule], _limit(number)))
            elif rule == "level":
                levels[int(item)] = number
            else:
                rules[rule, item] = number
    except ValueError:
        return None
    least = 0 if claim == CASE else 1
    if scale < least or claim not in CLAIMS or any(line[:2] != lines[0][:2] for line in lines):
        return None
    if bool(path) != (claim == CASE):
        return None
    return Step(claim, level, scale, rules, levels, tuple(path))


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(text)
    return number


def _limit(number: int) -> int:
    if abs(number) > _LARGEST_LIMIT:
        raise ValueError(number)
    return number


def _name(text: str) -> Name:
    """Read a row behind its place in the path."""
    rule, _, item = text.partition("/")[2].partition(":")
    return rule, item
