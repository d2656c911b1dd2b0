"""Who is served, where people are ranked and nothing but units is scarce.

The sets of people that places can serve are the independent sets of a matroid (Edmonds
and Fulkerson 1965), so of all lists the one with the greatest ranks serves whom taking
people in their order would serve.  They need not be taken one by one.  Of the people down
to some rank as many are matched as can be.  Those whom exchanges join to somebody left
over, and the places these reach, are a *full part*: it has room for some of its own people
only, and everybody else down to that rank is served beside it (Dulmage and Mendelsohn
1958).  In the full part the line was drawn too low, beside it perhaps too high; both are
cut again, all parts by one maximum flow a round, until no rank is left to judge.  A flow
only adds to the matching of those already known to be served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.flow import push
from allocation.mechanisms.optimise.prices import distinct
from allocation.mechanisms.optimise.transport import Market


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Parts of a market, and how far down people are judged in each.

    Attributes
    ----------
    of_person, of_place
        Shape (people,), (places,): number of the part; 0 is that of people who go
        without, and has no places.
    turn
        Shape (people,): position of a person's rank, the greatest first; -1 where
        there is no choice but to serve.
    first, last
        Shape (parts,): people of turn ``first`` to ``last - 1`` are not judged yet, and
        those before are served.
    held
        Shape (wishes,): wishes that can be granted together, one for each of those served.
    """

    of_person: Ints
    of_place: Ints
    turn: Ints
    first: Ints
    last: Ints
    held: Bools

    @property
    def is_served(self) -> Bools:
        """Whether a person's turn is before those not judged, shape (people,)."""
        before: Bools = self.turn < self.first[self.of_person]
        return before

    @property
    def is_open(self) -> Bools:
        """Whether anybody is not judged yet, shape (parts,)."""
        unjudged: Bools = self.first < self.last
        return unjudged

    @property
    def middle(self) -> Ints:
        """Turn behind the better half of those not judged, shape (parts,)."""
        half: Ints = self.first + (self.last - self.first + 1) // 2
        return half

    def within(self, market: Market, wishes: Ints) -> Ints:
        """Return those of some wishes whose person and place are in the same part."""
        person, place = market.person[wishes], market.place[wishes]
        same: Ints = wishes[self.of_person[person] == self.of_place[place]]
        return same


def settle_winners(market: Market, rank: Ints) -> Market:
    """Tell who is served and who goes without, as far as ranks decide.

    Parameters
    ----------
    rank
        Shape (wishes,): rank of the wish's person.  Nobody of rank 0 or less is judged, nor
        are people of one rank between whom a full part has to choose.

    Returns
    -------
    Market
        With :attr:`Market.wins` for those whom every list of greatest ranks serves, and
        without wishes in :attr:`Market.contends` that no such list grants.
    """
    turn, n_turns = _turns(market, rank)
    parts = _Parts(
        np.ones_like(turn),
        np.ones_like(market.most),
        turn,
        np.array([0, 0]),
        np.array([0, n_turns]),
        np.zeros_like(market.contends),
    )
    wishes = np.flatnonzero(market.contends)
    while parts.is_open.any():
        parts = _cut(market, parts, wishes)
        wishes = parts.within(market, wishes)
    contends, wins = np.zeros_like(market.contends), np.zeros_like(market.wins)
    contends[wishes] = True
    wins[market.person[wishes]] = True
    return replace(market, contends=contends, wins=wins & parts.is_served)


def _turns(market: Market, rank: Ints) -> tuple[Ints, int]:
    """Give the ranks above 0 numbers from the greatest on; who has none comes after all."""
    of_person = np.zeros(len(market.must_serve), dtype=np.int64)
    of_person[market.person] = rank
    ranks = np.unique(of_person[of_person > 0])
    turn = np.where(of_person > 0, len(ranks) - 1 - np.searchsorted(ranks, of_person), len(ranks))
    turn[market.must_serve] = -1
    return turn, len(ranks)


def _cut(market: Market, parts: _Parts, wishes: Ints) -> _Parts:
    """Cut every open part at the middle of those not judged in it.

    Parameters
    ----------
    wishes
        Wishes of people for places of their own part.
    """
    person = market.person[wishes]
    in_part = parts.of_person[person]
    tried = wishes[parts.is_open[in_part] & (parts.turn[person] < parts.middle[in_part])]
    holds, people, places = _serve_all(market, parts, tried)
    divided = _divide(market, parts, people, places)
    # In a full part somebody may have given way: what was held before stands there.
    is_full = np.zeros(len(parts.turn), dtype=np.bool_)
    is_full[people] = True
    keeps = is_full[market.person[tried]]
    divided.held[tried[~keeps]] = holds[~keeps]
    return divided


def _serve_all(market: Market, parts: _Parts, wishes: Ints) -> tuple[Bools, Ints, Ints]:
    """Serve as many people as can be, beginning with what those served hold.

    Returns
    -------
    tuple
        Which of the wishes are granted; then the people and places, ascending, whom
        exchanges join to somebody left over.
    """
    n_people, n_places = len(market.must_serve), len(market.most)
    source, sink = n_people + n_places, n_people + n_places + 1
    person, place, holds = market.person[wishes], market.place[wishes], parts.held[wishes]
    asks = np.zeros(n_people, dtype=np.bool_)
    asks[person] = True
    asks[person[holds]] = False
    asking, where = np.flatnonzero(asks), distinct(place, n_places)
    room = market.most - np.bincount(place[holds], minlength=n_places)
    pushed = push(
        np.concatenate(
            [
                np.where(holds, n_people + place, person),
                np.full(len(asking), source),
                n_people + where,
            ]
        ),
        np.concatenate(
            [np.where(holds, person, n_people + place), asking, np.full(len(where), sink)]
        ),
        np.concatenate([np.ones(len(wishes) + len(asking), np.int64), room[where]]),
        source,
        sink,
        sink + 1,
    )
    is_moved = pushed.flow[: len(wishes)] > 0
    people, places = pushed.side[:n_people], pushed.side[n_people:source]
    return holds ^ is_moved, np.flatnonzero(people), np.flatnonzero(places)


def _divide(market: Market, parts: _Parts, people: Ints, places: Ints) -> _Parts:
    """Take full parts out of the parts they belong to.

    Parameters
    ----------
    people, places
        What they are made of.
    """
    n_parts = len(parts.first)
    of_person, of_place = parts.of_person[people], parts.of_place[places]
    is_served = parts.is_served[people]
    units = np.zeros(n_parts, dtype=np.int64)
    np.add.at(units, of_place, market.most[places])
    n_served = np.bincount(of_person[is_served], minlength=n_parts)
    # Those served may need all there is; or there is one rank left, whose people are alike.
    has_no_more = units <= n_served
    is_judged = has_no_more | (parts.middle == parts.first + 1)
    full = distinct(of_place, n_parts)
    number = np.zeros(n_parts, dtype=np.int64)
    number[full] = n_parts + np.arange(len(full))
    part_of_person, part_of_place = parts.of_person.copy(), parts.of_place.copy()
    part_of_person[people] = np.where(has_no_more[of_person] & ~is_served, 0, number[of_person])
    part_of_place[places] = number[of_place]
    last = np.where(is_judged, parts.first, parts.middle)
    return replace(
        parts,
        of_person=part_of_person,
        of_place=part_of_place,
        first=np.concatenate(
            [np.where(parts.is_open, parts.middle, parts.first), parts.first[full]]
        ),
        last=np.concatenate([parts.last, last[full]]),
        held=parts.held.copy(),
    )
