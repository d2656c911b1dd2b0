"""Deferred acceptance: the stable list that all applicants like best, however it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, combinations, permutations, product

import numpy as np
import pytest

from allocation.mechanisms.stable import deferred
from allocation.mechanisms.stable.deferred import label_matched, match_agents
from tests import stable_oracle as oracle
from tests.stable_markets import as_match, instance_of, market_of, random_lists, random_places
from tests.stable_oracle import HARD, Lists, Match, Place

WAYS = ("in rounds", "one by one")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ask in rounds to the end, or one by one from the start."""
    monkeypatch.setattr(deferred, "_FEW", 0 if request.param == "in rounds" else 10**9)
    return str(request.param)


def matched(lists: Lists, places: Sequence[Place]) -> tuple[Match, set[int]]:
    """Return the match, and who uses a reserve unit; labels are checked on the way."""
    instance = instance_of(lists, places)
    market = market_of(instance)
    entries = match_agents(market)
    labels = label_matched(market, entries)
    used = np.bincount(labels[labels >= 0], minlength=len(instance.reserves))
    for g, reserve in enumerate(instance.reserves):
        holders = instance.applications.applicant[market.row[entries[labels == g]]]
        assert used[g] <= reserve.count
        assert reserve.beneficiaries[holders].all()
        assert np.isin(market.place[entries[labels == g]], reserve.places).all()
    match = as_match(instance, market.row[entries].tolist())
    return match, set(market.agent[entries[labels >= 0]].tolist()) if len(lists) else set()


def agents_of(lists: Lists) -> dict[int, int]:
    """Who lists nothing is no agent."""
    return {a: i for a, i in enumerate(i for i, listed in lists.items() if listed)}


@pytest.mark.parametrize("categories", ["overlapping", "nested", "apart"])
@pytest.mark.parametrize("seed", range(60))
@pytest.mark.usefixtures("way")
def test_it_is_the_best_of_all_stable_lists(categories: str, seed: int) -> None:
    """Every match is written out; the one all applicants like best is returned."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    lists = random_lists(rng, n, m)
    places = random_places(rng, n, m, categories=categories)
    stable = oracle.all_stable(lists, dict(enumerate(places)))
    match, served = matched(lists, places)
    assert oracle.best_for_all(lists, stable) == [match]
    people = agents_of(lists)
    by_place = [oracle.choose(place, oracle.holders(match, p)) for p, place in enumerate(places)]
    assert {people[a] for a in served} == set(chain(*(users for _, users in by_place)))


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.usefixtures("way")
def test_larger_lists_have_no_blocking_pair(seed: int) -> None:
    """Thirty people, six places: too many to write out, enough for long chains."""
    rng = np.random.default_rng(1000 + seed)
    lists = random_lists(rng, 30, 6)
    places = random_places(rng, 30, 6, categories=("overlapping", "nested", "apart")[seed % 3])
    match, _ = matched(lists, places)
    assert oracle.is_stable(lists, dict(enumerate(places)), match)


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_proposals_does_not_matter(seed: int) -> None:
    """V11: a replay one by one, in random orders, gives the same list."""
    rng = np.random.default_rng(2000 + seed)
    lists, places = random_lists(rng, 12, 5), random_places(rng, 12, 5)
    match, _ = matched(lists, places)
    for _ in range(5):
        order = rng.permutation(12).tolist()
        assert oracle.one_at_a_time(lists, dict(enumerate(places)), order) == match


@pytest.mark.parametrize("seed", range(60))
def test_places_proposing_tells_whether_the_list_is_the_only_stable_one(seed: int) -> None:
    """V10: a second implementation, from the other side.

    Its list is stable and the worst for applicants; where it is the same, no other
    stable list exists, and where it differs, another one does.
    """
    rng = np.random.default_rng(3000 + seed)
    lists, places = random_lists(rng, 5, 3), random_places(rng, 5, 3)
    match, _ = matched(lists, places)
    other = oracle.place_proposing(lists, dict(enumerate(places)))
    stable = oracle.all_stable(lists, dict(enumerate(places)))
    assert other in stable
    assert (other == match) == (len(stable) == 1)
    for each in stable:
        for i in lists:
            assert oracle.rank_of(lists, each, i) <= oracle.rank_of(lists, other, i)


# Strategy-proofness, by trying everything.


@pytest.mark.parametrize("seed", range(12))
def test_no_list_beats_the_truth(seed: int) -> None:
    """Every list over three places, for everybody, the others truthful."""
    rng = np.random.default_rng(4000 + seed)
    lists, places = random_lists(rng, 4, 3), random_places(rng, 4, 3)
    truth, _ = matched(lists, places)
    every = [list(p) for n in range(4) for p in permutations(range(3), n)]
    for i, told in product(lists, every):
        got, _ = matched({**lists, i: told}, places)
        if got.get(i) in lists[i]:
            assert oracle.rank_of(lists, got, i) >= oracle.rank_of(lists, truth, i)


@pytest.mark.parametrize("seed", range(25))
def test_no_hidden_category_beats_the_truth(seed: int) -> None:
    """Hiding any set of categories, at all places alike, gets nobody anything better."""
    rng = np.random.default_rng(5000 + seed)
    lists, places = random_lists(rng, 5, 3), random_places(rng, 5, 3)
    truth, _ = matched(lists, places)
    sets = list(dict.fromkeys(chain(*(place.entitled for place in places))))
    for i in lists:
        mine = [members for members in sets if i in members]
        for hidden in chain(*(combinations(mine, n) for n in range(1, len(mine) + 1))):
            changed = [_without(place, i, hidden) for place in places]
            got, _ = matched(lists, changed)
            assert oracle.rank_of(lists, got, i) >= oracle.rank_of(lists, truth, i)


def _without(place: Place, i: int, hidden: Sequence[frozenset[int]]) -> Place:
    entitled = tuple(who - {i} if who in hidden else who for who in place.entitled)
    return Place(
        place.capacity, place.by_reserved, place.by_open, place.mode, place.units, entitled
    )


# What else is promised (metamorphic).


@pytest.mark.parametrize("seed", range(30))
def test_more_units_hurt_nobody(seed: int) -> None:
    rng = np.random.default_rng(6000 + seed)
    lists, places = random_lists(rng, 7, 3), random_places(rng, 7, 3)
    before, _ = matched(lists, places)
    p = int(rng.integers(3))
    old = places[p]
    larger = Place(
        old.capacity + 1, old.by_reserved, old.by_open, old.mode, old.units, old.entitled
    )
    after, _ = matched(lists, [*places[:p], larger, *places[p + 1 :]])
    for i in lists:
        assert oracle.rank_of(lists, after, i) <= oracle.rank_of(lists, before, i)


@pytest.mark.parametrize("seed", range(30))
def test_moving_up_in_the_orders_never_hurts(seed: int) -> None:
    rng = np.random.default_rng(7000 + seed)
    lists, places = random_lists(rng, 6, 3), random_places(rng, 6, 3)
    before, _ = matched(lists, places)
    i = int(rng.integers(6))
    up = [
        Place(
            old.capacity, _moved_up(old.by_reserved, i, rng), _moved_up(old.by_open, i, rng),
            old.mode, old.units, old.entitled,
        )
        for old in places
    ]  # fmt: skip
    after, _ = matched(lists, up)
    assert oracle.rank_of(lists, after, i) <= oracle.rank_of(lists, before, i)


def _moved_up(order: tuple[int, ...], i: int, rng: np.random.Generator) -> tuple[int, ...]:
    rest = [j for j in order if j != i]
    rest.insert(int(rng.integers(order.index(i) + 1)), i)
    return tuple(rest)


@pytest.mark.parametrize("seed", range(20))
def test_somebody_more_hurts_or_leaves_the_others(seed: int) -> None:
    """One applicant more makes nobody else better off; one who lists nothing changes nothing."""
    rng = np.random.default_rng(8000 + seed)
    lists, places = random_lists(rng, 6, 3), random_places(rng, 6, 3)
    i = int(rng.integers(6))
    with_i, _ = matched(lists, places)
    without, _ = matched({**lists, i: []}, places)
    for j in set(lists) - {i}:
        assert oracle.rank_of(lists, with_i, j) >= oracle.rank_of(lists, without, j)
    assert matched({**lists, i: []}, places)[0] == without


def test_kinds_that_do_not_exclude_each_other_are_matched_side_by_side() -> None:
    """One applicant may win a stall and a kiosk where each is a group of its own."""
    order = (0, 1)
    places = [Place(1, order, order), Place(1, order, order)]
    instance = instance_of({0: [0, 1], 1: [0, 1]}, places, ["stall", "kiosk"])
    market = market_of(instance)
    rows = market.row[match_agents(market)]
    assert instance.applications.applicant[rows].tolist() == [0, 0]


def test_a_kind_in_no_group_excludes_nothing() -> None:
    """Each application there stands for itself, two at a time included."""
    order = (0, 1)
    places = [Place(1, order, order), Place(1, order, order)]
    instance = replace(instance_of({0: [0, 1], 1: [1]}, places), exclusive_groups=())
    market = market_of(instance)
    rows = market.row[match_agents(market)]
    assert instance.applications.applicant[rows].tolist() == [0, 0]


def test_nobody_asks_for_anything() -> None:
    assert matched({0: [], 1: []}, [Place(1, (0, 1), (0, 1))])[0] == {}


def test_a_place_without_units_takes_nobody() -> None:
    assert matched({0: [0]}, [Place(0, (0,), (0,))])[0] == {}
    hard = Place(1, (0,), (0,), HARD, (1,), (frozenset(),))
    assert matched({0: [0]}, [hard])[0] == {}


# Published examples.


def marriage(men: Sequence[str], women: Sequence[str]) -> Match:
    """Match men (proposing) and women of capacity 1, names as letters, best first."""
    letters = sorted(set("".join(women)))
    lists = {i: [ord(w) - ord("A") for w in listed] for i, listed in enumerate(men)}
    orders = [tuple(letters.index(m) for m in listed) for listed in women]
    return matched(lists, [Place(1, order, order) for order in orders])[0]


@pytest.mark.usefixtures("way")
def test_gale_and_shapley_example_1() -> None:
    """Gale and Shapley (1962), example 1: three men, three women, three stable matchings.

    The ranking matrix of the paper (man's rank of the woman, woman's rank of the man):
    alpha (1,3) (2,2) (3,1); beta (3,1) (1,3) (2,2); gamma (2,2) (3,1) (1,3).  When the men
    propose, each gets his first choice.
    """
    men = ["ABC", "BCA", "CAB"]
    women = ["bca", "cab", "abc"]
    assert marriage(men, women) == {0: 0, 1: 1, 2: 2}


@pytest.mark.usefixtures("way")
def test_gale_and_shapley_example_2() -> None:
    """Gale and Shapley (1962), example 2: four and four, one stable matching only.

    alpha (1,3) (2,3) (3,2) (4,3); beta (1,4) (4,1) (3,3) (2,2);
    gamma (2,2) (1,4) (3,4) (4,1); delta (4,1) (2,2) (3,1) (1,4).
    """
    men = ["ABCD", "ADCB", "BACD", "DBCA"]
    women = ["dcab", "bdac", "dabc", "cbad"]
    match = marriage(men, women)
    assert match == {0: 2, 1: 3, 2: 0, 3: 1}
    letters = "abcd"
    places = {
        w: Place(1, order, order)
        for w, order in enumerate(tuple(letters.index(m) for m in listed) for listed in women)
    }
    lists = {i: [ord(w) - ord("A") for w in listed] for i, listed in enumerate(men)}
    assert oracle.all_stable(lists, places) == [match]
