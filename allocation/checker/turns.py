"""Did people choose in turn?  Looked for anew: a better place that costs nobody an award.

With who is served settled, the first in turn has the best place that leaves everybody
served, then the second, and so on.  A counterexample is a chain: somebody moves to a place
they rank better, its holder, who chooses later, moves on to another place on their own
list, and so forth, until a unit is free or the first one's old place is filled.  Where not
even the units alone leave such a chain, none is lawful: that is arithmetic.  A chain the
units leave is tried against every rule and every level; what these forbid is counted as
open, because another chain might be lawful.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fairness import find_claims
from allocation.checker.fields import ids_of
from allocation.checker.levels import turn_of
from allocation.checker.report import Violation
from allocation.checker.standing import Exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.checker.hard import HardRules
    from allocation.checker.standing import Standing
    from allocation.checker.valuation import Valuation
    from allocation.instance import Ints

_BATCH = 1000

Move = tuple[int, int]
"""The award somebody leaves and the application they get."""


def check_turns(
    standing: Standing, rules: HardRules, valuation: Valuation
) -> tuple[list[Violation], dict[str, int]]:
    """Look for somebody served who could have had a place they rank better.

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
    chains = sorted(_chains(standing, claims), key=len)
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


def _chains(standing: Standing, claims: Ints) -> Iterator[list[Move]]:
    """Yield for each claim that the units allow a chain, the claimant's move first.

    People are taken from the last in turn to the first, so that only those who choose
    later may move.
    """
    instance, app = standing.instance, standing.instance.applications
    award_of = dict(
        zip(app.applicant[standing.awards].tolist(), standing.awards.tolist(), strict=True)
    )
    by_person: defaultdict[int, list[int]] = defaultdict(list)
    for row in claims.tolist():
        by_person[int(app.applicant[row])].append(row)
    wishes = _wishes_of(standing)
    graph = _Moves(standing)
    turn = turn_of(instance)
    for i in sorted(award_of, key=lambda i: -int(turn[i])):
        award = award_of[i]
        for row in by_person[i]:
            path = graph.path(int(app.place[row]), int(app.place[award]))
            if path is not None:
                yield [(award, row), *path]
        graph.add(award, wishes[i])


def _wishes_of(standing: Standing) -> defaultdict[int, list[int]]:
    app, mine = standing.instance.applications, standing.stage.applications
    served = np.isin(app.applicant[mine], app.applicant[standing.awards])
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in mine[served & app.eligible[mine]].tolist():
        found[int(app.applicant[row])].append(row)
    return found


class _Moves:
    """Places, and the moves between them of people who choose later."""

    def __init__(self, standing: Standing) -> None:
        self._place = standing.instance.applications.place.tolist()
        free = standing.at_place < standing.instance.places.capacity
        self._is_free: list[bool] = free.tolist()
        # Sets of places as the bits of one number each.
        self._into = [0] * len(free)
        self._leads_to_free = sum(1 << p for p in np.flatnonzero(free).tolist())
        self._out: defaultdict[int, dict[int, Move]] = defaultdict(dict)
        self._next_to_free: dict[int, int] = {}

    def add(self, award: int, wishes: list[int]) -> None:
        """Let one more person move."""
        here = self._place[award]
        for row in wishes:
            there = self._place[row]
            if there != here and there not in self._out[here]:
                self._out[here][there] = (award, row)
                self._into[there] |= 1 << here
        if self._leads_to_free >> here & 1:
            return
        for there in self._out[here]:
            if self._leads_to_free >> there & 1:
                self._next_to_free[here] = there
                self._leads_to_free = self._leading_to(
                    self._leads_to_free | 1 << here, here, self._next_to_free
                )
                return

    def path(self, place: int, left: int) -> list[Move] | None:
        """Find moves from a place to a free unit, or to the place that is left."""
        if self._leads_to_free >> place & 1:
            return self._walk(place, left, self._next_to_free)
        if self._leads_to_free >> left & 1:
            # What leads there would lead to a free unit.
            return None
        onward: dict[int, int] = {}
        reached = self._leading_to(self._leads_to_free | 1 << left, left, onward)
        return self._walk(place, left, onward) if reached >> place & 1 else None

    def _leading_to(self, found: int, goal: int, onward: dict[int, int]) -> int:
        """Add to a set of places all from which moves lead to the goal; note where each leads."""
        front = [goal]
        for place in front:
            grown = self._into[place] & ~found
            found |= grown
            while grown:
                lowest = grown & -grown
                before = lowest.bit_length() - 1
                onward[before] = place
                front.append(before)
                grown ^= lowest
        return found

    def _walk(self, place: int, left: int, onward: dict[int, int]) -> list[Move]:
        moves: list[Move] = []
        while place != left and not self._is_free[place]:
            there = onward[place]
            moves.append(self._out[place][there])
            place = there
        return moves


def _as_exchanges(chains: list[list[Move]]) -> Exchanges:
    width = max(len(chain) for chain in chains)
    removed = np.full((len(chains), width), -1, dtype=np.int64)
    added = removed.copy()
    for e, chain in enumerate(chains):
        removed[e, : len(chain)] = [move[0] for move in chain]
        added[e, : len(chain)] = [move[1] for move in chain]
    return Exchanges(removed, added)
