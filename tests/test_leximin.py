"""Leximin chances on networks: by hand, by brute force, by both ways, and their links."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from allocation.mechanisms.egalitarian import leximin as dividing
from allocation.mechanisms.egalitarian.leximin import leximin
from allocation.mechanisms.egalitarian.links import Chances, given_chances, is_tight
from allocation.mechanisms.egalitarian.rise import raise_levels
from allocation.mechanisms.egalitarian.spread import bordered, spread
from allocation.mechanisms.network import flow
from allocation.mechanisms.network.bihierarchy import Network, build_network
from tests import lottery_oracle
from tests.lottery_helper import make_component, served_by

ONE, HALF, THIRD = Fraction(1), Fraction(1, 2), Fraction(1, 3)


def chances_of(network: Network) -> Chances:
    found = leximin(network)
    assert found is not None
    return found


def test_a_place_is_shared_evenly() -> None:
    assert chances_of(build_network(make_component([[0]] * 3, [1]))).chance == (THIRD,) * 3


def test_units_over_people_in_every_tight_set() -> None:
    """Bogomolnaia and Moulin 2004: a set of people who want k units in all gets k / people.

    Three people want the first place alone; the fourth and the fifth want the two others,
    and the sixth any place, which leaves those two to share with them.
    """
    found = chances_of(
        build_network(make_component([[0], [0], [0], [1, 2], [1, 2], [0, 1, 2]], [1, 1, 1]))
    )
    assert found.chance == (THIRD,) * 3 + (Fraction(2, 3),) * 3
    assert [link.chance for link in found.links] == [THIRD, Fraction(2, 3)]


def test_people_with_room_are_certain() -> None:
    assert chances_of(build_network(make_component([[0], [0, 1]], [1, 1]))).chance == (
        Fraction(1),
        Fraction(1),
    )


def test_nobody_gains_from_a_place_without_units() -> None:
    assert chances_of(build_network(make_component([[0], [0, 1]], [0, 1]))).chance == (
        Fraction(0),
        Fraction(1),
    )


def test_a_least_number_for_some_lowers_the_others() -> None:
    """One of two units must go to the first two of five."""
    found = chances_of(build_network(make_component([[0]] * 5, [2], [(lambda i, p: i < 2, 1, 2)])))
    assert found.chance == (HALF, HALF, THIRD, THIRD, THIRD)


def test_bounds_that_cannot_be_kept_have_no_chances() -> None:
    assert leximin(build_network(make_component([[0]], [1], [(lambda i, p: True, 2, 2)]))) is None


def random_network(rng: np.random.Generator) -> tuple[Network, list[tuple[int, ...]]] | None:
    """Draw a network with bounds on people, places and pairs, and the sets it may serve."""
    n, m = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    wishes = [
        sorted(rng.choice(m, size=rng.integers(1, min(m, 3) + 1), replace=False).tolist())
        for _ in range(n)
    ]
    if sum(map(len, wishes)) > 11:
        return None
    extra = []
    for _ in range(rng.integers(0, 3)):
        people = set(rng.choice(n, size=rng.integers(1, n + 1), replace=False).tolist())
        places = set(rng.choice(m, size=rng.integers(1, m + 1), replace=False).tolist())
        which = int(rng.integers(3))

        def holds(
            i: int, p: int, people: set[int] = people, places: set[int] = places, w: int = which
        ) -> bool:
            return (w == 0 or i in people) and (w == 1 or p in places)

        extra.append((holds, int(rng.integers(0, 2)), int(rng.integers(1, 4))))
    component = make_component(wishes, rng.integers(1, 3, size=m).tolist(), extra)
    network = build_network(component)
    return None if len(network.left_out) else (network, served_by(component))


@pytest.mark.parametrize("first_seed", range(0, 160, 20))
def test_chances_are_those_of_all_lotteries_written_out(first_seed: int) -> None:
    """Exact fractions, by dividing and level by level, each with links that prove them."""
    for seed in range(first_seed, first_seed + 20):
        drawn = random_network(np.random.default_rng(seed))
        if drawn is None:
            continue
        network, sets = drawn
        found = leximin(network)
        if not sets:
            assert found is None
            continue
        people = range(len(network.person_arc))
        wanted = lottery_oracle.leximin(sets, people)
        ways = [leximin(network), raise_levels(network)]
        if network.starts_with_people:
            ways.append(dividing._divide(network) or ways[0])
        for way in ways:
            assert way is not None
            assert dict(enumerate(way.chance)) == wanted, f"seed {seed}"
            known = dict(enumerate(way.chance))
            assert all(is_tight(link, known) for link in way.links)
            settled = sorted(i for link in way.links for i in link.people.tolist())
            assert settled == [i for i, c in enumerate(way.chance) if c < 1]


def test_chances_ascend_along_the_links() -> None:
    rng = np.random.default_rng(5)
    wishes = [sorted(rng.choice(40, size=3, replace=False).tolist()) for _ in range(300)]
    found = chances_of(build_network(make_component(wishes, [1] * 40)))
    steps = [link.chance for link in found.links]
    assert steps == sorted(steps)
    assert sum(found.chance) == 40


@pytest.mark.parametrize("first_seed", range(0, 160, 40))
def test_known_chances_are_given_region_by_region(first_seed: int) -> None:
    """Everybody with a fraction is drawn in one region, whose flow gives just that."""
    for seed in range(first_seed, first_seed + 40):
        drawn = random_network(np.random.default_rng(seed))
        found = None if drawn is None else leximin(drawn[0])
        if drawn is None or found is None:
            continue
        network = drawn[0]
        known = given_chances(network, found.chance)
        given: dict[int, Fraction] = {}
        for region in known.regions:
            people = region.people.tolist()
            arcs, numbers = bordered(known.arcs, region.nodes)
            position = {arc: k for k, arc in enumerate(numbers.tolist())}
            shares = spread(
                arcs,
                [position[network.person_arc[i]] for i in people],
                people,
                [found.chance[i] for i in people],
            )
            assert shares is not None
            for owner, value in zip(shares.applicant, shares.value, strict=True):
                if owner >= 0:
                    assert owner not in given
                    given[owner] = Fraction(value, shares.denominator)
        assert given == {i: c for i, c in enumerate(found.chance) if 0 < c < 1}, f"seed {seed}"


PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61)
"""Their product has 80 bits."""


def shared_out(together: bool) -> Network:
    """Build places of one unit for as many people each as a prime says.

    With ``together`` one loose bound holds a person of every place, whose chances then
    meet at one node.
    """
    wishes = [[p] for p, n in enumerate(PRIMES) for _ in range(n)]
    first = set(np.cumsum([0, *PRIMES[:-1]]).tolist())
    bound = [(lambda i, p: i in first, 0, len(PRIMES))] if together else []
    return build_network(make_component(wishes, [1] * len(PRIMES), bound))


@pytest.mark.parametrize("together", [False, True])
def test_denominators_beyond_64_bits_stay_exact(together: bool) -> None:
    network = shared_out(together)
    assert network.starts_with_people is not together
    found = raise_levels(network)
    assert found is not None
    assert list(found.chance) == [Fraction(1, n) for n in PRIMES for _ in range(n)]


def test_wide_flows_give_the_same_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's integers and 64 bits: the same networks, the same fractions."""
    networks = [random_network(np.random.default_rng(seed)) for seed in range(60)]
    narrow = [raise_levels(each[0]) for each in networks if each is not None]
    monkeypatch.setattr(flow, "LARGEST", 0)
    wide = [raise_levels(each[0]) for each in networks if each is not None]
    assert [one and one.chance for one in narrow] == [one and one.chance for one in wide]
    assert any(one is not None for one in wide)
