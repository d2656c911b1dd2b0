"""The steps of a proof, as read from ``proofs.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

Name = tuple[str, str]
"""Rule and item of a row."""

BOUND, AT_MOST, AT_LEAST, SAME_PEOPLE = "bound", "at_most", "at_least", "same_people"
_LARGEST = 10**200
"""Sums of more digits are no proof anybody needs."""

CLAIMS = (BOUND, AT_MOST, AT_LEAST, SAME_PEOPLE)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes
    ----------
    level
        Number of the level, from 1; 0 for the most awards.
    row
        What ``at_most`` and ``at_least`` are about.
    scale
        What the level's (or the row's) coefficients are multiplied by, at least 1.
    rules, levels
        Multipliers by row, and by number of a level above.
    """

    claim: str
    level: int
    row: Name
    scale: int
    rules: dict[Name, int]
    levels: dict[int, int]


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
    scale, row = 0, ("", "")
    rules: dict[Name, int] = {}
    levels: dict[int, int] = {}
    level, claim = int(lines[0][0]), str(lines[0][1])
    try:
        for _, _, rule, item, text in lines:
            number = _integer(text)
            if rule == "scale":
                scale = number
            elif rule == "row":
                row = _name(item)
            elif rule == "level":
                levels[int(item)] = number
            else:
                rules[rule, item] = number
    except ValueError:
        return None
    if scale < 1 or claim not in CLAIMS or any(line[:2] != lines[0][:2] for line in lines):
        return None
    return Step(claim, level, row, scale, rules, levels)


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(text)
    return number


def _name(text: str) -> Name:
    rule, _, item = text.partition(":")
    return rule, item
