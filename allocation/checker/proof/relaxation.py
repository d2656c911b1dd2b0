"""The rules of a stage as rows, written by the checker itself.

Every lawful list is a point of what is written here: an award is a column x that is 1,
and the other columns count what the list holds (labels, units, indicators, gaps).  So
whatever is proven of all points holds for all lawful lists.  Rows are named by rule and
item; the names are explained in ``docs/formulation.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.proof.reserve_rows import write_reserves
from allocation.checker.proof.rows import Relaxation, RowWriter, Terms
from allocation.checker.proof.rules import Rules
from allocation.checker.standing import N_CLASSES, Standing, group_members

if TYPE_CHECKING:
    from allocation.checker.hard import Pairs
    from allocation.checker.proof.steps import Name
    from allocation.instance import Bools, Ints, NumberLimit, Quota

_PAIR = r'\["(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*",(?:0|[1-9][0-9]?)\]'
_CLIQUE = re.compile(rf"\[{_PAIR}(?:,{_PAIR})*\]")
"""Places and holder classes, as the mechanism writes them."""


def write_rules(
    before: Standing, pairs: Pairs, caps: Sequence[NumberLimit], named: Iterable[Name]
) -> tuple[Rules, Relaxation]:
    """Write the rules of a stage as rows.

    Parameters
    ----------
    before
        The stage without an award of its own: what was held or awarded before.
    pairs, caps
        Conflicts and caps as the checker measured and counted them.
    named
        Rows that a proof uses; of all cliques of conflicting sites only these are
        written, and only when they are cliques.
    """
    rows = before.stage.applications
    rules = Rules(before, pairs, caps, rows, _open(before, pairs))
    rules.writer.columns(rules.open.astype(np.int64))
    _write_people(rules)
    _write_capacities(rules)
    _write_cliques(rules, {item for rule, item in named if rule == "clique"})
    for cap in caps:
        _write_cap(rules, cap)
    write_reserves(rules)
    _write_quotas(rules)
    return rules, rules.writer.build()


def _open(before: Standing, pairs: Pairs) -> Bools:
    instance, rows = before.instance, before.stage.applications
    app = instance.applications
    may: Bools = app.eligible[rows].copy()
    for g, of_group in enumerate(group_members(instance)):
        may &= ~(of_group[rows] & (before.in_group[app.applicant[rows], g] > 0))
    blocked = np.zeros(len(before.at_node), dtype=np.bool_)
    blocked[pairs.node[before.at_node[pairs.other] > 0]] = True
    result: Bools = may & ~blocked[app.place[rows] * N_CLASSES + app.holder_class[rows]]
    return result


def _write_people(rules: Rules) -> None:
    """At most one award a person and group; at most so many a household and group."""
    instance = rules.instance
    columns = np.flatnonzero(rules.open)
    who = instance.applications.applicant[rules.rows[columns]]
    home = instance.applicants.household[who]
    earlier = np.zeros(len(columns), dtype=np.bool_)
    for g, of_group in enumerate(group_members(instance)):
        member = of_group[rules.rows[columns]]
        for rule, mine in (("award", member & ~earlier), ("award_whole", member)):
            people, group = np.unique(who[mine], return_inverse=True)
            items = [f"{g}/{name}" for name in instance.applicants.id[people]]
            rules.writer.sums(rule, items, group, columns[mine], np.ones(len(items), np.int64))
        earlier |= member
        if instance.household_max:
            mine = member & (home >= 0)
            homes, group = np.unique(home[mine], return_inverse=True)
            left = np.maximum(0, instance.household_max - rules.before.in_household[homes, g])
            items = [f"{g}/{number}" for number in homes.tolist()]
            rules.writer.sums("household", items, group, columns[mine], left)


def _write_capacities(rules: Rules) -> None:
    columns = np.flatnonzero(rules.open)
    places, group = np.unique(
        rules.instance.applications.place[rules.rows[columns]], return_inverse=True
    )
    items = [str(name) for name in rules.instance.places.id[places]]
    upper = rules.instance.places.capacity[places]
    rules.writer.sums("capacity", items, group, columns, upper)


def _write_cliques(rules: Rules, items: set[str]) -> None:
    """At most one holder among sites of which each two conflict."""
    for node in np.unique(rules.pairs.node).tolist():
        rules.held_by(node // N_CLASSES, node % N_CLASSES)
    place_of = {name: p for p, name in enumerate(rules.instance.places.id.tolist())}
    for item in sorted(items):
        nodes = _nodes(item, place_of)
        if nodes and _is_clique(rules, nodes):
            terms = [(rules.held_by(*node), 1) for node in nodes]
            rules.writer.row("clique", item, terms, upper=1)


def _nodes(item: str, place_of: Mapping[str, int]) -> list[tuple[int, int]]:
    """Read the places and classes of a clique; empty when there is something else."""
    # Anything else is not even read: brackets within brackets exhaust a parser's stack.
    if not _CLIQUE.fullmatch(item):
        return []
    pairs = json.loads(item)
    if any(place not in place_of or h >= N_CLASSES for place, h in pairs):
        return []
    return [(place_of[place], h) for place, h in pairs]


def _is_clique(rules: Rules, nodes: Sequence[tuple[int, int]]) -> bool:
    """Whether of each two nodes at most one can be in use."""
    numbers = np.array([place * N_CLASSES + h for place, h in nodes], dtype=np.int64)
    a, b = np.triu_indices(len(nodes), 1)
    # Two classes never share a single unit.
    single = rules.instance.places.capacity[numbers // N_CLASSES] <= 1
    same_place = (numbers[a] // N_CLASSES == numbers[b] // N_CLASSES) & single[a]
    apart = rules.pairs.contain(numbers[a], numbers[b]) | (same_place & (numbers[a] != numbers[b]))
    return bool(apart.all())


def _write_cap(rules: Rules, cap: NumberLimit) -> None:
    """Cap opened sites: a window while its centre is open, else once one member is."""
    name = f"{cap.code}/{cap.kind}/{cap.label}"
    before = rules.before
    had = before.at_place[cap.members] > 0
    by_disabled = before.disabled_at[cap.members] > 0
    room = cap.maximum - cap.existing - int(had.sum()) + cap.extra_disabled * int(by_disabled.sum())
    members = [int(p) for p in cap.members if len(rules.at_place(int(p)))]
    if not members:
        return
    terms: list[tuple[Ints, int]] = []
    for place in members:
        terms.append((rules.opened(place), 1))
        if cap.extra_disabled:
            terms.append((rules.disabled_at(place), -cap.extra_disabled))
    if cap.centre >= 0 and not before.at_place[cap.centre]:
        if len(rules.at_place(cap.centre)):
            # With the centre closed, all members may be open.
            excess = max(0, len(members) - room)
            terms.append((rules.opened(cap.centre), excess))
            upper = len(members) if excess else room
            rules.writer.row("number", f"{name}/0", terms, upper=upper)
    elif room >= 0 or had.any():
        rules.writer.row("number", f"{name}/0", terms, upper=room)
    else:
        # More than the maximum stands already: a new site must bring the room it takes.
        for part, place in enumerate(members):
            with_place = [*terms, (rules.opened(place), -room)]
            rules.writer.row("number", f"{name}/{part}", with_place, upper=0)


def _write_quotas(rules: Rules) -> None:
    """Write ``b N - a D + b gap >= b floor`` for a minimum of a/b, the mirror for a maximum."""
    column_of = np.full(len(rules.instance.applications.place), -1, dtype=np.int64)
    column_of[rules.rows[rules.open]] = np.flatnonzero(rules.open)
    here = {quota.name for quota in rules.instance.quotas if _is_about(rules, quota)}
    for quota in rules.instance.quotas:
        if quota.name not in here:
            continue
        counted, base = column_of[quota.counted], column_of[quota.denominator]
        counted, base = counted[counted >= 0], base[base >= 0]
        a, b = quota.share.numerator, quota.share.denominator
        terms: list[tuple[Ints, int]] = [(counted, b), (base, -a)]
        if not quota.hard:
            most = len(counted) + len(base) + abs(quota.floor_count)
            gap = rules.writer.columns([most])
            rules.gaps.setdefault(quota.name, []).append(gap)
            terms.append((gap, b if quota.sense == "min" else -b))
        _write_quota(rules.writer, quota, terms, b * quota.floor_count)


def _is_about(rules: Rules, quota: Quota) -> bool:
    """Whether a row of a quota counts applications of the stage."""
    parts = np.concatenate([quota.counted, quota.denominator])
    return bool(np.isin(parts, rules.rows).any())


def _write_quota(writer: RowWriter, quota: Quota, terms: Terms, bound: int) -> None:
    item = f"{quota.name}/{quota.scope_id}/{quota.sense}"
    if quota.sense == "min":
        writer.row("quota", item, terms, lower=bound)
    else:
        writer.row("quota", item, terms, upper=bound)
