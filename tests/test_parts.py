"""Parts that no rule ties to each other: settled apart they give what the whole gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocation.draw.keys import key_matrix
from allocation.instance import Instance
from allocation.mechanisms.network import parts
from allocation.mechanisms.network.parts import Part, independent_parts
from allocation.mechanisms.optimal import solve_optimal
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.settling import Settled, Task, settle_here
from allocation.progress import Progress, Silent
from allocation.result import StageResult, Status
from tests import oracle
from tests.instances_helper import BY_TIER, Person, Rules, Spot, Wish, make_instance, make_quota
from tests.programs_helper import unlimited
from tests.random_instances import random_instance

NOTHING = np.empty(0, dtype=np.int64)
SEEDS = range(120)


@pytest.fixture
def smallest(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets even the smallest component be a part."""

    def allow() -> None:
        monkeypatch.setattr(parts, "_LEAST", 1)
        monkeypatch.setattr(parts, "_SHARE", 0.0)

    return allow


def taken_apart(instance: Instance) -> tuple[Part, ...]:
    """Take the first stage apart."""
    return independent_parts(formulate(instance, instance.stages[0], NOTHING))


def solved(instance: Instance, budget: Budget | None = None) -> StageResult:
    """Solve the first stage."""
    return solve_optimal(instance, instance.stages[0], NOTHING, budget or unlimited(), Silent())


def told(result: StageResult) -> list[tuple[Any, ...]]:
    """Return what the levels say, but for the words of the key, the route and the time."""
    return [
        (x.code, x.params, x.sense, x.value, x.bound, x.proven)
        for x in result.levels
        if x.code not in ("key", "people")
    ]


def side_by_side(n_towns: int = 2, levels: tuple[str, ...] = ("number", "draw")) -> Instance:
    """Return towns of three people who want two stalls each, and nothing across."""
    people = [Person(draw=3 * n_towns - i) for i in range(3 * n_towns)]
    spots = [Spot(township=f"town {t}") for t in range(n_towns) for _ in range(2)]
    wishes = [
        Wish(3 * t + i, 2 * t + p, rank)
        for t in range(n_towns)
        for i, p, rank in ((0, 0, 1), (1, 0, 1), (1, 1, 2), (2, 1, 1))
    ]
    return make_instance(people, spots, wishes, Rules(levels, priorities={"stall": BY_TIER}))


# What a part is


def test_parts_hold_every_column_once_and_rows_of_one_part_alone(
    smallest: Callable[[], None],
) -> None:
    smallest()
    n_apart = 0
    for seed in SEEDS:
        instance = random_instance(np.random.default_rng(seed), queue=False)
        whole = formulate(instance, instance.stages[0], NOTHING).program
        found = taken_apart(instance)
        n_apart += len(found) > 1
        columns = np.concatenate([part.columns for part in found])
        assert sorted(columns.tolist()) == list(range(len(whole.lower))), seed
        assert sum(len(part.formulation.program.row_lower) for part in found) <= len(
            whole.row_lower
        )
    assert n_apart > 20


def test_any_points_of_the_parts_are_a_point_of_the_whole(smallest: Callable[[], None]) -> None:
    smallest()
    rng = np.random.default_rng(7)
    for seed in SEEDS:
        instance = random_instance(np.random.default_rng(seed), queue=False)
        whole = formulate(instance, instance.stages[0], NOTHING).program
        found = taken_apart(instance)
        for _ in range(30):
            x = rng.integers(whole.lower, whole.upper + 1)
            is_point = all(part.formulation.program.is_feasible(x[part.columns]) for part in found)
            assert whole.is_feasible(x) == is_point, seed


def test_a_stage_of_one_component_is_settled_as_it_is(smallest: Callable[[], None]) -> None:
    smallest()
    people, wishes = [Person(), Person()], [Wish(0, 0), Wish(1, 0)]
    instance = make_instance(people, [Spot()], wishes)
    formulation = formulate(instance, instance.stages[0], NOTHING)
    (part,) = independent_parts(formulation)
    assert part.formulation is formulation


def test_small_components_are_no_parts_of_their_own() -> None:
    assert len(taken_apart(side_by_side(3))) == 1
    assert solved(side_by_side(3)).n_parts == 1


def test_small_components_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve towns of four columns each, in parts of at least a quarter: four of three."""
    monkeypatch.setattr(parts, "_LEAST", 1)
    monkeypatch.setattr(parts, "_SHARE", 0.25)
    assert [len(part.columns) for part in taken_apart(side_by_side(12))] == [12] * 4


def test_a_rule_that_can_be_broken_ties_what_it_counts(smallest: Callable[[], None]) -> None:
    smallest()
    instance = side_by_side()
    everybody = np.arange(len(instance.applications.place))
    for most, n_parts in ((3, 1), (8, 2)):
        quota = make_quota("most", "max", everybody.tolist(), most, hard=True)
        assert len(taken_apart(replace(instance, quotas=(quota,)))) == n_parts


# What they give


def test_parts_give_what_the_whole_gives(smallest: Callable[[], None]) -> None:
    """Awards, levels with bounds, the most awards: on random problems, and as enumerated."""
    instances = [random_instance(np.random.default_rng(seed), queue=False) for seed in SEEDS]
    wholes = [solved(instance) for instance in instances]
    smallest()
    n_apart = 0
    for seed, instance, whole in zip(SEEDS, instances, wholes, strict=True):
        apart = solved(instance)
        assert apart.status == whole.status, seed
        assert apart.awards.tolist() == whole.awards.tolist(), seed
        assert told(apart) == told(whole), seed
        assert (apart.max_awards, apart.max_awards_bound) == (
            whole.max_awards,
            whole.max_awards_bound,
        )
        best = oracle.best(instance, 0)
        assert tuple(apart.awards.tolist()) == (best.awards if best else ())
        n_apart += apart.n_parts > 1 and best is not None
    assert n_apart > 20


@pytest.mark.parametrize("seed", range(20))
def test_people_choose_in_turn_within_each_part(seed: int, smallest: Callable[[], None]) -> None:
    instance = random_instance(np.random.default_rng(seed), n_applicants=5, queue=False)
    (stage,) = instance.stages
    levels = ("tier", "number", "preference_serial")
    instance = replace(instance, stages=(replace(stage, levels=levels),))
    whole = solved(instance)
    smallest()
    apart = solved(instance)
    assert apart.awards.tolist() == whole.awards.tolist()
    assert told(apart) == told(whole)


def words_alike(*args: Any) -> Any:
    """Return key words of which the first is the same for all."""
    words = key_matrix(*args).copy()
    words[:, 0] = 1
    return words


def test_all_parts_take_as_many_words_of_the_key(
    monkeypatch: pytest.MonkeyPatch, smallest: Callable[[], None]
) -> None:
    """A first word that is the same for all leaves lists equal in one town alone."""
    monkeypatch.setattr("allocation.mechanisms.optimise.objectives.key_matrix", words_alike)
    people = [Person(draw=i + 1) for i in range(4)]
    wishes = [Wish(0, 0), Wish(1, 0), Wish(2, 1), Wish(3, 2)]
    # One stall and two who want it; two stalls, and two who want one each.
    instance = make_instance(people, [Spot()] * 3, wishes, Rules(("number",)))
    whole = solved(instance)
    smallest()
    apart = solved(instance)
    assert apart.n_parts > 1
    assert [level.code for level in apart.levels] == ["number", "key", "key", "unique"]
    assert apart.status is Status.OPTIMAL
    assert apart.awards.tolist() == whole.awards.tolist()
    assert [level.value for level in apart.levels] == [level.value for level in whole.levels]


def test_a_stop_while_parts_take_more_words_keeps_their_lists(
    monkeypatch: pytest.MonkeyPatch, smallest: Callable[[], None]
) -> None:
    """One town needs a second word; in the other the first list that comes to mind is worse."""
    monkeypatch.setattr("allocation.mechanisms.optimise.objectives.key_matrix", words_alike)
    smallest()
    wishes = [Wish(0, 0), Wish(1, 0), Wish(2, 1), Wish(2, 2, 2), Wish(3, 1)]
    instance = make_instance([Person(draw=i + 1) for i in range(4)], [Spot()] * 3, wishes)
    stage = replace(instance.stages[0], levels=("number",))
    instance = replace(instance, stages=(stage,))
    rounds: list[int] = []

    def settle(tasks: Sequence[Task], budget: Budget, progress: Progress) -> list[Settled]:
        rounds.append(len(tasks))
        stopped = Budget(None, lambda: True)
        return settle_here(tasks, stopped if len(rounds) > 1 else budget, progress)

    whole = solved(instance)
    found = solve_optimal(instance, stage, NOTHING, unlimited(), Silent(), settle)
    assert rounds == [2, 1]
    assert found.status is Status.STOPPED
    assert found.awards.tolist() == whole.awards.tolist()
    assert (found.levels[0].value, found.levels[0].bound) == (3, 3)


def test_one_part_that_is_infeasible_leaves_no_list(smallest: Callable[[], None]) -> None:
    smallest()
    instance = side_by_side()
    first_town = np.flatnonzero(instance.applications.place < 2)
    quota = make_quota("three", "min", first_town.tolist(), 3, hard=True)
    result = solved(replace(instance, quotas=(quota,)))
    assert result.n_parts == 2
    assert result.status is Status.INFEASIBLE
    assert [reason.params["quota"] for reason in result.clash] == ["three"]
    assert (len(result.awards), result.levels, result.max_awards) == (0, (), None)


def test_an_early_end_keeps_the_lists_of_all_parts(smallest: Callable[[], None]) -> None:
    """What is kept is lawful, its values are its own, and no bound is below the optimum."""
    smallest()
    n_apart = 0
    for seed in range(40):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        lawful = oracle.lawful_lists(instance, 0)
        if not len(lawful):
            continue
        result = solved(instance, Budget(0.0, lambda: False))
        n_apart += result.n_parts > 1
        assert result.status is Status.FEASIBLE
        row = np.isin(np.arange(lawful.shape[1]), result.awards)
        assert (lawful == row).all(axis=1).any(), seed
        first, best = result.levels[0], oracle.best(instance, 0)
        assert best is not None
        values = oracle.evaluate(
            instance, instance.stages[0], first.code, dict(first.params), row[None]
        )
        assert first.value == int(values[0]), seed
        sign = 1 if first.sense == "max" else -1
        assert sign * first.bound >= sign * best.levels[0].value, seed
    assert n_apart > 5


def test_a_stop_by_a_person_is_told_of_the_whole(smallest: Callable[[], None]) -> None:
    smallest()
    result = solved(side_by_side(), Budget(None, lambda: True))
    assert result.status is Status.STOPPED
    assert len(result.awards) == 4
