"""People choose their places in turn: against every list written out, and by example."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from allocation.instance import Instance, Ints
from allocation.mechanisms import turns
from allocation.mechanisms.network.flow import Arcs
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.mechanisms.serial_choice import choose_in_turn
from allocation.result import Status
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_quota
from tests.random_instances import random_instance
from tests.test_optimal import assert_best, solved

CASES = int(os.environ.get("ALLOCATION_ORACLE_CASES", "500"))
CHUNK = 50
WHO = ("reserve_shortfall", "quota_shortfall", "tier", "number", "place_priority", "draw")


def in_turn(instance: Instance, *, n_levels: int = len(WHO)) -> Instance:
    """Let people choose in turn in the one stage of an instance."""
    (stage,) = instance.stages
    stage = replace(stage, levels=(*WHO[:n_levels], "preference_serial"))
    return replace(instance, stages=(stage,))


def gets_one(instance: Instance) -> bool:
    """Tell whether nobody may get several places."""
    (stage,) = instance.stages
    return sum(bool(set(g) & set(stage.kinds)) for g in instance.exclusive_groups) == 1


@pytest.mark.parametrize("first_seed", range(0, CASES, CHUNK))
def test_random_instances_against_every_list(first_seed: int) -> None:
    tried = 0
    for seed in range(first_seed, first_seed + CHUNK):
        instance = random_instance(np.random.default_rng(seed), queue=False)
        if gets_one(instance):
            # Fewer levels leave more lists over among which people choose.
            n_levels = (len(WHO), 4, 2, 0)[seed % 4]
            assert_best(in_turn(instance, n_levels=n_levels), told=f"seed {seed}")
            tried += 1
    assert tried


def wishes(*lists: str) -> list[Wish]:
    """Return the wishes of people, each a list of places from the best one on."""
    return [
        Wish(i, int(place), rank)
        for i, ranked in enumerate(lists)
        for rank, place in enumerate(ranked, start=1)
    ]


def test_the_first_in_turn_does_not_take_what_would_cost_another_the_award() -> None:
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "0")))
    result = assert_best(instance)
    assert result.awards.tolist() == [1, 2]
    assert result.levels[-1].code == "preference_serial"
    assert result.levels[-1].route == "turns"


def test_where_everybody_stays_served_the_first_in_turn_chooses() -> None:
    people = [Person(draw=2), Person(draw=1)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "01")))
    assert assert_best(instance).awards.tolist() == [1, 2]


def test_a_tier_goes_before_a_draw_number() -> None:
    people = [Person(tier=1, draw=2), Person(tier=2, draw=1)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "01")))
    assert assert_best(instance).awards.tolist() == [0, 3]


def test_a_quota_that_is_kept_binds_the_choice() -> None:
    people = [Person(draw=1), Person(draw=2)]
    lists = wishes("012", "012")
    quota = make_quota("third", "min", [2, 5], 1)
    instance = in_turn(make_instance(people, [Spot()] * 3, lists, Rules(quotas=(quota,))))
    assert assert_best(instance).awards.tolist() == [0, 5]


def test_a_stop_keeps_the_people_and_says_that_the_choice_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*args: object) -> None:
        raise Interrupted(by_person=True)

    monkeypatch.setattr(turns, "choose_places", stopped)
    people = [Person(draw=1), Person(draw=2)]
    instance = in_turn(make_instance(people, [Spot(), Spot()], wishes("01", "01")))
    result = solved(instance)
    assert result.status is Status.STOPPED
    assert len(result.awards) == 2
    last = result.levels[-1]
    assert (last.code, last.route, last.proven) == ("preference_serial", "open", False)
    assert last.value < last.bound


def test_a_lane_that_several_circuits_pass_is_moved_by_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While a wish is searched for the rest is held where it stands: that has to be true."""
    tried: list[bool] = []

    def to_and_fro(
        arcs: Arcs, flow: Ints, options: list[list[list[int]]], coupling: turns._Coupling
    ) -> list[int]:
        coupling.start(flow)
        (held,), (other,), _ = sorted(options[0], key=lambda lanes: -int(flow[lanes[0]]))
        leave, back = [(held, False), (other, True)], [(other, False), (held, True)]
        assert coupling.keeps([*leave, *back])
        assert coupling._lanes.tolist() == flow[-len(coupling._lanes) :].tolist()
        tried.append(True)
        return choose_in_turn(arcs, flow, options, coupling)

    monkeypatch.setattr(turns, "choose_in_turn", to_and_fro)
    people = [Person(draw=draw) for draw in (1, 2, 3)]
    plain = make_instance(people, [Spot()] * 3, wishes("012", "012", "012"))
    # The first at place 0 or the second at place 1: a set that crosses people's and places'.
    quota = make_quota("one", "max", [0, 4], 1, hard=True)
    assert_best(in_turn(replace(plain, quotas=(quota,))))
    assert tried
