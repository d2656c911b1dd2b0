"""Reserves as rows: who may use a unit, how many units there are, hard reserves."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.labels import usable_reserves
from allocation.checker.proof.rules import Signature, tier_pool

if TYPE_CHECKING:
    from allocation.checker.proof.rules import Rules
    from allocation.instance import Bools, Ints, Reserve


def write_reserves(rules: Rules) -> None:
    """Write every reserve of the stage's kinds."""
    mine = [
        (g, reserve)
        for g, reserve in enumerate(rules.instance.reserves)
        if reserve.kind in rules.stage.kinds
    ]
    for g, reserve in mine:
        if reserve.linear:
            rules.units[g] = _write_units(rules, reserve)
    _write_labels(rules, [g for g, _ in mine])
    for g, reserve in mine:
        if reserve.hard:
            _write_hard(rules, g, reserve)


def _write_units(rules: Rules, reserve: Reserve) -> Ints:
    """Add the number of units, ``round(a / b * (existing + opened))``, as a column."""
    places = rules.instance.places
    sites = [
        int(p) for p in reserve.places if places.is_candidate[p] and len(rules.at_place(int(p)))
    ]
    a, b = reserve.share.numerator, reserve.share.denominator
    most = int(reserve.share * (reserve.base_existing + len(sites)) + 1)
    units = rules.writer.columns([most])
    opened = [rules.opened(place) for place in sites]
    terms = [(units, b), *((columns, -a) for columns in opened)]
    part = 0
    if reserve.rounding == "floor_min1" and a:
        raised, part = _write_raised(rules, reserve, units, most, opened)
        terms.append((raised, -b))
    # b units - a (existing + opened) lies within b whole numbers that the rounding sets.
    least = a * reserve.base_existing
    least += {"ceil": 0, "half_up": b // 2 + 1 - b}.get(reserve.rounding, 1 - b)
    item = f"{reserve.name}/{part}"
    rules.writer.row("opened_units", item, terms, lower=least, upper=least + b - 1)
    return units


def _write_raised(
    rules: Rules, reserve: Reserve, units: Ints, most: int, opened: list[Ints]
) -> tuple[Ints, int]:
    """Add a column that is 1 when a positive share below 1 counts as one unit."""
    raised = rules.writer.columns([1])
    rows: list[tuple[list[tuple[Ints, int]], int | None, int | None]] = [
        ([(raised, 1), *((columns, -1) for columns in opened)], None, reserve.base_existing),
        ([(units, 1), (raised, most - 1)], None, most),
    ]
    if reserve.base_existing:
        rows.append(([(units, 1)], 1, None))
    rows += [([(units, 1), (columns, -1)], 0, None) for columns in opened]
    for part, (terms, lower, upper) in enumerate(rows):
        item = f"{reserve.name}/{part}"
        rules.writer.row("opened_units", item, terms, lower=lower, upper=upper)
    return raised, len(rows)


def _write_labels(rules: Rules, numbers: list[int]) -> None:
    """Count labels by signature; at most as many as awards, and as units."""
    uses: dict[int, list[Ints]] = {}
    for reserves, tier, columns in _signatures(rules, numbers):
        labels = rules.writer.columns([len(columns)] * len(reserves))
        item = f"{tier}/" + "+".join(rules.instance.reserves[g].name for g in reserves)
        rules.writer.row("label", item, [(labels, 1), (columns, -1)], upper=0)
        rules.signatures.append(Signature(reserves, tier, labels))
        for g, column in zip(reserves, labels, strict=True):
            uses.setdefault(g, []).append(column)
    for g, parts in uses.items():
        reserve = rules.instance.reserves[g]
        terms = [(np.array(parts, dtype=np.int64), 1)]
        if g in rules.units:
            rules.writer.row("reserve", reserve.name, [*terms, (rules.units[g], -1)], upper=0)
        else:
            rules.writer.row("reserve", reserve.name, terms, upper=reserve.count)


def _signatures(rules: Rules, numbers: list[int]) -> list[tuple[tuple[int, ...], int, Ints]]:
    """Group open columns by the reserves they may use and, where labels count, by tier."""
    instance = rules.instance
    columns = np.flatnonzero(rules.open)
    who = instance.applications.applicant[rules.rows[columns]]
    place = instance.applications.place[rules.rows[columns]]
    by_label = [kind for kind in rules.stage.kinds if tier_pool(instance, kind) == "labelled"]
    counts = np.isin(instance.places.kind.astype(str), by_label)[place]
    tier = np.where(counts, instance.applicants.tier[who], 0)
    alike: defaultdict[tuple[tuple[int, ...], int], list[int]] = defaultdict(list)
    usable = usable_reserves(instance, numbers, rules.rows[columns])
    for column, reserves, of_tier in zip(columns.tolist(), usable, tier.tolist(), strict=True):
        if reserves:
            alike[reserves, of_tier].append(column)
    # In the order of the patterns: whoever may use the first reserve comes last, and so on.
    order = sorted(alike, key=lambda each: ([g in each[0] for g in numbers], each[1]))
    return [(*each, np.array(alike[each], dtype=np.int64)) for each in order]


def _write_hard(rules: Rules, g: int, reserve: Reserve) -> None:
    """Others get at most what is left beside the reserve's units."""
    app = rules.instance.applications
    columns = np.flatnonzero(rules.open)
    rows = rules.rows[columns]
    others = columns[
        _at(rules, reserve)[app.place[rows]] & ~reserve.beneficiaries[app.applicant[rows]]
    ]
    capacity = int(rules.instance.places.capacity[reserve.places].sum())
    write = rules.writer.row
    if g not in rules.units:
        left = max(0, capacity - reserve.count)
        write("hard_reserve", f"{reserve.name}/0", [(others, 1)], upper=left)
        return
    # There may be more units than capacity; then no other gets one.
    most = int(reserve.share * (reserve.base_existing + len(reserve.places))) + 1
    excess = max(0, most - capacity)
    beyond, no_others = rules.writer.columns([excess]), rules.writer.columns([1])
    terms = [(others, 1), (rules.units[g], 1), (beyond, -1)]
    write("hard_reserve", f"{reserve.name}/0", terms, upper=capacity)
    terms = [(others, 1), (no_others, capacity)]
    write("hard_reserve", f"{reserve.name}/1", terms, upper=capacity)
    terms = [(beyond, 1), (no_others, -excess)]
    write("hard_reserve", f"{reserve.name}/2", terms, upper=0)


def _at(rules: Rules, reserve: Reserve) -> Bools:
    """Tell which places a reserve is about; shape (m,)."""
    here = np.zeros(len(rules.instance.places.id), dtype=np.bool_)
    here[reserve.places] = True
    return here


def _entitled(rules: Rules, g: int) -> Bools:
    return rules.instance.reserves[g].beneficiaries
