"""Examples from the literature, each beside its source, with the outcome printed there.

Others stand with what they test: Gale and Shapley (1962) in ``test_stable_match``, the
drawing of RFC 3797 in ``test_draw_methods``, drand's rounds in ``test_draw_beacon``, the
impossibility of fair sites in ``test_stable_serial``.

An example is here only where its numbers are known for certain: these three are
reprinted everywhere, and what can be counted (all stable lists, all orders) is counted
out again. Not here are examples 1 to 3 of Hafalir, Yenmez and Yildirim (2013), the
example of overlapping reserves of Sönmez and Yenmez (2022), the hospitals of Roth and
Sotomayor (1990, chapter 5) and the examples of Bogomolnaia and Moulin (2004): the
papers were not at hand, and numbers written from memory would prove nothing. What those
papers prove is tested instead by brute force on random markets: the choice rules and
largest matchings in ``test_stable_choice``, the best of all stable lists in
``test_stable_match``, and units over people in every tight set in ``test_leximin``.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np

from allocation.mechanisms.stable.deferred import match_agents
from allocation.mechanisms.stable.serial import choose_in_turn
from tests import stable_oracle as oracle
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance
from tests.stable_markets import as_match, as_stable, instance_of, market_of
from tests.stable_oracle import Lists, Match, Place

NOBODY = np.zeros(0, dtype=np.int64)
"""Applications awarded before."""


def matched(lists: Lists, places: list[Place]) -> Match:
    """Match people to places, people proposing."""
    instance = instance_of(lists, places)
    market = market_of(instance)
    return as_match(instance, market.row[match_agents(market)].tolist())


def one_each(*orders: tuple[int, ...]) -> list[Place]:
    """Make places of one unit, each with its own order of people."""
    return [Place(1, order, order) for order in orders]


def test_knuth_ten_stable_matchings() -> None:
    """Knuth (1976); Roth and Sotomayor (1990), example 2.17: four and four, ten matchings.

    Men (from m1): 1234, 2143, 3412, 4321; women (from w1): 4321, 3412, 2143, 1234.  When
    the men propose, each gets his first choice.
    """
    lists = {0: [0, 1, 2, 3], 1: [1, 0, 3, 2], 2: [2, 3, 0, 1], 3: [3, 2, 1, 0]}
    places = one_each((3, 2, 1, 0), (2, 3, 0, 1), (1, 0, 3, 2), (0, 1, 2, 3))
    assert len(oracle.all_stable(lists, dict(enumerate(places)))) == 10
    assert matched(lists, places) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_no_envy_may_cost_everybody_their_wish() -> None:
    """Abdulkadiroğlu and Sönmez (2003), example 1, after Roth (1982).

    Students (from i1): s2 s1 s3, s1 s2 s3, s1 s2 s3; schools (from s1): i1 i3 i2, i2 i1 i3,
    i2 i1 i3.  The stable outcome i1-s1, i2-s2, i3-s3 is worse for i1 and i2, and better for
    nobody, than i1-s2, i2-s1, i3-s3.
    """
    lists = {0: [1, 0, 2], 1: [0, 1, 2], 2: [0, 1, 2]}
    places = one_each((0, 2, 1), (1, 0, 2), (1, 0, 2))
    stable = {0: 0, 1: 1, 2: 2}
    assert matched(lists, places) == stable
    assert oracle.all_stable(lists, dict(enumerate(places))) == [stable]


def test_random_priority() -> None:
    """Bogomolnaia and Moulin (2001): the chances of a random common order.

    1 and 2 want a, b, c, d; 3 and 4 want b, a, d, c.  Over all 24 orders 1 and 2 get a and c
    in 5/12 of them each and b and d in 1/12; 3 and 4 likewise with b and d.
    """
    lists = {0: [0, 1, 2, 3], 1: [0, 1, 2, 3], 2: [1, 0, 3, 2], 3: [1, 0, 3, 2]}
    chances = [[Fraction(0)] * 4 for _ in lists]
    for order in permutations(lists):
        for person, place in matched(lists, one_each(*[order] * 4)).items():
            chances[person][place] += Fraction(1, 24)
    often, seldom = Fraction(5, 12), Fraction(1, 12)
    assert chances[0] == chances[1] == [often, seldom, often, seldom]
    assert chances[2] == chances[3] == [seldom, often, seldom, often]


def test_random_order_on_the_conflict_star() -> None:
    """One site conflicts with five around it: 1/6, 5/6 each and 13/3 awards on average.

    Counted over all 720 orders; leximin gives 1/2 each and 3 awards instead, see
    ``test_egalitarian``.  Of our own making: no paper prints it, but it follows at once
    from who comes first.
    """
    spots = [Spot("kiosk", is_candidate=True) for _ in range(6)]
    rules = Rules(conflicts=[(0, 1, leaf, 1) for leaf in range(1, 6)])
    wishes = [Wish(i, i, 1) for i in range(6)]
    served = [0] * 6
    for order in permutations(range(6)):
        people = [Person(draw=order.index(i) + 1) for i in range(6)]
        instance = as_stable(make_instance(people, spots, wishes, rules), premises="brought")
        for j in choose_in_turn(instance, instance.stages[-1], NOBODY):
            served[int(instance.applications.applicant[j])] += 1
    chances = [Fraction(n, 720) for n in served]
    assert chances == [Fraction(1, 6), *[Fraction(5, 6)] * 5]
    assert sum(chances) == Fraction(13, 3)
