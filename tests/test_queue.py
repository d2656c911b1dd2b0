"""``queue``: first accepted, first granted, as far as every rule still allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from allocation.instance import Instance, Ints, NumberLimit
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.queue import solve_queue
from allocation.progress import Silent
from allocation.result import StageResult, Status
from tests import oracle
from tests.builders import city
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_limit
from tests.random_instances import random_instance

LICENCE = Spot("tobacco")


def solved(instance: Instance, before: Ints) -> StageResult:
    """Run the first stage, with no limit of time."""
    budget = Budget(None, lambda: False)
    return solve_queue(instance, instance.stages[0], before, budget, Silent())


def granted(instance: Instance, earlier: Sequence[int] = ()) -> list[int]:
    """Return the awards of the first stage."""
    before = np.array(sorted(earlier), dtype=np.int64)
    return [int(j) for j in solved(instance, before).awards]


def queue_of(
    people: Sequence[Person],
    wishes: Sequence[Wish],
    spots: Sequence[Spot],
    limits: Sequence[NumberLimit] = (),
    **rules: object,
) -> Instance:
    """Return an instance whose tobacco licences go by queue."""
    given = Rules(queue_kinds=("tobacco",), limits=limits, **rules)  # type: ignore[arg-type]
    return make_instance(people, spots, wishes, given)


def test_the_first_accepted_gets_the_premises() -> None:
    """Neither the draw nor the row order counts."""
    wishes = [Wish(0, 0, accepted_order=7), Wish(1, 0, accepted_order=3)]
    instance = queue_of([Person(draw=1), Person(draw=2)], wishes, [LICENCE])
    assert granted(instance) == [1]


def test_a_cell_gives_out_its_number_and_no_more() -> None:
    """Three premises, two licences left: the last accepted gets none."""
    wishes = [Wish(i, i, accepted_order=order) for i, order in enumerate([2, 0, 1])]
    cell = make_limit("cell_number", "tobacco", [0, 1, 2], 2)
    assert granted(queue_of([Person()] * 3, wishes, [LICENCE] * 3, [cell])) == [1, 2]


def test_existing_licences_count_in_the_cell() -> None:
    """One of two is in use already."""
    wishes = [Wish(i, i, accepted_order=i) for i in range(2)]
    cell = make_limit("cell_number", "tobacco", [0, 1], 2, existing=1)
    assert granted(queue_of([Person()] * 2, wishes, [LICENCE] * 2, [cell])) == [0]


def test_a_cell_that_is_full_refuses_everybody() -> None:
    """More licences exist than the cell allows: nothing new, and no error."""
    cell = make_limit("cell_number", "tobacco", [0], 1, existing=4)
    assert granted(queue_of([Person()], [Wish(0, 0, accepted_order=0)], [LICENCE], [cell])) == []


def test_a_window_binds_once_its_centre_is_open() -> None:
    """One licence around the first premises: two neighbours go first, so it stays closed."""
    window = make_limit("density", "tobacco", [0, 1, 2], 1, centre=0)
    wishes = [Wish(i, i, accepted_order=order) for i, order in enumerate([2, 0, 1])]
    assert granted(queue_of([Person()] * 3, wishes, [LICENCE] * 3, [window])) == [1, 2]
    wishes = [Wish(i, i, accepted_order=i) for i in range(3)]
    assert granted(queue_of([Person()] * 3, wishes, [LICENCE] * 3, [window])) == [0]


def test_premises_too_close_to_a_licence_just_granted_are_refused() -> None:
    """The earlier accepted stands, whoever it is."""
    wishes = [Wish(0, 0, accepted_order=1), Wish(1, 1, accepted_order=0)]
    instance = queue_of([Person()] * 2, wishes, [LICENCE] * 2, conflicts=[(0, 1, 1, 1)])
    assert granted(instance) == [1]


def test_a_disabled_persons_first_application_is_free_of_spacing() -> None:
    """Both are close to a licence granted before; only class ``disabled_first`` may follow."""
    people = [Person("general"), Person("disabled"), Person("disabled")]
    wishes = [
        Wish(0, 0, accepted_order=0),
        Wish(1, 1, accepted_order=1, holder_class=1),
        Wish(2, 2, accepted_order=2, holder_class=2),
    ]
    conflicts = [(0, 0, 1, 0), (0, 0, 1, 1), (0, 0, 2, 0), (0, 0, 2, 1)]
    instance = queue_of(people, wishes, [LICENCE] * 3, conflicts=conflicts)
    assert granted(instance) == [0, 2]


def test_a_first_application_is_not_free_of_the_cells_number() -> None:
    """Measure 7 relaxes the distance alone."""
    people = [Person("general"), Person("disabled")]
    wishes = [Wish(0, 0, accepted_order=0), Wish(1, 1, accepted_order=1, holder_class=2)]
    cell = make_limit("cell_number", "tobacco", [0, 1], 1)
    assert granted(queue_of(people, wishes, [LICENCE] * 2, [cell])) == [0]


def test_a_person_gets_one_licence_the_first_accepted_that_is_lawful() -> None:
    """The first is refused by the full cell, the second granted, the third not needed."""
    wishes = [Wish(0, p, rank=p + 1, accepted_order=p) for p in range(3)]
    cell = make_limit("cell_number", "tobacco", [0], 0)
    assert granted(queue_of([Person()], wishes, [LICENCE] * 3, [cell])) == [1]


def test_a_holder_of_the_same_group_gets_no_licence() -> None:
    """From before this run, or from an earlier stage of it."""
    wishes = [Wish(0, 0, accepted_order=0), Wish(1, 0, accepted_order=1), Wish(1, 1, 2)]
    spots = [LICENCE, Spot("stall")]
    both = (("stall", "tobacco"),)
    instance = queue_of([Person(holds=(0,)), Person()], wishes, spots, exclusive_groups=both)
    assert granted(instance) == [1]
    assert granted(instance, earlier=[2]) == []


def test_a_licence_and_an_award_of_another_group_go_together() -> None:
    """A licence is never refused because of an award (design section 4, rule 1)."""
    wishes = [Wish(0, 0, 1, accepted_order=0), Wish(0, 1, 2)]
    instance = queue_of([Person()], wishes, [LICENCE, Spot("stall")])
    assert granted(instance, earlier=[1]) == [0]


def test_a_household_has_its_most_awards_counted_in_the_queue() -> None:
    """Two of one household, one allowed; a third lives elsewhere."""
    people = [Person(household=1), Person(household=1), Person(household=2)]
    wishes = [Wish(i, i, accepted_order=2 - i) for i in range(3)]
    instance = queue_of(people, wishes, [LICENCE] * 3, household_max=1)
    assert granted(instance) == [1, 2]


def test_an_ineligible_application_is_passed_over() -> None:
    """Accepted first, refused by a rule."""
    wishes = [Wish(0, 0, accepted_order=0, excluded="school_buffer"), Wish(1, 0, accepted_order=1)]
    assert granted(queue_of([Person()] * 2, wishes, [LICENCE])) == [1]


def test_kinds_are_taken_in_the_stages_order() -> None:
    """The stage names the lottery first: its applicant is ahead, though accepted later."""
    people = [Person(household=1), Person(household=1)]
    wishes = [Wish(0, 0, accepted_order=0), Wish(1, 1, accepted_order=5)]
    instance = make_instance(
        people,
        [LICENCE, Spot("welfare_lottery")],
        wishes,
        Rules(
            queue_kinds=("welfare_lottery", "tobacco"),
            exclusive_groups=(("welfare_lottery", "tobacco"),),
            household_max=1,
        ),
    )
    assert granted(instance) == [1]


def test_equal_times_put_disabled_people_first_then_the_offices_number() -> None:
    """From the tables: ties in ``accepted_at`` are broken before the queue sees them."""
    town = city(
        applicants={"ann": {"group": "general"}, "bob": {}, "cem": {}},
        places={"p": {"kind": "tobacco"}, "q": {"kind": "tobacco"}},
        applications=[
            {
                "applicant_id": who,
                "place_id": place,
                "preference_rank": 1,
                "accepted_at": "2023-06-01 09:00:00",
                "accepted_seq": seq,
            }
            for who, place, seq in [("ann", "p", 1), ("bob", "p", 3), ("cem", "p", 2)]
        ],
    )
    assert granted(town.instance) == [town.row("cem", "p")]


def test_a_queue_ends_complete_and_has_no_levels() -> None:
    """It optimises nothing and claims nothing."""
    instance = queue_of([Person()], [Wish(0, 0, accepted_order=0)], [LICENCE])
    result = solved(instance, np.empty(0, np.int64))
    assert result.status is Status.COMPLETE
    assert result.levels == ()
    assert result.max_awards is None


def random_queue(seed: int) -> Instance:
    """Draw an instance with premises, some of them in a cell with few licences left."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng, queue=True)
    premises = np.flatnonzero(instance.places.kind == "tobacco")
    members = premises[rng.random(len(premises)) < 0.7]
    left = int(rng.integers(0, 3))
    cell = make_limit("cell_number", "tobacco", members.tolist(), left)
    return replace(instance, limits=(*instance.limits, cell))


@pytest.mark.parametrize("first_seed", range(0, 200, 50))
def test_the_queue_agrees_with_the_oracle(first_seed: int) -> None:
    """Random premises, cells, spacing, outlets, households and holders."""
    for seed in range(first_seed, first_seed + 50):
        instance = random_queue(seed)
        if instance.stages[0].mechanism == "queue":
            assert tuple(granted(instance)) == oracle.queue(instance), f"seed {seed}"


@pytest.mark.parametrize("first_seed", range(0, 200, 50))
def test_a_queue_after_other_stages_agrees_with_the_oracle(first_seed: int) -> None:
    """The joint stage goes first here, with any of its lawful lists."""
    for seed in range(first_seed, first_seed + 50):
        instance = random_queue(seed)
        if len(instance.stages) < 2:
            continue
        lists = oracle.lawful_lists(instance, 1)
        if len(lists):
            earlier = np.flatnonzero(lists[seed % len(lists)]).tolist()
            assert tuple(granted(instance, earlier)) == oracle.queue(instance, 0, earlier), (
                f"seed {seed}"
            )
