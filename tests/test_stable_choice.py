"""The choice rules: by definition, with the four properties, in the published cases."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.mechanisms.stable.choice import Book, Choice, Mode, Offer, Rule, choose
from tests import stable_oracle as oracle
from tests.stable_oracle import ABOVE, HARD, MINIMUM, Place

MODES = {
    MINIMUM: Mode.MINIMUM_GUARANTEE,
    ABOVE: Mode.OVER_AND_ABOVE,
    HARD: Mode.HARD,
}


@st.composite
def places(draw: st.DrawFn, n: int = 7) -> Place:
    """Draw a place with up to three reserves that may overlap, and two orders."""
    capacity = draw(st.integers(0, 5))
    units: list[int] = []
    for _ in range(draw(st.integers(0, 3))):
        units.append(draw(st.integers(0, capacity - sum(units))))
    entitled = tuple(frozenset(draw(st.sets(st.integers(0, n - 1)))) for _ in units)
    return Place(
        capacity,
        tuple(draw(st.permutations(range(n)))),
        tuple(draw(st.permutations(range(n)))),
        draw(st.sampled_from([MINIMUM, ABOVE, HARD])),
        tuple(units),
        entitled,
    )


people = st.sets(st.integers(0, 6))


def rule_of(place: Place) -> Rule:
    return Rule(MODES[place.mode], place.capacity, place.units)


def offer_of(place: Place, i: int) -> Offer:
    usable = tuple(t for t, who in enumerate(place.entitled) if i in who)
    return Offer(i, place.by_open.index(i), place.by_reserved.index(i), usable)


def chosen(place: Place, who: set[int] | frozenset[int]) -> Choice:
    return choose(rule_of(place), [offer_of(place, i) for i in who])


def taken(place: Place, who: set[int]) -> set[int]:
    return set(chosen(place, who).labels)


@settings(max_examples=1500, deadline=None)
@given(places(), people)
def test_it_is_the_definition(place: Place, who: set[int]) -> None:
    """Those taken, those who use a unit, a unit each, only by the entitled."""
    choice = chosen(place, who)
    expected, served = oracle.choose(place, who)
    assert set(choice.labels) == expected
    assert {i for i, t in choice.labels.items() if t >= 0} == served
    for t, (n, entitled) in enumerate(zip(place.units, place.entitled, strict=True)):
        using = {i for i, label in choice.labels.items() if label == t}
        assert using <= entitled
        assert len(using) + choice.unused[t] == n


@settings(max_examples=500, deadline=None)
@given(places(), people)
def test_a_soft_rule_leaves_no_unit_empty(place: Place, who: set[int]) -> None:
    """q-acceptance: reversion fills what beneficiaries do not take."""
    if place.mode != HARD:
        assert len(taken(place, who)) == min(place.capacity, len(who))


@settings(max_examples=500, deadline=None)
@given(places(), people, people)
def test_whoever_is_taken_of_many_is_taken_of_fewer(
    place: Place, who: set[int], fewer: set[int]
) -> None:
    """Substitutability."""
    assert taken(place, who) & fewer <= taken(place, who & fewer)


@settings(max_examples=500, deadline=None)
@given(places(), people, people)
def test_of_more_no_fewer_are_taken(place: Place, who: set[int], more: set[int]) -> None:
    """The law of aggregate demand."""
    assert len(taken(place, who)) <= len(taken(place, who | more))


@settings(max_examples=500, deadline=None)
@given(places(), people)
def test_those_turned_down_might_as_well_not_have_asked(place: Place, who: set[int]) -> None:
    """Irrelevance of rejected applicants, labels included."""
    out = sorted(who - taken(place, who))
    for i in out:
        again = chosen(place, who - {i})
        assert set(again.labels) == taken(place, who)
        assert {j for j, t in again.labels.items() if t >= 0} == {
            j for j, t in chosen(place, who).labels.items() if t >= 0
        }


@settings(max_examples=500, deadline=None)
@given(places(), people, st.integers(0, 6), st.integers(0, 2))
def test_hiding_a_category_gets_nobody_in(
    place: Place, who: set[int], i: int, category: int
) -> None:
    """Declaring a disability never hurts, whatever the others do (reversion inside)."""
    hidden = Place(
        place.capacity, place.by_reserved, place.by_open, place.mode, place.units,
        tuple(w - {i} if t == category else w for t, w in enumerate(place.entitled)),
    )  # fmt: skip
    if i in taken(hidden, who | {i}):
        assert i in taken(place, who | {i})


@settings(max_examples=300, deadline=None)
@given(places(), people, st.randoms())
def test_offers_may_come_in_any_order(place: Place, who: set[int], rng: random.Random) -> None:
    """A book turns down one at most for each offer and ends where the rule does."""
    order = sorted(who)
    rng.shuffle(order)
    book = Book(rule_of(place))
    inside: set[int] = set()
    for i in order:
        out = book.offer(offer_of(place, i))
        inside = (inside | {i}) - ({out.who} if out is not None else set())
        assert set(book.choice().labels) == inside
    final, at_once = book.choice().labels, chosen(place, who).labels
    assert set(final) == set(at_once)
    assert {i for i in final if final[i] >= 0} == {i for i in at_once if at_once[i] >= 0}


@settings(max_examples=500, deadline=None)
@given(places(), people, st.integers(0, 6))
def test_who_passes_neither_bar_is_turned_down(place: Place, who: set[int], i: int) -> None:
    """What lets crowds pass a place over: no offer is lost by it, later ones included."""
    book = Book(rule_of(place))
    for j in sorted(who - {i}):
        book.offer(offer_of(place, j))
    mine = offer_of(place, i)
    by_open = mine.open_score < book.open_bar()
    by_reserved = bool(mine.usable) and mine.reserved_score < book.reserved_bar()
    out = book.offer(mine)
    if not by_open and not by_reserved:
        assert out == mine
    elif by_open:
        assert out != mine


# Reversion: two of three units reserved; people 0-2 are beneficiaries, the order is by name.


def three_units(mode: str, *who: int) -> dict[int, int]:
    order = (3, 4, 5, 0, 1, 2)
    place = Place(3, order, order, mode, (2,), (frozenset({0, 1, 2}),))
    return chosen(place, set(who)).labels


@pytest.mark.parametrize("mode", [MINIMUM, ABOVE])
def test_without_beneficiaries_both_units_revert(mode: str) -> None:
    assert three_units(mode, 3, 4, 5) == {3: -1, 4: -1, 5: -1}


def test_without_beneficiaries_hard_units_stay_empty() -> None:
    assert three_units(HARD, 3, 4, 5) == {3: -1}


def test_one_beneficiary_short_one_unit_reverts() -> None:
    assert three_units(MINIMUM, 0, 3, 4, 5) == {0: 0, 3: -1, 4: -1}
    assert three_units(ABOVE, 0, 3, 4, 5) == {3: -1, 0: 0, 4: -1}
    assert three_units(HARD, 0, 3, 4, 5) == {0: 0, 3: -1}


def test_exactly_as_many_beneficiaries_as_units() -> None:
    for mode in (MINIMUM, ABOVE, HARD):
        assert three_units(mode, 0, 1, 3, 4, 5) == {0: 0, 1: 0, 3: -1}


def test_an_excess_of_beneficiaries_competes_for_the_open_unit() -> None:
    assert three_units(MINIMUM, 0, 1, 2) == three_units(HARD, 0, 1, 2) == {0: 0, 1: 0, 2: -1}
    # Over and above fills the open unit first, so the best beneficiary gets that one.
    assert three_units(ABOVE, 0, 1, 2) == {0: -1, 1: 0, 2: 0}


def test_the_two_soft_rules_differ_where_beneficiaries_are_strong() -> None:
    """A strong beneficiary uses a reserved unit under one rule and an open one under the other.

    Dur, Kominers, Pathak and Sönmez (2018, JPE) show how the order of filling changes
    whom a reserve helps: here the second beneficiary gets in over and above only.
    """
    order = (0, 3, 4, 1)
    for mode, expected in ((MINIMUM, {0, 3}), (ABOVE, {0, 1})):
        place = Place(2, order, order, mode, (1,), (frozenset({0, 1}),))
        assert taken(place, {0, 1, 3, 4}) == expected


def test_overlapping_categories_are_served_by_a_largest_matching() -> None:
    """Person 0 may use either unit and person 1 only the first: both are served."""
    for order in permutations(range(3)):
        place = Place(2, order, order, MINIMUM, (1, 1), (frozenset({0, 1}), frozenset({0})))
        assert chosen(place, {0, 1, 2}).labels == {0: 1, 1: 0}


def test_a_better_person_takes_the_unit_of_a_worse_one_along_a_chain() -> None:
    """0 (first unit only) displaces 2 from the second unit by moving 1 there."""
    order = (0, 1, 2)
    entitled = (frozenset({0, 1}), frozenset({1, 2}))
    place = Place(2, order, order, MINIMUM, (1, 1), entitled)
    assert chosen(place, {0, 1, 2}).labels == {0: 0, 1: 1}
