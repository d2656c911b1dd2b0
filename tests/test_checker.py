"""The checker: it passes good lists, and each corruption is caught by its own check.

For ``optimal`` and ``queue``, what is looked for (V) and where it is corrupted:

V1   eligible, listed     here: unknown, not applied for, listed twice, excluded
V2   one award            here: a held one, two in one group, two in one household
V3   capacity             here: more awards than units
V4   spacing, numbers     ``test_checker_space.py``
V5   reserves             here: labels, hard reserves; claims on unused units are counted
V6   envy, waste          here: waste fails, envy and equal conditions are counted
V7   reversion            here: counted, with the beneficiaries who wait
V9   draw                 ``test_checker_draw.py``
V10  replay               here: the queue's order; ``test_proof.py``: no second best list
V12  totals               here: levels, counts; ``test_proof.py``: their bounds
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import CheckReport, check_awards
from allocation.instance import Instance
from allocation.messages.labels import phrase
from allocation.tables import header
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
from tests.solved import Record, best_lists, codes


@pytest.mark.parametrize("seed", range(100))
def test_the_best_list_passes(seed: int) -> None:
    """No false alarm: distances, numbers, levels and labels all agree with the oracle."""
    instance = random_instance(np.random.default_rng(seed))
    last = len(instance.stages) - 1
    if instance.stages[last].mechanism == "optimal":
        earlier = oracle.queue(instance, 0) if last else ()
        if oracle.best(instance, last, earlier) is None:
            pytest.skip("no lawful list")
    rows, record = best_lists(instance)
    report = check_awards(instance, award_frame(instance, rows), record)
    assert report.violations == []
    assert report.is_lawful


def test_nothing_here_imports_a_solver() -> None:
    """The checker and the reasons run where no solver is installed."""
    program = (
        "import sys, allocation.checker, allocation.reasons; "
        "bad = [name for name in sys.modules if name.split('.')[0] == 'ortools']; "
        "sys.exit(len(bad))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# One small problem in which every kind of rule is at work: stalls with a reserve and a
# quota, posts, and a queue of licences.


@cache
def plain() -> tuple[Instance, tuple[int, ...], Mapping[str, Any]]:
    """Return a problem, its best list and the record of it."""
    people = [
        Person("disabled", tier=1, draw=4, household=0),
        Person("disabled", tier=2, draw=2, household=0),
        Person("general", tier=2, draw=1),
        Person("general", tier=2, draw=3, holds=(0,)),
        Person("general", tier=2, draw=5),
        Person("disabled", tier=2, draw=6),
    ]
    spots = [
        Spot("stall", capacity=2),
        Spot("stall"),
        Spot("public_welfare_post"),
        Spot("tobacco"),
        Spot("tobacco"),
    ]
    wishes = [
        Wish(0, 0, 1),
        Wish(0, 2, 2),
        Wish(1, 2, 1),
        Wish(1, 0, 2),
        Wish(2, 0, 1),
        Wish(2, 1, 2),
        Wish(3, 1, 1),
        Wish(4, 1, 1),
        Wish(4, 2, 2, excluded="not_suitable"),
        Wish(5, 0, 1),
        Wish(5, 1, 2),
        Wish(2, 3, 3, accepted_order=0),
        Wish(4, 3, 3, accepted_order=1),
        Wish(4, 4, 4, accepted_order=3),
        Wish(5, 4, 3, accepted_order=2),
    ]
    rules = Rules(
        priorities={"public_welfare_post": BY_TIER},
        reserves=[
            make_reserve("stall/A", "stall", [0], [True, True, False, False, False, True], 1)
        ],
        quotas=[make_quota("tier two", "max", [3, 4, 5], 1)],
        queue_kinds=("tobacco",),
    )
    instance = make_instance(people, spots, wishes, rules)
    rows, record = best_lists(instance)
    return instance, tuple(rows), record


def row_of(instance: Instance, applicant: str, place: str) -> int:
    """Return the application of a pair."""
    app = instance.applications
    of_pair = (instance.applicants.id[app.applicant] == applicant) & (
        instance.places.id[app.place] == place
    )
    return int(np.flatnonzero(of_pair)[0])


def relist(drop: tuple[str, ...] = (), add: tuple[tuple[str, str], ...] = ()) -> CheckReport:
    """Check the best list without some people's awards and with other pairs."""
    instance, rows, _ = plain()
    who = instance.applicants.id[instance.applications.applicant]
    kept = [j for j in rows if who[j] not in drop]
    changed = [*kept, *(row_of(instance, *pair) for pair in add)]
    return check_awards(instance, award_frame(instance, changed))


def test_the_plain_list_is_as_worked_out_by_hand() -> None:
    """Two stalls, the other stall, the post, and two licences."""
    instance, rows, record = plain()
    frame = award_frame(instance, rows)
    pairs = set(zip(frame["applicant_id"], frame["place_id"], strict=True))
    assert pairs == {
        ("A001", "P001"),
        ("A002", "P003"),
        ("A003", "P001"),
        ("A005", "P002"),
        ("A003", "P004"),
        ("A006", "P005"),
    }
    assert frame["reserve_used"].tolist() == ["stall/A", "", "", "", "", ""]
    assert codes(check_awards(instance, frame, record)) == set()


def with_line(**cells: Any) -> CheckReport:
    """Check the best list with one more line."""
    instance, rows, _ = plain()
    frame = award_frame(instance, rows)
    longer = pd.concat([frame, frame.iloc[:1].assign(**cells)], ignore_index=True)
    return check_awards(instance, longer)


def test_an_unknown_applicant_is_caught_and_not_repeated() -> None:
    """The line is named, the text in it is not: it could be anything."""
    report = with_line(applicant_id="371199199001011234")
    assert codes(report) == {"check_applicant_unknown"}
    assert report.violations[0].params == {"line": 7}


def test_an_unknown_place_is_caught() -> None:
    assert codes(with_line(place_id="nowhere")) == {"check_place_unknown"}


def test_an_award_nobody_applied_for_is_caught() -> None:
    assert "check_not_applied" in codes(with_line(applicant_id="A006", place_id="P003"))


def test_an_award_listed_twice_is_caught() -> None:
    assert codes(with_line()) == {"check_listed_twice"}


def test_an_excluded_application_is_caught() -> None:
    assert "check_not_eligible" in codes(relist(("A002", "A005"), (("A005", "P003"),)))


def test_an_award_beside_a_held_one_is_caught() -> None:
    assert codes(relist(("A005",), (("A004", "P002"),))) == {"check_held_award"}


def test_two_awards_in_one_group_are_caught() -> None:
    assert codes(relist(("A005",), (("A003", "P002"),))) == {"check_several_awards"}


def test_a_licence_beside_a_stall_is_no_second_award() -> None:
    """Groups are told apart: A003 has a stall and a licence in the good list."""
    instance, rows, _ = plain()
    who = instance.applicants.id[instance.applications.applicant[list(rows)]]
    assert (who == "A003").sum() == 2


def test_too_many_awards_of_a_household_are_caught() -> None:
    instance, rows, _ = plain()
    report = check_awards(replace(instance, household_max=1), award_frame(instance, rows))
    assert codes(report) == {"check_household"}


def test_more_awards_than_units_are_caught() -> None:
    assert "check_capacity" in codes(relist((), (("A006", "P001"),)))


def test_a_hard_reserve_given_to_others_is_caught() -> None:
    instance, rows, _ = plain()
    hard = replace(instance, reserves=(replace(instance.reserves[0], hard=True),))
    assert codes(check_awards(hard, award_frame(instance, rows))) == set()
    both = replace(instance, reserves=(replace(hard.reserves[0], count=2),))
    assert "check_hard_reserve" in codes(check_awards(both, award_frame(both, rows)))


@pytest.mark.parametrize(("sense", "bound"), [("min", 3), ("max", 1)])
def test_a_broken_hard_quota_is_caught(sense: Any, bound: int) -> None:
    instance, rows, _ = plain()
    counted = [row_of(instance, "A001", "P001"), row_of(instance, "A003", "P001")]
    quota = make_quota("must", sense, counted, bound, hard=True)
    report = check_awards(replace(instance, quotas=(quota,)), award_frame(instance, rows))
    assert codes(report) == {"check_hard_quota"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "kiosk"),
        ("stage", "queue"),
        ("preference_rank", 9),
        ("priority_tier", 3),
        ("draw_number", 77),
        ("distance_m", 12345),
        ("distance_m", None),
    ],
)
def test_a_column_that_disagrees_is_caught(column: str, value: Any) -> None:
    instance, rows, _ = plain()
    frame = award_frame(instance, rows).astype({column: object})
    frame.loc[0, column] = value
    report = check_awards(instance, frame)
    assert codes(report) == {"check_column"}
    assert report.violations[0].params["column"] == column
    told = phrase("check_column", "zh", **report.violations[0].params)
    assert f"“{header('awards', column)}”（{column}）" in told


def label(applicant: str, name: str) -> CheckReport:
    """Check the best list with another reserve named for one applicant's stall."""
    instance, rows, _ = plain()
    frame = award_frame(instance, rows)
    line = (frame["applicant_id"] == applicant) & (frame["kind"] != "tobacco")
    frame.loc[line, "reserve_used"] = name
    return check_awards(instance, frame)


@pytest.mark.parametrize(
    ("applicant", "name", "code"),
    [
        ("A001", "stall/B", "check_reserve_unknown"),
        ("A002", "stall/A", "check_label_scope"),
        ("A003", "stall/A", "check_label_beneficiary"),
        ("A001", "", "check_label_missing"),
    ],
)
def test_a_wrong_label_is_caught(applicant: str, name: str, code: str) -> None:
    assert code in codes(label(applicant, name))


def test_more_labels_than_units_are_caught() -> None:
    assert codes(_both_labelled("A001", "A006")) == {"check_label_units"}


def test_a_label_out_of_order_is_caught() -> None:
    """The unit goes to the beneficiary first in tier, then draw."""
    assert codes(_both_labelled("A006")) == {"check_label_missing", "check_label_order"}


def _both_labelled(*applicants: str) -> CheckReport:
    instance, rows, _ = plain()
    third = row_of(instance, "A003", "P001")
    changed = [*(j for j in rows if j != third), row_of(instance, "A006", "P001")]
    frame = award_frame(instance, changed)
    frame["reserve_used"] = [
        "stall/A" if who in applicants and place == "P001" else ""
        for who, place in zip(frame["applicant_id"], frame["place_id"], strict=True)
    ]
    report = check_awards(instance, frame)
    violations = [v for v in report.violations if v.code.startswith("check_label")]
    return replace(report, violations=violations)


def test_a_free_unit_somebody_could_have_is_caught() -> None:
    """Waste by addition: nobody has the second stall any more."""
    report = relist(("A005",))
    assert codes(report) == {"check_waste"}
    assert {"applicant_id": "A005", "place_id": "P002", "from_place": ""}.items() <= (
        report.violations[0].params.items()
    )


def test_a_move_that_would_be_better_is_caught() -> None:
    """Waste by a move: A001 has the post and could have the reserved stall."""
    report = relist(("A001", "A002"), (("A001", "P003"),))
    moves = [v.params for v in report.violations if v.params.get("from_place") == "P003"]
    assert [(move["place_id"], move["level"]) for move in moves] == [("P001", "reserve_shortfall")]


def test_an_improvement_of_an_unproven_level_is_listed_only() -> None:
    """A run that was stopped says so; what could be better is a finding."""
    instance, rows, record = plain()
    stages = [dict(stage) for stage in record["stages"]]
    stages[1] |= {"status": "stopped", "levels": stages[1]["levels"][:1]}
    kept = [j for j in rows if j != row_of(instance, "A005", "P002")]
    stages[1]["n_awards"] = 3
    report = check_awards(instance, award_frame(instance, kept), {"stages": stages})
    assert codes(report) == set()
    found = [f.params for f in report.findings if f.code == "finding_improvable"]
    assert {(each["applicant_id"], each["place_id"]) for each in found} == {
        ("A005", "P002"),
        ("A006", "P002"),
    }
    assert report.counts["n_improvable"] == 2


def test_a_person_passed_over_in_the_queue_is_caught() -> None:
    report = relist(("A003",), (("A003", "P001"), ("A005", "P004")))
    assert codes(report) == {"check_queue_passed_over", "check_queue_out_of_turn"}


def test_a_licence_out_of_turn_is_caught() -> None:
    """The second licence goes to whoever was accepted third."""
    instance, rows, _ = plain()
    changed = [j for j in rows if j != row_of(instance, "A006", "P005")]
    changed.append(row_of(instance, "A005", "P005"))
    report = check_awards(instance, award_frame(instance, changed))
    assert "check_queue_out_of_turn" in codes(report)


def _again(levels: list[Record], number: int) -> None:
    levels.append(levels[number])


def _key_first(levels: list[Record], word: int) -> None:
    """Say that the list is the best in the key, before anything else."""
    levels.insert(0, {"code": "key", "params": {"word": word}, "value": 0, "proven": True})


def reported(change: Callable[[Record], object]) -> CheckReport:
    """Check the best list against a record that somebody changed."""
    instance, rows, record = plain()
    copy: Record = {
        "stages": [
            {**stage, "levels": [dict(level) for level in stage.get("levels", ())]}
            for stage in record["stages"]
        ],
        "reserves": [{"name": "stall/A", "required": 1, "used": 1, "short": 0}],
        "quotas": [{"name": "tier two", "scope_id": "", "sense": "max", "reached": 2, "short": 1}],
        "counts": {"n_awards": 6, "n_awards_disabled": 3, "n_awardees": 5},
    }
    counted = list(instance.quotas[0].counted)
    reached = len(set(counted) & set(rows))
    copy["quotas"][0] |= {"reached": reached, "short": max(0, reached - 1)}
    envy = check_awards(instance, award_frame(instance, rows)).counts["n_envy_pairs"]
    copy["counts"]["n_envy_pairs"] = envy
    copy["awards"] = [{"kind": "stall", "district": "", "n": 3, "n_disabled": 1}]
    change(copy)
    return check_awards(instance, award_frame(instance, rows), copy)


def test_the_untouched_record_agrees() -> None:
    assert codes(reported(lambda record: None)) == set()


@pytest.mark.parametrize("level", range(5))
def test_a_level_that_differs_is_caught(level: int) -> None:
    def change(record: Record) -> None:
        entry = record["stages"][1]["levels"][level]
        entry |= {"value": entry["value"] + 1, "bound": entry["value"] + 1}

    assert codes(reported(change)) == {"check_level_value"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda r: r["stages"][1]["levels"][2].update(bound=99), "check_level_bound"),
        (lambda r: r["stages"][1]["levels"][2].update(sense="min"), "check_level_unknown"),
        (lambda r: r["stages"][1]["levels"][2]["params"].update(tier=9), "check_level_unknown"),
        (lambda r: r["stages"][1]["levels"].pop(2), "check_level_missing"),
        (lambda r: r["stages"][1]["levels"].reverse(), "check_level_order"),
        (lambda r: _again(r["stages"][1]["levels"], 0), "check_level_order"),
        (lambda r: _key_first(r["stages"][1]["levels"], 1), "check_level_order"),
        (lambda r: _key_first(r["stages"][1]["levels"], 2), "check_level_unknown"),
        (lambda r: r["stages"][1]["levels"][0].update(code="beauty"), "check_level_unknown"),
        (lambda r: r["stages"].pop(0), "check_stage_missing"),
        (lambda r: r["stages"][1].update(n_awards=9), "check_count"),
        (lambda r: r["counts"].update(n_awards=9), "check_count"),
        (lambda r: r["counts"].update(n_awards_disabled=9), "check_count"),
        (lambda r: r["counts"].update(n_awardees=9), "check_count"),
        (lambda r: r["counts"].update(n_envy_pairs=9), "check_count"),
        (lambda r: r["awards"][0].update(n=9), "check_count"),
        (lambda r: r["awards"][0].update(n_disabled=9), "check_count"),
        (lambda r: r["reserves"][0].update(required=2), "check_count"),
        (lambda r: r["reserves"][0].update(used=0, short=1), "check_count"),
        (lambda r: r["reserves"][0].update(short=1), "check_count"),
        (lambda r: r["reserves"][0].update(name="other"), "check_reserve_record"),
        (lambda r: r["quotas"][0].update(reached=9), "check_count"),
        (lambda r: r["quotas"][0].update(short=9), "check_count"),
        (lambda r: r["quotas"][0].update(name="other"), "check_quota_record"),
    ],
)
def test_a_record_that_differs_is_caught(change: Callable[[Record], object], code: str) -> None:
    assert code in codes(reported(change))


def test_the_key_is_valued_again() -> None:
    """Two places alike: the word of the key that the record gives must be right."""
    rules = Rules(levels=("number",))
    instance = make_instance([Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)], rules)
    rows, record = best_lists(instance)
    assert codes(check_awards(instance, award_frame(instance, rows), record)) == set()
    record["stages"][0]["levels"][1]["value"] += 1
    assert "check_level_value" in codes(check_awards(instance, award_frame(instance, rows), record))
    other = check_awards(instance, award_frame(instance, [1 - rows[0]]))
    assert [(v.code, v.params["level"]) for v in other.violations] == [("check_waste", "key")]


# What is counted and listed without failing a list.


def envy_case(**more: Any) -> tuple[Instance, CheckReport]:
    """Two people, one stall; the one with the worse draw number has it."""
    people = [Person("disabled", draw=1), Person("general", draw=2)]
    spots = [Spot(capacity=1)]
    rules = Rules(levels=("number",), scenario=make_scenario("no matter"), **more)
    instance = make_instance(people, spots, [Wish(0, 0), Wish(1, 0)], rules)
    return instance, check_awards(instance, award_frame(instance, [1]))


def test_justified_envy_is_counted_not_failed() -> None:
    _, report = envy_case()
    assert codes(report) == set()
    assert report.counts["n_envy_pairs"] == 1
    assert report.counts["n_equal_conditions_pairs"] == 1
    assert {f.code for f in report.findings} == {"finding_envy", "finding_equal_conditions"}


def test_claims_on_an_unused_unit_and_reversion_are_counted() -> None:
    """The reserved unit went to somebody else while an entitled person waits."""
    reserve = make_reserve("stall/A", "stall", [0], [True, False], 1)
    _, report = envy_case(reserves=[reserve])
    assert codes(report) == set()
    assert report.counts["n_reserve_claim_places"] == 1
    assert report.counts["n_reverted_claim_places"] == 1


def test_a_unit_of_a_reserve_one_is_not_entitled_to_makes_no_envy() -> None:
    """The holder uses a unit for others; the better draw number is beside the point."""
    reserve = make_reserve("stall/A", "stall", [0], [False, True], 1)
    _, report = envy_case(reserves=[reserve])
    assert report.counts["n_envy_pairs"] == 0


def test_rounding_of_an_opened_base_follows_the_opened_sites() -> None:
    """R = half of the opened sites, rounded up; one open site asks for one unit."""
    reserve = make_reserve(
        "kiosk", "kiosk", [0, 1], [False, True], 0, linear=True, share=Fraction(1, 2)
    )
    instance = make_instance(
        [Person("general", draw=1), Person("disabled", draw=2)],
        [Spot("kiosk", is_candidate=True), Spot("kiosk", is_candidate=True)],
        [Wish(0, 0), Wish(1, 1)],
        Rules(
            reserves=[reserve],
            limits=[make_limit("openings_max", "kiosk", [0, 1], 2)],
            scenario=make_scenario(openings={"kiosk": SimpleNamespace(max=2)}),
        ),
    )
    rows, record = best_lists(instance)
    assert rows == [0, 1]
    assert record["stages"][0]["levels"][0]["value"] == 0
    assert codes(check_awards(instance, award_frame(instance, rows), record)) == set()
