"""Did people choose in turn?  Looked for anew: a better place that costs nobody an award.

With who is served settled, the first in turn has the best place that leaves everybody
served, then the second, and so on.  A counterexample is a chain: somebody moves to a place
they rank better, its holder, who chooses later, moves on to another place on their own
list, and so forth, until a unit is free or the first one's old place is filled.  Where
what is left to people (:mod:`allocation.checker.left`) holds no such chain, none is lawful:
that is arithmetic.  A chain there is is tried against every rule and every level; what
these forbid is counted as open, because another chain might be lawful.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fairness import find_claims
from allocation.checker.fields import ids_of
from allocation.checker.left import left_by_units
from allocation.checker.levels import turn_of
from allocation.checker.report import Violation
from allocation.checker.standing import Exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.checker.hard import HardRules
    from allocation.checker.left import Left
    from allocation.checker.standing import Standing
    from allocation.checker.valuation import Valuation
    from allocation.instance import Bools, Ints

_BATCH = 1000

Move = tuple[int, int]
"""The award somebody leaves and the application they get."""


def check_turns(
    standing: Standing, rules: HardRules, valuation: Valuation, left: Left | None = None
) -> tuple[list[Violation], dict[str, int]]:
    """Look for somebody served who could have had a place they rank better.

    Parameters
    ----------
    left
        What the proof of the levels above leaves to choose; without it, whatever the
        units leave.

    Returns
    -------
    list
        ``check_turn`` for each such application.
    dict
        ``n_better_wishes``, the wishes ranked above what somebody served got, and
        ``n_better_wishes_open``, those of them that no arithmetic excludes.
    """
    claims = _claims_of_served(standing)
    # Short ones together: a batch is as wide as its longest chain.
    chains = sorted(_chains(standing, claims, left or left_by_units(standing)), key=len)
    claimed = np.array([chain[0][1] for chain in chains], dtype=np.int64)
    possible = np.zeros(len(chains), dtype=np.bool_)
    for at in range(0, len(chains), _BATCH):
        exchanges = _as_exchanges(chains[at : at + _BATCH])
        rule, _ = rules.broken(exchanges)
        lawful = np.flatnonzero(rule < 0)
        gains = valuation.sums(exchanges.take(lawful))
        possible[at + lawful] = ~(gains != 0).any(axis=1)
    violations = [
        Violation("check_turn", ids_of(standing.instance, row))
        for row in np.sort(claimed[possible]).tolist()
    ]
    counts = {
        "n_better_wishes": len(claims),
        "n_better_wishes_open": len(chains) - int(possible.sum()),
    }
    return violations, counts


def _claims_of_served(standing: Standing) -> Ints:
    applicant = standing.instance.applications.applicant
    claims = find_claims(standing)
    return claims[np.isin(applicant[claims], applicant[standing.awards])]


def _chains(standing: Standing, claims: Ints, left: Left) -> Iterator[list[Move]]:
    """Yield for each claim that may be granted a chain, the claimant's move first.

    People are taken from the last in turn to the first, so that only those who choose
    later may move.
    """
    instance, app = standing.instance, standing.instance.applications
    award_of = {
        int(app.applicant[row]): row
        for row in standing.awards[left.may_change[standing.awards]].tolist()
    }
    wished = _by_person(standing, np.flatnonzero(left.may_change))
    claimed = _by_person(standing, claims[left.may_change[claims] & ~left.refused[claims]])
    graph = _Moves(app.place, left)
    turn = turn_of(instance)
    for i in sorted(award_of, key=lambda i: -int(turn[i])):
        award = award_of[i]
        for row in claimed[i]:
            path = graph.path(int(app.place[row]), int(app.place[award]))
            if path is not None:
                yield [(award, row), *path]
        graph.add(award, wished[i])


def _by_person(standing: Standing, rows: Ints) -> defaultdict[int, list[int]]:
    applicant = standing.instance.applications.applicant
    found: defaultdict[int, list[int]] = defaultdict(list)
    for i, row in zip(applicant[rows].tolist(), rows.tolist(), strict=True):
        found[i].append(row)
    return found


class _Moves:
    """Places, and the moves between them of people who choose later.

    One place more is the rest of the list: a place that may gain an award leads there, and
    from there it goes on to a place that may lose one.
    """

    def __init__(self, place: Ints, left: Left) -> None:
        self._place = place.tolist()
        self._rest = len(left.may_gain)
        # Sets of places as the bits of one number each.
        self._into = [0] * len(left.may_gain) + [_as_set(left.may_gain)]
        self._onto = [0] * len(left.may_lose) + [_as_set(left.may_lose)]
        self._to_rest = _Reach(self._rest, self._into)
        self._from_rest = _Reach(self._rest, self._onto)
        self._straight: dict[int, _Reach] = {}
        self._out: defaultdict[int, dict[int, Move]] = defaultdict(dict)

    def add(self, award: int, wishes: list[int]) -> None:
        """Let one more person move."""
        self._straight.clear()
        here = self._place[award]
        for row in wishes:
            there = self._place[row]
            if there != here and there not in self._out[here]:
                self._out[here][there] = (award, row)
                self._into[there] |= 1 << here
                self._onto[here] |= 1 << there
                self._to_rest.link(here, there)
                self._from_rest.link(there, here)

    def path(self, place: int, left: int) -> list[Move] | None:
        """Find moves that make up for an award more at a place and one less at another."""
        leads_out = self._to_rest.holds(place)
        if leads_out and self._from_rest.holds(left):
            return self._along(self._by_the_rest(place, left))
        if not leads_out and self._to_rest.holds(left):
            # What leads there would lead out.
            return None
        if left not in self._straight:  # a person's wishes all leave the same place
            # No way leads by the rest here: neither does it by places that do.
            beyond = self._to_rest if self._from_rest.holds(left) else self._from_rest
            self._straight[left] = _Reach(left, self._into, beyond.places)
        straight = self._straight[left]
        return self._along(straight.way(place)) if straight.holds(place) else None

    def _by_the_rest(self, place: int, left: int) -> list[int]:
        """Go out to the rest and in again, or straight on where the two ways meet."""
        out = self._to_rest.way(place)
        back = self._from_rest.way(left)[::-1]
        for at, met in enumerate(out):
            if met in back:
                return [*out[:at], *back[back.index(met) :]]
        raise AssertionError  # both pass the rest

    def _along(self, way: list[int]) -> list[Move]:
        return [self._out[a][b] for a, b in pairwise(way) if self._rest not in (a, b)]


class _Reach:
    """Places from which a way leads to a goal, each with the next place on it.

    Ways by places outside are left out.
    """

    def __init__(self, goal: int, beside: list[int], outside: int = 0) -> None:
        self._goal = goal
        self._beside = beside
        self._outside = outside
        self._next: dict[int, int] = {}
        self.places = 1 << goal
        self._grow(goal)

    def holds(self, place: int) -> bool:
        """Tell whether a way leads from a place."""
        return bool(self.places >> place & 1)

    def link(self, place: int, other: int) -> None:
        """Let it go from a place to another."""
        if self.holds(other) and not self.holds(place):
            self.places |= 1 << place
            self._next[place] = other
            self._grow(place)

    def way(self, place: int) -> list[int]:
        """Return the places from one to the goal."""
        found = [place]
        while place != self._goal:
            place = self._next[place]
            found.append(place)
        return found

    def _grow(self, start: int) -> None:
        front = [start]
        for place in front:
            grown = self._beside[place] & ~(self.places | self._outside)
            self.places |= grown
            while grown:
                lowest = grown & -grown
                before = lowest.bit_length() - 1
                self._next[before] = place
                front.append(before)
                grown ^= lowest


def _as_set(member: Bools) -> int:
    return sum(1 << p for p in np.flatnonzero(member).tolist())


def _as_exchanges(chains: list[list[Move]]) -> Exchanges:
    width = max(len(chain) for chain in chains)
    removed = np.full((len(chains), width), -1, dtype=np.int64)
    added = removed.copy()
    for e, chain in enumerate(chains):
        removed[e, : len(chain)] = [move[0] for move in chain]
        added[e, : len(chain)] = [move[1] for move in chain]
    return Exchanges(removed, added)
