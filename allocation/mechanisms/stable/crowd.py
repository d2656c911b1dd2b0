"""The choice rules at all places at once, where categories are disjoint or nested.

The same rules as :mod:`allocation.mechanisms.stable.choice`, as a few sorts over whole
arrays: a largest set that reserve units can serve is found level by level of a chain,
keeping at each level the best of those who may use no further unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.mechanisms.stable.choice import NO_BAR, Mode

if TYPE_CHECKING:
    from allocation.instance import Bools, Ints
    from allocation.mechanisms.stable.choice import Book
    from allocation.mechanisms.stable.market import Market, PlaceRules


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Outcome for some entries; shape (entries,) each.

    Attributes
    ----------
    taken
        Whether the place takes the entry.
    labelled
        Whether it uses a reserve unit.
    """

    taken: Bools
    labelled: Bools


class Bars:
    """What an entry must beat to be taken, place by place; it only ever gets harder.

    Attributes
    ----------
    open
        Shape (m,): the worst open score taken where no seat is free.
    chain
        Shape (chains, levels): the worst reserved score among those whom an entry of
        that depth could push out, where it finds no free unit.
    """

    def __init__(self, rules: PlaceRules) -> None:
        self._rules = rules
        self.open = np.full(len(rules.capacity), NO_BAR)
        self.chain = np.full(rules.chain_units.shape, NO_BAR)
        self.general = np.where(rules.is_general, NO_BAR, -1)

    def passed(self, market: Market, entries: Ints) -> Bools:
        """Tell which entries their places would take now, at general places perhaps."""
        place, reserved_score = market.place[entries], market.reserved_score[entries]
        result: Bools = market.open_score[entries] < self.open[place]
        result |= market.is_entitled[entries] & (reserved_score < self.general[place])
        if self.chain.size:
            chain = market.chain[entries]
            may = np.flatnonzero((chain >= 0) & ~result)
            bar = self.chain[chain[may], market.depth[entries[may]]]
            result[may] = reserved_score[may] < bar
        return result

    def copy_from(self, place: int, book: Book) -> None:
        """Set the bars of a general place."""
        self.open[place], self.general[place] = book.open_bar(), book.reserved_bar()

    def raise_to(self, market: Market, entries: Ints, labelled: Bools, places: Ints) -> None:
        """Set the bars of some places from all that they hold."""
        rules, m = self._rules, len(self.open)
        place = market.place[entries]
        n_labelled = np.bincount(place[labelled], minlength=m)[places]
        soft = rules.mode[places] != Mode.HARD
        seats = np.where(soft, rules.capacity[places] - n_labelled, rules.n_open[places])
        seated = np.bincount(place[~labelled], minlength=m)[places]
        worst = np.full(m, -1, dtype=np.int64)
        np.maximum.at(worst, place[~labelled], market.open_score[entries[~labelled]])
        self.open[places] = np.where(seated >= seats, worst[places], NO_BAR)
        if self.chain.size:
            self._raise_chains(market, entries[labelled], places)

    def _raise_chains(self, market: Market, users: Ints, places: Ints) -> None:
        units = self._rules.chain_units
        touched = np.zeros(len(self.open), dtype=np.bool_)
        touched[places] = True
        chains = np.flatnonzero(touched[self._rules.chain_place])
        local = np.zeros(len(units), dtype=np.int64)
        local[chains] = np.arange(len(chains))
        at = (local[market.chain[users]], market.depth[users])
        number = np.zeros((len(chains), units.shape[1]), dtype=np.int64)
        worst = np.full(number.shape, -1, dtype=np.int64)
        np.add.at(number, at, 1)
        np.maximum.at(worst, at, market.reserved_score[users])
        is_full = np.cumsum(number, axis=1) >= units[chains]
        worst = np.maximum.accumulate(worst, axis=1)
        bar = np.full(len(chains), NO_BAR)
        for level in range(units.shape[1] - 1, -1, -1):
            bar = np.where(is_full[:, level], worst[:, level], bar)
            self.chain[chains, level] = bar


def choose_at_places(market: Market, entries: Ints) -> Chosen:
    """Choose at every place among the entries that ask for it.

    Parameters
    ----------
    entries
        Entries at places that are not general, in any order, each once.
    """
    rules = market.rules
    place = market.place[entries]
    order = _Order(place, market.open_score[entries])
    first = np.zeros(len(entries), dtype=np.bool_)
    above = rules.mode[place] == Mode.OVER_AND_ABOVE
    if above.any():
        first = order.best(above, rules.n_open)
    labelled = np.zeros(len(entries), dtype=np.bool_)
    competing = np.flatnonzero((market.chain[entries] >= 0) & ~first)
    labelled[competing] = _served(market, entries[competing])
    given = np.bincount(place[first | labelled], minlength=len(rules.capacity))
    seats = np.where(rules.mode == Mode.HARD, rules.n_open, rules.capacity - given)
    rest = order.best(~first & ~labelled, seats)
    return Chosen(first | labelled | rest, labelled)


def label_units(market: Market, entries: Ints) -> Ints:
    """Name the reserve whose unit each taken entry uses, -1 for none.

    Parameters
    ----------
    entries
        All that places which are not general hold.

    Returns
    -------
    Ints
        One per entry: index of a reserve of the instance.  Innermost units go first, to
        the best by the reserved order.
    """
    rules = market.rules
    label = np.full(len(entries), -1, dtype=np.int64)
    users = np.flatnonzero(choose_at_places(market, entries).labelled)
    chain, depth = market.chain[entries[users]], market.depth[entries[users]]
    order = _Order(chain, market.reserved_score[entries[users]])
    waiting = np.ones(len(users), dtype=np.bool_)
    units = np.diff(rules.chain_units, axis=1, prepend=0)
    members = [
        [*(int(rules.reserve[rules.start[p] + k]) for k in chain), *[-1] * units.shape[1]]
        for p, chain in zip(rules.chain_place.tolist(), rules.chain_reserves, strict=True)
    ]
    for level in range(units.shape[1] - 1, -1, -1):
        served = order.best(waiting & (depth >= level), units[:, level])
        reserve = np.array([row[level] for row in members], dtype=np.int64)
        label[users[served]] = reserve[chain[served]]
        waiting &= ~served
    return label


def _served(market: Market, entries: Ints) -> Bools:
    """Tell which entries are in the best set that reserve units can serve."""
    units = market.rules.chain_units
    depth = market.depth[entries]
    order = _Order(market.chain[entries], market.reserved_score[entries])
    kept = np.ones(len(entries), dtype=np.bool_)
    for level in range(units.shape[1]):
        inside = kept & (depth <= level)
        kept &= ~inside | order.best(inside, units[:, level])
    return kept


class _Order:
    """Items sorted by group, within a group by score."""

    def __init__(self, group: Ints, score: Ints) -> None:
        self._rows = _sorted(group, score)
        self._group = group[self._rows]
        is_first = np.ones(len(group), dtype=np.bool_)
        is_first[1:] = self._group[1:] != self._group[:-1]
        self._start = np.maximum.accumulate(np.where(is_first, np.arange(len(group)), 0))

    def best(self, among: Bools, limit: Ints) -> Bools:
        """Tell which of some items are among the best ``limit[group]`` of their group."""
        inside = among[self._rows]
        number = np.cumsum(inside)
        before: Ints = (number - inside)[self._start]
        result = np.zeros(len(inside), dtype=np.bool_)
        result[self._rows] = inside & (number - before <= limit[self._group])
        return result


def _sorted(group: Ints, score: Ints) -> Ints:
    width = int(score.max(initial=0)) + 1
    if (int(group.max(initial=0)) + 1) * width < NO_BAR:
        return np.argsort(group * width + score)
    return np.lexsort((score, group))
