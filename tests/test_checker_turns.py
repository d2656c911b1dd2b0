"""The checker's own look at a choice in turn: what it must find, and what it must not say."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from allocation.checker import check_awards
from allocation.checker.check import own_pairs
from allocation.checker.hard import HardRules
from allocation.checker.left import Left
from allocation.checker.numbers import recount_caps
from allocation.checker.reported import check_counts
from allocation.checker.space import Space
from allocation.checker.standing import Standing
from allocation.checker.turns import check_turns
from allocation.checker.valuation import Valuation
from allocation.instance import Instance
from allocation.mechanisms import solve
from allocation.reasons import explain_awards
from allocation.records import award_table
from allocation.result import Status
from tests import oracle
from tests.instances_helper import Person, Rules, Spot, make_instance, make_quota, make_reserve
from tests.random_instances import random_instance
from tests.test_turns import gets_one, in_turn, wishes
from tests.turns_helper import as_good, proven, rows_of, table

N_SEEDS = 60


def passed_over(instance: Instance, awards: list[int]) -> list[tuple[str, str]]:
    """Return who could have had which place, as the checker sees it."""
    report = check_awards(instance, table(instance, awards))
    return [
        (v.params["applicant_id"], v.params["place_id"])
        for v in report.violations
        if v.code == "check_turn"
    ]


def example() -> Instance:
    people = [Person(draw=1), Person(draw=2), Person(draw=3)]
    return in_turn(make_instance(people, [Spot()] * 3, wishes("012", "012", "20")))


def test_the_list_of_the_mechanism_has_nobody_passed_over() -> None:
    instance = example()
    awards = solve(instance).awards.tolist()
    assert awards == [0, 4, 6]
    assert passed_over(instance, awards) == []


@pytest.mark.parametrize(
    ("awards", "found"),
    [
        # The first two swapped: one exchange.
        ([1, 3, 6], [(0, 0)]),
        # All three moved on: the first in turn needs a chain of three moves.
        ([2, 4, 7], [(0, 0), (0, 1)]),
    ],
)
def test_a_chain_that_costs_nobody_an_award_is_found(
    awards: list[int], found: list[tuple[int, int]]
) -> None:
    instance = example()
    ids = [(instance.applicants.id[i], instance.places.id[p]) for i, p in found]
    assert passed_over(instance, awards) == ids


def test_who_has_nothing_is_not_said_to_be_passed_over() -> None:
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot()], wishes("0", "0")))
    assert passed_over(instance, [1]) == []


def test_a_chain_that_a_level_forbids_is_counted_as_open() -> None:
    people = [Person("disabled", draw=2), Person(draw=1)]
    reserve = make_reserve("stall/0", "stall", [0], [True, False], 1)
    rules = Rules(reserves=(reserve,))
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("10", "01"), rules))
    awards = solve(instance).awards.tolist()
    # The reserve at place 0 keeps the disabled applicant there, against both people's wishes.
    assert awards == [1, 3]
    report = check_awards(instance, table(instance, awards))
    assert report.violations == []
    assert (report.counts["n_better_wishes"], report.counts["n_better_wishes_open"]) == (2, 1)


def test_what_the_proof_of_the_levels_fixes_is_in_no_chain() -> None:
    people = [Person(draw=1), Person(draw=2)]
    spots = [Spot(), Spot("kiosk"), Spot("kiosk")]
    plain = make_instance(people, spots, wishes("01", "12"))
    kiosks = np.flatnonzero(plain.applications.place > 0).tolist()
    instance = in_turn(replace(plain, quotas=(make_quota("kiosks", "min", kiosks, 2),)))
    result = solve(instance)
    by_units = check_awards(instance, award_table(instance, result))
    report = proven(instance, result)
    assert by_units.counts["n_better_wishes_open"] == 1
    assert report.counts["n_better_wishes_open"] == 0
    assert report.assurance["joint"].levels[-1] == "certified"


@pytest.mark.parametrize(("told", "n_found"), [(2, 1), (3, 0), (4, 0)])
def test_a_record_may_leave_more_open_than_is_found(told: int, n_found: int) -> None:
    """A checker that sees further finds no fault with a list it judges as before."""
    found = check_counts({"n_better_wishes_open": 3}, {"counts": {"n_better_wishes_open": told}})
    assert [violation.code for violation in found] == ["check_count"] * n_found


@pytest.mark.parametrize(("gain", "lose", "n_open"), [("2", "1", 1), ("", "1", 0), ("2", "", 0)])
def test_a_chain_ends_where_awards_may_come_and_begins_where_they_may_go(
    gain: str, lose: str, n_open: int
) -> None:
    """The first in turn wants place 0, whose holder would go on to place 2."""
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot()] * 3, wishes("01", "02")))
    (stage,) = instance.stages
    standing = Standing.of(instance, stage, np.array([1, 2]))
    space = Space(instance)
    rules = HardRules(standing, own_pairs(space), recount_caps(space))
    may_gain, may_lose = (np.isin(np.arange(3), [*map(int, at)]) for at in (gain, lose))
    nothing = np.zeros(4, dtype=np.bool_)
    left = Left(~nothing, may_gain, may_lose, nothing)
    found, counts = check_turns(standing, rules, Valuation(standing), left)
    assert len(found) + counts["n_better_wishes_open"] == n_open


@pytest.mark.parametrize("first_seed", range(0, 4 * N_SEEDS, N_SEEDS))
def test_no_proof_certifies_a_choice_that_is_not_in_turn(first_seed: int) -> None:
    """Other lists that serve the same people and are as good in all levels above."""
    tried = certified = 0
    for seed in range(first_seed, first_seed + N_SEEDS):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        if not gets_one(instance):
            continue
        instance = in_turn(instance, n_levels=(6, 4, 2, 0)[seed % 4])
        result = solve(instance)
        if result.stages[0].status is not Status.OPTIMAL:
            continue
        *above, choice = proven(instance, result).assurance["joint"].levels
        assert choice == "certified" or "solver" in above, f"seed {seed}"
        certified += choice == "certified"
        for awards in as_good(instance, result)[:5]:
            report = proven(instance, result, awards)
            ranks = instance.applications.preference_rank
            if ranks[awards].tolist() != ranks[result.awards].tolist():
                assert report.assurance["joint"].levels[-1] == "solver", f"seed {seed}: {awards}"
                tried += 1
    assert tried
    assert certified


def test_a_refused_wish_names_who_would_lose_the_award() -> None:
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "0")))
    refusals = explain_awards(instance, solve(instance))
    (refused,) = refusals.to_dict("records")
    assert refused["reason_code"] == "gave_way"
    params = json.loads(refused["params"])
    assert params["level"] == "number"
    assert params["chain"][1] == {
        "from_place": instance.places.id[0],
        "receipt_no": instance.applicants.receipt_no[1],
        "to_place": None,
    }


def test_random_lists_of_the_mechanism_are_never_called_wrong() -> None:
    tried = 0
    for seed in range(N_SEEDS):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        if gets_one(instance):
            instance = in_turn(instance)
            result = solve(instance)
            if result.stages[0].status is Status.OPTIMAL:
                report = check_awards(instance, table(instance, result.awards.tolist()))
                assert report.violations == [], f"seed {seed}"
                tried += 1
    assert tried


def test_where_units_alone_bind_every_other_list_of_the_same_people_is_called_wrong() -> None:
    tried = 0
    for seed in range(N_SEEDS):
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(2, 5)), int(rng.integers(2, 5))
        ranked = ["".join(map(str, rng.permutation(m)[: rng.integers(1, m + 1)])) for _ in range(n)]
        people = [Person(draw=int(turn) + 1) for turn in rng.permutation(n)]
        instance = in_turn(make_instance(people, [Spot()] * m, wishes(*ranked)))
        best = solve(instance).awards.tolist()
        served = oracle.people_served(instance, rows_of(instance, [best]))
        for other in oracle.lawful_lists(instance, 0):
            same = (oracle.people_served(instance, other[None]) == served).all()
            awards = np.flatnonzero(other).tolist()
            if same and awards != best:
                assert passed_over(instance, awards), f"seed {seed}: {awards}"
                tried += 1
    assert tried > N_SEEDS
