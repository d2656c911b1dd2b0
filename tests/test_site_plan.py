"""The site plan: the best lawful plan of all, found without looking at anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp

from allocation.draw import key_matrix
from allocation.instance import HOLDER_CLASSES, Instance, NumberLimit, Reserve
from allocation.mechanisms.independent_set import HeaviestSet, heaviest_independent_set
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.stable import site_plan
from allocation.mechanisms.stable.plan_spacing import OPEN, first_plan
from allocation.mechanisms.stable.site_plan import plan_sites
from allocation.result import SitePlan, Status
from tests.builders import city, site, spaced
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_limit,
    make_reserve,
    make_tables,
)
from tests.stable_markets import as_stable

NO_LIMIT = Budget(None, lambda: False)
NOBODY = np.empty(0, dtype=np.int64)
KIND = "kiosk"

Plan = Mapping[int, str]
"""Site -> ``open`` or ``reserved_disabled``; closed sites are left out."""
CLASSES = {"open": (0, 1, 2), "reserved_disabled": (1, 2)}


def planned(instance: Instance, earlier: Sequence[int] = (), stage: int = -1) -> SitePlan:
    before = np.array(earlier, dtype=np.int64)
    plan, status = plan_sites(instance, instance.stages[stage], before, NO_LIMIT)
    assert status is Status.OPTIMAL
    assert all(level.proven and level.value == level.bound for level in plan.levels)
    return plan


def as_plan(plan: SitePlan) -> Plan:
    names = np.where(plan.reserved_disabled, "reserved_disabled", "open")
    return dict(zip(plan.places.tolist(), names.tolist(), strict=True))


def values(plan: SitePlan) -> dict[str, int]:
    return {level.code: level.value for level in plan.levels}


# The definition, written out.


def every_plan(instance: Instance) -> Iterator[Plan]:
    sites = np.flatnonzero(instance.places.is_candidate & (instance.places.capacity > 0)).tolist()
    for classes in product((None, "open", "reserved_disabled"), repeat=len(sites)):
        yield {p: c for p, c in zip(sites, classes, strict=True) if c is not None}


def is_lawful(instance: Instance, plan: Plan) -> bool:
    """Tell whether the plan holds whoever its sites find, or whether they find nobody."""
    if any(instance.barred[p, h] for p, c in plan.items() for h in CLASSES[c]):
        return False
    if not _within_reserves(instance, plan):
        return False
    options = [(None, *CLASSES[c]) for c in plan.values()]
    return all(
        _holds(instance, {p: h for p, h in zip(plan, holders, strict=True) if h is not None})
        for holders in product(*options)
    )


def _holds(instance: Instance, holder: Mapping[int, int]) -> bool:
    near = instance.conflicts
    columns = (near.place_a, near.class_a, near.place_b, near.class_b)
    for a, h, b, k in zip(*(column.tolist() for column in columns), strict=True):
        if holder.get(a) == h and holder.get(b) == k:
            return False
    for limit in instance.limits:
        opened = [p for p in limit.members.tolist() if p in holder]
        count = limit.existing + len(opened)
        count -= limit.extra_disabled * sum(holder[p] > 0 for p in opened)
        active = limit.centre in holder if limit.centre >= 0 else bool(opened)
        if active and count > limit.maximum:
            return False
    return True


def _units(reserve: Reserve, plan: Plan) -> int:
    if not reserve.linear:
        return reserve.count
    exact = reserve.share * (reserve.base_existing + sum(p in reserve.places for p in plan))
    rounding: dict[str, Callable[[Fraction], int]] = {
        "ceil": ceil,
        "floor": floor,
        "half_up": lambda x: floor(x + Fraction(1, 2)),
        "floor_min1": lambda x: max(1, floor(x)) if x > 0 else 0,
    }
    return rounding[reserve.rounding](exact)


def _relaxing(instance: Instance, p: int) -> int | None:
    disabled = instance.applicants.group == "disabled"
    for g, reserve in enumerate(instance.reserves):
        if p in reserve.places and not (disabled & ~reserve.beneficiaries).any():
            return g
    return None


def _within_reserves(instance: Instance, plan: Plan) -> bool:
    kept = [p for p, c in plan.items() if c == "reserved_disabled"]
    if any(_relaxing(instance, p) is None for p in kept):
        return False
    return all(
        sum(int(instance.places.capacity[p]) for p in kept if _relaxing(instance, p) == g)
        <= _units(reserve, plan)
        for g, reserve in enumerate(instance.reserves)
    )


def merits(instance: Instance, plan: Plan) -> tuple[int, ...]:
    """Return the levels of a plan, smaller better, the first word of the key last."""
    places = instance.places
    standing = ~places.is_candidate
    short = 0
    for reserve in instance.reserves:
        room = sum(
            int(places.capacity[p]) for p in reserve.places.tolist() if standing[p] or p in plan
        )
        short += max(0, _units(reserve, plan) - room)
    app = instance.applications
    asked = 0
    for p, c in plan.items():
        here = app.eligible & (app.place == p) & np.isin(app.holder_class, CLASSES[c])
        asked += min(int(places.capacity[p]), int(here.sum()))
    served = set(places.township[standing])
    reached = {str(places.township[p]) for p in plan} - served - {""}
    words = key_matrix("test", list(plan.values()), [str(places.id[p]) for p in plan], 1)
    return (
        -len(plan),
        short,
        sum(c == "reserved_disabled" for c in plan.values()),
        -asked if instance.stages[-1].plan_by == "demand" else 0,
        -len(reached),
        int(words.sum()),
    )


def random_problem(rng: np.random.Generator) -> Instance:
    """Draw up to four sites with conflicts, caps, bars and reserves."""
    m = int(rng.integers(1, 5))
    people = [Person("disabled"), Person("general"), Person("disabled")]
    spots = [
        Spot(
            KIND,
            capacity=int(rng.integers(0, 3)),
            is_candidate=bool(rng.random() < 0.85),
            township=str(rng.choice(["", "甲", "乙"])),
        )
        for _ in range(m)
    ]
    wishes = [Wish(i, p, 1 + p) for i in range(3) for p in range(m) if rng.random() < 0.5]
    rules = Rules(
        conflicts=_random_conflicts(rng, m),
        limits=[_random_limit(rng, m) for _ in range(int(rng.integers(0, 3)))],
        reserves=[_random_reserve(rng, m, n) for n in range(int(rng.integers(0, 3)))],
    )
    by = str(rng.choice(["places", "demand"]))
    instance = as_stable(make_instance(people, spots, wishes, rules), plan_by=by)
    barred = rng.random((m, len(HOLDER_CLASSES))) < 0.1
    return replace(instance, barred=barred)


def _random_conflicts(rng: np.random.Generator, m: int) -> list[tuple[int, ...]]:
    pairs: list[tuple[int, ...]] = []
    for a in range(m):
        for b in range(a + 1, m):
            if rng.random() < 0.4:
                # Relaxed for none, one or both: a disabled holder is never asked more.
                least = int(rng.integers(0, 3))
                pairs += [(a, h, b, k) for h in range(3) for k in range(3) if (h > 0) + (k > 0)
                          <= 2 - least]  # fmt: skip
    return pairs


def _random_limit(rng: np.random.Generator, m: int) -> NumberLimit:
    members = np.flatnonzero(rng.random(m) < 0.7).tolist()
    centre = int(rng.integers(-1, m))
    return make_limit(
        "density",
        KIND,
        members,
        int(rng.integers(0, 3)),
        centre=centre,
        existing=int(rng.integers(0, 3)),
        extra_disabled=int(rng.integers(0, 3)),
    )


def _random_reserve(rng: np.random.Generator, m: int, n: int) -> Reserve:
    who = [True, True, True] if rng.random() < 0.3 else [True, False, bool(rng.random() < 0.7)]
    return make_reserve(
        f"r{n}",
        KIND,
        np.flatnonzero(rng.random(m) < 0.8).tolist(),
        who,
        int(rng.integers(0, 3)),
        linear=bool(rng.random() < 0.5),
        share=Fraction(int(rng.integers(0, 5)), 4),
        rounding=str(rng.choice(["ceil", "floor", "half_up", "floor_min1"])),
        base_existing=int(rng.integers(0, 2)),
    )


@pytest.mark.parametrize("seed", range(120))
def test_it_is_the_best_of_all_lawful_plans(seed: int) -> None:
    """Every plan, every way its sites find holders; then the levels, then the key."""
    instance = random_problem(np.random.default_rng(seed))
    lawful = [plan for plan in every_plan(instance) if is_lawful(instance, plan)]
    best = min(lawful, key=lambda plan: merits(instance, plan))
    assert as_plan(planned(instance)) == best
    told = values(planned(instance))
    opened, short, kept, asked, reached, _ = merits(instance, best)
    assert told["plan_opened"] == -opened
    assert told["plan_reserve"] == short
    assert told["plan_kept"] == kept
    assert told["plan_townships"] == -reached
    assert told.get("plan_asked", 0) == -asked


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_to_start_from_is_lawful(seed: int) -> None:
    """And no other open site fits beside it, the best come first."""
    rng = np.random.default_rng(seed)
    instance = random_problem(rng)
    model = site_plan._Plan(instance, instance.stages[0], NOBODY, NO_LIMIT)
    order = rng.permutation(len(model.nodes)).tolist()
    chosen = first_plan(model._graph, model.nodes, model._caps, order)
    plan = {model.nodes[n][0]: "open" for n in chosen}
    assert is_lawful(instance, plan)
    opened = [n for n in order if model.nodes[n][1] == OPEN]
    alone = [n for n in opened if is_lawful(instance, {model.nodes[n][0]: "open"})]
    assert alone[:1] == [n for n in order if n in chosen][:1]
    for n in set(opened) - chosen:
        assert not is_lawful(instance, plan | {model.nodes[n][0]: "open"})


# The parts one by one.


def sites_in_a_row(n: int, conflicts: Sequence[tuple[int, ...]], **rules: Any) -> Instance:
    people = [Person("disabled"), Person("general")]
    spots = [Spot(KIND, is_candidate=True) for _ in range(n)]
    return as_stable(make_instance(people, spots, [], Rules(conflicts=conflicts, **rules)))


def apart(a: int, b: int, relaxed: bool) -> list[tuple[int, ...]]:
    """Two sites too near for all but two disabled holders, or for everybody."""
    return [(a, h, b, k) for h in range(3) for k in range(3) if not (relaxed and h and k)]


def test_without_a_reserve_no_site_is_kept() -> None:
    """Two sites a disabled pair could both have: one opens, for anybody."""
    plan = planned(sites_in_a_row(2, apart(0, 1, relaxed=True)))
    assert list(as_plan(plan).values()) == ["open"]


def test_a_reserve_lets_more_sites_open_for_disabled_holders() -> None:
    """Both open where the reserve has two units, and both must be kept."""
    for count, opened in ((1, 1), (2, 2)):
        reserve = make_reserve(KIND, KIND, [0, 1], [True, False], count)
        plan = planned(sites_in_a_row(2, apart(0, 1, relaxed=True), reserves=[reserve]))
        assert len(plan.places) == opened
        assert plan.reserved_disabled.all() == (opened == 2)


def test_sites_are_kept_only_where_that_opens_more() -> None:
    reserve = make_reserve(KIND, KIND, [0, 1], [True, False], 2)
    plan = planned(sites_in_a_row(2, [], reserves=[reserve]))
    assert as_plan(plan) == {0: "open", 1: "open"}


def test_the_plan_looks_at_no_application() -> None:
    """Nobody's list can change it, unless the scenario lets it count applications."""
    people = [Person("general")]
    spots = [Spot(KIND, is_candidate=True), Spot(KIND, is_candidate=True)]
    near = apart(0, 1, relaxed=False)
    chosen = []
    for wishes in ([], [Wish(0, 0)], [Wish(0, 1)]):
        instance = as_stable(make_instance(people, spots, wishes, Rules(conflicts=near)))
        chosen.append(planned(instance).places.tolist())
    assert chosen[0] == chosen[1] == chosen[2]
    for p in (0, 1):
        instance = make_instance(people, spots, [Wish(0, p)], Rules(conflicts=near))
        assert planned(as_stable(instance, plan_by="demand")).places.tolist() == [p]


def test_a_township_without_a_site_comes_first() -> None:
    spots = [
        Spot(KIND, township="区/甲"),
        Spot(KIND, is_candidate=True, township="区/甲"),
        Spot(KIND, is_candidate=True, township="区/乙"),
        Spot(KIND, is_candidate=True, township="区/丙"),
    ]
    outlets = pd.DataFrame({"outlet_id": ["x"], "kind": [KIND], "district": ["区"],
                            "township": ["丙"]})  # fmt: skip
    limit = make_limit("openings_max", KIND, [1, 2, 3], 1)
    rules = Rules(limits=[limit], tables=make_tables(existing_outlets=outlets))
    plan = planned(as_stable(make_instance([Person()], spots, [], rules)))
    assert plan.places.tolist() == [2]


def test_sites_of_an_earlier_stage_stand() -> None:
    """A licence granted before keeps its neighbour closed to those it is too near to."""
    spots = [Spot("tobacco"), Spot(KIND, is_candidate=True), Spot(KIND, is_candidate=True)]
    wishes = [Wish(0, 0, accepted_order=0)]
    rules = Rules(queue_kinds=("tobacco",), conflicts=apart(0, 1, relaxed=False))
    instance = as_stable(make_instance([Person()], spots, wishes, rules))
    assert planned(instance, earlier=[]).places.tolist() == [1, 2]
    assert planned(instance, earlier=[0]).places.tolist() == [2]


def test_a_stop_keeps_the_best_plan_so_far() -> None:
    instance = sites_in_a_row(3, [])
    plan, status = plan_sites(instance, instance.stages[0], NOBODY, Budget(None, lambda: True))
    assert status is Status.STOPPED
    assert plan.levels == ()
    asked = iter([False] * 3)
    later = Budget(None, lambda: next(asked, True))
    plan, status = plan_sites(instance, instance.stages[0], NOBODY, later)
    assert status is Status.STOPPED


def test_a_time_limit_says_that_nothing_is_proven() -> None:
    instance = sites_in_a_row(3, [])
    plan, status = plan_sites(instance, instance.stages[0], NOBODY, Budget(0.0, lambda: False))
    assert status is Status.FEASIBLE
    assert len(plan.places) == 0


def test_sites_nobody_asks_for_are_planned_too() -> None:
    """On the map: bars and conflicts are known without a single application."""
    stage = {"name": "all", "kinds": ["welfare_lottery"], "mechanism": "stable"}
    rules = spaced(300, disabled_factor=0.5, school_buffer_m=100)
    town = city(
        applicants="a",
        places={"p": site(0), "q": site(200), "r": site(1000), "s": site(2000), "t": site(3000)},
        applications={"a": "s"},
        existing_outlets={"x": {"at": (1000, 200)}},
        protected_sites={"k": {"at": (2000, 90)}},
        scenario={"stage": [stage], **rules},
    )
    instance = town.instance
    assert instance.barred.tolist() == [
        [False] * 3, [False] * 3, [True, False, False], [True] * 3, [False] * 3,
    ]  # fmt: skip
    near = instance.conflicts
    pairs = set(zip(near.place_a, near.class_a, near.place_b, near.class_b, strict=True))
    assert {(p, q) for p, _, q, _ in pairs} == {(0, 1)}
    assert (0, 1, 1, 1) not in pairs
    opened = planned(instance).places.tolist()
    assert len(set(opened) & {0, 1}) == 1
    assert set(opened) - {0, 1} == {4}


class TestWhatSpacingIsAskedOf:
    """Only sites of which it may decide how many open."""

    def asked(self, monkeypatch: pytest.MonkeyPatch, instance: Instance) -> list[list[int]]:
        """Return the places of the nodes asked about, a list for each search."""
        found: list[list[int]] = []

        def heard(weights: ArrayLike, pairs: ArrayLike, budget: Budget) -> HeaviestSet:
            found.append(np.flatnonzero(weights).tolist())
            return heaviest_independent_set(weights, pairs, budget)

        monkeypatch.setattr(site_plan, "heaviest_independent_set", heard)
        self.plan = planned(instance)
        return found

    def test_a_cap_that_stops_the_plan_sooner_leaves_no_question(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Of four sites in a row two stand apart, and one may open."""
        near = [*apart(0, 1, False), *apart(1, 2, False), *apart(2, 3, False)]
        limit = make_limit("openings_max", KIND, range(4), 1)
        assert self.asked(monkeypatch, sites_in_a_row(4, near, limits=[limit])) == []
        assert len(self.plan.places) == 1

    def test_a_cap_beyond_what_stands_apart_leaves_it_to_spacing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        near = [*apart(0, 1, False), *apart(1, 2, False), *apart(0, 2, False)]
        limit = make_limit("openings_max", KIND, range(3), 2)
        asked = self.asked(monkeypatch, sites_in_a_row(3, near, limits=[limit]))
        assert asked[0] == [0, 1, 2]
        assert [level.route for level in self.plan.levels if level.code == "plan_opened"] == [
            "spacing"
        ]

    def test_sites_that_no_rule_ties_together_are_told_apart(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A cap on the first three; the other two exclude each other."""
        limit = make_limit("openings_max", KIND, range(3), 1)
        instance = sites_in_a_row(5, apart(3, 4, False), limits=[limit])
        assert self.asked(monkeypatch, instance) == [[3, 4], [3, 4]]
        assert len(self.plan.places) == 2
        best = min(
            (plan for plan in every_plan(instance) if is_lawful(instance, plan)),
            key=lambda plan: merits(instance, plan),
        )
        assert as_plan(self.plan) == best


def test_a_solver_works_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every other solver of a run, so that a machine's cores change nothing."""
    threads = set()

    class Heard(cp_model.CpSolver):
        def solve(self, *given: Any) -> Any:
            threads.add(self.parameters.num_workers)
            return super().solve(*given)

    monkeypatch.setattr(cp_model, "CpSolver", Heard)
    planned(sites_in_a_row(3, [], limits=[make_limit("openings_max", KIND, range(3), 1)]))
    assert threads == {1}


def test_many_sites_are_planned_as_an_integer_program_plans_them() -> None:
    """Most sites, then the least key: by HiGHS, in one floating-point program a level."""
    n = 90
    rng = np.random.default_rng(7)
    points = rng.random((n, 2)) * 300 * np.sqrt(n * np.pi / 9)
    stage = {"name": "all", "kinds": ["welfare_lottery"], "mechanism": "stable"}
    ids = [f"p{number:02}" for number in range(n)]
    places = {name: site(*xy) for name, xy in zip(ids, points.round(2).tolist(), strict=True)}
    instance = city("a", places, {"a": "p00"}, {"stage": [stage], **spaced(300)}).instance
    near = instance.conflicts
    pairs = np.unique(np.column_stack([near.place_a, near.place_b]), axis=0)
    assert 3 * n < len(pairs) < 6 * n
    rows = np.zeros((len(pairs), n))
    np.put_along_axis(rows, pairs, 1, axis=1)
    apart, whole = LinearConstraint(rows, ub=1), np.ones(n)
    most = round(-milp(-whole, constraints=apart, integrality=whole, bounds=Bounds(0, 1)).fun)
    words = key_matrix("", ["open"] * n, ids, 1)[:, 0]
    many = LinearConstraint(whole[None], lb=most)
    best = milp(words, constraints=[apart, many], integrality=whole, bounds=Bounds(0, 1),
                options={"mip_rel_gap": 0})  # fmt: skip
    assert planned(instance).places.tolist() == np.flatnonzero(best.x > 0.5).tolist()
