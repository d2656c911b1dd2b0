"""Applicant-proposing deferred acceptance (Gale and Shapley 1962).

Everybody without a place asks for the best one on their list that has not turned them
down; every place keeps, by its choice rule, the best of those it holds and those who
ask.  With rules that have the substitutes property the order of asking does not matter
(McVitie and Wilson 1971), so crowds ask in rounds of whole arrays, stragglers one by one,
and entries a place is bound to turn down are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.mechanisms.stable.choice import Book, Mode, Offer
from allocation.mechanisms.stable.crowd import Bars, choose_at_places, label_units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.instance import Ints
    from allocation.mechanisms.stable.market import Market

_FEW = 200
_SHARE = 1000
"""Rounds end when fewer than this many agents, or one in so many, are without a place:
then asking one by one costs less than another pass over all that places hold."""


def match_agents(market: Market) -> Ints:
    """Match agents to places.

    Parameters
    ----------
    market
        The agents and the rules.

    Returns
    -------
    Ints
        Entries that end in a place, ascending: the stable match that every agent likes
        best.
    """
    return _Rounds(market).run()


def label_matched(market: Market, entries: Ints) -> Ints:
    """Name the reserve whose unit each matched entry uses.

    Parameters
    ----------
    entries
        All that end in a place.

    Returns
    -------
    Ints
        One per entry: index of a reserve of the instance, -1 for an open or reverted unit.
    """
    place = market.place[entries]
    general = market.rules.is_general[place]
    label = np.full(len(entries), -1, dtype=np.int64)
    label[~general] = label_units(market, entries[~general])
    # Others have no part in who uses a unit, unless they keep a beneficiary from an open one.
    above = market.rules.mode[place] == Mode.OVER_AND_ABOVE
    concerned = np.flatnonzero(general & (market.is_entitled[entries] | above))
    books = _Books(market)
    position = dict(zip(entries[concerned].tolist(), concerned.tolist(), strict=True))
    by_order = concerned[np.argsort(market.reserved_score[entries[concerned]])]
    for entry in entries[by_order].tolist():
        books.offer(entry)
    for p, book in books.opened.items():
        start = int(market.rules.start[p])
        for entry, reserve in book.choice().labels.items():
            if reserve >= 0:
                label[position[entry]] = market.rules.reserve[start + reserve]
    return label


class _Books:
    """Books of single places, opened when first needed."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.opened: dict[int, Book] = {}
        self._place = _view(market.place)
        self._agent = _view(market.agent)
        self._standing = _view(market.standing)
        self._open = _view(market.open_score)
        self._reserved = _view(market.reserved_score)
        self._holders: dict[int, list[int]] = {}

    def take_over(self, holders: Ints) -> None:
        """Remember what places hold, for books that open later."""
        order = np.argsort(self._market.place[holders], kind="stable")
        places, first = np.unique(self._market.place[holders[order]], return_index=True)
        parts = np.split(holders[order], first[1:]) if len(places) else []
        self._holders = dict(zip(places.tolist(), (part.tolist() for part in parts), strict=True))

    def offer(self, entry: int) -> int:
        """Put an entry to its place; return the one turned down for it, -1 for none."""
        place = self._place[entry]
        book = self.opened.get(place)
        if book is None:
            book = self.opened[place] = Book(self._market.rules.rule_of(place))
            for holder in self._holders.pop(place, ()):
                book.offer(self._offer(holder))
        out = book.offer(self._offer(entry))
        return -1 if out is None else out.who

    def held(self) -> Iterable[int]:
        """List all that places hold."""
        for book in self.opened.values():
            yield from book.choice().labels
        for entries in self._holders.values():
            yield from entries

    def _offer(self, entry: int) -> Offer:
        usable = self._market.usable(self._place[entry], self._standing[self._agent[entry]])
        return Offer(entry, self._open[entry], self._reserved[entry], usable)


class _Rounds:
    """Rounds in which all who have no place ask at once."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._next = market.start[:-1].copy()
        self._end = market.start[1:]
        self._holders = np.empty(0, dtype=np.int64)
        self._bars = Bars(market.rules)
        self._books = _Books(market)

    def run(self) -> Ints:
        asking = np.flatnonzero(self._next < self._end)
        few = max(_FEW, len(asking) // _SHARE)
        while len(asking) > few:
            asking = self._ask(self._pass_over(asking))
        self._books.take_over(self._holders)
        self._one_by_one(asking.tolist())
        return np.sort(np.fromiter(self._books.held(), dtype=np.int64))

    def _pass_over(self, asking: Ints) -> Ints:
        """Move everybody to an entry that would be taken now; drop who has none."""
        ready = [np.empty(0, dtype=np.int64)]
        while len(asking):
            passed = self._bars.passed(self._market, self._next[asking])
            ready.append(asking[passed])
            asking = asking[~passed]
            self._next[asking] += 1
            asking = asking[self._next[asking] < self._end[asking]]
        return np.concatenate(ready)

    def _ask(self, asking: Ints) -> Ints:
        """Let agents ask; return those who are without a place now and have wishes left."""
        entries = self._next[asking]
        general = self._market.rules.is_general[self._market.place[entries]]
        refused: Ints = np.concatenate(
            [self._at_books(entries[general]), self._crowd(entries[~general])]
        )
        agents = self._market.agent[refused]
        self._next[agents] = refused + 1
        return agents[self._next[agents] < self._end[agents]]

    def _at_books(self, entries: Ints) -> Ints:
        """Offer entries one by one; return those turned down."""
        out = np.array([self._books.offer(entry) for entry in entries.tolist()], dtype=np.int64)
        for place in np.unique(self._market.place[entries]).tolist():
            self._bars.copy_from(place, self._books.opened[place])
        refused: Ints = out[out >= 0]
        return refused

    def _crowd(self, entries: Ints) -> Ints:
        """Choose anew at every place that is asked; return the entries turned down."""
        market = self._market
        asked = np.zeros(len(market.rules.capacity), dtype=np.bool_)
        asked[market.place[entries]] = True
        concerned = asked[market.place[self._holders]]
        entries = np.concatenate([self._holders[concerned], entries])
        chosen = choose_at_places(market, entries)
        taken = entries[chosen.taken]
        self._holders = np.concatenate([self._holders[~concerned], taken])
        labelled = chosen.labelled[chosen.taken]
        self._bars.raise_to(market, taken, labelled, np.flatnonzero(asked))
        return entries[~chosen.taken]

    def _one_by_one(self, asking: list[int]) -> None:
        following, end = _view(self._next), _view(self._end)
        agent_of, offer = _view(self._market.agent), self._books.offer
        while asking:
            agent = asking.pop()
            entry = following[agent]
            if entry < end[agent]:
                refused = offer(entry)
                if refused >= 0:
                    agent = agent_of[refused]
                    following[agent] = refused + 1
                    asking.append(agent)


def _view(values: Ints) -> memoryview[int]:
    """Look at an array number by number, as plain integers; faster than the array itself."""
    view: memoryview[int] = memoryview(values)  # type: ignore[arg-type]
    return view
