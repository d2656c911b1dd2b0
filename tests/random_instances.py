"""Random small instances that use every part of the model.

Points, existing outlets, conflicts, windows and numbers agree with each other: what
stands in ``conflicts`` and ``limits`` is what the coordinates, the tables and the
scenario of the instance say, so that a checker may recount them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from allocation.instance import Instance, NumberLimit, PoolPriority, Quota, Reserve
from tests.instances_helper import (
    BY_DRAW,
    BY_TIER,
    DEFAULT_LEVELS,
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_limit,
    make_quota,
    make_reserve,
    make_scenario,
    make_tables,
)

LEVEL_NAMES = (
    "reserve_shortfall",
    "quota_shortfall",
    "tier",
    "number",
    "place_priority",
    "draw",
    "preference_by_tier",
    "preference",
    "distance",
)
KINDS = ("stall", "kiosk", "welfare_lottery", "public_welfare_post")
POOLS = (
    BY_TIER,
    BY_DRAW,
    BY_DRAW,
    PoolPriority(reserved=("band", "tier", "draw"), open=("band", "disabled_first", "draw")),
    PoolPriority(reserved=("band", "draw"), open=("band", "hard_to_employ_first", "draw")),
    PoolPriority(reserved=("priority_rank", "draw"), open=("priority_rank", "draw")),
    PoolPriority(reserved=("band", "draw"), open=("band", "draw")),
)
FACTORS = {"disabled": Fraction(1, 2), "disabled_first": Fraction(0)}
ORIGIN = (480_000.0, 3_920_000.0)
"""South-west corner of the square kilometre in EPSG:4549 that all points lie in."""

_TO_DEGREES = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)


@dataclass(slots=True)
class _Geometry:
    """Spacing settings and outlets of one instance."""

    spacing: dict[str, Any] = field(default_factory=dict)
    density: dict[str, Any] = field(default_factory=dict)
    openings: dict[str, Any] = field(default_factory=dict)
    outlets: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[tuple[int, ...]] = field(default_factory=list)
    limits: list[NumberLimit] = field(default_factory=list)


def random_instance(
    rng: np.random.Generator, n_applicants: int = 6, n_places: int = 5, queue: bool | None = None
) -> Instance:
    """Draw an instance with at most the given numbers of applicants and places.

    ``queue`` asks for (or rules out) a first stage of tobacco licences; by default one
    instance in five has one.
    """
    # The larger of two: most instances should be crowded, a few nearly empty.
    n = int(rng.integers(1, n_applicants + 1, size=2).max())
    m = int(rng.integers(1, n_places + 1, size=2).max())
    with_queue = rng.random() < 0.2 if queue is None else queue
    spots = _spots(rng, m, with_queue)
    kinds = tuple(dict.fromkeys(s.kind for s in spots))
    queue_kinds = tuple(kind for kind in kinds if kind == "tobacco")
    groups = _groups(rng, kinds, queue_kinds)
    people = _people(rng, n, len(groups))
    geometry = _Geometry()
    for kind in kinds:
        _add_spacing(rng, geometry, kind, spots)
        _add_limits(rng, geometry, kind, spots)
    default_groups = len(groups) == len(queue_kinds) + 1
    wishes = _wishes(rng, people, spots, 5 if default_groups else 3, geometry)
    return make_instance(
        people,
        spots,
        wishes,
        Rules(
            levels=_levels(rng),
            priorities={kind: POOLS[rng.integers(len(POOLS))] for kind in kinds},
            conflicts=geometry.conflicts,
            limits=geometry.limits,
            reserves=_reserves(rng, people, spots),
            quotas=_quotas(rng, spots, wishes),
            exclusive_groups=groups,
            household_max=int(rng.random() < 0.25),
            queue_kinds=queue_kinds,
            scenario=make_scenario(
                f"seed-{rng.integers(10**6)}",
                spacing=geometry.spacing,
                density=geometry.density,
                openings=geometry.openings,
            ),
            tables=_tables(geometry),
        ),
    )


def _spots(rng: np.random.Generator, m: int, with_queue: bool) -> list[Spot]:
    kinds = list(rng.choice(KINDS, size=int(rng.integers(1, 4)), replace=False))
    with_sites = {kind for kind in kinds if rng.random() < 0.5}
    if with_queue:
        kinds.append("tobacco")
    spots = []
    for _ in range(m):
        kind = str(rng.choice(kinds))
        is_candidate = kind in with_sites and rng.random() < 0.8
        capacity = int(rng.choice([1, 1, 1, 1, 2, 2, 3, 0]))
        if is_candidate:
            capacity = 2 if rng.random() < 0.1 else 1
        if kind == "tobacco":
            capacity = 1
        x, y = np.round(rng.uniform(0, 1000, 2), 3)
        spots.append(
            Spot(
                kind,
                capacity,
                is_candidate,
                ORIGIN[0] + x,
                ORIGIN[1] + y,
                str(rng.choice(["urban", "town"])),
                f"V{rng.integers(2)}",
                f"D1/T{rng.integers(2)}",
                "D1",
            )
        )
    return spots


def _groups(
    rng: np.random.Generator, kinds: Sequence[str], queue_kinds: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    joint = tuple(kind for kind in kinds if kind not in queue_kinds)
    queues = tuple((kind,) for kind in queue_kinds)
    if rng.random() < 0.75 or len(joint) < 2:
        if joint and queue_kinds and rng.random() < 0.4:
            # One award of either: what the queue gives, the joint stage refuses.
            return (joint + queue_kinds,)
        return ((joint,) if joint else ()) + queues
    if rng.random() < 0.5:
        return tuple((kind,) for kind in joint) + queues
    return (joint[:2], joint[1:], *queues)


def _people(rng: np.random.Generator, n: int, n_groups: int) -> list[Person]:
    n_tiers = int(rng.integers(1, 4))
    draw = rng.permutation(n) + 1
    shared = rng.random() < 0.5
    return [
        Person(
            group=str(rng.choice(["disabled", "disabled", "household_member", "general"])),
            tier=int(rng.integers(1, n_tiers + 1)),
            draw=int(draw[i]),
            household=int(rng.integers(0, 3)) if shared and rng.random() < 0.7 else -1,
            hard_to_employ=bool(rng.random() < 0.4),
            holds=tuple(g for g in range(n_groups) if rng.random() < 0.05),
        )
        for i in range(n)
    ]


def _wishes(
    rng: np.random.Generator,
    people: Sequence[Person],
    spots: Sequence[Spot],
    longest: int,
    geometry: _Geometry,
) -> list[Wish]:
    wishes = []
    ranked = rng.random(len(spots)) < 0.3
    by_place = [rng.permutation(len(people)) + 1 for _ in spots]
    accepted = rng.permutation(len(people) * len(spots))
    for i, person in enumerate(people):
        size = int(rng.integers(1, min(longest, len(spots)) + 1))
        ranks = np.sort(rng.choice(np.arange(1, size + 2), size=size, replace=False))
        for rank, p in zip(ranks, rng.permutation(len(spots))[:size], strict=True):
            spot = spots[p]
            holder_class = int(person.group == "disabled")
            if holder_class and spot.kind == "tobacco" and rng.random() < 0.5:
                holder_class = 2
            excluded = "not_suitable" if rng.random() < 0.05 else ""
            told = _near_outlet(geometry, spot, holder_class)
            if told:
                excluded = "spacing_outlet"
            wishes.append(
                Wish(
                    i,
                    int(p),
                    int(rank),
                    priority_rank=int(by_place[p][i]) if ranked[p] and rng.random() < 0.8 else 0,
                    band=int(rng.integers(1, 3)),
                    holder_class=holder_class,
                    accepted_order=int(accepted[i * len(spots) + p])
                    if spot.kind == "tobacco"
                    else -1,
                    distance_m=int(rng.integers(0, 5000)),
                    excluded=excluded,
                    told=told,
                )
            )
    return wishes


def _levels(rng: np.random.Generator) -> tuple[str, ...]:
    if rng.random() < 0.4:
        return DEFAULT_LEVELS
    size = int(rng.integers(1, len(LEVEL_NAMES) + 1))
    return tuple(str(name) for name in rng.permutation(LEVEL_NAMES)[:size])


def _required_mm(geometry: _Geometry, kind: str, zone: str, holder_class: int) -> int:
    rule = geometry.spacing[kind]
    factor = (1.0, rule.disabled_factor, rule.disabled_first_factor)[holder_class]
    metres: float = rule.urban_m if zone == "urban" else rule.town_m
    return round(1000 * metres * factor)


def _distance_mm(a: Spot, b: Spot) -> int:
    return round(1000 * float(np.hypot(a.x - b.x, a.y - b.y)))


def _is_spaced(spot: Spot) -> bool:
    return spot.is_candidate or spot.kind == "tobacco"


def _add_spacing(
    rng: np.random.Generator, geometry: _Geometry, kind: str, spots: Sequence[Spot]
) -> None:
    sites = [p for p, spot in enumerate(spots) if spot.kind == kind and _is_spaced(spot)]
    if not sites or rng.random() < 0.2:
        return
    geometry.spacing[kind] = SimpleNamespace(
        urban_m=float(rng.choice([300, 500])),
        town_m=float(rng.choice([200, 500])),
        rural_m=500.0,
        disabled_factor=float(FACTORS["disabled"]),
        disabled_first_factor=float(FACTORS["disabled_first"]),
        school_buffer_m=None,
        combine="max",
        group=None,
    )
    if rng.random() < 0.4:
        x, y = np.round(rng.uniform(0, 1000, 2), 3)
        lon, lat = _TO_DEGREES.transform(ORIGIN[0] + x, ORIGIN[1] + y)
        geometry.outlets.append(
            {
                "outlet_id": f"X{len(geometry.outlets) + 1}",
                "kind": kind,
                "zone": "urban",
                "district": "D1",
                "township": "T0",
                "holder_group": "general",
                "lon": lon,
                "lat": lat,
                "x": ORIGIN[0] + x,
                "y": ORIGIN[1] + y,
            }
        )
    classes = (0, 1, 2) if kind == "tobacco" else (0, 1)
    for a in sites:
        for b in sites:
            for h in classes:
                for k in classes:
                    required = max(
                        _required_mm(geometry, kind, spots[a].zone, h),
                        _required_mm(geometry, kind, spots[b].zone, k),
                    )
                    if a < b and _distance_mm(spots[a], spots[b]) < required:
                        geometry.conflicts.append(
                            (a, h, b, k, _distance_mm(spots[a], spots[b]), required)
                        )


def _near_outlet(geometry: _Geometry, spot: Spot, holder_class: int) -> dict[str, Any]:
    """Return what is said about the nearest outlet, empty when all are far enough."""
    if spot.kind not in geometry.spacing or not _is_spaced(spot):
        return {}
    required = _required_mm(geometry, spot.kind, spot.zone, holder_class)
    near = sorted(
        (_distance_mm(spot, Spot(x=outlet["x"], y=outlet["y"])), outlet["outlet_id"])
        for outlet in geometry.outlets
        if outlet["kind"] == spot.kind
    )
    if not near or near[0][0] >= required:
        return {}
    return {
        "outlet": near[0][1],
        "distance_m": near[0][0] / 1000,
        "required_m": required / 1000,
        "how": "computed",
    }


def _add_limits(
    rng: np.random.Generator, geometry: _Geometry, kind: str, spots: Sequence[Spot]
) -> None:
    """Add a window around each site, a number per township and one for the kind."""
    sites = [p for p, spot in enumerate(spots) if spot.kind == kind and spot.is_candidate]
    if not sites:
        return
    outlets = [o for o in geometry.outlets if o["kind"] == kind]
    extra = int(rng.integers(0, 2))
    rule = SimpleNamespace(
        window_m=None, window_max=None, area=None, area_max=None, extra_number_disabled=extra
    )
    if rng.random() < 0.4:
        rule.window_m, rule.window_max = 500.0, int(rng.integers(1, 4))
        for p in sites:
            inside = [q for q in sites if _distance_mm(spots[p], spots[q]) <= 500_000]
            near = [
                o for o in outlets if _distance_mm(spots[p], Spot(x=o["x"], y=o["y"])) <= 500_000
            ]
            geometry.limits.append(
                make_limit(
                    "density",
                    kind,
                    inside,
                    rule.window_max,
                    centre=p,
                    label=f"P{p + 1:03d}",
                    existing=len(near),
                    extra_disabled=extra,
                )
            )
    if rng.random() < 0.3:
        rule.area, rule.area_max = "township", int(rng.integers(1, 3))
        for township in sorted({spots[p].township for p in sites}):
            geometry.limits.append(
                make_limit(
                    "area_number",
                    kind,
                    [p for p in sites if spots[p].township == township],
                    rule.area_max,
                    label=township,
                    extra_disabled=extra,
                    existing=sum(f"{o['district']}/{o['township']}" == township for o in outlets),
                )
            )
    if rule.window_m or rule.area:
        geometry.density[kind] = rule
    if rng.random() < 0.4:
        most = int(rng.integers(0, 3))
        geometry.openings[kind] = SimpleNamespace(max=most)
        geometry.limits.append(make_limit("openings_max", kind, sites, most, label=kind))


def _reserves(
    rng: np.random.Generator, people: Sequence[Person], spots: Sequence[Spot]
) -> list[Reserve]:
    reserves = []
    for kind in sorted({spot.kind for spot in spots} - {"tobacco"}):
        of_kind = [p for p, spot in enumerate(spots) if spot.kind == kind]
        for g in range(int(rng.choice([0, 1, 1, 2, 2, 3]))):
            inside = sorted(
                rng.choice(
                    of_kind, size=int(rng.integers(1, len(of_kind) + 1)), replace=False
                ).tolist()
            )
            who = rng.integers(3)
            beneficiaries = [
                person.group == "disabled"
                if who == 0
                else person.tier == 1
                if who == 1
                else bool(rng.random() < 0.5)
                for person in people
            ]
            capacity = sum(spots[p].capacity for p in inside)
            more: dict[str, Any] = {"hard": bool(rng.random() < 0.15)}
            count = int(rng.integers(0, min(capacity, 3) + 1))
            if any(spots[p].is_candidate for p in inside) and rng.random() < 0.5:
                more |= {
                    "linear": True,
                    "share": Fraction(1, int(rng.choice([1, 2, 4, 10]))),
                    "rounding": str(rng.choice(["ceil", "floor", "half_up"])),
                    "base_existing": int(rng.integers(0, 2)),
                }
                sites = sum(spots[p].is_candidate for p in inside)
                count = _rounded(more, more["base_existing"])
                # More units than places to hold them would condemn every list.
                more["hard"] &= _rounded(more, more["base_existing"] + sites) <= capacity
            reserves.append(
                make_reserve(f"{kind}{g}/x", kind, inside, beneficiaries, count, **more)
            )
    return reserves


def _rounded(linear: Mapping[str, Any], base: int) -> int:
    exact = linear["share"] * base
    whole = {"ceil": -(-exact // 1), "floor": exact // 1, "half_up": (exact + Fraction(1, 2)) // 1}
    return int(whole[linear["rounding"]])


def _quotas(rng: np.random.Generator, spots: Sequence[Spot], wishes: Sequence[Wish]) -> list[Quota]:
    # Indices follow the instance's order of applications, not the order of drawing.
    ordered = sorted(wishes, key=lambda w: (w.applicant, w.rank, w.place))
    usable = [j for j, wish in enumerate(ordered) if spots[wish.place].kind != "tobacco"]
    quotas: list[Quota] = []
    if not usable:
        return quotas
    for g in range(int(rng.choice([0, 0, 1, 1, 2]))):
        hard = bool(rng.random() < 0.25)
        sense: Any = "max" if rng.random() < (0.7 if hard else 0.4) else "min"
        for row in range(int(rng.integers(1, 3))):
            counted = [j for j in usable if rng.random() < 0.5]
            more: dict[str, Any] = {"hard": hard, "scope_id": f"S{row}"}
            bound = int(rng.integers(0 if sense == "max" else 1, 3))
            if rng.random() < 0.4:
                bound = 0
                more |= {
                    "share": Fraction(1, int(rng.integers(2, 5))),
                    "denominator": np.array(usable, dtype=np.int64),
                }
            quotas.append(make_quota(f"quota-{g}", sense, counted, bound, **more))
    return quotas


def _tables(geometry: _Geometry) -> Any:
    if not geometry.outlets:
        return make_tables()
    return make_tables(existing_outlets=pd.DataFrame(geometry.outlets).drop(columns=["x", "y"]))
