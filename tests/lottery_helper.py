"""Lotteries for tests: small components, whole stages, and their records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from allocation.instance import Instance, Stage
from allocation.lottery import Chances
from allocation.mechanisms.egalitarian import Lottery, publish_lottery
from allocation.mechanisms.network.sets import AWARD, Component, LaneSet
from allocation.mechanisms.optimise.backend import Budget
from allocation.progress import Silent
from allocation.publishing import chance_table, lottery_record
from allocation.result import StageResult
from tests.instances_helper import award_frame, make_instance, make_scenario

ABOVE = ("reserve_shortfall", "quota_shortfall", "tier")
"""Levels above a lottery within tiers."""
CAPACITY = 2
"""Any rule but that of people's own sets."""


def unlimited() -> Budget:
    """Return a budget that never ends."""
    return Budget(None, lambda: False)


def by_lot(instance: Instance, levels: tuple[str, ...] = ABOVE) -> Instance:
    """Return an instance whose last stage goes by lot."""
    last = replace(instance.stages[-1], mechanism="egalitarian", levels=levels)
    return replace(instance, stages=(*instance.stages[:-1], last))


def lottery_instance(*parts: Any, levels: tuple[str, ...] = ABOVE) -> Instance:
    """Make an instance by people, spots, wishes and rules, to be drawn by lot."""
    return by_lot(make_instance(*parts), levels)


def publish(instance: Instance, earlier: Sequence[int] = ()) -> Lottery:
    """Find the lottery of the last stage."""
    before = np.array(sorted(earlier), dtype=np.int64)
    return publish_lottery(instance, instance.stages[-1], before, unlimited(), Silent())


def odds(instance: Instance, earlier: Sequence[int] = ()) -> list[Fraction]:
    """Return everybody's chance, in the order of applicants."""
    chances = publish(instance, earlier).result.chances
    assert chances is not None
    assert chances.is_proven
    found = dict(zip(chances.applicants, chances.chance, strict=True))
    return [found.get(i, Fraction(0)) for i in range(len(instance.applicants.id))]


@dataclass(frozen=True)
class Drawn:
    """A drawn stage and what a run would keep of it."""

    instance: Instance
    stage: Stage
    result: StageResult
    awards: pd.DataFrame
    chances: pd.DataFrame
    lottery: dict[str, Any]

    @property
    def odds(self) -> Chances:
        """What was published."""
        assert self.result.chances is not None
        return self.result.chances


def draw(instance: Instance) -> Drawn:
    """Draw the only stage of an instance."""
    result = publish(instance).draw()
    return Drawn(
        instance,
        instance.stages[-1],
        result,
        award_frame(instance, result.awards.tolist()),
        chance_table(instance, [result]),
        lottery_record(instance, [result]),
    )


def with_seed(instance: Instance, seed: str) -> Instance:
    """Return an instance whose draw has another seed."""
    sections = {**vars(instance.scenario)}
    del sections["draw"], sections["seed"]
    return replace(instance, scenario=make_scenario(seed, **sections))


Extra = tuple[Callable[[int, int], bool], int, int]
"""Which (person, place) a further set holds, and its bounds."""


def make_component(
    wishes: Sequence[Sequence[int]], units: Sequence[int], extra: Sequence[Extra] = ()
) -> Component:
    """Make a component of people who want places with some units, and further bounds."""
    lanes = [(i, p) for i, places in enumerate(wishes) for p in places]
    person = np.array([i for i, _ in lanes], dtype=np.int64)
    place = np.array([p for _, p in lanes], dtype=np.int64)
    sets = [LaneSet(np.flatnonzero(person == i), 0, 1, AWARD, i) for i in range(len(wishes))]
    sets += [
        LaneSet(np.flatnonzero(place == p), 0, n, CAPACITY, p)
        for p, n in enumerate(units)
        if (place == p).any()
    ]
    for holds, lower, upper in extra:
        members = [k for k, lane in enumerate(lanes) if holds(*lane)]
        if members:
            sets.append(LaneSet(np.array(members, dtype=np.int64), lower, upper, CAPACITY, -1))
    n = len(lanes)
    return Component(
        np.arange(n),
        np.full(n, -1),
        person,
        np.zeros(n, dtype=np.int64),
        np.ones(n, dtype=np.int64),
        np.arange(len(wishes)),
        tuple(sets),
        np.empty(0, dtype=np.int64),
    )


def served_by(component: Component) -> list[tuple[int, ...]]:
    """Return the sets of people that some way to use the lanes serves."""
    n = len(component.column)
    uses = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    keep = np.ones(len(uses), dtype=np.bool_)
    for each in component.sets:
        used = uses[:, each.lanes].sum(axis=1)
        keep &= (used >= each.lower) & (used <= each.upper)
    return sorted({tuple(sorted(component.person[row > 0].tolist())) for row in uses[keep]})
