"""Several problems in one error, each a code that renders in either language.

A scenario with four mistakes is mended in one round when all four are shown.  A
:class:`Problem` renders itself inside a template through its format specification,
so that a text may contain another one: ``"{expected:zh}"``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, cast

from allocation.messages import AllocationError, Lang, ScenarioError, text


@dataclass(frozen=True, slots=True)
class Problem:
    """A message code with its parameters, not yet in any language.

    Formatting it with ``zh`` or ``en`` (``f"{problem:zh}"``) renders the text.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __format__(self, lang: str) -> str:
        """Render in the language named by the format specification."""
        return text(self.code, cast("Lang", lang or "zh"), **self.params)


class Problems(tuple[Problem, ...]):
    """Problems that render as numbered lines."""

    __slots__ = ()

    def __format__(self, lang: str) -> str:
        """Render one line per problem in the language of the format specification."""
        return "\n".join(f"  {i}. {problem:{lang}}" for i, problem in enumerate(self, start=1))


def error_of(
    problems: Sequence[Problem],
    kind: type[AllocationError] = ScenarioError,
    several: str = "several_problems",
) -> AllocationError:
    """Make one error, of a scenario unless said otherwise, of one or more problems.

    Each problem is named once.  The error's code is the problem's own, or ``several``
    where there are more.
    """
    distinct = list({f"{problem:en}": problem for problem in problems}.values())
    if len(distinct) == 1:
        return kind(distinct[0].code, **distinct[0].params)
    return kind(several, n=len(distinct), problems=Problems(distinct))


def raise_problems(
    problems: Sequence[Problem],
    kind: type[AllocationError] = ScenarioError,
    several: str = "several_problems",
) -> None:
    """Raise one error for all problems; do nothing when there is none.

    Raises
    ------
    AllocationError
        As :func:`error_of`.
    """
    if problems:
        raise error_of(problems, kind, several)


def problems_of(error: AllocationError) -> tuple[Problem, ...]:
    """List the problems an error stands for, one or several."""
    nested = error.params.get("problems")
    return tuple(nested) if nested else (Problem(error.code, error.params),)


def unknown_key(above: str, key: str, known: Iterable[str], file: str) -> Problem:
    """Say that a key does not exist and which one of its level is nearest.

    Parameters
    ----------
    above
        Dotted keys above this level, with the dot at the end.
    key
        The unknown key.
    known
        The keys of the level.
    file
        Where the key stands: a file name or an option.
    """
    best = f"{above}{nearest(key, known)}".rstrip(".")
    return Problem("unknown_key", {"key": above + key, "nearest": best, "file": file})


def nearest(word: str, words: Iterable[str]) -> str:
    """Return the most similar of some words; empty where there is none."""
    return max(sorted(words), key=lambda other: similarity(word, other), default="")


def similarity(a: str, b: str) -> float:
    """Tell how alike two words are, from 0 to 1."""
    return SequenceMatcher(None, a, b).ratio()
