"""Stages one after the other: what ``solve`` makes of a whole instance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allocation.instance import Instance
from allocation.mechanisms import solve
from allocation.progress import Silent
from allocation.result import Status
from tests import oracle
from tests.builders import City, city
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_quota,
    make_reserve,
)
from tests.random_instances import random_instance


def awarded(instance: Instance) -> set[tuple[str, str]]:
    """Solve and return the awarded pairs by id."""
    app, result = instance.applications, solve(instance)
    people, places = instance.applicants.id, instance.places.id
    return {(people[app.applicant[j]], places[app.place[j]]) for j in result.awards.tolist()}


def licences_and_stalls(groups: Any, people: list[Person] | None = None) -> Instance:
    """Return two people who both want the one licence and the one stall."""
    return make_instance(
        people or [Person(draw=1), Person(draw=2)],
        [Spot("tobacco"), Spot()],
        [
            Wish(0, 0, 1, accepted_order=0),
            Wish(0, 1, 2),
            Wish(1, 0, 1, accepted_order=1),
            Wish(1, 1, 2),
        ],
        Rules(queue_kinds=("tobacco",), exclusive_groups=groups),
    )


def test_stages_run_in_their_order_and_bind_later_ones() -> None:
    """Who got the licence gets no stall, where both are one group."""
    instance = licences_and_stalls((("tobacco", "stall"),))
    result = solve(instance)
    assert [stage.name for stage in result.stages] == ["queue", "joint"]
    assert [stage.status for stage in result.stages] == [Status.COMPLETE, Status.OPTIMAL]
    assert awarded(instance) == {("A001", "P001"), ("A002", "P002")}


def test_groups_of_their_own_do_not_bind_each_other() -> None:
    """The licence is no obstacle to the stall by default."""
    instance = licences_and_stalls(None)
    assert awarded(instance) == {("A001", "P001"), ("A001", "P002")}


def test_a_held_award_binds_every_stage_of_its_group() -> None:
    """The first holds something of the group already and gets nothing in either stage."""
    people = [Person(draw=1, holds=(0,)), Person(draw=2)]
    instance = licences_and_stalls((("tobacco", "stall"),), people)
    assert awarded(instance) == {("A002", "P001")}


@pytest.mark.parametrize("first_seed", range(0, 60, 20))
def test_nobody_gets_two_awards_of_a_group(first_seed: int) -> None:
    """Across stages and with awards held before; and each stage is what the oracle gives."""
    for seed in range(first_seed, first_seed + 20):
        instance = random_instance(np.random.default_rng(seed), queue=True)
        result = solve(instance)
        app, people = instance.applications, instance.applicants
        kinds = instance.places.kind[app.place[result.awards]]
        for number, group in enumerate(instance.exclusive_groups):
            mine = app.applicant[result.awards[np.isin(kinds, group)]]
            total = np.bincount(mine, minlength=len(people.id)) + people.holds[:, number]
            assert total[mine].max(initial=0) <= 1, seed
        earlier: list[int] = []
        for index, stage in enumerate(result.stages):
            if stage.mechanism == "queue":
                assert tuple(stage.awards.tolist()) == oracle.queue(instance, index, earlier)
            else:
                best = oracle.best(instance, index, earlier)
                assert tuple(stage.awards.tolist()) == (best.awards if best else ()), seed
            earlier += stage.awards.tolist()
        assert sorted(earlier) == result.awards.tolist()
        assert len(result.reserve_used) == len(result.awards)


def test_awards_name_the_reserve_unit_they_use() -> None:
    """The disabled holder uses the unit, the other an open one."""
    reserve = make_reserve("stall", "stall", [0], [True, False], 1)
    instance = make_instance(
        [Person("disabled"), Person("general")],
        [Spot(capacity=2)],
        [Wish(0, 0), Wish(1, 0)],
        Rules(reserves=[reserve]),
    )
    result = solve(instance)
    assert result.awards.tolist() == [0, 1]
    assert result.reserve_used.tolist() == [0, -1]


def test_an_infeasible_stage_ends_the_run_and_keeps_the_earlier_ones() -> None:
    """The licences stand; the joint stage awards nothing and names the clash."""
    quota = make_quota("two of one", "min", [1], 2, hard=True)
    instance = make_instance(
        [Person()],
        [Spot("tobacco"), Spot()],
        [Wish(0, 0, accepted_order=0), Wish(0, 1, 2)],
        Rules(queue_kinds=("tobacco",), quotas=[quota]),
    )
    result = solve(instance)
    assert [stage.status for stage in result.stages] == [Status.COMPLETE, Status.INFEASIBLE]
    assert result.awards.tolist() == [0]
    assert [reason.params["quota"] for reason in result.stages[1].clash] == ["two of one"]
    assert not result.is_reproducible


def test_no_time_gives_a_list_that_is_not_called_reproducible() -> None:
    """The queue goes through all the same; the joint stage keeps a first list."""
    instance = licences_and_stalls(None)
    result = solve(instance, time_limit_s=0.0)
    assert [stage.status for stage in result.stages] == [Status.COMPLETE, Status.FEASIBLE]
    assert len(result.awards) == 2
    assert not result.is_reproducible
    assert solve(instance).is_reproducible


class Recorder(Silent):
    """Remembers the phases and asks for a stop from one of them on."""

    def __init__(self, stop_in: str = "") -> None:
        self.stop_in = stop_in
        self.phases: list[str] = []

    def phase(self, code: str, **params: object) -> None:
        self.phases.append(code)

    def should_stop(self) -> bool:
        return self.stop_in in self.phases


def test_phases_are_told_in_order() -> None:
    """What a person sees while it runs."""
    recorder = Recorder()
    solve(licences_and_stalls(None), progress=recorder)
    assert recorder.phases == ["phase_formulate", "phase_optimise", "phase_maximum"]


@pytest.mark.parametrize(
    ("phase", "status", "bound"),
    [("phase_optimise", Status.STOPPED, 2), ("phase_maximum", Status.OPTIMAL, 1)],
)
def test_a_person_may_stop_in_any_phase(phase: str, status: Status, bound: int) -> None:
    """Before the end the best list is kept; after it, the basis at hand proves the most awards."""
    result = solve(licences_and_stalls(None), progress=Recorder(phase))
    assert result.stages[-1].status is status
    assert result.stages[-1].max_awards == 1
    assert result.stages[-1].max_awards_bound == bound
    assert len(result.awards) == 2


def _town() -> City:
    """Return stalls, posts and lottery sites that more people want than there are."""
    rng = np.random.default_rng(5)
    places: dict[str, dict[str, Any]] = {
        **{f"p{n}": {"kind": "public_welfare_post", "capacity": 2} for n in range(2)},
        **{f"s{n}": {"kind": "stall", "venue_id": "m"} for n in range(4)},
        **{
            f"w{n}": {
                "kind": "welfare_lottery",
                "is_candidate": True,
                "zone": "urban",
                "at": (200 * n, 0),
            }
            for n in range(3)
        },
        **{f"t{n}": {"kind": "tobacco"} for n in range(2)},
    }
    ids = [f"a{n:02d}" for n in range(14)]
    groups = ["disabled", "general", "household_member"]
    applications: list[dict[str, Any]] = []
    for who in ids:
        for rank, place in enumerate(rng.permutation(sorted(places))[:4], 1):
            row = {"applicant_id": who, "place_id": str(place), "preference_rank": rank}
            if str(place).startswith("t"):
                row |= {"accepted_at": "2023-06-01 09:00:00", "accepted_seq": len(applications)}
            applications.append(row)
    return city(
        applicants={who: {"group": groups[n % 3]} for n, who in enumerate(ids)},
        places=places,
        applications=applications,
        scenario={
            "draw": {"seed": "2023"},
            "spacing": {"welfare_lottery": {"urban_m": 300, "town_m": 300, "rural_m": 300}},
            "reserve": {
                "stall": {"beneficiaries": {"group": "disabled"}, "share": 0.5, "scope": "venue"}
            },
        },
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_row_order_of_the_tables_does_not_matter(seed: int) -> None:
    """From shuffled files the same people get the same places."""
    town = _town()
    expected = awarded(town.instance)
    assert expected
    assert awarded(town.shuffled(seed).instance) == expected
