"""The checker's own look at a choice in turn: what it must find, and what it must not say."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from allocation.checker import check_awards
from allocation.instance import Instance
from allocation.mechanisms import solve
from allocation.reasons import explain_awards
from allocation.result import Status
from tests import oracle
from tests.instances_helper import Person, Rules, Spot, make_instance, make_reserve
from tests.random_instances import random_instance
from tests.test_turns import gets_one, in_turn, wishes

N_SEEDS = 60


def table(instance: Instance, awards: list[int]) -> pd.DataFrame:
    """Return an award list as a file would hold it."""
    app = instance.applications
    return pd.DataFrame(
        {
            "applicant_id": instance.applicants.id[app.applicant[awards]],
            "place_id": instance.places.id[app.place[awards]],
        }
    )


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
        served = oracle.people_served(instance, _rows(instance, [best]))
        for other in oracle.lawful_lists(instance, 0):
            same = (oracle.people_served(instance, other[None]) == served).all()
            awards = np.flatnonzero(other).tolist()
            if same and awards != best:
                assert passed_over(instance, awards), f"seed {seed}: {awards}"
                tried += 1
    assert tried > N_SEEDS


def _rows(instance: Instance, lists: list[list[int]]) -> oracle.Rows:
    rows = np.zeros((len(lists), len(instance.applications.place)), dtype=np.bool_)
    for row, awards in zip(rows, lists, strict=True):
        row[awards] = True
    return rows
