"""The value of each level of ``optimal``, straight from its definition.

With A the awards of a stage, n all applicants, L the longest preference rank, K the
largest priority rank and D the longest distance among the stage's applications::

    reserve_shortfall   per kind      min  sum over its reserves g of R_g - used_g
    quota_shortfall     per quota     min  sum over its rows of the missing number
    tier                t = 1..T      max  |tier-t awards in a pool that goes by tier|
    number                            max  |A|
    place_priority                    max  sum of K + 1 - priority_rank, where given
    draw                              max  sum of n + 1 - draw_number
    preference_by_tier  t = 1..T      max  sum over tier t of L + 1 - preference_rank
    preference                        max  the same over everybody
    distance                          max  sum of D - distance_m
    people              word 1, 2...  min  sum of the key words of the people served
    preference_serial                 max  L + 1 - preference_rank person by person, the first
                                           in turn (tier, draw number) before all others; its
                                           value is the sum
    key                 word 1, 2...  min  sum of the words of the public key

Plain and slow on purpose; :mod:`allocation.checker.valuation` is the fast difference
and is tested against this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from allocation.checker.key import pair_words
from allocation.checker.labels import label_awards, required_units
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Quota, Stage


SWITCHES = ("disabled_first", "hard_to_employ_first")
"""Criteria of an open pool that put a class of applicants first (design 4.7)."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level: what it counts and which way is better."""

    code: str
    params: Mapping[str, Any]
    sense: Literal["min", "max"]


def stage_levels(instance: Instance, stage: Stage) -> tuple[Level, ...]:
    """List the levels of an ``optimal`` stage in order, the key left out."""
    return tuple(level for name in stage.levels for level in _expand(instance, stage, name))


def judged_stage(stage: Stage) -> Stage:
    """Return a stage with the levels a list of it is judged by.

    A lottery's list reaches the levels above it, and then nobody else can be served
    beside those it serves: the number of awards comes last.
    """
    if stage.mechanism != "egalitarian":
        return stage
    return replace(stage, levels=(*stage.levels, "number"))


class LevelValues:
    """Values of a stage's levels for one award list; what several rest on is counted once.

    Parameters
    ----------
    instance, stage
        The problem and the stage whose levels they are.
    awards
        Application indices; those of other stages are left out.
    """

    def __init__(self, instance: Instance, stage: Stage, awards: Ints) -> None:
        self.instance = instance
        self.stage = stage
        self.awards = awards[np.isin(awards, stage.applications)]
        self._labelled: dict[str, list[int]] = {}

    def of(self, level: Level) -> int:
        """Return the value of a level: of :func:`stage_levels`, or a ``key`` with a ``word``."""
        return _VALUES[level.code](self, level.params)

    def labelled(self, kind: str) -> list[int]:
        """Return the awards that use a reserve unit of a kind."""
        if kind not in self._labelled:
            self._labelled[kind] = list(label_awards(self.instance, kind, self.awards))
        return self._labelled[kind]


def _expand(instance: Instance, stage: Stage, name: str) -> Iterator[Level]:
    if name == "reserve_shortfall":
        with_reserves = {reserve.kind for reserve in instance.reserves}
        for kind in stage.kinds:
            if kind in with_reserves:
                yield Level(name, {"kind": kind}, "min")
    elif name == "quota_shortfall":
        for quota in dict.fromkeys(q.name for q in elastic_quotas(instance, stage)):
            yield Level(name, {"quota": quota}, "min")
    elif name in ("tier", "preference_by_tier"):
        for tier in range(1, instance.n_tiers + 1):
            yield Level(name, {"tier": tier}, "max")
    else:
        yield Level(name, {}, "max")


def elastic_quotas(instance: Instance, stage: Stage) -> list[Quota]:
    """List the rows of elastic quotas that are about applications of the stage.

    A quota is about a stage when one of its rows is; then all of its rows count.
    """
    names = {
        quota.name
        for quota in instance.quotas
        if np.isin(np.concatenate([quota.counted, quota.denominator]), stage.applications).any()
    }
    return [quota for quota in instance.quotas if not quota.hard and quota.name in names]


def quota_gap(quota: Quota, number: int, base: int) -> int:
    """By how much a row of a quota is missed with ``number`` of ``base`` awards."""
    whole, part = divmod(quota.share.numerator * base, quota.share.denominator)
    if quota.sense == "min":
        return max(0, whole + (part > 0) + quota.floor_count - number)
    return max(0, number - whole - quota.floor_count)


def first_choice_class(instance: Instance, criterion: str) -> Bools:
    """Tell which applicants a switch of the open pool puts first; shape (n,)."""
    if criterion == "disabled_first":
        disabled: Bools = instance.applicants.group == "disabled"
        return disabled
    return instance.applicants.hard_to_employ


def _counts_for_tier(values: LevelValues, kind: str) -> Bools:
    """Tell which awards of a kind stand in a pool that goes by tier; shape of awards.

    Every award where open units go by tier; those of the class that a switch puts first
    where there is one; the labelled ones where reserved units alone go by tier (an open
    unit then goes by the draw, design 4.7).
    """
    instance, awards = values.instance, values.awards
    app, pools = instance.applications, instance.priorities[kind]
    of_kind: Bools = (instance.places.kind[app.place[awards]] == kind).astype(np.bool_)
    if "tier" in pools.open:
        return of_kind
    for criterion in SWITCHES:
        if criterion in pools.open:
            return of_kind & first_choice_class(instance, criterion)[app.applicant[awards]]
    if "tier" not in pools.reserved:
        return np.zeros(len(awards), dtype=np.bool_)
    return np.isin(awards, values.labelled(kind))


def key_seed(instance: Instance) -> str:
    """Return the seed of the key; empty where the scenario has no draw."""
    return instance.scenario.seed or ""


def key_words(instance: Instance, rows: Ints, n_words: int) -> Ints:
    """Return the first words of the key of some applications; shape (len(rows), n_words)."""
    app = instance.applications
    return pair_words(
        key_seed(instance),
        instance.applicants.id[app.applicant[rows]].tolist(),
        instance.places.id[app.place[rows]].tolist(),
        n_words,
    )


def people_words(instance: Instance, applicants: Ints, n_words: int) -> Ints:
    """Return the first words of some people's own key; shape (len(applicants), n_words)."""
    ids = instance.applicants.id[applicants].tolist()
    return pair_words(key_seed(instance), ids, [""] * len(ids), n_words)


def turn_of(instance: Instance) -> Ints:
    """Return who chooses when: by tier, then draw number; shape (n,), 0 is the first."""
    people = instance.applicants
    turn = np.empty(len(people.id), dtype=np.int64)
    turn[np.lexsort((people.draw_number, people.tier))] = np.arange(len(turn))
    return turn


def rewards(instance: Instance, stage: Stage, level: Level) -> Ints | None:
    """Return what one award adds to a level, per application; ``None`` if that varies.

    Shape (k,).  Only the shortfalls and the tiers depend on the other awards.
    """
    app, people, mine = instance.applications, instance.applicants, stage.applications
    preference = _largest(app.preference_rank[mine]) + 1 - app.preference_rank
    if level.code == "preference_by_tier":
        of_tier = people.tier[app.applicant] == level.params["tier"]
        return np.where(of_tier, preference, 0)
    if level.code == "key":
        word = int(level.params["word"])
        return key_words(instance, np.arange(len(app.place)), word)[:, word - 1]
    if level.code == "people":
        word = int(level.params["word"])
        words: Ints = people_words(instance, np.arange(len(people.id)), word)[:, word - 1]
        return np.asarray(words[app.applicant], dtype=np.int64)
    plain: dict[str, Callable[[], Ints]] = {
        "number": lambda: np.ones(len(app.place), dtype=np.int64),
        "place_priority": lambda: np.where(
            app.priority_rank > 0, _largest(app.priority_rank[mine]) + 1 - app.priority_rank, 0
        ),
        "draw": lambda: len(people.id) + 1 - people.draw_number[app.applicant],
        "preference": lambda: preference,
        IN_TURN: lambda: preference,
        "distance": lambda: _largest(app.distance_m[mine]) - app.distance_m,
    }
    return plain[level.code]() if level.code in plain else None


def _reserve_shortfall(values: LevelValues, params: Mapping[str, Any]) -> int:
    kind, instance = params["kind"], values.instance
    units = required_units(instance, values.awards)
    required = sum(
        n for n, reserve in zip(units, instance.reserves, strict=True) if reserve.kind == kind
    )
    return required - len(values.labelled(kind))


def _quota_shortfall(values: LevelValues, params: Mapping[str, Any]) -> int:
    return sum(
        quota_gap(
            quota,
            int(np.isin(values.awards, quota.counted).sum()),
            int(np.isin(values.awards, quota.denominator).sum()),
        )
        for quota in elastic_quotas(values.instance, values.stage)
        if quota.name == params["quota"]
    )


def _tier(values: LevelValues, params: Mapping[str, Any]) -> int:
    instance = values.instance
    tier = instance.applicants.tier[instance.applications.applicant[values.awards]]
    return sum(
        int((_counts_for_tier(values, kind) & (tier == params["tier"])).sum())
        for kind in values.stage.kinds
    )


def _sum_of_rewards(code: str) -> Callable[[LevelValues, Mapping[str, Any]], int]:
    def value(values: LevelValues, params: Mapping[str, Any]) -> int:
        instance, awards = values.instance, values.awards
        if code == "key":
            word = int(params["word"])
            return int(key_words(instance, awards, word)[:, word - 1].sum())
        if code == "people":
            word = int(params["word"])
            served = np.unique(instance.applications.applicant[awards])
            return int(people_words(instance, served, word)[:, word - 1].sum())
        each = rewards(instance, values.stage, Level(code, params, "max"))
        return 0 if each is None else int(each[awards].sum())

    return value


def _largest(values: Ints) -> int:
    return int(values.max()) if len(values) else 0


_VALUES: Mapping[str, Callable[[LevelValues, Mapping[str, Any]], int]] = {
    "reserve_shortfall": _reserve_shortfall,
    "quota_shortfall": _quota_shortfall,
    "tier": _tier,
    **{
        code: _sum_of_rewards(code)
        for code in (
            "number",
            "place_priority",
            "draw",
            "preference_by_tier",
            "preference",
            "distance",
            IN_TURN,
            "people",
            "key",
        )
    },
}
LEVEL_CODES = tuple(_VALUES)
"""Every level this module can value."""
