"""The plain meaning of ``stable``: choice rules by definition, every stable list.

Shares no code with the mechanism or the checker.  Meant for a handful of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

MINIMUM, ABOVE, HARD = "minimum_guarantee", "over_and_above", "hard"


@dataclass(frozen=True)
class Place:
    """A place: its rule and its two orders (applicants, best first).

    ``entitled[t]`` are the beneficiaries of reserve t, of which it has ``units[t]``.
    """

    capacity: int
    by_reserved: tuple[int, ...]
    by_open: tuple[int, ...]
    mode: str = MINIMUM
    units: tuple[int, ...] = ()
    entitled: tuple[frozenset[int], ...] = ()


def put_to_use(place: Place, people: Iterable[int]) -> int:
    """Most units that people can put to use, one each (by Hall's theorem)."""
    chosen = set(people)
    least = len(chosen)
    for inside in product((False, True), repeat=len(place.units)):
        units = sum(n for n, x in zip(place.units, inside, strict=True) if x)
        others: set[int] = set()
        for who, x in zip(place.entitled, inside, strict=True):
            others |= set() if x else who
        least = min(least, units + len(chosen & others))
    return least


def users(place: Place, people: Iterable[int]) -> list[int]:
    """Go through people in the reserved order; take whoever raises the use of units."""
    taken: list[int] = []
    for i in sorted(people, key=place.by_reserved.index):
        if put_to_use(place, [*taken, i]) > put_to_use(place, taken):
            taken.append(i)
    return taken


def choose(place: Place, people: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Return those taken, and those of them who use a reserve unit."""
    rest = sorted(people, key=place.by_open.index)
    n_open = place.capacity - sum(place.units)
    first = rest[:n_open] if place.mode == ABOVE else []
    rest = [i for i in rest if i not in first]
    served = users(place, rest)
    rest = [i for i in rest if i not in served]
    free = n_open if place.mode == HARD else place.capacity - len(first) - len(served)
    return frozenset([*first, *served, *rest[:free]]), frozenset(served)


Lists = Mapping[int, Sequence[int]]
"""Applicant -> places, best first."""
Match = dict[int, int]
"""Applicant -> place; who has none is left out."""


def holders(match: Match, place: int) -> frozenset[int]:
    return frozenset(i for i, p in match.items() if p == place)


def is_stable(lists: Lists, places: Mapping[int, Place], match: Match) -> bool:
    """Every place would keep its holders, and none would take somebody who prefers it."""
    for p, place in places.items():
        if choose(place, holders(match, p))[0] != holders(match, p):
            return False
    return not list(blocking_pairs(lists, places, match))


def blocking_pairs(
    lists: Lists, places: Mapping[int, Place], match: Match
) -> Iterator[tuple[int, int]]:
    """Yield (i, p): i prefers p, and p would take i beside its holders."""
    for i, listed in lists.items():
        for p in listed:
            if p == match.get(i):
                break
            if i in choose(places[p], holders(match, p) | {i})[0]:
                yield i, p


def all_stable(lists: Lists, places: Mapping[int, Place]) -> list[Match]:
    """Return every stable match."""
    people = list(lists)
    found = []
    for options in product(*([None, *lists[i]] for i in people)):
        match = {i: p for i, p in zip(people, options, strict=True) if p is not None}
        if is_stable(lists, places, match):
            found.append(match)
    return found


def rank_of(lists: Lists, match: Match, i: int) -> int:
    """Rank of what somebody got on their own list, the length of it for nothing."""
    return list(lists[i]).index(match[i]) if i in match else len(lists[i])


def best_for_all(lists: Lists, matches: Sequence[Match]) -> list[Match]:
    """Return the matches that nobody likes less than any other one."""
    return [
        one
        for one in matches
        if all(
            rank_of(lists, one, i) <= rank_of(lists, other, i) for other in matches for i in lists
        )
    ]


def place_proposing(lists: Lists, places: Mapping[int, Place]) -> Match:
    """Let places offer to applicants: the stable match that is worst for applicants.

    A place offers to whom it would choose of those who have not turned it down; an
    applicant keeps the best offer.  With substitutes and the law of aggregate demand the
    limit is the other end of the stable matches (Hatfield and Milgrom 2005).
    """
    turned_down: dict[int, set[int]] = {p: set() for p in places}
    applied = {p: [i for i, listed in lists.items() if p in listed] for p in places}
    while True:
        offers = {
            p: choose(place, set(applied[p]) - turned_down[p])[0] for p, place in places.items()
        }
        match: Match = {}
        for i, listed in lists.items():
            got = [p for p in listed if i in offers[p]]
            if got:
                match[i] = got[0]
            for p in got[1:]:
                turned_down[p].add(i)
        if all(match.get(i) == p for p in places for i in offers[p]):
            return match


def one_at_a_time(lists: Lists, places: Mapping[int, Place], order: Sequence[int]) -> Match:
    """Applicants propose one after the other, whoever stands last in ``order`` first."""
    waiting = list(order)
    next_wish = dict.fromkeys(lists, 0)
    held: dict[int, frozenset[int]] = {p: frozenset() for p in places}
    while waiting:
        i = waiting.pop()
        if next_wish[i] >= len(lists[i]):
            continue
        p = lists[i][next_wish[i]]
        chosen, _ = choose(places[p], held[p] | {i})
        for out in (held[p] | {i}) - chosen:
            next_wish[out] += 1
            waiting.append(out)
        held[p] = chosen
    return {i: p for p, people in held.items() for i in people}
