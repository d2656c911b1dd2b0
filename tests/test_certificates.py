"""Certificates that are wrong, or were changed, are not confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import check_refusals, confirm_reason, confirm_reasons, unexplained
from allocation.instance import Instance, Reason
from allocation.reasons import explain_awards
from tests.instances_helper import Person, Spot, Wish, award_frame, make_instance
from tests.random_instances import random_instance
from tests.solved import sample, small_city, solve_by_force


@pytest.mark.parametrize("code", ["school_buffer", "spacing_outlet"])
def test_an_exclusion_by_a_wrong_distance_is_not_confirmed(code: str) -> None:
    """Were the build wrong about a distance, its exclusion would not stand."""
    instance = small_city().instance
    (row,) = [j for j, reason in instance.exclusions.items() if reason.code == code]
    told = {**instance.exclusions[row].params, "distance_m": 1.0}
    wrong = replace(instance, exclusions={**instance.exclusions, row: Reason(code, told)})
    result = solve_by_force(instance)
    refusals = explain_awards(wrong, result)
    frame = award_frame(wrong, result.awards.tolist())
    bad = refusals.iloc[confirm_reasons(wrong, frame, refusals)]
    assert bad["reason_code"].tolist() == [code]


# A certificate that was tampered with is not confirmed.


def tampered(instance: Instance, pair: tuple[str, str], code: str = "", **params: Any) -> bool:
    """Confirm the reason of a pair after changing its code or parameters."""
    result = solve_by_force(instance)
    refusals = explain_awards(instance, result)
    chosen = (refusals["applicant_id"] == pair[0]) & (refusals["place_id"] == pair[1])
    row = refusals[chosen].iloc[0]
    told = json.loads(row["params"]) | params
    changed = {
        "applicant_id": pair[0],
        "place_id": pair[1],
        "reason_code": code or row["reason_code"],
        "params": told,
    }
    return confirm_reason(instance, award_frame(instance, result.awards.tolist()), changed)


def contested() -> Instance:
    """Return a problem with an outranked and a gave-way certificate."""
    return make_instance(
        [Person(), Person(), Person()],
        [Spot(), Spot()],
        [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1), Wish(2, 0, 1)],
    )


@pytest.mark.parametrize(
    ("pair", "code", "params", "holds"),
    [
        (("A003", "P001"), "", {}, True),
        (("A003", "P001"), "", {"own": 1}, False),
        (("A003", "P001"), "", {"criterion": "band"}, False),
        (("A003", "P001"), "", {"criterion": "reserved"}, False),
        (("A003", "P001"), "", {"receipt_no": "R001"}, False),
        (("A003", "P001"), "", {"pool": "reserved"}, False),
        (("A003", "P001"), "", {"n": 2}, False),
        (("A003", "P001"), "not_opened", {}, False),
        (("A003", "P001"), "household", {"maximum": 1}, False),
        (("A003", "P001"), "held_award", {"kind": "stall"}, False),
        (("A003", "P001"), "residence", {}, False),
        (("A003", "P001"), "no such reason", {}, False),
        (("A001", "P001"), "", {}, True),
        (("A001", "P001"), "", {"delta": 2}, False),
        (("A001", "P001"), "", {"level": "draw"}, False),
        (("A001", "P001"), "not_settled", {}, False),
        (("A001", "P001"), "", {"chain": []}, False),
        (
            ("A001", "P001"),
            "",
            {"chain": [{"receipt_no": "R001", "from_place": "P002", "to_place": "P001"}]},
            False,
        ),
        (("A001", "P001"), "ranked_higher", {"place": "P002", "rank": 2}, False),
        (("A001", "P001"), "stage_infeasible", {"stage": "joint"}, False),
    ],
)
def test_a_changed_certificate_is_not_confirmed(
    pair: tuple[str, str], code: str, params: Mapping[str, Any], holds: bool
) -> None:
    assert tampered(contested(), pair, code, **params) is holds


@pytest.mark.parametrize(
    "code",
    [
        "spacing",
        "density",
        "area_number",
        "openings_max",
        "spacing_outlet",
        "earlier_stage",
        "place_taken",
        "already_granted",
        "household",
        "ranked_higher",
    ],
)
def test_a_changed_code_or_number_is_not_confirmed_anywhere(code: str) -> None:
    """In random instances: other codes in place of the true one, other numbers in it."""
    seen = 0
    for seed in range(300):
        instance, result, refusals = sample(seed)
        chosen = refusals[refusals["reason_code"] == code].copy()
        if not len(chosen):
            continue
        seen += 1
        frame = award_frame(instance, result.awards.tolist())
        assert confirm_reasons(instance, frame, chosen.assign(reason_code="terms_used")) == list(
            range(len(chosen))
        )
        params = [json.dumps(_other_numbers(json.loads(each))) for each in chosen["params"]]
        assert confirm_reasons(instance, frame, chosen.assign(params=params)) == list(
            range(len(chosen))
        )
        if seen == 5:
            return
    assert seen


def _other_numbers(params: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, value in params.items():
        is_number = isinstance(value, int | float)
        changed[name] = value + 1 if is_number else f"{value}?"
    return changed


def test_a_second_reason_for_one_application_is_not_confirmed() -> None:
    instance = contested()
    result = solve_by_force(instance)
    refusals = explain_awards(instance, result)
    twice = pd.concat([refusals, refusals.iloc[:1]], ignore_index=True)
    frame = award_frame(instance, result.awards.tolist())
    assert confirm_reasons(instance, frame, twice) == [len(refusals)]


@pytest.mark.parametrize("seed", range(40))
def test_a_reason_told_of_another_list_is_not_confirmed_blindly(seed: int) -> None:
    """Certificates of the best list, held against the list without its first award."""
    instance = random_instance(np.random.default_rng(seed), queue=False)
    result = solve_by_force(instance)
    if not len(result.awards):
        pytest.skip("nothing awarded")
    refusals = explain_awards(instance, result)
    fewer = result.awards[1:].tolist()
    frame = award_frame(instance, fewer)
    first = int(result.awards[0])
    app = instance.applications
    pair = (instance.applicants.id[app.applicant[first]], instance.places.id[app.place[first]])
    assert pair in unexplained(instance, frame, refusals)
    wrong = refusals.iloc[confirm_reasons(instance, frame, refusals)]
    ranked = refusals[
        (refusals["reason_code"] == "ranked_higher") & (refusals["applicant_id"] == pair[0])
    ]
    assert set(ranked.index) <= set(wrong.index)


def test_a_false_and_a_missing_reason_are_violations() -> None:
    instance = contested()
    result = solve_by_force(instance)
    refusals = explain_awards(instance, result)
    frame = award_frame(instance, result.awards.tolist())
    assert check_refusals(instance, frame, refusals) == []
    changed = refusals.iloc[1:].reset_index(drop=True)
    changed.loc[0, "reason_code"] = "household"
    found = check_refusals(instance, frame, changed)
    assert [violation.code for violation in found] == ["check_reason_wrong", "check_reason_missing"]
    assert found[0].params["applicant_id"] == changed.loc[0, "applicant_id"]
    assert found[1].params["applicant_id"] == refusals.loc[0, "applicant_id"]


@pytest.mark.parametrize("params", ["{", "[]", "{}", '{"level": 1, "delta": "x", "chain": 3}'])
def test_certificates_that_say_nothing_are_not_confirmed(params: str) -> None:
    """A file somebody wrote into may hold anything; the others are still judged."""
    for seed in range(6):
        instance, result, refusals = sample(seed)
        frame = award_frame(instance, result.awards.tolist())
        eligible = refusals["reason_code"].isin(["outranked", "gave_way", "ranked_higher"])
        garbled = refusals.copy()
        garbled.loc[eligible, "params"] = params
        assert confirm_reasons(instance, frame, garbled) == np.flatnonzero(eligible).tolist()
