"""Small markets as instances: lists and places of the oracle, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, PoolPriority, Stage
from allocation.mechanisms.stable.market import Market, build_market
from allocation.rules.place_units import split_to_places
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_reserve
from tests.stable_oracle import ABOVE, HARD, MINIMUM, Lists, Match, Place

OWN_ORDERS = PoolPriority(reserved=("priority_rank", "draw"), open=("band", "draw"))
"""Both orders are a place's own: the one by its ranking, the other by condition bands."""


def instance_of(
    lists: Lists, places: Sequence[Place], groups: Sequence[str] | None = None
) -> Instance:
    """Build the instance of a market; ``groups`` are kinds of places, one list each."""
    kinds = groups or ["stall"] * len(places)
    people = [Person() for _ in lists]
    spots = [Spot(kind, capacity=place.capacity) for kind, place in zip(kinds, places, strict=True)]
    wishes = [
        Wish(
            i,
            p,
            rank,
            priority_rank=places[p].by_reserved.index(i) + 1,
            band=places[p].by_open.index(i) + 1,
        )
        for i, listed in lists.items()
        for rank, p in enumerate(listed, 1)
    ]
    reserves = [
        make_reserve(
            f"r{t}/{p}",
            kinds[p],
            [p],
            [i in place.entitled[t] for i in lists],
            place.units[t],
            hard=place.mode == HARD,
            over_and_above=place.mode == ABOVE,
        )
        for p, place in enumerate(places)
        for t in range(len(place.units))
        if place.units[t]
    ]
    exclusive = tuple((kind,) for kind in dict.fromkeys(kinds))
    rules = Rules(
        priorities=dict.fromkeys(kinds, OWN_ORDERS), reserves=reserves, exclusive_groups=exclusive
    )
    return as_stable(make_instance(people, spots, wishes, rules))


def as_stable(instance: Instance, **changes: str) -> Instance:
    """Give the joint stage of an instance to ``stable``."""
    stages = tuple(
        stage
        if stage.mechanism == "queue"
        else Stage(
            stage.name,
            stage.kinds,
            "stable",
            (),
            stage.applications,
            changes.get("premises", "offered"),
            changes.get("plan_by", "places"),
        )
        for stage in instance.stages
    )
    return replace(instance, stages=stages)


def market_of(instance: Instance) -> Market:
    """Build the market of the only stage, every place open."""
    (stage,) = instance.stages
    m = len(instance.places.id)
    is_open, none = np.ones(m, np.bool_), np.zeros(m, np.bool_)
    units = split_to_places(instance, stage, is_open, none)
    rows = stage.applications[instance.applications.eligible[stage.applications]]
    return build_market(instance, stage, rows, units, none)


def as_match(instance: Instance, rows: Sequence[int]) -> Match:
    """Read awards as applicant -> place."""
    app = instance.applications
    return {int(app.applicant[j]): int(app.place[j]) for j in rows}


def random_places(
    rng: np.random.Generator, n: int, m: int, *, categories: str = "overlapping"
) -> list[Place]:
    """Draw places with reserves; categories ``overlapping``, ``nested`` or ``apart``."""
    sets = _categories(rng, n, categories)
    found = []
    for _ in range(m):
        capacity = int(rng.integers(0, 4))
        units: list[int] = []
        entitled: list[frozenset[int]] = []
        for members in sets:
            if rng.random() < 0.6:
                units.append(int(rng.integers(0, capacity - sum(units) + 1)))
                entitled.append(members)
        found.append(
            Place(
                capacity,
                tuple(rng.permutation(n).tolist()),
                tuple(rng.permutation(n).tolist()),
                str(rng.choice([MINIMUM, ABOVE, HARD])),
                tuple(units),
                tuple(entitled),
            )
        )
    return found


def random_lists(rng: np.random.Generator, n: int, m: int) -> dict[int, list[int]]:
    """Draw a strict list of some places for everybody."""
    return {i: rng.permutation(m)[: int(rng.integers(0, m + 1))].tolist() for i in range(n)}


def _categories(rng: np.random.Generator, n: int, how: str) -> list[frozenset[int]]:
    if how == "overlapping":
        return [frozenset(np.flatnonzero(rng.random(n) < 0.5).tolist()) for _ in range(3)]
    cut = np.sort(rng.integers(0, n + 1, 3))
    order = rng.permutation(n).tolist()
    if how == "nested":
        return [frozenset(order[: int(k)]) for k in cut[::-1]]
    return [frozenset(order[a:b]) for a, b in zip([0, *cut[:-1]], cut, strict=True)]
