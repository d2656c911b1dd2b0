"""The checker catches every way a lottery can be false (V12, V14), one mutation a check."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import check_awards, check_lottery
from allocation.checker.alike import alike_applicants
from allocation.instance import Instance
from tests.instances_helper import Person, Rules, Spot, Wish, award_frame
from tests.lottery_helper import Drawn, draw, lottery_instance, with_seed

Record = dict[str, Any]


def small_town() -> Instance:
    """Three want one stall, one of them another stall as well; a ring of five sites."""
    people = [Person() for _ in range(8)]
    spots = [Spot(), Spot(), *[Spot("kiosk", is_candidate=True)] * 5]
    wishes = [Wish(0, 0), Wish(1, 0), Wish(2, 0, 1), Wish(2, 1, 2)]
    wishes += [Wish(3 + k, 2 + k) for k in range(5)]
    ring = [(2 + k, 1, 2 + (k + 1) % 5, 1) for k in range(5)]
    return lottery_instance(people, spots, wishes, Rules(conflicts=ring))


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """One draw of the small town."""
    return draw(small_town())


def codes(
    drawn: Drawn,
    lottery: Record | None = None,
    chances: pd.DataFrame | None = None,
    awards: pd.DataFrame | None = None,
) -> set[str]:
    """Judge a draw of which some record was changed."""
    report = check_lottery(
        drawn.instance,
        drawn.awards if awards is None else awards,
        drawn.chances if chances is None else chances,
        drawn.lottery if lottery is None else lottery,
    )
    return {violation.code for violation in report.violations}


def part_of(stage: Record, route: str) -> Record:
    found: Record = next(part for part in stage["parts"] if part["route"] == route)
    return found


def flow_set(stage: Record) -> Record:
    found: Record = next(each for each in stage["tight_sets"] if each["route"] == "flow")
    return found


def test_a_true_lottery_passes_and_is_counted(drawn: Drawn) -> None:
    report = check_lottery(drawn.instance, drawn.awards, drawn.chances, drawn.lottery)
    assert report.violations == []
    assert report.counts["n_tight_sets_confirmed"] == 1
    assert report.counts["n_tight_sets_unconfirmed"] == 1
    assert {part["route"] for part in drawn.lottery["stages"][0]["parts"]} == {"flow", "plans"}


def other_weights(stage: Record) -> None:
    part_of(stage, "plans")["plans"][0]["weight"] = [9, 10]


def leaking_flow(stage: Record) -> None:
    part_of(stage, "flow")["plans"][0]["flow"]["arcs"][0][2] += 1


def favour_in_the_plans(stage: Record) -> None:
    plans = part_of(stage, "plans")["plans"]
    plans[0]["served"], plans[1]["served"] = plans[1]["served"][:1], plans[0]["served"]


def other_number(stage: Record) -> None:
    part_of(stage, "flow")["drawing"]["numbers"][0] += 1


def other_winner(stage: Record) -> None:
    drawing = part_of(stage, "flow")["drawing"]
    drawing["served"] = ["A001" if drawing["served"] != ["A001"] else "A002"]


def unproven_bound(stage: Record) -> None:
    """Read a capacity as two units: more than the people of the set have."""
    flow_set(stage)["rules"][0]["units"] = 2


def no_rule(stage: Record) -> None:
    flow_set(stage)["rules"] = []


def bound_below(stage: Record) -> None:
    flow_set(stage)["bound"] = [1, 10]


def undone(stage: Record) -> None:
    stage["drawn"] = False


def renamed(stage: Record) -> None:
    stage["stage"] = "another"


def damaged(stage: Record) -> None:
    del stage["tight_sets"]


def one_in_two_sets(stage: Record) -> None:
    stage["tight_sets"][-1]["applicants"].append("A001")


def somebody_left_out(stage: Record) -> None:
    for each in stage["tight_sets"]:
        each["applicants"] = [name for name in each["applicants"] if name != "A001"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (other_weights, "check_lottery_weights"),
        (leaking_flow, "check_lottery_flow"),
        (favour_in_the_plans, "check_marginal"),
        (other_number, "check_draw_differs"),
        (other_winner, "check_draw_differs"),
        (unproven_bound, "check_tight_set"),
        (no_rule, "check_tight_set"),
        (bound_below, "check_tight_set"),
        (undone, "check_drawn_early"),
        (renamed, "check_lottery_missing"),
        (damaged, "check_lottery_unreadable"),
        (one_in_two_sets, "check_chance_set"),
        (somebody_left_out, "check_chance_missing"),
    ],
)
def test_a_false_lottery_is_caught(
    drawn: Drawn, change: Callable[[Record], None], code: str
) -> None:
    lottery = copy.deepcopy(drawn.lottery)
    change(lottery["stages"][0])
    assert code in codes(drawn, lottery)


def test_a_published_chance_that_is_not_the_lotterys(drawn: Drawn) -> None:
    chances = drawn.chances.copy()
    chances.loc[0, ["numerator", "denominator"]] = [1, 3]
    assert {"check_chance_set", "check_marginal"} <= codes(drawn, chances=chances)


def test_a_decimal_that_is_not_the_fraction(drawn: Drawn) -> None:
    chances = drawn.chances.copy()
    chances.loc[0, "chance"] = 0.51
    assert codes(drawn, chances=chances) == {"check_chance_set"}


def test_a_winner_without_an_award_and_an_award_undrawn(drawn: Drawn) -> None:
    kept = drawn.awards.iloc[1:]
    assert codes(drawn, awards=kept) == {"check_winner_without"}
    app = drawn.instance.applications
    others = np.setdiff1d(np.arange(3), drawn.result.awards)
    rows = sorted({*drawn.result.awards.tolist(), int(others[0])})
    extra = award_frame(drawn.instance, rows)
    assert app.place[others[0]] == 0
    assert codes(drawn, awards=extra) == {"check_award_undrawn"}


def test_equal_inputs_with_unequal_chances() -> None:
    """V14: the lottery itself is consistent, and favours one of two alike."""
    drawn = draw(lottery_instance([Person(), Person()], [Spot()], [Wish(0, 0), Wish(1, 0)]))
    lottery, chances = copy.deepcopy(drawn.lottery), drawn.chances.copy()
    stage = lottery["stages"][0]
    flow = stage["parts"][0]["plans"][0]["flow"]
    flow["denominator"] = 4
    owner = {int(arc): name for arc, name in flow["applicants"].items()}
    for number, arc in enumerate(flow["arcs"]):
        end = next(name for k, name in owner.items() if k == number or flow["arcs"][k][1] == arc[0])
        arc[2] = 1 if end == "A001" else 3
    chances["numerator"], chances["denominator"] = [1, 3], [4, 4]
    chances["chance"] = [0.25, 0.75]
    chances["tight_set"] = [0, 1]
    first = stage["tight_sets"][0]
    stage["tight_sets"] = [
        {**first, "chance": [1, 4], "bound": [1, 4], "applicants": ["A001"], "route": "solver"},
        {**first, "chance": [3, 4], "bound": [3, 4], "applicants": ["A002"], "route": "solver"},
    ]
    assert "check_equal_inputs" in codes(drawn, lottery, chances)
    assert "check_marginal" not in codes(drawn, lottery, chances)


def test_a_solvers_word_does_not_cover_a_chance_that_could_rise() -> None:
    """Two places for three: A wants the first, C the second, B either; 2/3 each is leximin.

    The lottery below serves B and C for certain, and says that a solver found it so.
    """
    wishes = [Wish(0, 0), Wish(1, 0, 1), Wish(1, 1, 2), Wish(2, 1)]
    drawn = draw(lottery_instance([Person() for _ in range(3)], [Spot(), Spot()], wishes))
    assert codes(drawn) == set()
    lottery, chances = copy.deepcopy(drawn.lottery), drawn.chances.copy()
    stage = lottery["stages"][0]
    stage["parts"] = []
    first = {"rules": [], "others": [], "route": "solver"}
    stage["tight_sets"] = [
        {**first, "chance": [0, 1], "bound": [0, 1], "applicants": ["A001"]},
        {**first, "chance": [1, 1], "bound": [1, 1], "applicants": ["A002", "A003"]},
    ]
    chances["numerator"], chances["denominator"] = [0, 1, 1], [1, 1, 1]
    chances["chance"], chances["tight_set"] = [0.0, 1.0, 1.0], [0, 1, 1]
    awards = award_frame(drawn.instance, [1, 3])
    expected = {"check_chance_raisable", "check_tight_set_word"}
    assert codes(drawn, lottery, chances, awards) == expected


def test_people_are_alike_by_what_rules_see() -> None:
    """The order of wishes does not count; another tier does, within tiers."""
    people = [Person(), Person(), Person(tier=2), Person("general")]
    wishes = [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 1, 1), Wish(1, 0, 2)]
    wishes += [Wish(2, 0, 1), Wish(2, 1, 2), Wish(3, 0)]
    instance = lottery_instance(people, [Spot(), Spot()], wishes)
    names = {"A001", "A002", "A003", "A004"}
    assert alike_applicants(instance, instance.stages[0], names) == [["A001", "A002"]]
    flat = replace(instance.stages[0], levels=())
    assert alike_applicants(instance, flat, names) == [["A001", "A002", "A003"]]


def test_the_record_of_one_seed_is_not_that_of_others(drawn: Drawn) -> None:
    """Ten numbers in all: some seeds draw the same, few of them."""
    others = [with_seed(drawn.instance, f"seed {k}") for k in range(20)]
    caught = [codes(replace(drawn, instance=other)) for other in others]
    assert sum("check_draw_differs" in found for found in caught) > 12


def test_a_better_place_left_free_is_not_a_choice_in_turn() -> None:
    """One person, two stalls, the second wish awarded."""
    instance = lottery_instance([Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)])
    true = check_awards(instance, award_frame(instance, [0]))
    false = check_awards(instance, award_frame(instance, [1]))
    assert true.violations == []
    assert [violation.code for violation in false.violations] == ["check_turn"]


def test_an_award_more_that_would_have_been_possible() -> None:
    """Two stalls, two people, one award: no list of the lottery leaves one out."""
    instance = lottery_instance([Person(), Person()], [Spot(), Spot()], [Wish(0, 0), Wish(1, 1)])
    report = check_awards(instance, award_frame(instance, [0]))
    assert [violation.code for violation in report.violations] == ["check_waste"]
