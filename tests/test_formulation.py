"""Rules 1 to 4 of the joint stage: for each a list the program allows and one it forbids."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.instance import Instance
from allocation.mechanisms.optimise.admissible import admissible
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.solving import solve_lp
from tests import oracle
from tests.formulation_helper import GENERAL, NOTHING, SITE, WIDE_SITE, allows, written
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_limit
from tests.programs_helper import unlimited
from tests.random_instances import random_instance

# Rule 1: one award


def test_a_person_gets_one_award_of_a_group() -> None:
    """Either place, not both."""
    instance = make_instance([Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)])
    formulation = written(instance)
    assert allows(formulation, [0])
    assert allows(formulation, [1])
    assert not allows(formulation, [0, 1])


def test_a_person_may_hold_one_award_of_each_group() -> None:
    """Stalls and kiosks are separate groups here."""
    instance = make_instance(
        [Person()],
        [Spot(), Spot("kiosk"), Spot("kiosk")],
        [Wish(0, p, p + 1) for p in range(3)],
        Rules(exclusive_groups=(("stall",), ("kiosk",))),
    )
    assert allows(written(instance), [0, 1])
    assert not allows(written(instance), [1, 2])


def test_a_kind_in_two_groups_counts_in_both() -> None:
    """A kiosk excludes a stall and a post; a stall and a post go together."""
    instance = make_instance(
        [Person()],
        [Spot("stall"), Spot("kiosk"), Spot("public_welfare_post")],
        [Wish(0, p, p + 1) for p in range(3)],
        Rules(exclusive_groups=(("stall", "kiosk"), ("kiosk", "public_welfare_post"))),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 2])
    assert not allows(formulation, [0, 1])
    assert not allows(formulation, [1, 2])


def test_a_kind_in_no_group_excludes_nothing() -> None:
    """Two stalls for one person, where the scenario groups kiosks only."""
    instance = make_instance(
        [Person()],
        [Spot(), Spot(), Spot("kiosk")],
        [Wish(0, p, p + 1) for p in range(3)],
        Rules(exclusive_groups=(("kiosk",),)),
    )
    assert allows(written(instance), [0, 1, 2])


def test_a_holder_gets_nothing_of_the_same_group() -> None:
    """Held from before: the stall's group is closed, the kiosk's is not."""
    instance = make_instance(
        [Person(holds=(0,))],
        [Spot(), Spot("kiosk")],
        [Wish(0, 0, 1), Wish(0, 1, 2)],
        Rules(exclusive_groups=(("stall",), ("kiosk",))),
    )
    assert not allows(written(instance), [0])
    assert allows(written(instance), [1])


def test_an_award_of_an_earlier_stage_closes_its_group() -> None:
    """A licence in the same group, granted an hour ago."""
    instance = make_instance(
        [Person(), Person()],
        [Spot("tobacco"), Spot()],
        [Wish(0, 0, 1, accepted_order=0), Wish(0, 1, 2), Wish(1, 1)],
        Rules(queue_kinds=("tobacco",), exclusive_groups=(("tobacco", "stall"),)),
    )
    assert allows(written(instance), [1])
    assert not allows(written(instance, earlier=[0]), [1])
    assert allows(written(instance, earlier=[0]), [2])


def test_an_ineligible_application_is_no_column() -> None:
    """What a rule refuses is not in the program."""
    instance = make_instance([Person()], [Spot()], [Wish(0, 0, excluded="age_above")])
    assert len(written(instance).applications) == 0


def test_a_household_holds_no_more_than_its_most() -> None:
    """One of two at home; people without a household are nobody's family."""
    people = [Person(household=0), Person(household=0), Person(), Person()]
    instance = make_instance(
        people, [Spot(capacity=4)], [Wish(i, 0) for i in range(4)], Rules(household_max=1)
    )
    assert allows(written(instance), [0, 2, 3])
    assert not allows(written(instance), [0, 1])


def test_awards_held_at_home_count_for_the_household() -> None:
    """Two may; one has; one more may."""
    people = [Person(household=0, holds=(0,)), Person(household=0), Person(household=0)]
    instance = make_instance(
        people, [Spot(capacity=3)], [Wish(i, 0) for i in range(3)], Rules(household_max=2)
    )
    assert allows(written(instance), [1])
    assert not allows(written(instance), [1, 2])


def test_earlier_awards_count_for_the_household_of_their_group() -> None:
    """The sister's licence counts when licences and stalls are one group, else not."""
    for groups, allowed in [((("tobacco", "stall"),), False), ((("stall",), ("tobacco",)), True)]:
        instance = make_instance(
            [Person(household=0), Person(household=0)],
            [Spot("tobacco"), Spot()],
            [Wish(0, 0, accepted_order=0), Wish(1, 1)],
            Rules(queue_kinds=("tobacco",), exclusive_groups=groups, household_max=1),
        )
        assert allows(written(instance, earlier=[0]), [1]) is allowed


def test_the_group_of_a_column_is_the_row_of_its_person() -> None:
    """Row g of the program holds exactly the columns of group g, at most one of them."""
    instance = make_instance(
        [Person(), Person(), Person()],
        [Spot(capacity=3), Spot()],
        [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0), Wish(2, 1)],
    )
    formulation = written(instance)
    n_people = int(formulation.group.max()) + 1
    assert n_people == 3
    rows = formulation.program.matrix.toarray()[:n_people]
    assert (rows == (formulation.group[None, :] == np.arange(n_people)[:, None])).all()
    assert (formulation.program.row_upper[:n_people] == 1).all()


# Rule 2: capacity


def test_a_place_gives_out_its_capacity() -> None:
    """Two of three; a place without a unit gives none."""
    instance = make_instance(
        [Person()] * 3,
        [Spot(capacity=2), Spot(capacity=0)],
        [*[Wish(i, 0) for i in range(3)], Wish(0, 1, 2)],
    )
    formulation = written(instance)
    assert allows(formulation, [0, 2])
    assert not allows(formulation, [0, 2, 3])
    assert not allows(formulation, [1])


# Rule 3: spacing


def test_sites_in_conflict_do_not_both_open() -> None:
    """One or the other."""
    instance = make_instance(
        [Person(), Person()],
        [SITE, SITE],
        [Wish(0, 0), Wish(1, 1)],
        Rules(conflicts=[(0, 1, 1, 1)]),
    )
    assert allows(written(instance), [0])
    assert not allows(written(instance), [0, 1])


def test_spacing_depends_on_the_holders_class() -> None:
    """Two general holders are too close, a general and a disabled one are not."""
    people = [GENERAL, GENERAL, Person("disabled")]
    instance = make_instance(
        people,
        [SITE, SITE],
        [Wish(0, 0), Wish(1, 1), Wish(2, 1)],
        Rules(conflicts=[(0, 0, 1, 0)]),
    )
    assert not allows(written(instance), [0, 1])
    assert allows(written(instance), [0, 2])


def test_a_site_with_two_units_conflicts_by_each_of_its_holders() -> None:
    """A general and a disabled holder share a site; only the general one is in the way."""
    people = [GENERAL, Person("disabled"), GENERAL]
    instance = make_instance(
        people,
        [WIDE_SITE, SITE],
        [Wish(0, 0), Wish(1, 0), Wish(2, 1)],
        Rules(conflicts=[(0, 0, 1, 0)]),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert allows(formulation, [1, 2])
    assert not allows(formulation, [0, 1, 2])


def test_two_holders_of_one_class_at_a_wide_site_are_one_opening() -> None:
    """The conflict is between sites: two general holders share the first one."""
    instance = make_instance(
        [GENERAL] * 3,
        [WIDE_SITE, SITE],
        [Wish(0, 0), Wish(1, 0), Wish(2, 1)],
        Rules(conflicts=[(0, 0, 1, 0)]),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert not allows(formulation, [1, 2])


def test_a_site_near_an_earlier_award_stays_closed_to_that_class() -> None:
    """The licence of the first stage blocks general holders at the kiosk, from either side."""
    for pair in [(0, 0, 1, 0), (0, 0, 1, 1)]:
        blocked_class = pair[3]
        instance = make_instance(
            [GENERAL, GENERAL, Person("disabled")],
            [Spot("tobacco"), SITE],
            [Wish(0, 0, accepted_order=0), Wish(1, 1), Wish(2, 1)],
            Rules(queue_kinds=("tobacco",), conflicts=[pair]),
        )
        stage = instance.stages[-1]
        assert admissible(instance, stage, np.array([0])).tolist() == [2 - blocked_class]
        assert admissible(instance, stage, NOTHING).tolist() == [1, 2]


def test_mutual_conflicts_are_one_row_so_that_the_relaxation_is_tight() -> None:
    """With a row a pair, three sites in a triangle would open by halves: 1.5 in all."""
    instance = make_instance(
        [Person()] * 3,
        [SITE] * 3,
        [Wish(i, i) for i in range(3)],
        Rules(conflicts=[(0, 1, 1, 1), (0, 1, 2, 1), (1, 1, 2, 1)]),
    )
    formulation = written(instance)
    lp = solve_lp(formulation.program, np.ones(3), unlimited())
    assert lp is not None
    assert lp.x.sum() == pytest.approx(1.0)


# Rule 4: numbers


def test_an_area_opens_no_more_sites_than_its_number() -> None:
    """Two at most, one exists."""
    limit = make_limit("area_number", "kiosk", [0, 1], 2, existing=1)
    instance = make_instance(
        [Person()] * 3, [SITE] * 3, [Wish(i, i) for i in range(3)], Rules(limits=[limit])
    )
    assert allows(written(instance), [0, 2])
    assert not allows(written(instance), [0, 1])


def test_a_window_counts_only_around_an_open_centre() -> None:
    """Three sites within reach of the first, two allowed: without the first all may open."""
    limit = make_limit("density", "kiosk", [0, 1, 2, 3], 2, centre=0)
    instance = make_instance(
        [Person()] * 4, [SITE] * 4, [Wish(i, i) for i in range(4)], Rules(limits=[limit])
    )
    formulation = written(instance)
    assert allows(formulation, [1, 2, 3])
    assert allows(formulation, [0, 1])
    assert not allows(formulation, [0, 1, 2])


def test_a_window_that_is_full_of_outlets_closes_its_centre_only() -> None:
    """Existing outlets alone pass the number: that forbids more and condemns no list."""
    limit = make_limit("density", "kiosk", [0, 1], 2, centre=0, existing=5)
    instance = make_instance(
        [Person()] * 2, [SITE] * 2, [Wish(0, 0), Wish(1, 1)], Rules(limits=[limit])
    )
    formulation = written(instance)
    assert allows(formulation, [])
    assert allows(formulation, [1])
    assert not allows(formulation, [0])
    # Not even a part of it opens in a relaxation.
    assert formulation.program.upper.tolist() == [0, 1]


def test_disabled_holders_widen_a_window() -> None:
    """Each disabled holder adds one to the number, a general one does not."""
    limit = make_limit("density", "kiosk", [0, 1], 1, centre=0, extra_disabled=1)
    people = [Person("disabled"), GENERAL, GENERAL]
    instance = make_instance(
        people, [SITE] * 2, [Wish(0, 0), Wish(1, 1), Wish(2, 0)], Rules(limits=[limit])
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert allows(formulation, [1])
    assert not allows(formulation, [1, 2])


def test_a_wide_site_counts_once_and_its_disabled_holders_once() -> None:
    """Two disabled holders at a site with two units are one disabled-held site."""
    limit = make_limit("openings_max", "kiosk", [0, 1], 1, extra_disabled=1)
    people = [Person("disabled"), Person("disabled"), GENERAL, GENERAL, GENERAL]
    instance = make_instance(
        people,
        [WIDE_SITE, WIDE_SITE, SITE],
        [Wish(0, 0), Wish(1, 0), Wish(2, 0), Wish(3, 1), Wish(4, 1)],
        Rules(limits=[limit]),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert allows(formulation, [0, 1, 3, 4])
    assert allows(formulation, [0, 2, 3])
    assert allows(formulation, [3, 4])
    assert not allows(formulation, [2, 3])


def test_a_number_already_passed_forbids_new_sites_and_nothing_else() -> None:
    """Three outlets where two are allowed: no site opens, the empty list is lawful."""
    limit = make_limit("area_number", "kiosk", [0, 1], 2, existing=3)
    instance = make_instance(
        [Person()] * 2, [SITE] * 2, [Wish(0, 0), Wish(1, 1)], Rules(limits=[limit])
    )
    assert allows(written(instance), [])
    assert not allows(written(instance), [0])


def test_disabled_holders_may_make_up_for_a_number_already_passed() -> None:
    """A site of theirs counts as minus one here: it brings two outlets to one."""
    limit = make_limit("area_number", "kiosk", [0, 1, 2], 1, existing=2, extra_disabled=2)
    people = [Person("disabled"), GENERAL, GENERAL]
    instance = make_instance(
        people, [SITE] * 3, [Wish(i, i) for i in range(3)], Rules(limits=[limit])
    )
    formulation = written(instance)
    assert not allows(formulation, [1])
    assert allows(formulation, [0])
    assert not allows(formulation, [0, 1])
    assert not allows(formulation, [0, 1, 2])


def test_sites_of_earlier_stages_count_in_joint_numbers() -> None:
    """Two may open in all; the earlier stage opened one."""
    limit = make_limit("openings_max", "", [0, 1, 2], 2)
    spots = [Spot("tobacco", is_candidate=True), SITE, SITE]
    instance = make_instance(
        [Person()] * 3,
        spots,
        [Wish(0, 0, accepted_order=0), Wish(1, 1), Wish(2, 2)],
        Rules(queue_kinds=("tobacco",), limits=[limit]),
    )
    assert allows(written(instance), [1, 2])
    assert allows(written(instance, earlier=[0]), [1])
    assert not allows(written(instance, earlier=[0]), [1, 2])


def test_a_window_around_a_site_opened_earlier_holds_at_once() -> None:
    """Its centre is open already, so the number binds whatever this stage opens."""
    limit = make_limit("density", "", [0, 1, 2], 2, centre=0)
    spots = [Spot("tobacco", is_candidate=True), SITE, SITE]
    instance = make_instance(
        [Person()] * 3,
        spots,
        [Wish(0, 0, accepted_order=0), Wish(1, 1), Wish(2, 2)],
        Rules(queue_kinds=("tobacco",), limits=[limit]),
    )
    assert allows(written(instance), [1, 2])
    assert not allows(written(instance, earlier=[0]), [1, 2])


# All rules together


@pytest.mark.parametrize("first_seed", range(0, 100, 20))
def test_the_program_allows_exactly_the_lawful_lists(first_seed: int) -> None:
    """Random instances: lists drawn at random, and lawful ones with one award changed."""
    for seed in range(first_seed, first_seed + 20):
        rng = np.random.default_rng(seed)
        instance = random_instance(rng, queue=False)
        formulation = formulate(instance, instance.stages[0], NOTHING)
        lawful = oracle.lawful_lists(instance, 0)
        known = {tuple(np.flatnonzero(row).tolist()) for row in lawful}
        for row in _some_lists(rng, instance, lawful):
            awards = np.flatnonzero(row).tolist()
            assert allows(formulation, awards) == (tuple(awards) in known), (seed, awards)


def _some_lists(
    rng: np.random.Generator, instance: Instance, lawful: oracle.Rows
) -> list[oracle.Rows]:
    k = len(instance.applications.place)
    lists: list[oracle.Rows] = [rng.random(k) < 0.3 for _ in range(2)]
    for _ in range(min(len(lawful), 5)):
        row = lawful[rng.integers(len(lawful))]
        changed = row.copy()
        changed[rng.integers(k)] ^= True
        lists += [row, changed]
    return lists
