"""The checker on ``stable``: good lists pass, each corruption is caught by its own check."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import CheckReport, check_awards, check_refusals, confirm_reasons
from allocation.checker.stable import blocking_claims
from allocation.checker.stable_view import StableView, read_views
from allocation.instance import Instance, PoolPriority
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.messages.labels import phrase
from allocation.reasons import explain_awards
from allocation.records import award_table
from tests import stable_oracle as oracle
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_reserve
from tests.solved import codes
from tests.stable_markets import (
    as_match,
    as_stable,
    instance_of,
    random_lists,
    random_places,
)
from tests.stable_oracle import ABOVE, HARD, MINIMUM, Place

Record = dict[str, Any]


def run(instance: Instance) -> tuple[pd.DataFrame, Record, pd.DataFrame]:
    """Solve, and return awards, record and reasons as a run keeps them."""
    result = solve(instance)
    record: Record = json.loads(json.dumps(result_record(instance, result)))
    return award_table(instance, result), record, explain_awards(instance, result)


def view_of(instance: Instance, rows: Sequence[int], record: Record | None = None) -> StableView:
    views, _ = read_views(instance, np.array(rows, dtype=np.int64), record)
    (view,) = views.values()
    return view


@pytest.mark.parametrize("categories", ["overlapping", "nested", "apart"])
@pytest.mark.parametrize("seed", range(40))
def test_a_stable_list_passes_with_every_reason(categories: str, seed: int) -> None:
    """No false alarm, and exactly one true reason for each refused application."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 5))
    instance = instance_of(random_lists(rng, n, m), random_places(rng, n, m, categories=categories))
    awards, record, refusals = run(instance)
    report = check_awards(instance, awards, record)
    assert report.violations == []
    assert check_refusals(instance, awards, refusals, record) == []
    assert {name: report.counts[name] for name in report.counts if name.startswith("n_b")} == {
        "n_blocking_pairs": 0
    }
    for code, params in zip(refusals["reason_code"], refusals["params"], strict=True):
        for lang in ("zh", "en"):
            assert phrase(code, lang, **json.loads(params)) != code


@pytest.mark.parametrize("seed", range(150))
def test_blocking_pairs_are_those_of_the_definition(seed: int) -> None:
    """V6 in one pass finds exactly the pairs (i, p) with i in C_p(A_p + i).

    The lists are arbitrary, as far as every place would keep its holders.
    """
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    lists = random_lists(rng, n, m)
    places = random_places(rng, n, m, categories=("overlapping", "nested", "apart")[seed % 3])
    instance = instance_of(lists, places)
    app = instance.applications
    rows, full = [], np.array([place.capacity for place in places])
    for i in range(n):
        own = np.flatnonzero((app.applicant == i) & (full[app.place] > 0)).tolist()
        if own and rng.random() < 0.7:
            rows.append(int(rng.choice(own)))
            full[app.place[rows[-1]]] -= 1
    match = as_match(instance, rows)
    by_place = dict(enumerate(places))
    kept = {
        i: p for i, p in match.items() if i in oracle.choose(places[p], oracle.holders(match, p))[0]
    }
    rows = [j for j in rows if int(app.applicant[j]) in kept]
    view = view_of(instance, rows)
    assert view.not_kept == []
    found = {(int(app.applicant[j]), int(app.place[j])) for j in blocking_claims(view)}
    assert found == set(oracle.blocking_pairs(lists, by_place, kept))


@pytest.mark.parametrize("seed", range(40))
def test_labels_are_those_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lists, places = random_lists(rng, 8, 3), random_places(rng, 8, 3)
    instance = instance_of(lists, places)
    result = solve(instance)
    view = view_of(instance, result.awards.tolist())
    app = instance.applications
    match = as_match(instance, result.awards.tolist())
    users = {int(app.applicant[j]) for j in np.flatnonzero(view.labels >= 0)}
    expected = [oracle.choose(place, oracle.holders(match, p))[1] for p, place in enumerate(places)]
    assert users == set().union(*expected)
    assert users == {int(app.applicant[j]) for j in result.awards[result.reserve_used >= 0]}


def test_hard_units_that_a_place_cannot_hold_bar_nobody() -> None:
    """Two overlapping hard reserves ask for 1 and 2 of 2 units: 1 and 1 of them stand."""
    reserves = [
        make_reserve("a", "stall", [0], [True, False], 1, hard=True),
        make_reserve("b", "stall", [0], [True, True], 2, hard=True),
    ]
    first_only = make_reserve("c", "stall", [0], [True, False], 2, hard=True)
    for rules in (reserves, [reserves[1], first_only]):
        instance = as_stable(
            make_instance(
                [Person(), Person()],
                [Spot(capacity=2)],
                [Wish(0, 0), Wish(1, 0)],
                Rules(reserves=rules),
            )
        )
        awards, record, _ = run(instance)
        assert len(awards) == 2
        assert check_awards(instance, awards, record).violations == []


# One market in which every kind of corruption can be made.  Two stalls of two units, one
# of each reserved; one hard stall; a kiosk.  People 0, 1, 6 are disabled; the order of the
# draw is by name.

PEOPLE = [
    Person("disabled"),
    Person("disabled"),
    Person("general"),
    Person("general"),
    Person("general"),
    Person("general"),
    Person("disabled"),
]
SPOTS = [Spot("stall", capacity=2), Spot("stall", capacity=2), Spot("kiosk", capacity=2)]
WISHES = {
    0: [0, 1],
    1: [0, 2, 1],
    2: [0, 1, 2],
    3: [0, 2],
    4: [1, 0],
    5: [1, 2],
    6: [2],
}
DISABLED = [person.group == "disabled" for person in PEOPLE]
EQUALS = PoolPriority(reserved=("band", "draw"), open=("band", "disabled_first", "draw"))


def market() -> Instance:
    wishes = [Wish(i, p, rank) for i, listed in WISHES.items() for rank, p in enumerate(listed, 1)]
    rules = Rules(
        priorities={"kiosk": EQUALS},
        reserves=[
            make_reserve("stall", "stall", [0, 1], DISABLED, 2),
            make_reserve("kiosk", "kiosk", [2], DISABLED, 1, hard=True),
        ],
        exclusive_groups=(("stall", "kiosk"),),
    )
    return as_stable(make_instance(PEOPLE, SPOTS, wishes, rules))


def pair(instance: Instance, i: int, p: int) -> int:
    app = instance.applications
    (row,) = np.flatnonzero((app.applicant == i) & (app.place == p))
    return int(row)


GOOD: dict[int, int] = {0: 0, 1: 0, 2: 1, 3: 2, 4: 1, 6: 2}
"""The stable list by hand: 0 uses the reserved unit of stall 0 and 1 the open one; nobody
entitled asks for the one of stall 1, so it reverts and 2 and 4 have that stall; 6 uses
the hard unit of the kiosk, 3 the other; 5 comes last everywhere."""


def listed(instance: Instance, match: dict[int, int]) -> pd.DataFrame:
    """Write a match as an award list, labelled by the checker's own rule."""
    rows = sorted(pair(instance, i, p) for i, p in match.items())
    labels = view_of(instance, rows).labels
    app = instance.applications
    return pd.DataFrame(
        {
            "applicant_id": instance.applicants.id[app.applicant[rows]],
            "place_id": instance.places.id[app.place[rows]],
            "reserve_used": [
                instance.reserves[g].name if g >= 0 else "" for g in labels[rows].tolist()
            ],
        }
    )


def judged(match: dict[int, int]) -> CheckReport:
    instance = market()
    return check_awards(instance, listed(instance, match))


def about(report: CheckReport, code: str) -> set[tuple[str, str]]:
    """Return who and where a violation is about."""
    return {
        (str(v.params.get("applicant_id", "")), str(v.params["place_id"]))
        for v in report.violations
        if v.code == code
    }


def test_the_market_is_as_worked_out_by_hand() -> None:
    awards, record, _ = run(market())
    got = dict(zip(awards["applicant_id"], awards["place_id"], strict=True))
    assert got == {f"A{i + 1:03d}": f"P{p + 1:03d}" for i, p in GOOD.items()}
    assert awards["reserve_used"].tolist() == ["stall", "", "", "", "", "kiosk"]
    (log,) = (stage["log"] for stage in record["stages"])
    told = {"reserve": "stall", "place": "P002", "units": 1, "beneficiaries": 2}
    assert log == [{"code": "reverted", "params": told}]
    assert check_awards(market(), awards, record).violations == []
    assert judged(GOOD).violations == []


def without(*people: int) -> dict[int, int]:
    return {i: p for i, p in GOOD.items() if i not in people}


@pytest.mark.parametrize(
    ("match", "code", "pairs"),
    [
        # V5: nobody uses the reserved units of the stalls, and both disabled people want one.
        (without(0, 1) | {2: 0, 3: 0}, "check_reserve_claim", {("A001", "P001"), ("A002", "P001"),
                                                               ("A001", "P002"), ("A002", "P002")}),
        # V6: 5 and 3 have what 2, who comes before them and has nothing, wants.
        (without(2) | {5: 1}, "check_blocking_pair", {("A003", "P002"), ("A003", "P003")}),
        # V6a: the same, told as envy.
        (without(2) | {5: 1}, "check_envy", {("A003", "P002"), ("A003", "P003")}),
        # V6b: a unit of stall 1 is empty, and 5 wants it.
        (without(4), "check_idle_unit", {("A005", "P002"), ("A006", "P002")}),
        # V6c: 1 has nothing, 3 has the kiosk's open unit; disabled people come first there.
        (without(1) | {2: 0, 5: 1}, "check_equal_conditions", {("A002", "P003")}),
        # V7: the unit of stall 0 reverted to 2 and 3 while its beneficiaries wait.
        (without(0, 1) | {2: 0, 3: 0}, "check_reverted_claim", {("A001", "P001"),
                                                                ("A002", "P001")}),
        # V8: 2 stands before the last ones admitted to stall 1 and to the kiosk.
        (without(2) | {5: 1}, "check_cutoff", {("A003", "P002"), ("A003", "P003")}),
    ],
)  # fmt: skip
def test_each_corruption_is_caught_by_its_own_check(
    match: dict[int, int], code: str, pairs: set[tuple[str, str]]
) -> None:
    report = judged(match)
    assert code in codes(report)
    assert about(report, code) == pairs


def test_a_holder_the_rule_would_not_keep_is_found() -> None:
    """Two kiosks, one hard unit: both awards of the kiosk that has it go to others."""
    people = [Person("general"), Person("general")]
    spots = [Spot("kiosk", capacity=2), Spot("kiosk", capacity=1)]
    wishes = [Wish(0, 0), Wish(1, 0)]
    reserve = make_reserve("kiosk", "kiosk", [0, 1], [False, False], 1, hard=True)
    instance = as_stable(make_instance(people, spots, wishes, Rules(reserves=[reserve])))
    report = check_awards(instance, listed(instance, {0: 0, 1: 0}))
    assert about(report, "check_not_chosen") == {("A002", "P001")}


def test_equal_conditions_are_a_finding_where_the_order_does_not_promise_them() -> None:
    """Stalls go by draw alone: a disabled person may lose to a better number."""
    people = [Person("general"), Person("disabled")]
    instance = as_stable(make_instance(people, [Spot()], [Wish(0, 0), Wish(1, 0)]))
    report = check_awards(instance, listed(instance, {0: 0}))
    assert report.violations == []
    assert [finding.code for finding in report.findings] == ["finding_equal_conditions"]
    assert report.counts["n_equal_conditions_pairs"] == 1


@pytest.mark.parametrize(
    ("match", "code"),
    [
        (GOOD | {5: 0}, "check_not_applied"),  # V1
        (GOOD | {2: 0}, "check_capacity"),  # V3: three on stall 0, as 2 left stall 1
    ],
)
def test_rules_that_every_list_must_keep(match: dict[int, int], code: str) -> None:
    instance = market()
    frame = listed(instance, GOOD)
    frame = pd.DataFrame(
        {
            "applicant_id": [f"A{i + 1:03d}" for i in match],
            "place_id": [f"P{p + 1:03d}" for p in match.values()],
        }
    )
    assert code in codes(check_awards(instance, frame))


def test_two_awards_for_one_person_are_found() -> None:
    """V2."""
    instance = market()
    frame = listed(instance, GOOD)
    twice = pd.DataFrame({"applicant_id": ["A005"], "place_id": ["P001"]})
    report = check_awards(instance, pd.concat([frame[frame["place_id"] != "P001"], twice]))
    assert "check_several_awards" in codes(report)


def test_labels_of_the_wrong_people_are_found() -> None:
    """The two holders of stall 0 change units: the better one is to use the reserved one."""
    instance = market()
    frame = listed(instance, GOOD)
    labels = frame["reserve_used"].tolist()
    frame["reserve_used"] = [labels[1], labels[0], *labels[2:]]
    assert {"check_label_missing", "check_label_order"} <= codes(check_awards(instance, frame))


def test_a_cutoff_by_the_listed_labels_is_found() -> None:
    """V8 goes by the units the list states: an open holder said to use a reserved unit."""
    order = (0, 1, 2)
    place = Place(2, (2, 1, 0), order, MINIMUM, (1,), (frozenset({0, 1}),))
    instance = instance_of({0: [0], 1: [0], 2: [0]}, [place])
    awards, record, _ = run(instance)
    assert check_awards(instance, awards, record).violations == []
    assert awards["applicant_id"].tolist() == ["A001", "A002"]
    wrong = awards.assign(reserve_used=["r0/0", ""])
    report = check_awards(instance, wrong, record)
    assert "check_label_order" in codes(report)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"units": 2}, "check_reversion"),
        ({"beneficiaries": 0}, "check_reversion"),
        ({"place": "P001"}, "check_reversion"),
        (None, "check_reversion_missing"),
    ],
)
def test_a_reversion_told_wrongly_is_found(change: dict[str, Any] | None, code: str) -> None:
    """V7: the log states how many beneficiaries were counted."""
    instance = market()
    awards, record, _ = run(instance)
    (stage,) = record["stages"]
    if change is None:
        stage["log"] = []
    else:
        stage["log"][0]["params"] |= change
    assert code in codes(check_awards(instance, awards, record))


@pytest.mark.parametrize(
    ("name", "value"), [("n_awards", 9), ("n_awards_disabled", 0), ("n_awardees", 1)]
)
def test_numbers_of_the_record_are_counted_again(name: str, value: int) -> None:
    instance = market()
    awards, record, _ = run(instance)
    record["counts"][name] = value
    assert "check_count" in codes(check_awards(instance, awards, record))


def test_reserves_of_the_record_are_counted_again() -> None:
    instance = market()
    awards, record, _ = run(instance)
    record["reserves"][0] |= {"used": 2, "short": 0}
    assert "check_count" in codes(check_awards(instance, awards, record))


# Reasons.


def reasons() -> dict[tuple[str, str], tuple[str, dict[str, Any]]]:
    _, _, refusals = run(market())
    rows = refusals.to_dict("records")
    return {
        (row["applicant_id"], row["place_id"]): (row["reason_code"], json.loads(row["params"]))
        for row in rows
    }


def test_reasons_name_what_decided() -> None:
    told = reasons()
    code, params = told["A003", "P001"]
    assert (code, params["criterion"], params["pool"], params["own"]) == (
        "outranked", "draw", "open", 3,
    )  # fmt: skip
    assert params["receipt_no"] == "R002"
    assert told["A006", "P003"][0] == "outranked"
    assert told["A001", "P002"][0] == "ranked_higher"


def test_whoever_is_no_beneficiary_is_told_that_all_units_are_reserved() -> None:
    """One hard unit, nobody entitled asks: the unit stays empty, and the reason says so."""
    reserve = make_reserve("stall", "stall", [0], [False], 1, hard=True)
    instance = as_stable(
        make_instance([Person("general")], [Spot()], [Wish(0, 0)], Rules(reserves=[reserve]))
    )
    awards, record, refusals = run(instance)
    assert len(awards) == 0
    ((code, params),) = zip(refusals["reason_code"], refusals["params"], strict=True)
    assert (code, json.loads(params)["criterion"]) == ("outranked", "reserved")
    assert confirm_reasons(instance, awards, refusals, record) == []


@pytest.mark.parametrize(
    ("pair_of", "change"),
    [
        (("A003", "P001"), {"criterion": "band"}),
        (("A003", "P001"), {"own": 1}),
        (("A003", "P001"), {"n": 1}),
        (("A003", "P001"), {"receipt_no": "R001"}),
        (("A003", "P001"), {"pool": "reserved"}),
        (("A001", "P002"), {"place": "P003"}),
        (("A001", "P002"), {"rank": 2}),
    ],
)
def test_a_reason_that_is_not_true_is_found(
    pair_of: tuple[str, str], change: dict[str, Any]
) -> None:
    instance = market()
    awards, record, refusals = run(instance)
    at = (refusals["applicant_id"] == pair_of[0]) & (refusals["place_id"] == pair_of[1])
    (row,) = np.flatnonzero(at).tolist()
    params = json.loads(str(refusals.at[row, "params"])) | change
    refusals.at[row, "params"] = json.dumps(params)
    assert confirm_reasons(instance, awards, refusals, record) == [row]


def test_no_reason_holds_for_a_blocking_pair() -> None:
    """2 was passed over for 5: being outranked is not true, and nothing else is."""
    instance = market()
    frame = listed(instance, without(2) | {5: 1})
    told = {"criterion": "draw", "pool": "open", "n": 2, "receipt_no": "R006", "own": 3}
    refusal = pd.DataFrame(
        {
            "applicant_id": ["A003"],
            "place_id": ["P002"],
            "reason_code": ["outranked"],
            "params": [json.dumps(told)],
        }
    )
    assert confirm_reasons(instance, frame, refusal) == [0]


@pytest.mark.parametrize("mode", [MINIMUM, ABOVE, HARD])
def test_the_rule_of_a_place_is_the_checkers_own(mode: str) -> None:
    """The checker imports nothing of the mechanism (import-linter) and agrees with it."""
    rng = np.random.default_rng(1)
    places = [replace(place, mode=mode) for place in random_places(rng, 10, 4)]
    instance = instance_of(random_lists(rng, 10, 4), places)
    awards, record, _ = run(instance)
    assert check_awards(instance, awards, copy.deepcopy(record)).violations == []
