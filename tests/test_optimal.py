"""``optimal`` against brute force: every list of small random cities written out.

By default 500 instances, 50 a test; ``ALLOCATION_ORACLE_CASES=2000`` runs more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pytest
from ortools.math_opt.python import mathopt

from allocation.instance import Applications, Instance, Ints, Quota, Reserve, freeze
from allocation.mechanisms.optimal import solve_optimal
from allocation.mechanisms.optimise import backend
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.greedy import complete_point
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.progress import Silent
from allocation.result import StageResult, Status
from tests import oracle
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_limit,
    make_quota,
    make_reserve,
)
from tests.programs_helper import unlimited
from tests.random_instances import random_instance

CASES = int(os.environ.get("ALLOCATION_ORACLE_CASES", "500"))
CHUNK = 50
TIE_BREAKS = ("key", "unique", "people", "unique_people")


def solved(
    instance: Instance, index: int = 0, earlier: Sequence[int] = (), budget: Budget | None = None
) -> StageResult:
    """Solve one stage."""
    before = np.array(sorted(earlier), dtype=np.int64)
    stage = instance.stages[index]
    return solve_optimal(instance, stage, before, budget or unlimited(), Silent())


def assert_best(
    instance: Instance, index: int = 0, earlier: Sequence[int] = (), told: object = ""
) -> StageResult:
    """Check awards, level values, proofs and the status of a stage against the oracle."""
    result = solved(instance, index, earlier)
    expected = oracle.best(instance, index, earlier)
    if expected is None:
        assert result.status is Status.INFEASIBLE, told
        assert result.clash, told
        assert len(result.awards) == 0, told
        return result
    assert result.status is Status.OPTIMAL, told
    assert tuple(result.awards.tolist()) == expected.awards, told
    levels = [level for level in result.levels if level.code not in TIE_BREAKS]
    best = [level for level in expected.levels if level.code not in TIE_BREAKS]
    assert [(x.code, x.params, x.sense, x.value) for x in levels] == best, told
    assert all(level.proven and level.bound == level.value for level in result.levels), told
    # The search may need a word where the enumeration sees at once that one list is left.
    for code in ("key", "people"):
        keys = [level.value for level in result.levels if level.code == code]
        words = [level.value for level in expected.levels if level.code == code]
        assert keys[: len(words)] == words, told
    most = int(oracle.lawful_lists(instance, index, earlier).sum(axis=1).max())
    assert (result.max_awards, result.max_awards_bound) == (most, most), told
    return result


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_the_best_list_is_the_oracles(first_seed: int) -> None:
    """The same awards, values and bounds on random instances; infeasible in the same cases."""
    for seed in range(first_seed, min(first_seed + CHUNK, CASES)):
        instance = random_instance(np.random.default_rng(seed))
        earlier: tuple[int, ...] = ()
        for index, stage in enumerate(instance.stages):
            if stage.mechanism == "queue":
                earlier = oracle.queue(instance, index)
            else:
                assert_best(instance, index, earlier, told=f"seed {seed}")


# More of what is rare in those instances


def _with_odd_reserves(rng: np.random.Generator, instance: Instance) -> Instance:
    """Make bases of opened sites round down to at least one, and reserves hard at will."""

    def odd(reserve: Reserve) -> Reserve:
        sites = instance.places.is_candidate[reserve.places].any()
        linear: dict[str, Any] = {
            "linear": True,
            "share": Fraction(int(rng.integers(0, 5)), 4),
            "base_existing": int(rng.integers(0, 3)),
            "rounding": "floor_min1",
        }
        return replace(reserve, **(linear if sites else {}), hard=bool(rng.random() < 0.4))

    return replace(instance, reserves=tuple(odd(reserve) for reserve in instance.reserves))


@pytest.mark.parametrize("first_seed", range(10_000, 10_100, CHUNK))
def test_odd_reserves_change_nothing_about_exactness(first_seed: int) -> None:
    """At least one unit of any share, and hard reserves that may outgrow their places."""
    for seed in range(first_seed, first_seed + CHUNK):
        rng = np.random.default_rng(seed)
        instance = _with_odd_reserves(rng, random_instance(rng, queue=False))
        assert_best(instance, told=f"seed {seed}")


def _with_quotas(rng: np.random.Generator, instance: Instance) -> Instance:
    """Replace the quotas by up to five hard ones, likely to clash."""
    k = len(instance.applications.place)
    quotas: list[Quota] = []
    for number in range(int(rng.integers(1, 6))):
        counted = np.flatnonzero(rng.random(k) < 0.5).tolist()
        sense: Literal["min", "max"] = "min" if rng.random() < 0.6 else "max"
        bound = int(rng.integers(0, 4))
        quotas.append(make_quota(f"quota-{number}", sense, counted, bound, hard=True))
    return replace(instance, quotas=tuple(quotas))


@pytest.mark.parametrize("first_seed", range(20_000, 20_100, CHUNK))
def test_clashing_quotas_are_named_and_each_of_them_is_needed(first_seed: int) -> None:
    """The named ones have no lawful list together; without any one of them there is one."""
    for seed in range(first_seed, first_seed + CHUNK):
        rng = np.random.default_rng(seed)
        instance = _with_quotas(rng, random_instance(rng, queue=False))
        result = assert_best(instance, told=f"seed {seed}")
        names = [reason.params["quota"] for reason in result.clash]
        for reason in result.clash:
            assert reason.code == "clash_quota"
            assert reason.params["together"] == ", ".join(names)
        if names:
            assert not _lawful_with(instance, names)
            assert all(_lawful_with(instance, [n for n in names if n != out]) for out in names)


def _lawful_with(instance: Instance, names: Sequence[str]) -> bool:
    quotas = tuple(quota for quota in instance.quotas if quota.name in names)
    return len(oracle.lawful_lists(replace(instance, quotas=quotas), 0)) > 0


def _in_two_stages(rng: np.random.Generator, instance: Instance) -> Instance | None:
    """Give the first kind out in a stage of its own, with a number for all sites together."""
    (stage,) = instance.stages
    if len(stage.kinds) < 2:
        return None
    kind = instance.places.kind[instance.applications.place[stage.applications]]
    is_first = kind == stage.kinds[0]
    stages = (
        replace(stage, kinds=stage.kinds[:1], applications=stage.applications[is_first]),
        replace(stage, kinds=stage.kinds[1:], applications=stage.applications[~is_first]),
    )
    sites = np.flatnonzero(instance.places.is_candidate)
    joint = make_limit("openings_max", "", sites.tolist(), int(rng.integers(1, 4)))
    elastic = tuple(quota for quota in instance.quotas if not quota.hard)
    return replace(instance, stages=stages, limits=(*instance.limits, joint), quotas=elastic)


@pytest.mark.parametrize("first_seed", range(30_000, 30_150, CHUNK))
def test_a_later_stage_is_best_given_the_awards_of_the_earlier(first_seed: int) -> None:
    """Groups, households, joint numbers and conflicts bind across stages."""
    for seed in range(first_seed, first_seed + CHUNK):
        rng = np.random.default_rng(seed)
        instance = _in_two_stages(rng, random_instance(rng, queue=False))
        if instance is not None:
            first = assert_best(instance, 0, told=f"seed {seed}")
            assert_best(instance, 1, first.awards.tolist(), told=f"seed {seed}")


# The list depends on nothing but the rules


def _pairs(instance: Instance, awards: Ints) -> set[tuple[str, str]]:
    app = instance.applications
    people, places = instance.applicants.id, instance.places.id
    return {(people[app.applicant[j]], places[app.place[j]]) for j in awards.tolist()}


def _shuffled(rng: np.random.Generator, instance: Instance) -> Instance:
    """Put the applications in another order."""
    order = rng.permutation(len(instance.applications.place))
    new_row = np.empty_like(order)
    new_row[order] = np.arange(len(order))
    columns = {f.name: getattr(instance.applications, f.name)[order] for f in fields(Applications)}
    return replace(
        instance,
        applications=freeze(Applications(**columns)),
        stages=tuple(
            replace(stage, applications=rng.permutation(new_row[stage.applications]))
            for stage in instance.stages
        ),
        quotas=tuple(
            replace(quota, counted=new_row[quota.counted], denominator=new_row[quota.denominator])
            for quota in instance.quotas
        ),
        exclusions={int(new_row[j]): reason for j, reason in instance.exclusions.items()},
    )


def test_the_order_of_applications_does_not_matter() -> None:
    """The same pairs are awarded, and the levels have the same values."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        instance = random_instance(rng, queue=False)
        other = _shuffled(rng, instance)
        one, two = solved(instance), solved(other)
        assert _pairs(instance, one.awards) == _pairs(other, two.awards), seed
        assert [level.value for level in one.levels if level.code != "unique"] == [
            level.value for level in two.levels if level.code != "unique"
        ]


def _by(mip: mathopt.SolverType, *lp: mathopt.SolverType) -> Callable[[pytest.MonkeyPatch], None]:
    def use(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(backend, "LP_SOLVERS", lp)
        monkeypatch.setattr(backend, "MIP_SOLVERS", (mip,))

    return use


@pytest.mark.parametrize(
    "use",
    [
        _by(mathopt.SolverType.GSCIP, mathopt.SolverType.HIGHS),
        # Points that are no vertices; where even that breaks down, another takes over.
        _by(mathopt.SolverType.CP_SAT, mathopt.SolverType.PDLP, mathopt.SolverType.HIGHS),
    ],
)
def test_the_solver_does_not_matter(
    use: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other solvers, with other vertices or none at all, lead to the same proven list."""
    use(monkeypatch)
    for seed in range(20):
        assert_best(random_instance(np.random.default_rng(seed), queue=False), told=seed)


@pytest.mark.parametrize("field", ["threads", "random_seed", "presolve"])
def test_threads_seeds_and_presolve_do_not_matter(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The solver may take any way to the one list."""
    values = {"threads": 2, "random_seed": 17, "presolve": mathopt.Emphasis.OFF}
    real = mathopt.solve

    def solve(model: Any, solver: Any, *, params: mathopt.SolveParameters, **more: Any) -> Any:
        if solver != mathopt.SolverType.GLOP or field != "threads":
            setattr(params, field, values[field])
        return real(model, solver, params=params, **more)

    monkeypatch.setattr(mathopt, "solve", solve)
    for seed in range(25):
        assert_best(random_instance(np.random.default_rng(seed), queue=False), told=seed)


# Levels, one by one


def test_the_key_words_are_reported_as_levels_until_the_list_is_unique() -> None:
    """One applicant, two stalls alike: the first word decides, and that is proven."""
    instance = make_instance(
        [Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)], Rules(levels=("number",))
    )
    result = solved(instance)
    number, key, unique = result.levels
    assert (number.code, number.value) == ("number", 1)
    assert (key.code, key.params, key.sense) == ("key", {"word": 1}, "min")
    assert key.value == min(oracle.key_word("test", "A001", p, 1) for p in ("P001", "P002"))
    assert (unique.code, unique.proven) == ("unique", True)


def test_the_most_awards_show_the_price_of_the_levels() -> None:
    """The reserve comes first and costs an award; the list says how many were possible."""
    people = [Person("disabled", draw=1), Person("general", draw=2)]
    reserve = make_reserve("r", "kiosk", [1], [True, False], 1)
    spots = [Spot("kiosk", is_candidate=True)] * 3
    instance = make_instance(
        people,
        spots,
        [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 2)],
        Rules(reserves=[reserve], conflicts=[(1, 1, 2, 0)]),
    )
    result = assert_best(instance)
    assert _pairs(instance, result.awards) == {("A001", "P002")}
    assert (result.max_awards, result.max_awards_bound) == (2, 2)


def test_a_stage_nobody_applied_to_is_optimal_and_empty() -> None:
    """Every application is refused by a rule: all levels are settled at nothing."""
    instance = make_instance([Person()], [Spot()], [Wish(0, 0, excluded="age_above")])
    result = assert_best(instance)
    assert result.awards.tolist() == []
    assert result.max_awards == 0


# Ended early


class Patience(Silent):
    """Asks for a stop after so many questions."""

    def __init__(self, patience: int) -> None:
        self.left = patience

    def should_stop(self) -> bool:
        self.left -= 1
        return self.left < 0


def assert_honest(instance: Instance, result: StageResult, told: object) -> None:
    """Check the kept list: lawful, its levels valued as reported, all bounds true."""
    stage = instance.stages[0]
    lists = oracle.lawful_lists(instance, 0)
    row = np.zeros((1, lists.shape[1]), dtype=np.bool_)
    row[0, result.awards] = True
    assert (lists == row).all(axis=1).any(), told
    expected = [level for name in stage.levels for level in oracle.expand(instance, stage, name)]
    levels = [level for level in result.levels if level.code not in ("key", "unique")]
    assert [(level.code, level.params, level.sense) for level in levels] == expected, told
    for level in levels:
        own = int(oracle.evaluate(instance, stage, level.code, dict(level.params), row)[0])
        assert level.value == own, (told, level)
        reached = oracle.evaluate(instance, stage, level.code, dict(level.params), lists)
        sign = 1 if level.sense == "max" else -1
        assert int((sign * reached).max()) <= sign * level.bound, (told, level)
        lists = lists[sign * reached >= sign * own]
    most = int(oracle.lawful_lists(instance, 0).sum(axis=1).max())
    assert result.max_awards is not None
    assert result.max_awards_bound is not None
    assert len(result.awards) <= result.max_awards <= most <= result.max_awards_bound, told


@pytest.mark.parametrize("first_seed", range(0, 40, 10))
def test_a_stopped_stage_keeps_a_lawful_list_and_says_what_is_known(first_seed: int) -> None:
    """After any number of questions: values are those of the list, bounds hold above them."""
    for seed in range(first_seed, first_seed + 10):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        if not len(oracle.lawful_lists(instance, 0)):
            continue
        for patience in range(seed % 4, 40, 4):
            progress = Patience(patience)
            result = solved(instance, budget=Budget(None, progress.should_stop))
            assert_honest(instance, result, (seed, patience))
            if progress.left >= 0:
                assert result.status is Status.OPTIMAL
                break


@pytest.mark.parametrize("held", [None, (), (0,), (0, 2)])
def test_an_early_end_gives_out_what_is_left_over(held: Sequence[int] | None) -> None:
    """A point that is good at its first levels alone may award nothing: it is filled up."""
    people = [Person(draw=3), Person(draw=1), Person(draw=2)]
    wishes = [Wish(0, 0), Wish(1, 0), Wish(1, 1), Wish(2, 1)]
    instance = make_instance(people, [Spot(), Spot()], wishes)
    stage, earlier = instance.stages[0], np.empty(0, dtype=np.int64)
    formulation = formulate(instance, stage, earlier)
    objectives = level_objectives(instance, stage, formulation)
    x = None
    if held is not None:
        x = np.zeros(len(formulation.program.lower), dtype=np.int64)
        x[list(held)] = 1
    kept = complete_point(instance, formulation, objectives, x)
    assert kept is not None
    assert formulation.program.is_feasible(kept)
    awards = formulation.awards(kept).tolist()
    assert set(held or ()) <= set(awards)
    assert len(awards) == 2


def test_a_time_limit_of_nothing_still_gives_a_lawful_list() -> None:
    """By tier and draw in turn, or, where a hard quota asks for more, any lawful one."""
    for seed in range(60):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        if len(oracle.lawful_lists(instance, 0)):
            result = solved(instance, budget=Budget(0.0, lambda: False))
            assert result.status is Status.FEASIBLE
            assert not any(level.proven for level in result.levels)
            assert_honest(instance, result, seed)


def test_a_clash_found_late_names_quotas_that_clash_even_if_not_the_fewest() -> None:
    """The time is up before the innocent quota could be told apart."""
    quotas = [
        make_quota("innocent", "max", [0], 1, hard=True),
        make_quota("two", "min", [0], 2, hard=True),
    ]
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(quotas=quotas))
    in_time = solved(instance)
    assert [reason.params["quota"] for reason in in_time.clash] == ["two"]
    for patience in range(12):
        progress = Patience(patience)
        result = solved(instance, budget=Budget(None, progress.should_stop))
        if result.status is Status.INFEASIBLE:
            assert "two" in {reason.params["quota"] for reason in result.clash}
