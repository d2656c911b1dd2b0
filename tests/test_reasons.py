"""Reasons: exactly one true certificate for every refused application."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from allocation.checker import confirm_reasons, unexplained
from allocation.instance import Instance, PoolPriority
from allocation.reasons import explain_awards
from tests import oracle
from tests.instances_helper import (
    BY_TIER,
    Person,
    Rules,
    Spot,
    Wish,
    award_frame,
    make_instance,
    make_limit,
    make_quota,
    make_reserve,
    make_scenario,
)
from tests.random_instances import random_instance
from tests.solved import as_result, explained, sample, small_city, solve_by_force


@pytest.mark.parametrize("seed", range(120))
def test_every_refusal_has_one_reason_and_the_checker_confirms_it(seed: int) -> None:
    instance, result, refusals = sample(seed)
    assert len(refusals) == len(instance.applications.place) - len(result.awards)
    frame = award_frame(instance, result.awards.tolist())
    assert confirm_reasons(instance, frame, refusals) == []
    assert unexplained(instance, frame, refusals) == []
    # The best list is settled: nothing can be exchanged for the better.
    assert "not_settled" not in set(refusals["reason_code"])


@pytest.mark.parametrize("seed", range(60))
def test_reasons_of_a_list_that_is_not_the_best_are_true_as_well(seed: int) -> None:
    """A run that was stopped: some lawful list, with exchanges that would better it."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, queue=False)
    lawful = oracle.lawful_lists(instance, 0)
    if not len(lawful):
        pytest.skip("no lawful list")
    rows = np.flatnonzero(lawful[rng.integers(len(lawful))]).tolist()
    refusals = explain_awards(instance, as_result(instance, rows))
    assert confirm_reasons(instance, award_frame(instance, rows), refusals) == []


# One small case per code, each the plainest one.

BENEFICIARY = [False, True]


def test_excluded_by_a_rule() -> None:
    instance = make_instance(
        [Person()], [Spot()], [Wish(0, 0, excluded="residence", told={"lacking": "hukou"})]
    )
    refusals = explain_awards(instance, solve_by_force(instance))
    assert refusals["reason_code"].tolist() == ["residence"]
    assert confirm_reasons(instance, award_frame(instance, []), refusals) == []


def test_held_from_before() -> None:
    instance = make_instance([Person(holds=(0,))], [Spot()], [Wish(0, 0)])
    assert explained(instance)["A001", "P001"] == ("held_award", {"kind": "stall"})


def test_awarded_in_an_earlier_stage() -> None:
    rules = Rules(queue_kinds=("tobacco",), exclusive_groups=(("stall", "tobacco"),))
    wishes = [Wish(0, 0, accepted_order=0), Wish(0, 1, 2)]
    instance = make_instance([Person()], [Spot("tobacco"), Spot()], wishes, rules)
    assert explained(instance)["A001", "P002"] == (
        "earlier_stage",
        {"stage": "queue", "kind": "tobacco", "place": "P001"},
    )


def test_holds_a_place_ranked_higher() -> None:
    instance = make_instance([Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)])
    assert explained(instance)["A001", "P002"] == ("ranked_higher", {"place": "P001", "rank": 1})


def test_the_household_has_enough() -> None:
    people = [Person(household=0), Person(household=0)]
    instance = make_instance(
        people, [Spot(), Spot()], [Wish(0, 0), Wish(1, 1)], Rules(household_max=1)
    )
    assert explained(instance)["A002", "P002"] == ("household", {"maximum": 1})


def test_too_near_an_awarded_place() -> None:
    found = _search("spacing")
    assert set(found) == {"place", "distance_m", "required_m", "how"}
    assert found["distance_m"] < found["required_m"]


def _search(code: str) -> Mapping[str, Any]:
    """Return the parameters of the first such reason among random instances."""
    for seed in range(400):
        _, _, refusals = sample(seed)
        hit = refusals[refusals["reason_code"] == code]
        if len(hit):
            params: Mapping[str, Any] = json.loads(hit["params"].iloc[0])
            return params
    raise AssertionError(code)


@pytest.mark.parametrize(
    "code", ["density", "area_number", "openings_max", "hard_reserve", "hard_quota"]
)
def test_caps_and_hard_rules_occur(code: str) -> None:
    """Each is found in some random instance, where the checker confirms it."""
    params = _search(code)
    assert params.get("maximum", 0) >= 0


def test_outranked_names_the_criterion_and_ones_own_value() -> None:
    """Same band, same tier: the draw decided; of the other only a receipt number."""
    instance = make_instance([Person(), Person()], [Spot()], [Wish(0, 0), Wish(1, 0)])
    assert explained(instance)["A002", "P001"] == (
        "outranked",
        {"criterion": "draw", "pool": "open", "n": 1, "receipt_no": "R001", "own": 2},
    )


@pytest.mark.parametrize(
    ("winner", "loser", "criterion", "own"),
    [
        ({"band": 1}, {"band": 2}, "band", 2),
        ({"priority_rank": 1}, {"priority_rank": 3}, "priority_rank", 3),
        ({"priority_rank": 1}, {}, "priority_rank", 0),
    ],
)
def test_outranked_by_what_the_place_looks_at(
    winner: dict[str, Any], loser: dict[str, Any], criterion: str, own: int
) -> None:
    pools = PoolPriority(reserved=("draw",), open=(criterion, "draw"))
    instance = make_instance(
        [Person(), Person()],
        [Spot()],
        [Wish(0, 0, **winner), Wish(1, 0, **loser)],
        Rules(priorities={"stall": pools}),
    )
    code, params = explained(instance)["A002", "P001"]
    assert (code, params["criterion"], params["own"]) == ("outranked", criterion, own)


def test_outranked_by_tier_tells_only_ones_own() -> None:
    instance = make_instance(
        [Person(tier=3, draw=1), Person(tier=1, draw=2)],
        [Spot()],
        [Wish(0, 0), Wish(1, 0)],
        Rules(priorities={"stall": BY_TIER}),
    )
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["criterion"], params["own"]) == ("outranked", "tier", 3)
    assert set(params) == {"criterion", "pool", "n", "receipt_no", "own"}


def test_a_unit_reserved_for_others() -> None:
    """The only unit is the reserve's; a better draw number does not help."""
    reserve = make_reserve("stall", "stall", [0], BENEFICIARY, 1)
    instance = make_instance(
        [Person("general"), Person()],
        [Spot()],
        [Wish(0, 0), Wish(1, 0)],
        Rules(reserves=[reserve]),
    )
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["criterion"]) == ("outranked", "reserved")


def test_no_unit_to_give() -> None:
    instance = make_instance([Person()], [Spot(capacity=0)], [Wish(0, 0)])
    assert explained(instance)["A001", "P001"] == ("not_opened", {})


def test_gave_way_to_a_level_above() -> None:
    """The better draw number would cost an award: A002 can only have P001."""
    instance = make_instance(
        [Person(), Person()],
        [Spot(), Spot()],
        [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1)],
    )
    code, params = explained(instance)["A001", "P001"]
    assert code == "gave_way"
    assert (params["level"], params["level_params"], params["delta"]) == ("number", {}, 1)
    assert params["chain"] == [
        {"receipt_no": "R001", "from_place": "P002", "to_place": "P001"},
        {"receipt_no": "R002", "from_place": "P001", "to_place": None},
    ]


def test_gave_way_swaps_where_both_can() -> None:
    """The holder takes the applicant's place; what is lost is the holder's own wish."""
    instance = make_instance(
        [Person(), Person()],
        [Spot(), Spot()],
        [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1), Wish(1, 1, 3)],
    )
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["level"], params["delta"]) == ("gave_way", "preference_by_tier", 1)
    assert params["chain"][1] == {"receipt_no": "R002", "from_place": "P001", "to_place": "P002"}


def test_an_elastic_quota_can_be_what_a_free_unit_gives_way_to() -> None:
    quota = make_quota("none of these", "max", [0], 0)
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(quotas=[quota]))
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["level"], params["level_params"]) == (
        "gave_way",
        "quota_shortfall",
        {"quota": "none of these"},
    )


def test_hard_rules_are_named() -> None:
    quota = make_quota("none of these", "max", [0], 0, hard=True)
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(quotas=[quota]))
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["quota"]) == ("hard_quota", "none of these")
    reserve = make_reserve("stall", "stall", [0], [False], 1, hard=True)
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(reserves=[reserve]))
    code, params = explained(instance)["A001", "P001"]
    assert (code, params["reserve"]) == ("hard_reserve", "stall")


def test_an_unsettled_list_says_so() -> None:
    """The unit stayed free in a run that was stopped."""
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)])
    code, _ = explained(instance, as_result(instance, []))["A001", "P001"]
    assert code == "not_settled"


def test_a_stage_without_a_lawful_list() -> None:
    quota = make_quota("two", "min", [0], 2, hard=True)
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(quotas=[quota]))
    assert explained(instance)["A001", "P001"] == ("stage_infeasible", {"stage": "joint"})


def queue_instance() -> Instance:
    """Two premises in a cell with one number left, three people, one of them twice."""
    wishes = [
        Wish(0, 0, 2, accepted_order=0),
        Wish(0, 1, 1, accepted_order=4),
        Wish(0, 2, 3, accepted_order=5),
        Wish(1, 0, 1, accepted_order=1),
        Wish(1, 1, 2, accepted_order=2),
        Wish(2, 1, 1, accepted_order=3),
    ]
    rules = Rules(
        queue_kinds=("tobacco",), limits=[make_limit("cell_number", "tobacco", [1, 2], 0)]
    )
    return make_instance([Person()] * 3, [Spot("tobacco")] * 3, wishes, rules)


def test_the_queue_says_what_stood_in_the_way_at_ones_turn() -> None:
    instance = queue_instance()
    result = solve_by_force(instance)
    assert result.awards.tolist() == [1]
    refusals = explain_awards(instance, result)
    codes = dict(
        zip(
            zip(refusals["applicant_id"], refusals["place_id"], strict=True),
            refusals["reason_code"],
            strict=True,
        )
    )
    assert codes == {
        ("A001", "P002"): "already_granted",
        ("A001", "P003"): "ranked_higher",
        ("A002", "P001"): "place_taken",
        ("A002", "P002"): "cell_number",
        ("A003", "P002"): "cell_number",
    }


def test_every_reason_of_a_small_city_is_confirmed() -> None:
    """From tables and a scenario, excluded applications included."""
    found = explained(small_city().instance)
    codes = {code for code, _ in found.values()}
    assert {"school_buffer", "spacing_outlet", "cell_number", "held_award"} <= codes
    assert {"spacing", "ranked_higher"} <= codes


def test_a_cap_that_only_the_displaced_holder_relaxes() -> None:
    """Two disabled holders lift the area's number; a general one in their place does not."""
    cap = make_limit("area_number", "kiosk", [0, 1], 0, extra_disabled=1)
    instance = make_instance(
        [Person("general", draw=1), Person(draw=2), Person(draw=3)],
        [Spot("kiosk", is_candidate=True)] * 2,
        [Wish(0, 0), Wish(1, 0), Wish(2, 1)],
        Rules(
            limits=[cap],
            scenario=make_scenario(
                density={
                    "kiosk": SimpleNamespace(
                        window_m=None,
                        window_max=None,
                        area="district",
                        area_max=0,
                        extra_number_disabled=1,
                    )
                }
            ),
        ),
    )
    named = replace(instance, limits=(replace(cap, label=""),))
    code, params = explained(named)["A001", "P001"]
    assert (code, params["maximum"]) == ("area_number", 0)
    assert [move["receipt_no"] for move in params["chain"]] == ["R001", "R002"]


def test_a_list_without_labels_is_labelled_by_the_checker() -> None:
    """A list typed by hand has no column for reserve units."""
    reserve = make_reserve("stall", "stall", [0], BENEFICIARY, 1)
    rules = Rules(reserves=[reserve])
    instance = make_instance(
        [Person("general"), Person()], [Spot()], [Wish(0, 0), Wish(1, 0)], rules
    )
    result = solve_by_force(instance)
    frame = award_frame(instance, result.awards.tolist()).drop(columns="reserve_used")
    assert confirm_reasons(instance, frame, explain_awards(instance, result)) == []
