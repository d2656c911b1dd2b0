"""One stage as a market in arrays: who asks where, in which order, by which rule.

An *agent* is an applicant within one exclusive group, with a strict list of places; an
applicant of two groups is two agents.  An *entry* is one line of an agent's list.
Entries stand agent by agent in order of preference.

Reserves of a place whose categories are disjoint or nested form *chains*: from the
outermost category inwards each contains the next.  An entry that qualifies at depth d
may use the units of levels 0 to d, so a set of entries can be served exactly when for
every level those of at most that depth are no more than the units up to it (Hall).
That is what makes such places fast; a place with other overlaps is *general*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from allocation.mechanisms.stable.choice import Mode, Rule
from allocation.rules.order import pool_scores

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Stage
    from allocation.rules.place_units import PlaceUnits

Chains = tuple[tuple[int, ...], ...]
"""Positions of a place's reserves, chain by chain, the outermost category first."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceRules:
    """The choice rules of all places.

    Attributes
    ----------
    capacity, mode, n_open
        Shape (m,): units, :class:`Mode`, and units that no reserve keeps.
    is_general
        Shape (m,): the categories of the place overlap without being nested.
    reserve, units
        Reserves (indices of the instance) and their units, place by place; those of
        place p are ``start[p]:start[p + 1]``.
    chain_place, chain_units
        Place of each chain; units up to each level, shape (chains, levels).
    chain_reserves
        Positions of each chain's reserves among those of its place, outermost first.
    """

    capacity: Ints
    mode: Ints
    n_open: Ints
    is_general: Bools
    start: Ints
    reserve: Ints
    units: Ints
    chain_place: Ints
    chain_units: Ints
    chain_reserves: tuple[tuple[int, ...], ...]

    def rule_of(self, place: int) -> Rule:
        """Return the rule of one place."""
        units = self.units[self.start[place] : self.start[place + 1]]
        return Rule(Mode(int(self.mode[place])), int(self.capacity[place]), tuple(units.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Agents, their lists and the rules of places.

    Attributes
    ----------
    row, agent, place
        Application, agent and place of each entry; shape (e,).
    start
        Entries of agent a are ``start[a]:start[a + 1]``.
    open_score, reserved_score
        Shape (e,), smaller first; they compare within a place.
    chain, depth
        Chain of reserves the entry may use and how far inwards; -1 for none, and at
        general places.  Shape (e,).
    is_entitled
        Whether the entry may use some reserve of its place; shape (e,).
    standing
        Per agent which sets of beneficiaries it is in, as one number; shape (agents,).
    usable
        Place and standing -> positions of the reserves that may be used.
    rules
        The choice rules of all places.
    """

    row: Ints
    agent: Ints
    start: Ints
    place: Ints
    open_score: Ints
    reserved_score: Ints
    chain: Ints
    depth: Ints
    is_entitled: Bools
    standing: Ints
    usable: Callable[[int, int], tuple[int, ...]]
    rules: PlaceRules


def build_market(
    instance: Instance, stage: Stage, rows: Ints, units: PlaceUnits, disabled_only: Bools
) -> Market:
    """Build the market of a stage.

    Parameters
    ----------
    rows
        Applications that may be awarded, ascending.
    units
        Reserve units by place.
    disabled_only
        Shape (m,): sites kept for disabled holders; their units never revert.
    """
    row, agent, start = agents_of(instance, rows)
    app = instance.applications
    place, who = app.place[row], app.applicant[row]
    open_score = pool_scores(instance, stage.kinds, "open", row)
    reserved_score = open_score
    if len(units.place):
        reserved_score = pool_scores(instance, stage.kinds, "reserved", row)
    categories = _Categories(instance, np.unique(units.reserve))
    rules, chain_of, level_of = _place_rules(instance, units, disabled_only, categories)
    chain = np.full(len(row), -1, dtype=np.int64)
    depth = np.full(len(row), -1, dtype=np.int64)
    is_entitled = np.zeros(len(row), dtype=np.bool_)
    for c, members in enumerate(categories.members):
        inside = members[who]
        is_entitled |= inside & categories.at_place(c, units)[place]
        level = level_of[c][place]
        deeper = inside & (level > depth)
        depth[deeper] = level[deeper]
        chain[deeper] = chain_of[c][place[deeper]]
    standing, sets = categories.standings()
    return Market(
        row=row,
        agent=agent,
        start=start,
        place=place,
        open_score=open_score,
        reserved_score=reserved_score,
        chain=chain,
        depth=depth,
        is_entitled=is_entitled,
        standing=standing[who[start[:-1]]],
        usable=_usable(rules, categories, sets),
        rules=rules,
    )


def agents_of(instance: Instance, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Order applications agent by agent.

    Parameters
    ----------
    rows
        Applications, ascending: by applicant, within an applicant by preference.

    Returns
    -------
    tuple
        The applications, the agent of each, and where each agent's begin (one more).

    Raises
    ------
    ValueError
        When a kind stands in two exclusive groups, which no scenario may say.
    """
    app, kinds = instance.applications, instance.places.kind.astype(str)
    n_groups = len(instance.exclusive_groups)
    group_of = np.full(len(kinds), n_groups, dtype=np.int64)
    for g, members in enumerate(instance.exclusive_groups):
        inside = np.isin(kinds, members)
        if (group_of[inside] < n_groups).any():
            raise ValueError("a kind in two exclusive groups has no one list of wishes")
        group_of[inside] = g
    group = group_of[app.place[rows]]
    key = app.applicant[rows] * (n_groups + 1) + group
    if (np.diff(key) < 0).any():
        order = np.argsort(key, kind="stable")
        rows, key, group = rows[order], key[order], group[order]
    # A kind in no group excludes nothing: each application there stands for itself.
    is_first = np.ones(len(rows), dtype=np.bool_)
    is_first[1:] = (key[1:] != key[:-1]) | (group[1:] == n_groups)
    start = np.append(np.flatnonzero(is_first), len(rows)).astype(np.int64)
    return rows, np.cumsum(is_first) - 1, start


class _Categories:
    """Distinct sets of beneficiaries and how they lie to each other."""

    def __init__(self, instance: Instance, reserves: Ints) -> None:
        self._n_people, self._n_places = len(instance.applicants.id), len(instance.places.id)
        self.members: list[Bools] = []
        self.of_reserve: dict[int, int] = {}
        seen: dict[int, int] = {}
        for g in reserves.tolist():
            members = instance.reserves[g].beneficiaries
            if id(members) not in seen:
                seen[id(members)] = self._enter(members)
            self.of_reserve[g] = seen[id(members)]
        self.chains = cache(self._chains)

    def at_place(self, category: int, units: PlaceUnits) -> Bools:
        """Tell at which places a reserve of the category has units; shape (m,)."""
        result = np.zeros(self._n_places, dtype=np.bool_)
        own = [g for g, c in self.of_reserve.items() if c == category]
        result[units.place[np.isin(units.reserve, own)]] = True
        return result

    def standings(self) -> tuple[Ints, Sequence[frozenset[int]]]:
        """Return, as a number each, the set of categories every applicant is in; and the sets."""
        number = np.zeros(self._n_people, dtype=np.int64)
        sets: list[frozenset[int]] = [frozenset()]
        for c, members in enumerate(self.members):
            found, number = np.unique(2 * number + members, return_inverse=True)
            sets = [sets[f // 2] | ({c} if f % 2 else set()) for f in found.tolist()]
        return number, sets

    def _enter(self, members: Bools) -> int:
        for c, known in enumerate(self.members):
            if np.array_equal(known, members):
                return c
        self.members.append(members)
        return len(self.members) - 1

    def _chains(self, categories: tuple[int, ...]) -> Chains | None:
        """Group reserves (by category) into chains; ``None`` where they are not nested."""
        size = {c: int(self.members[c].sum()) for c in categories}
        order = sorted(range(len(categories)), key=lambda k: (-size[categories[k]], k))
        chains: list[list[int]] = []
        for k in order:
            inner = self.members[categories[k]]
            touching = [
                chain for chain in chains if (self.members[categories[chain[0]]] & inner).any()
            ]
            if not touching:
                chains.append([k])
            elif len(touching) > 1 or (inner & ~self.members[categories[touching[0][-1]]]).any():
                return None
            else:
                touching[0].append(k)
        return tuple(tuple(chain) for chain in chains)


def _place_rules(
    instance: Instance, units: PlaceUnits, disabled_only: Bools, categories: _Categories
) -> tuple[PlaceRules, Sequence[Ints], Sequence[Ints]]:
    """Return the rules, and per category the chain and level it means at each place."""
    m = len(instance.places.id)
    start = np.searchsorted(units.place, np.arange(m + 1))
    chain_of = [np.full(m, -1, dtype=np.int64) for _ in categories.members]
    level_of = [np.full(m, -1, dtype=np.int64) for _ in categories.members]
    is_general = np.zeros(m, dtype=np.bool_)
    chain_place: list[int] = []
    chain_units: list[list[int]] = []
    chain_reserves: list[tuple[int, ...]] = []
    for p in np.unique(units.place).tolist():
        here = slice(int(start[p]), int(start[p + 1]))
        own = tuple(categories.of_reserve[g] for g in units.reserve[here].tolist())
        chains = categories.chains(own)
        is_general[p] = chains is None
        for chain in chains or ():
            for level, k in enumerate(chain):
                chain_of[own[k]][p], level_of[own[k]][p] = len(chain_place), level
            chain_place.append(p)
            chain_units.append(np.cumsum(units.units[here][list(chain)]).tolist())
            chain_reserves.append(chain)
    depth = max((len(row) for row in chain_units), default=0)
    padded = [row + row[-1:] * (depth - len(row)) for row in chain_units]
    capacity = instance.places.capacity
    kept = np.bincount(units.place, weights=units.units, minlength=m).astype(np.int64)
    rules = PlaceRules(
        capacity=capacity,
        mode=np.where(disabled_only, int(Mode.HARD), _modes(instance)),
        n_open=capacity - kept,
        is_general=is_general,
        start=start,
        reserve=units.reserve,
        units=units.units,
        chain_place=np.array(chain_place, dtype=np.int64),
        chain_units=np.array(padded, dtype=np.int64).reshape(len(padded), depth),
        chain_reserves=tuple(chain_reserves),
    )
    return rules, chain_of, level_of


def _modes(instance: Instance) -> Ints:
    """Return the mode of each place: the one its kind's reserves share."""
    mode = np.full(len(instance.places.id), int(Mode.MINIMUM_GUARANTEE), dtype=np.int64)
    for reserve in instance.reserves:
        if reserve.hard or reserve.over_and_above:
            mode[reserve.places] = Mode.HARD if reserve.hard else Mode.OVER_AND_ABOVE
    return mode


def _usable(
    rules: PlaceRules, categories: _Categories, sets: Sequence[frozenset[int]]
) -> Callable[[int, int], tuple[int, ...]]:
    """Return what tells the reserves of a place that people of a standing may use."""

    @cache
    def usable(place: int, standing: int) -> tuple[int, ...]:
        reserves = rules.reserve[rules.start[place] : rules.start[place + 1]].tolist()
        mine = sets[standing]
        return tuple(k for k, g in enumerate(reserves) if categories.of_reserve[g] in mine)

    return usable
