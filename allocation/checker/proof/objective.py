"""Levels as coefficients on the columns of a relaxation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.levels import Level, LevelValues, first_choice_class, key_words, rewards
from allocation.checker.proof.rules import Rules, tier_pool

if TYPE_CHECKING:
    from allocation.instance import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """A level to be maximised: people see ``offset + sign * (coefficients x)``.

    Attributes
    ----------
    coefficients
        Shape (columns,).
    value
        What the list at hand reaches, as a sum of coefficients.
    """

    coefficients: Ints
    value: int
    sign: int = 1
    offset: int = 0

    def shown(self, value: int) -> int:
        """Return a value as people see it."""
        return self.offset + self.sign * value


def level_objective(
    rules: Rules, code: str, params: Mapping[str, Any], values: LevelValues, free: Bools
) -> Objective | None:
    """Return a level's coefficients, and the value of a list; ``None`` for an unknown level.

    Parameters
    ----------
    values
        The list at hand.
    free
        Columns that are not fixed at 0, shape (columns,); of the others the
        coefficients do not matter.
    """
    make, awards = _OBJECTIVES.get(code, _plain), values.awards
    c = make(rules, Level(code, params, "max"), awards, free)
    if c is None:
        return None
    if code in ("unique", "unique_people"):
        return Objective(c, -len(awards), 1, len(awards))
    if code not in _OF_LABELS:
        value = int(c[np.searchsorted(rules.rows, awards)].sum())
        return Objective(c, value, -1 if code in ("key", "people") else 1)
    minimised = code != "tier"
    sign, offset = -1 if minimised else 1, 0
    if code == "reserve_shortfall":
        offset = sum(
            reserve.count
            for g, reserve in enumerate(rules.instance.reserves)
            if reserve.kind == params["kind"] and g not in rules.units
        )
    shown = values.of(Level(code, params, "min" if minimised else "max"))
    return Objective(c, sign * (shown - offset), sign, offset)


def _zeros(rules: Rules) -> Ints:
    return np.zeros(rules.writer.n_columns, dtype=np.int64)


def _plain(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints | None:
    each = rewards(rules.instance, rules.stage, level)
    if each is None:
        return None
    c = _zeros(rules)
    c[: len(rules.rows)] = each[rules.rows]
    return -c if level.code == "people" else c


def _key(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    """Minus the words of the key; hashed where they can matter."""
    c, word = _zeros(rules), int(level.params["word"])
    columns = np.flatnonzero(free[: len(rules.rows)])
    c[columns] = -key_words(rules.instance, rules.rows[columns], word)[:, word - 1]
    return c


def _unique(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    """Count the awards another list has and miss those it lacks."""
    c = _zeros(rules)
    c[: len(rules.rows)] = np.where(np.isin(rules.rows, awards), -1, 1)
    return c


def _unique_people(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    """Count the awards of other people and miss those of the ones served."""
    c, applicant = _zeros(rules), rules.instance.applications.applicant
    is_served = np.isin(applicant[rules.rows], applicant[awards])
    c[: len(rules.rows)] = np.where(is_served, -1, 1)
    return c


def _reserve_shortfall(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    """Count the labels, less the units that depend on opened sites."""
    c, reserves = _zeros(rules), rules.instance.reserves
    for signature in rules.signatures:
        if all(reserves[g].kind == level.params["kind"] for g in signature.reserves):
            c[signature.labels] = 1
    for g, column in rules.units.items():
        if reserves[g].kind == level.params["kind"]:
            c[column] = -1
    return c


def _quota_shortfall(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    c = _zeros(rules)
    for column in rules.gaps.get(level.params["quota"], ()):
        c[column] = -1
    return c


def _tier(rules: Rules, level: Level, awards: Ints, free: Bools) -> Ints:
    """Count the awards in pools that go by tier, and labels where only those do."""
    instance, tier = rules.instance, int(level.params["tier"])
    who = instance.applications.applicant[rules.rows]
    kind = instance.places.kind.astype(str)[instance.applications.place[rules.rows]]
    counts = np.zeros(len(rules.rows), dtype=np.bool_)
    for name in rules.stage.kinds:
        pool = tier_pool(instance, name)
        if pool == "all":
            counts |= kind == name
        elif pool not in ("labelled", "none"):
            counts |= (kind == name) & first_choice_class(instance, pool)[who]
    c = _zeros(rules)
    c[: len(rules.rows)] = counts & (instance.applicants.tier[who] == tier)
    for signature in rules.signatures:
        if signature.tier == tier:
            c[signature.labels] = 1
    return c


_OF_LABELS = ("reserve_shortfall", "quota_shortfall", "tier")
"""Levels that are no plain sum over awards."""

_OBJECTIVES = {
    "key": _key,
    "unique": _unique,
    "unique_people": _unique_people,
    "reserve_shortfall": _reserve_shortfall,
    "quota_shortfall": _quota_shortfall,
    "tier": _tier,
}
