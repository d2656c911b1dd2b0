"""``egalitarian`` stages: chances by hand and by brute force, the draw, the places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from allocation.checker import check_awards, check_lottery
from allocation.instance import Instance, Ints
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.mechanisms.labelling import label_awards
from allocation.publishing import lottery_digests
from allocation.result import Result, StageResult, Status
from tests import lottery_oracle
from tests.instances_helper import (
    BY_TIER,
    Person,
    Rules,
    Spot,
    Wish,
    make_limit,
    make_quota,
    make_reserve,
)
from tests.lottery_helper import ABOVE, Drawn, by_lot, draw, lottery_instance, odds, publish
from tests.lottery_helper import with_seed as seeded
from tests.random_instances import random_instance

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
STALL = Spot(capacity=1)


def wish_lists(wishes: Sequence[Sequence[int]]) -> list[Wish]:
    """Rank each person's places in the order given."""
    return [Wish(i, p, rank) for i, places in enumerate(wishes) for rank, p in enumerate(places, 1)]


def crowd(wishes: Sequence[Sequence[int]], units: Sequence[int], **rules: object) -> Instance:
    """Make people alike who want stalls with some units."""
    return lottery_instance(
        [Person() for _ in wishes],
        [Spot(capacity=n) for n in units],
        wish_lists(wishes),
        Rules(**rules),  # type: ignore[arg-type]
    )


class TestChances:
    """Worked out by hand."""

    def test_one_stall_for_three(self) -> None:
        assert odds(crowd([[0]] * 3, [1])) == [THIRD] * 3

    def test_who_has_more_places_to_go_does_not_take_from_who_has_one(self) -> None:
        """Two stalls: the third person leaves the first stall to the two who want it alone."""
        assert odds(crowd([[0], [0], [0, 1]], [1, 1])) == [HALF, HALF, 1]

    def test_conflict_star(self) -> None:
        """One site conflicts with five around it: half a chance each, three awards on average.

        A random order would give the one 1/6 and the others 5/6 each.
        """
        spots = [Spot("kiosk", is_candidate=True) for _ in range(6)]
        rules = Rules(conflicts=[(0, 1, leaf, 1) for leaf in range(1, 6)])
        star = lottery_instance(
            [Person() for _ in spots], spots, wish_lists([[p] for p in range(6)]), rules
        )
        assert odds(star) == [HALF] * 6

    def test_five_sites_in_a_ring(self) -> None:
        """Two of five at a time, where the rows alone would allow one half each."""
        spots = [Spot("kiosk", is_candidate=True) for _ in range(5)]
        ring = [(p, 1, (p + 1) % 5, 1) for p in range(5)]
        pentagon = lottery_instance(
            [Person() for _ in spots],
            spots,
            wish_lists([[p] for p in range(5)]),
            Rules(conflicts=ring),
        )
        assert odds(pentagon) == [Fraction(2, 5)] * 5

    def test_a_reserve_holds_in_every_list(self) -> None:
        """One of two units is for the two disabled people; all four share the other."""
        people = [Person("disabled"), Person("disabled"), Person("general"), Person("general")]
        reserve = make_reserve("stall", "stall", [0], [True, True, False, False], 1)
        instance = lottery_instance(
            people, [Spot(capacity=2)], wish_lists([[0]] * 4), Rules(reserves=[reserve])
        )
        assert odds(instance) == [HALF] * 4

    def test_a_reserve_can_lift_its_beneficiaries_above_the_others(self) -> None:
        people = [Person("disabled"), *[Person("general")] * 3]
        reserve = make_reserve("stall", "stall", [0], [True, False, False, False], 1)
        instance = lottery_instance(
            people, [Spot(capacity=2)], wish_lists([[0]] * 4), Rules(reserves=[reserve])
        )
        assert odds(instance) == [1, THIRD, THIRD, THIRD]

    def test_within_tiers_the_first_tier_is_served_first(self) -> None:
        people = [Person(tier=1), Person(tier=2), Person(tier=2)]
        parts = (people, [Spot(capacity=2)], wish_lists([[0]] * 3))
        rules = Rules(priorities={"stall": BY_TIER})
        assert odds(lottery_instance(*parts, rules)) == [1, HALF, HALF]
        assert odds(lottery_instance(*parts, rules, levels=ABOVE[:2])) == [Fraction(2, 3)] * 3

    def test_quotas_that_cross(self) -> None:
        """A panel of two: at least one woman and at least one from the north.

        Women: 0, 1; from the north: 1, 2, 3.  Person 1 alone meets both, and so does any
        pair of 0 with 2 or 3: the third quota, on age, makes no network of it.
        """
        panel = crowd(
            [[0]] * 4,
            [2],
            quotas=[
                make_quota("women", "min", [0, 1], 1, hard=True),
                make_quota("north", "min", [1, 2, 3], 1, hard=True),
                make_quota("old", "max", [1, 3], 1, hard=True),
            ],
        )
        sets = lottery_oracle.served_sets(panel)
        assert dict(enumerate(odds(panel))) == lottery_oracle.leximin(sets, range(4))

    def test_an_opening_limit_is_shared(self) -> None:
        spots = [Spot("kiosk", is_candidate=True) for _ in range(3)]
        limit = make_limit("openings_max", "kiosk", [0, 1, 2], 1)
        instance = lottery_instance(
            [Person() for _ in spots], spots, wish_lists([[0], [1], [2]]), Rules(limits=[limit])
        )
        assert odds(instance) == [THIRD] * 3

    def test_an_earlier_award_takes_part_no_more(self) -> None:
        instance = crowd([[0, 1], [0], [0]], [1, 1])
        earlier = by_lot(replace(instance, stages=(*instance.stages, *instance.stages)))
        assert odds(earlier, [1]) == [0, HALF, HALF]

    def test_hard_quotas_that_clash_are_named(self) -> None:
        clash = crowd(
            [[0], [0]],
            [1],
            quotas=[
                make_quota("one", "min", [0], 1, hard=True),
                make_quota("other", "min", [1], 1, hard=True),
            ],
        )
        result = draw(clash).result
        assert result.status is Status.INFEASIBLE
        assert [reason.params["quota"] for reason in result.clash] == ["one", "other"]
        assert result.chances is None

    def test_a_share_with_room_for_less_than_one_award(self) -> None:
        """At most a third of the awards to person 0; the other award is certain."""
        third = make_quota("third", "max", [0], 0, hard=True, share=THIRD, denominator=np.arange(2))
        one = make_quota("one", "min", [1], 1, hard=True)
        assert odds(crowd([[0], [1]], [1, 1], quotas=[third, one])) == [0, 1]

    def test_a_hard_minimum_that_nobody_matches_is_named(self) -> None:
        """No application counts for it, so that it is a row of no component."""
        nobody = crowd([[0], [0]], [1], quotas=[make_quota("one", "min", [], 1, hard=True)])
        result = draw(by_lot(nobody, ())).result
        assert result.status is Status.INFEASIBLE
        assert [reason.params["quota"] for reason in result.clash] == ["one"]


@pytest.mark.parametrize("first_seed", range(0, 60, 10))
def test_random_stages_against_all_lists_written_out(first_seed: int) -> None:
    """Spacing, numbers, reserves, quotas, households, tiers: exact chances, lawful draws."""
    for seed in range(first_seed, first_seed + 10):
        instance = random_instance(np.random.default_rng(seed), 5, 4, queue=False)
        kinds = set(instance.stages[-1].kinds)
        if sum(bool(kinds & set(group)) for group in instance.exclusive_groups) > 1:
            continue
        instance = by_lot(instance, ABOVE if seed % 2 else ABOVE[:2])
        sets = lottery_oracle.served_sets(instance)
        drawn = draw(instance)
        if not sets:
            assert drawn.result.status is Status.INFEASIBLE
            continue
        found = dict(zip(drawn.odds.applicants, drawn.odds.chance, strict=True))
        assert found == lottery_oracle.leximin(sets, drawn.odds.applicants), f"seed {seed}"
        assert drawn.odds.is_proven
        winners = instance.applications.applicant[drawn.result.awards].tolist()
        assert tuple(sorted(winners)) in sets
        assert judged(drawn) == [], f"seed {seed}"
        assert ranks_in_turn(instance, drawn.result.awards) == best_ranks(instance, winners)


@pytest.mark.parametrize("seed", range(12))
def test_no_seed_shapes_a_lottery(seed: int) -> None:
    """What is sealed before a seed must be found again with it."""
    instance = by_lot(random_instance(np.random.default_rng(seed), 6, 4, queue=False))
    others = np.random.default_rng(seed).permutation(len(instance.applicants.id)) + 1
    people = replace(instance.applicants, draw_number=others)
    again = seeded(replace(instance, applicants=people), "another")
    found = [lottery_digests(each, [publish(each).result]) for each in (instance, again)]
    assert found[0] == found[1]


def ranks_in_turn(instance: Instance, awards: Ints) -> list[int]:
    """Return the ranks of awards, by tier and draw number of their holders."""
    app, people = instance.applications, instance.applicants
    turn = sorted(
        awards.tolist(),
        key=lambda j: (people.tier[app.applicant[j]], people.draw_number[app.applicant[j]]),
    )
    return [int(app.preference_rank[j]) for j in turn]


def best_ranks(instance: Instance, winners: Sequence[int]) -> list[int]:
    """Choose in turn among all lists of the lottery that serve just the winners."""
    applicant = instance.applications.applicant
    lists = [np.flatnonzero(row) for row in lottery_oracle.lists_of_the_lottery(instance)]
    serving = [each for each in lists if sorted(applicant[each]) == sorted(winners)]
    return min(ranks_in_turn(instance, each) for each in serving)


def judged(drawn: Drawn) -> list[str]:
    """Return the codes of what the checker holds against a draw."""
    awards = drawn.result.awards
    result = Result((drawn.result,), awards, label_awards(drawn.instance, awards))
    record = result_record(drawn.instance, result)
    reports = [
        check_awards(drawn.instance, drawn.awards, record),
        check_lottery(drawn.instance, drawn.awards, drawn.chances, drawn.lottery),
    ]
    return [violation.code for report in reports for violation in report.violations]


def test_seeds_draw_as_often_as_published() -> None:
    """600 seeds over a stage of plans and flows: none four deviations off."""
    spots = [Spot("kiosk", is_candidate=True) for _ in range(4)]
    ring = [(p, 1, (p + 1) % 3, 1) for p in range(3)]
    instance = lottery_instance(
        [Person() for _ in range(6)],
        spots,
        wish_lists([[0], [1], [2], [3], [3], [3, 0]]),
        Rules(conflicts=ring),
    )
    expected = np.array([float(c) for c in odds(instance)])
    n = 600
    lottery = publish(instance)
    seen = np.zeros(6)
    for k in range(n):
        result = replace(lottery, instance=seeded(instance, f"seed {k}")).draw()
        seen[instance.applications.applicant[result.awards]] += 1
    deviation = (seen - expected * n) / np.sqrt(n * expected * (1 - expected))
    assert np.abs(deviation).max() < 4


class TestPlaces:
    """Those drawn choose in turn."""

    def test_by_draw_number_the_best_place_left(self) -> None:
        people = [Person(draw=2), Person(draw=1)]
        instance = lottery_instance(
            people, [STALL, STALL], [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1), Wish(1, 1, 2)]
        )
        assert draw(instance).result.awards.tolist() == [1, 2]

    def test_a_tier_chooses_first(self) -> None:
        people = [Person(tier=2, draw=1), Person(tier=1, draw=2)]
        instance = lottery_instance(
            people, [STALL, STALL], [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1), Wish(1, 1, 2)]
        )
        assert draw(instance).result.awards.tolist() == [1, 2]

    def test_nobody_chooses_what_would_cost_an_award(self) -> None:
        """The first in turn gets the second wish, for the other has only the first stall."""
        people = [Person(draw=1), Person(draw=2)]
        instance = lottery_instance(people, [STALL, STALL], wish_lists([[0, 1], [0]]))
        assert draw(instance).result.awards.tolist() == [1, 2]

    def test_where_sites_conflict(self) -> None:
        """Sites 0 and 1 are too close; the second in turn keeps the first from site 0."""
        spots = [Spot("kiosk", is_candidate=True) for _ in range(3)]
        instance = lottery_instance(
            [Person(draw=1), Person(draw=2)],
            spots,
            wish_lists([[0, 2], [1]]),
            Rules(conflicts=[(0, 1, 1, 1)]),
        )
        assert odds(instance) == [1, 1]
        assert draw(instance).result.awards.tolist() == [1, 2]


class TestBeforeTheDraw:
    """Chances are known before; a trial may stop there."""

    def test_chances_come_first_and_awards_after(self) -> None:
        seen: list[StageResult] = []
        instance = crowd([[0]] * 3, [1])
        result = solve(instance, publish=lambda stages: seen.append(stages[-1]))
        assert [stage.status for stage in seen] == [Status.UNDRAWN]
        published = seen[0].chances
        assert published is not None
        assert published.chance == (THIRD,) * 3
        assert not published.is_drawn
        assert len(result.awards) == 1
        assert result.is_reproducible

    def test_without_a_draw_later_stages_wait(self) -> None:
        instance = crowd([[0]] * 3, [1])
        two = replace(
            instance, stages=(*instance.stages, replace(instance.stages[0], name="later"))
        )
        result = solve(two, draw=False)
        assert [stage.status for stage in result.stages] == [Status.UNDRAWN] * 2
        assert len(result.awards) == 0

    def test_no_seed_changes_a_chance(self) -> None:
        instance = crowd([[0, 1], [0], [1], [1]], [1, 1])
        chances = [draw(seeded(instance, seed)).chances for seed in ("a", "b")]
        assert chances[0].equals(chances[1])
