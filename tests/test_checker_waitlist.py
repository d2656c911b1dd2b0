"""The checker on ``waitlist.csv``: lists of runs pass, each corruption is caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import CheckReport, check_waitlist
from allocation.instance import Instance
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.records import award_table, waitlist_table
from allocation.result import Result
from tests.builders import city, site
from tests.instances_helper import BY_TIER, Person, Rules, Spot, Wish, make_instance
from tests.random_instances import random_instance
from tests.solved import codes, small_city, solve_by_force
from tests.stable_markets import instance_of, random_lists, random_places

Mutation = Callable[[pd.DataFrame], pd.DataFrame]


def judged(instance: Instance, result: Result, waitlist: pd.DataFrame | None = None) -> set[str]:
    """Return the codes of what is wrong with a waitlist, by default that of a run."""
    record: Any = json.loads(json.dumps(result_record(instance, result)))
    listed = waitlist_table(instance, result) if waitlist is None else waitlist
    found = check_waitlist(instance, award_table(instance, result), listed, record)
    return codes(CheckReport(found, {}))


@pytest.mark.parametrize("seed", range(80))
def test_the_waitlist_of_a_run_passes(seed: int) -> None:
    """No false alarm, with earlier stages, held awards and candidate sites."""
    instance = random_instance(np.random.default_rng(seed))
    assert judged(instance, solve_by_force(instance)) == set()


@pytest.mark.parametrize("seed", range(30))
def test_the_waitlist_of_a_match_passes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 5))
    instance = instance_of(random_lists(rng, n, m), random_places(rng, n, m))
    assert judged(instance, solve(instance)) == set()


def test_nobody_waits_for_a_site_the_plan_leaves_closed() -> None:
    """Nor for a site it keeps for holders of another class."""
    instance, result = sites()
    (stage,) = result.stages
    assert stage.plan is not None
    assert judged(instance, result) == set()
    open_to_all = replace(
        result,
        stages=(
            replace(
                stage,
                plan=replace(
                    stage.plan,
                    places=np.arange(len(instance.places.id)),
                    reserved_disabled=np.zeros(len(instance.places.id), dtype=np.bool_),
                ),
            ),
        ),
    )
    longer = waitlist_table(instance, open_to_all)
    assert judged(instance, result, longer) == {"check_waitlist_extra"}


def sites() -> tuple[Instance, Result]:
    """Return four sites of which a plan opens two, and three people who list them all."""
    wishes = {person: "p q r s" for person in "abc"}
    rule = {"beneficiaries": {"group": "disabled"}, "count": 1}
    instance = city(
        applicants={i: {"group": "disabled" if i == "a" else "general"} for i in "abc"},
        places={name: site(1000 * at) for at, name in enumerate("pqrs")},
        applications=wishes,
        scenario={
            "stage": [{"name": "all", "kinds": ["welfare_lottery"], "mechanism": "stable"}],
            "openings": {"welfare_lottery": {"max": 2}},
            "reserve": {"welfare_lottery": rule},
            "draw": {"seed": "plan"},
        },
    ).instance
    return instance, solve(instance)


# A post that goes by tier, a stall that goes by the draw, a licence that goes by acceptance.


def town() -> tuple[Instance, Result]:
    """Return a problem in which three people wait for each of three places."""
    people = [Person(tier=tier, draw=draw) for tier, draw in ((2, 1), (1, 4), (1, 3), (2, 2))]
    spots = [Spot("stall"), Spot("public_welfare_post"), Spot("tobacco")]
    wishes = [Wish(i, 0, 1) for i in range(4)]
    wishes += [Wish(i, 1, 2) for i in range(4)]
    wishes += [Wish(i, 2, 3, accepted_order=3 - i) for i in range(4)]
    rules = Rules(priorities={"public_welfare_post": BY_TIER}, queue_kinds=("tobacco",))
    instance = make_instance(people, spots, wishes, rules)
    return instance, solve(instance)


def waiting(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return who waits at each place, in order."""
    return {str(p): rows["applicant_id"].tolist() for p, rows in frame.groupby("place_id")}


def test_the_town_is_as_worked_out_by_hand() -> None:
    """The stall's holder waits for nothing; the post's holder still waits for the stall."""
    instance, result = town()
    frame = award_table(instance, result)
    held = dict(zip(frame["place_id"], frame["applicant_id"], strict=True))
    stall, post = held["P001"], held["P002"]
    assert held["P003"] == "A004"
    by_draw = ["A001", "A004", "A003", "A002"]
    by_tier = ["A003", "A002", "A001", "A004"]
    assert waiting(waitlist_table(instance, result)) == {
        "P001": [who for who in by_draw if who != stall],
        "P002": [who for who in by_tier if who not in (stall, post)],
        "P003": ["A003", "A002", "A001"],
    }
    assert judged(instance, result) == set()


def swapped(frame: pd.DataFrame) -> pd.DataFrame:
    """Exchange the ranks of the first two of a place."""
    ranks = frame["waitlist_rank"].tolist()
    return frame.assign(waitlist_rank=[ranks[1], ranks[0], *ranks[2:]])


def moved_up(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop the first line and close the gap behind it."""
    gone = frame["place_id"] == frame["place_id"].iloc[0]
    closed = frame.assign(waitlist_rank=frame["waitlist_rank"] - gone.astype("int64"))
    return closed.iloc[1:]


def with_line(frame: pd.DataFrame, **cells: Any) -> pd.DataFrame:
    """Add a line behind the others of the first place."""
    first = frame["place_id"] == frame["place_id"].iloc[0]
    line = frame.iloc[:1].assign(waitlist_rank=int(first.sum()) + 1, **cells)
    return pd.concat([frame, line], ignore_index=True)


def holder(frame: pd.DataFrame) -> pd.DataFrame:
    """Let whoever has the stall wait for it."""
    here = frame.loc[frame["place_id"] == "P001", "applicant_id"]
    (missing,) = {"A001", "A002", "A003", "A004"} - set(here)
    line = frame[frame["applicant_id"] == missing].iloc[0]
    cells = {"priority_tier": line["priority_tier"], "draw_number": line["draw_number"]}
    return with_line(frame, applicant_id=missing, **cells)


@pytest.mark.parametrize(
    ("mutation", "code"),
    [
        (swapped, {"check_waitlist_order"}),
        (lambda f: f.iloc[1:], {"check_waitlist_missing", "check_waitlist_ranks"}),
        (moved_up, {"check_waitlist_missing"}),
        (lambda f: f.iloc[:0], {"check_waitlist_missing"}),
        (holder, {"check_waitlist_extra"}),
        (with_line, {"check_waitlist_twice"}),
        (lambda f: with_line(f, applicant_id="371199199001011234"), {"check_waitlist_line"}),
        (lambda f: with_line(f, place_id="nowhere"), {"check_waitlist_line"}),
        (lambda f: f.assign(waitlist_rank=f["waitlist_rank"] + 1), {"check_waitlist_ranks"}),
        (lambda f: f.assign(priority_tier=9), {"check_waitlist_cell"}),
        (lambda f: f.assign(preference_rank=9), {"check_waitlist_cell"}),
        (lambda f: f.assign(kind="kiosk"), {"check_waitlist_cell"}),
        (lambda f: f.assign(stage="other"), {"check_waitlist_cell"}),
    ],
)
def test_a_waitlist_that_differs_is_caught(mutation: Mutation, code: set[str]) -> None:
    instance, result = town()
    assert judged(instance, result, mutation(waitlist_table(instance, result))) == code


def test_a_swap_is_caught_even_where_somebody_is_left_out() -> None:
    instance, result = town()
    changed = swapped(waitlist_table(instance, result)).iloc[:-1]
    assert judged(instance, result, changed) == {"check_waitlist_order", "check_waitlist_missing"}


def test_lines_may_stand_in_any_order() -> None:
    """The rank says who comes next, not the line."""
    instance, result = town()
    assert judged(instance, result, waitlist_table(instance, result).iloc[::-1]) == set()


def test_an_unknown_id_is_not_repeated() -> None:
    instance, result = town()
    listed = with_line(waitlist_table(instance, result), applicant_id="371199199001011234")
    found = check_waitlist(instance, award_table(instance, result), listed)
    assert [dict(each.params) for each in found] == [{"line": len(listed)}]


def test_a_person_held_back_by_an_earlier_award_does_not_wait() -> None:
    """Held awards, distances and refusals of a whole small city."""
    instance = small_city().instance
    result = solve_by_force(instance)
    assert judged(instance, result) == set()
    e = waitlist_table(instance, result)["applicant_id"] == "e"
    assert not e.any()


def test_no_applications_no_waitlist() -> None:
    instance = make_instance([Person()], [Spot()], [])
    assert judged(instance, solve(instance)) == set()
