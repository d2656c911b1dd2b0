"""The site plan: which candidate sites open, and for whom, before anybody is matched.

Spacing, density and openings tie sites together, and no rule that matches people keeps
them and is fair and strategy-proof (Kimura et al. 2023, arXiv 2309.10968).  So a plan fixes the
sites first.  It looks at places alone, so that nobody's list can change it; a scenario
may let it look at the number of applications per site (``plan_by = "demand"``), and
then lists are truthful only for a given plan.  No fact about a person is in it.

Every opened site has a class.  ``open``: any holder, with the full spacing.  Kept for
disabled holders: their relaxed spacing, nobody else; such sites count towards the
reserve that covers every disabled applicant and are never more than its units.  The
plan is lawful whichever of its sites find a holder.

Levels: most sites opened; least shortfall of reserve units in their scopes; fewest
sites kept for disabled holders; with ``demand``, most opened units that somebody asked
for; most townships with a site of the kind; then the key, which leaves one plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from allocation.build.frames import township_key
from allocation.draw import key_matrix
from allocation.mechanisms.independent_set import (
    HeaviestSet,
    clique_rows,
    conflict_graph,
    heaviest_independent_set,
    is_only_heaviest,
    paced,
)
from allocation.mechanisms.optimise.admissible import admissible
from allocation.mechanisms.optimise.backend import Interrupted
from allocation.mechanisms.stable.cp_levels import (
    BY_SPACING,
    Aim,
    most_switches,
    optimise_levels,
)
from allocation.mechanisms.stable.plan_spacing import (
    ADMITTED,
    KEPT,
    OPEN,
    Cap,
    Node,
    exclusive_pairs,
    first_plan,
    may_be_decided,
    tied_groups,
)
from allocation.result import LevelResult, SitePlan, SpacingProof, Status
from allocation.rules.place_units import candidate_sites, relaxing_reserves

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, NumberLimit, Reserve, Stage
    from allocation.mechanisms.optimise.backend import Budget
    from allocation.set_proof import SetProof

CLASS_NAMES = ("open", "reserved_disabled")

_KEY_WORDS = 16
_KEY_RANGE = 2**31
_MOST_WORTH = 2**49
_LEARNING, _LEARNING_S = 0.5, 30.0
"""Share of the time left, and seconds, for what spacing alone allows."""

Linear = cp_model.LinearExpr


def plan_sites(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget
) -> tuple[SitePlan, Status]:
    """Plan the candidate sites of a stage.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages; their sites stand.

    Returns
    -------
    tuple
        The plan, and ``optimal`` when every level is closed and the plan the only one.
    """
    try:
        plan = _Plan(instance, stage, earlier, budget)
        most = plan.learn_most(budget)
    except Interrupted as stop:
        status = Status.STOPPED if stop.by_person else Status.FEASIBLE
        return SitePlan(*_split([]), (), *_split([])), status
    keys = partial(plan.keys, most=most, budget=budget)
    found = optimise_levels(plan.model, plan.switches, plan.aims(most), keys, budget)
    on = [node for node, chosen in zip(plan.nodes, found.switches, strict=True) if chosen]
    proofs = plan.proofs(found.levels)
    return SitePlan(*_split(on), found.levels, *_split(plan.nodes), proofs), found.status


def _split(nodes: Sequence[Node]) -> tuple[Ints, Bools]:
    """Return the places of nodes, and which are kept for disabled holders."""
    places, kinds = np.array(nodes, dtype=np.int64).reshape(-1, 2).T
    return places.copy(), kinds == KEPT


class _Plan:
    """The plan as a model: a switch for every site and class of site it could have."""

    def __init__(self, instance: Instance, stage: Stage, earlier: Ints, budget: Budget) -> None:
        self.model = cp_model.CpModel()
        self._zero = self.model.new_constant(0)
        self._instance = instance
        self._stage = stage
        app = instance.applications
        self._before = app.place[earlier]
        self._before_disabled = self._before[app.holder_class[earlier] > 0]
        self._relaxing = relaxing_reserves(instance)
        self._earlier = earlier
        sites = candidate_sites(instance, stage) & (instance.places.capacity > 0)
        blocked = instance.barred | self._blocked()
        self.nodes = [
            (p, kind)
            for p in np.flatnonzero(sites).tolist()
            for kind in (OPEN, KEPT)
            if not blocked[p, list(ADMITTED[kind])].any()
            and (kind == OPEN or self._relaxing[p] >= 0)
        ]
        self._place = np.array([p for p, _ in self.nodes], dtype=np.int64)
        self.switches = [self.model.new_bool_var("") for _ in self.nodes]
        self._switch = dict(zip(self.nodes, self.switches, strict=True))
        self._at: defaultdict[int, dict[int, cp_model.IntVar]] = defaultdict(dict)
        for (p, kind), switch in self._switch.items():
            self._at[p][kind] = switch
        for classes in self._at.values():
            self.model.add_at_most_one(classes.values())
        self._units = {
            g: self._units_of(reserve)
            for g, reserve in enumerate(instance.reserves)
            if reserve.kind in stage.kinds
        }
        self._kept_within_reserves()
        self._limits = [limit for limit in instance.limits if self._at.keys() & _about(limit)]
        self._caps = [self._limit(limit) for limit in paced(self._limits, budget)]
        most_beside = most_switches(self.model, self.switches, budget) if self._limits else None
        self._keep_apart(budget)
        groups = self._groups()
        budget.remaining_s()
        self._decided = may_be_decided(self._graph, groups, self._place, most_beside)
        self._most_others = 0 if most_beside is None else int(most_beside[~self._decided].sum())
        self._shown: dict[str, tuple[int, SetProof]] = {}
        """By level: what a site counts, and the steps that show its limit."""

    def _keep_apart(self, budget: Budget) -> None:
        """Add that no two sites open that are too near to each other."""
        self._pairs = exclusive_pairs(self._instance, self.nodes)
        budget.remaining_s()
        self._graph = conflict_graph(np.ones(len(self.nodes)), self._pairs)
        for row in paced(clique_rows(self._graph, budget), budget):
            if len(row.nodes) > 1:
                self.model.add_at_most_one(self.switches[n] for n in row.nodes)

    def learn_most(self, budget: Budget) -> HeaviestSet | None:
        """Add what spacing alone allows: the most sites, rows that show it, and a start.

        Where sites are dense CP-SAT finds neither the sites nor the bound.  Every row
        holds for all plans, by arithmetic and not by another solver's word, so that no
        plan is lost.  Only sites of which spacing may decide how many open are looked at
        (:func:`~allocation.mechanisms.stable.plan_spacing.may_be_decided`).
        """
        if not self._decided.any():
            self._hint([], budget)
            return None
        time_for_it = budget.part(_LEARNING, _LEARNING_S)
        most = heaviest_independent_set(self._decided, self._pairs, time_for_it)
        self.model.add(self._total(self._only_decided(self.switches)) <= most.shown)
        for row in most.rows:
            switches = [self.switches[n] for n in row.nodes]
            weighted = cp_model.LinearExpr.weighted_sum(switches, row.coefficients)
            self.model.add(weighted <= row.limit)
        self._hint(most.chosen.tolist(), budget)
        self._shown["plan_opened"] = 1, most.proof
        return most

    def _spaced_key(
        self, words: Ints, most: HeaviestSet, budget: Budget
    ) -> tuple[int | None, int | None]:
        """Add what spacing alone says of the key's first word, among plans with most sites.

        A site is worth so much more than its word that the heaviest set mostly has as
        many sites as the plan; where it has fewer, all is as true and says less.

        Returns
        -------
        tuple
            A value that no plan is below, and one that one plan at most has, where such
            are known.
        """
        worth = min(8 * _KEY_RANGE, _MOST_WORTH // max(1, len(words)))
        if worth <= _KEY_RANGE:  # too many sites for integers of 50 bits
            return None, None
        time_for_it = budget.part(_LEARNING, _LEARNING_S)
        weights = np.where(self._decided, worth - words, 0)
        best = heaviest_independent_set(weights, self._pairs, time_for_it)
        least = worth * most.bound - best.shown
        self.model.add(self._total(self._only_decided(self._weighted(words))) >= least)
        if len(best.chosen) == most.bound:
            self._hint(best.chosen.tolist(), budget)
        if not self._decided.all():
            return None, None
        self._shown["key"] = worth, best.proof
        is_only = is_only_heaviest(weights, self._pairs, best, time_for_it)
        return least, worth * most.bound - best.value if is_only else None

    def proofs(self, levels: Sequence[LevelResult]) -> tuple[SpacingProof, ...]:
        """Return the proofs of the levels that reach what spacing alone allows."""
        return tuple(
            SpacingProof(number, *self._shown[level.code])
            for number, level in enumerate(levels, 1)
            if level.route == BY_SPACING
        )

    def _only_decided(self, terms: Sequence[Linear]) -> list[Linear]:
        return [term for term, on in zip(terms, self._decided.tolist(), strict=True) if on]

    def _hint(self, best: Sequence[int], budget: Budget) -> None:
        """Let the search set out from a lawful plan, with as many of some nodes as fit."""
        sparse_first = sorted(
            range(len(self.nodes)), key=lambda n: (len(self._graph.neighbours[n]), n)
        )
        order = paced([*best, *sparse_first], budget)
        chosen = first_plan(self._graph, self.nodes, self._caps, order)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for n, switch in enumerate(self.switches):
            self.model.add_hint(switch, n in chosen)

    def aims(self, most: HeaviestSet | None) -> list[Aim]:
        """Return the levels in order.

        Parameters
        ----------
        most
            The most sites that spacing alone allows, where it may decide.
        """
        limit = most.shown if most is not None and self._decided.all() else None
        capacity = self._instance.places.capacity
        kept = [switch for (_, kind), switch in self._switch.items() if kind == KEPT]
        short = [self._short(g) for g in self._units]
        aims = [
            Aim("plan_opened", {}, "max", self._total(self.switches), limit),
            Aim("plan_reserve", {}, "min", self._total(short)),
            Aim("plan_kept", {}, "min", self._total(kept)),
        ]
        if self._stage.plan_by == "demand":
            asked = self._asked()
            filled = [
                min(int(capacity[p]), asked[p, kind]) * switch
                for (p, kind), switch in self._switch.items()
            ]
            aims.append(Aim("plan_asked", {}, "max", self._total(filled)))
        aims.append(Aim("plan_townships", {}, "max", self._total(self._townships())))
        return aims

    def keys(
        self, settled: Sequence[LevelResult], most: HeaviestSet | None, budget: Budget
    ) -> Iterator[Aim]:
        """Yield the words of the key: the sum over the plan is to be small.

        Parameters
        ----------
        most
            The most sites that spacing alone allows: where as many open, it may decide
            which.
        """
        words = key_matrix(
            self._instance.scenario.seed or "",
            [CLASS_NAMES[kind] for _, kind in self.nodes],
            [str(self._instance.places.id[p]) for p, _ in self.nodes],
            _KEY_WORDS,
        )
        limit = only_at = None
        if most is not None and settled[0].value == most.bound + self._most_others:
            limit, only_at = self._spaced_key(words[:, 0], most, budget)
        for m in range(_KEY_WORDS):
            key = self._total(self._weighted(words[:, m]))
            yield Aim("key", {"word": m + 1}, "min", key, limit, only_at)
            limit = only_at = None

    def _weighted(self, words: Ints) -> list[Linear]:
        return [int(word) * switch for word, switch in zip(words, self.switches, strict=True)]

    def _blocked(self) -> Bools:
        """Tell which classes an award of an earlier stage keeps from a site."""
        app, near = self._instance.applications, self._instance.conflicts
        used = np.zeros(self._instance.barred.shape, dtype=np.bool_)
        used[app.place[self._earlier], app.holder_class[self._earlier]] = True
        blocked = np.zeros_like(used)
        by_b = used[near.place_b, near.class_b]
        blocked[near.place_a[by_b], near.class_a[by_b]] = True
        by_a = used[near.place_a, near.class_a]
        blocked[near.place_b[by_a], near.class_b[by_a]] = True
        return blocked

    def _groups(self) -> Ints:
        """Return which group a node is in; no rule ties groups together; shape (nodes,)."""
        ties = [
            *(np.array(sorted(_about(limit)), dtype=np.int64) for limit in self._limits),
            *(self._instance.reserves[g].places for g in self._units),
        ]
        n = len(self._instance.places.id)
        return tied_groups(n, self._place[self._pairs], ties)[self._place]

    def _limit(self, limit: NumberLimit) -> Cap:
        """Keep a cap whichever of the planned sites find a holder.

        A disabled holder adds to what the cap allows only while there is one, so a kept
        site may count nothing but never less.
        """
        before = int(np.isin(limit.members, self._before).sum())
        before_disabled = int(np.isin(limit.members, self._before_disabled).sum())
        room = limit.maximum - limit.existing - before + limit.extra_disabled * before_disabled
        counted = max(0, 1 - limit.extra_disabled)
        members = limit.members.tolist()
        terms = {
            (p, kind): switch if kind == OPEN else counted * switch
            for p in members
            for kind, switch in self._at.get(p, {}).items()
        }
        if limit.centre >= 0 and limit.centre not in self._before:
            centres = [limit.centre]
        elif limit.centre < 0 and room < 0 and not before:
            centres = members  # passed already: it only forbids more
        else:
            self.model.add(self._total(terms.values()) <= room)
            return Cap(frozenset(members), room, frozenset())
        for p in centres:
            others = [term for other, term in terms.items() if other[0] != p]
            for kind, switch in self._at.get(p, {}).items():
                own = int((p, kind) in terms) * (1 if kind == OPEN else 1 - limit.extra_disabled)
                self.model.add(self._total(others) <= room - own).only_enforce_if(switch)
        return Cap(frozenset(members), room, frozenset(centres))

    def _units_of(self, reserve: Reserve) -> Linear:
        """Return the units a reserve asks for, which may follow the sites that open."""
        if not reserve.linear:
            return self.model.new_constant(reserve.count)
        share, sites = reserve.share, self._opened(reserve.places)
        most = reserve.base_existing + len(sites)
        units = self.model.new_int_var(0, most + 1, "")
        a, b = 2 * share.numerator, 2 * share.denominator
        base = self._total(sites) + reserve.base_existing
        # b units lie in a window of b whole numbers around a * base.
        below = {"ceil": 0, "half_up": b // 2 - 1}.get(reserve.rounding, b - 1)
        whole: Linear = units
        if reserve.rounding == "floor_min1" and a:
            whole = self.model.new_int_var(0, most + 1, "")
            some = int(reserve.base_existing > 0)
            self.model.add_max_equality(units, [whole, some, *sites])
        self.model.add(b * whole >= a * base - below)
        self.model.add(b * whole <= a * base - below + b - 1)
        return units

    def _kept_within_reserves(self) -> None:
        """Keep no more units for disabled holders than the reserve has."""
        capacity = self._instance.places.capacity
        kept: defaultdict[int, list[Linear]] = defaultdict(list)
        for (p, kind), switch in self._switch.items():
            if kind == KEPT:
                kept[int(self._relaxing[p])].append(int(capacity[p]) * switch)
        for g, terms in kept.items():
            self.model.add(self._total(terms) <= self._units[g])

    def _short(self, g: int) -> cp_model.IntVar:
        """Return a variable no less than the units a reserve's scope cannot hold."""
        reserve, places = self._instance.reserves[g], self._instance.places
        standing = reserve.places[~places.is_candidate[reserve.places]]
        room = [
            int(places.capacity[p]) * y
            for p in reserve.places.tolist()
            for y in self._at.get(p, {}).values()
        ]
        short = self.model.new_int_var(0, max(reserve.count, len(places.id)), "")
        self.model.add(
            short >= self._units[g] - int(places.capacity[standing].sum()) - self._total(room)
        )
        return short

    def _townships(self) -> Iterator[cp_model.IntVar]:
        """Yield a switch per kind and township that only a new site can serve."""
        places = self._instance.places
        outlets = self._instance.tables.existing_outlets
        kinds = outlets["kind"].to_numpy(dtype=object)
        served = set(zip(kinds, township_key(outlets), strict=True))
        stands = ~places.is_candidate | np.isin(np.arange(len(places.id)), self._before)
        served |= set(zip(places.kind[stands], places.township[stands], strict=True))
        waiting: defaultdict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
        for p, classes in self._at.items():
            key = (str(places.kind[p]), str(places.township[p]))
            if key[1] and key not in served:
                waiting[key] += classes.values()
        for _, switches in sorted(waiting.items(), key=lambda item: item[0]):
            reached = self.model.new_bool_var("")
            self.model.add(reached <= self._total(switches))
            yield reached

    def _asked(self) -> dict[tuple[int, int], int]:
        """Count per site and class the applications that could be awarded there."""
        app = self._instance.applications
        rows = admissible(self._instance, self._stage, self._earlier)
        m = len(self._instance.places.id)
        everybody = np.bincount(app.place[rows], minlength=m)
        disabled = np.bincount(app.place[rows[app.holder_class[rows] > 0]], minlength=m)
        return {
            (p, kind): int((everybody if kind == OPEN else disabled)[p]) for p, kind in self.nodes
        }

    def _total(self, terms: Iterable[Linear]) -> Linear:
        total: Linear = cp_model.LinearExpr.sum([self._zero, *terms])
        return total

    def _opened(self, places: Ints) -> list[cp_model.IntVar]:
        return [switch for p in places.tolist() for switch in self._at.get(p, {}).values()]


def _about(limit: NumberLimit) -> set[int]:
    """Return the sites a cap is about."""
    return {*limit.members.tolist(), limit.centre} - {-1}
