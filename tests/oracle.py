"""The brute-force meaning of ``optimal`` and ``queue``: every list, the best one.

All lawful award lists of a stage are written out as rows of a 0/1 matrix, one
column per application, and the levels are applied one after the other to the rows
still in the race.  Meant for up to 6 applicants and 5 places; shares no code with
the checker or the mechanisms.  ``earlier`` are the awards of earlier stages, which
bind (one award per group, households, spacing, numbers) but are not valued.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import ceil, floor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from allocation.instance import Instance, NumberLimit, Quota, Reserve, Stage

Rows = NDArray[np.bool_]
Values = NDArray[np.int64]


class Level(NamedTuple):
    """One level and the value of it that the best list has."""

    code: str
    params: dict[str, Any]
    sense: str
    value: int


class Best(NamedTuple):
    """The best list.

    ``values`` are the levels' values in order; the words of the key stand at the end,
    as many as were needed to leave one list.
    """

    awards: tuple[int, ...]
    values: list[int]
    levels: list[Level]


def best(instance: Instance, stage_index: int = 0, earlier: Sequence[int] = ()) -> Best | None:
    """Return the lexicographically best list of an ``optimal`` stage.

    ``None`` when the hard rules clash, so that not even the empty list is lawful.
    """
    stage = instance.stages[stage_index]
    rows = lawful_lists(instance, stage_index, earlier)
    if not len(rows):
        return None
    levels: list[Level] = []

    def settle(code: str, params: dict[str, Any], sense: str, values: Values) -> Rows:
        value = int(values.min() if sense == "min" else values.max())
        levels.append(Level(code, params, sense, value))
        kept: Rows = rows[values == value]
        return kept

    for name in stage.levels:
        if name == "preference_serial":
            while len(np.unique(people_served(instance, rows), axis=0)) > 1:
                word = sum(level.code == "people" for level in levels) + 1
                rows = settle("people", {"word": word}, "min", people_sums(instance, word, rows))
            rows = choose_in_turn(instance, rows)
            rows = settle(name, {}, "max", evaluate(instance, stage, "preference", {}, rows))
            continue
        for code, params, sense in expand(instance, stage, name):
            rows = settle(code, params, sense, evaluate(instance, stage, code, params, rows))
    word = 0
    while len(rows) > 1:
        word += 1
        rows = settle("key", {"word": word}, "min", key_sums(instance, word, rows))
    awards = tuple(int(j) for j in np.flatnonzero(rows[0]))
    return Best(awards, [level.value for level in levels], levels)


def queue(instance: Instance, stage_index: int = 0, earlier: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the awards of a ``queue`` stage: in order of acceptance, each if still lawful."""
    stage = instance.stages[stage_index]
    app = instance.applications
    granted: list[int] = []
    for kind in stage.kinds:
        of_kind = [
            int(j)
            for j in stage.applications
            if instance.places.kind[app.place[j]] == kind
            and _may_be_awarded(instance, int(j), earlier)
        ]
        for j in sorted(of_kind, key=lambda j: int(app.accepted_order[j])):
            row = np.zeros((1, len(app.applicant)), dtype=np.bool_)
            row[0, [*granted, j]] = True
            if len(_lawful(instance, row, earlier)):
                granted.append(j)
    return tuple(sorted(granted))


def lawful_lists(instance: Instance, stage_index: int, earlier: Sequence[int] = ()) -> Rows:
    """Return every list of the stage that keeps all hard rules; shape (lists, k)."""
    stage = instance.stages[stage_index]
    app = instance.applications
    usable = [int(j) for j in stage.applications if _may_be_awarded(instance, int(j), earlier)]
    rows = np.zeros((1, len(app.applicant)), dtype=np.bool_)
    for i in sorted({int(app.applicant[j]) for j in usable}):
        own = [j for j in usable if app.applicant[j] == i]
        options = np.zeros((0, rows.shape[1]), dtype=np.bool_)
        for size in range(len(own) + 1):
            for chosen in combinations(own, size):
                if _one_per_group(instance, chosen):
                    option = np.zeros((1, rows.shape[1]), dtype=np.bool_)
                    option[0, list(chosen)] = True
                    options = np.vstack([options, option])
        rows = (rows[:, None, :] | options[None, :, :]).reshape(-1, rows.shape[1])
        # Capacity and spacing only get tighter with more awards, so they may prune here.
        rows = _within_capacity(instance, rows)
        rows = _spaced(instance, rows, earlier)
    rows = _lawful(instance, rows, earlier)
    for quota in instance.quotas:
        if quota.hard:
            rows = rows[_quota_gap(instance, stage, quota, rows) == 0]
    return rows


def expand(
    instance: Instance, stage: Stage, name: str
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the levels (code, params, sense) that one name of the scenario stands for."""
    if name == "reserve_shortfall":
        for kind in stage.kinds:
            if any(reserve.kind == kind for reserve in instance.reserves):
                yield name, {"kind": kind}, "min"
    elif name == "quota_shortfall":
        in_stage = set(stage.applications.tolist())
        for quota_name in dict.fromkeys(q.name for q in instance.quotas if not q.hard):
            rows = [q for q in instance.quotas if q.name == quota_name]
            if any(in_stage & {*q.counted.tolist(), *q.denominator.tolist()} for q in rows):
                yield name, {"quota": quota_name}, "min"
    elif name in ("tier", "preference_by_tier"):
        for t in range(1, instance.n_tiers + 1):
            yield name, {"tier": t}, "max"
    else:
        yield name, {}, "max"


def evaluate(
    instance: Instance, stage: Stage, code: str, params: dict[str, Any], rows: Rows
) -> Values:
    """Return the value of one level for every row."""
    app, people = instance.applications, instance.applicants
    mine = stage.applications
    if code == "reserve_shortfall":
        reserves = [r for r in instance.reserves if r.kind == params["kind"]]
        units = _units(instance, reserves, rows)
        total: Values = units.sum(axis=1) - _most_labelled(instance, reserves, units, rows)
        return total
    if code == "quota_shortfall":
        gaps = np.zeros(len(rows), dtype=np.int64)
        for quota in instance.quotas:
            if quota.name == params["quota"] and not quota.hard:
                gaps += _quota_gap(instance, stage, quota, rows)
        return gaps
    if code == "tier":
        counts = _counts_for_tier(instance, rows)
        of_tier = people.tier[app.applicant] == params["tier"]
        return np.asarray((counts & of_tier).sum(axis=1), dtype=np.int64)
    reward = {
        "number": np.ones(len(app.place), dtype=np.int64),
        "place_priority": np.where(
            app.priority_rank > 0, _largest(app.priority_rank[mine]) + 1 - app.priority_rank, 0
        ),
        "draw": len(people.id) + 1 - people.draw_number[app.applicant],
        "preference": _largest(app.preference_rank[mine]) + 1 - app.preference_rank,
        "distance": _largest(app.distance_m[mine]) - app.distance_m,
    }
    if code == "preference_by_tier":
        of_tier = people.tier[app.applicant] == params["tier"]
        return np.asarray(rows @ np.where(of_tier, reward["preference"], 0), dtype=np.int64)
    return np.asarray(rows @ reward[code], dtype=np.int64)


def key_word(seed: str, applicant_id: str, place_id: str, word: int) -> int:
    """Return the ``word``-th (1 to 8) 31-bit word of the pair's key."""
    digest = hashlib.sha256(f"key\n{seed}\n{applicant_id}\n{place_id}".encode()).digest()
    if word > 8:
        raise ValueError("no test needs more than eight words")
    return int.from_bytes(digest[4 * (word - 1) : 4 * word], "big") & 0x7FFF_FFFF


def key_sums(instance: Instance, word: int, rows: Rows) -> Values:
    app = instance.applications
    draw = instance.scenario.draw
    seed = (draw.seed if draw else None) or ""
    words = [
        key_word(seed, instance.applicants.id[i], instance.places.id[p], word)
        for i, p in zip(app.applicant, app.place, strict=True)
    ]
    return np.asarray(rows @ np.array(words, dtype=np.int64), dtype=np.int64)


def people_served(instance: Instance, rows: Rows) -> Rows:
    """Tell who is served; shape (lists, n)."""
    applicant = instance.applications.applicant
    mine = applicant[:, None] == np.arange(len(instance.applicants.id))
    return np.asarray(rows @ mine.astype(np.int64) > 0)


def people_sums(instance: Instance, word: int, rows: Rows) -> Values:
    """Return the sum of the key words of the people served, the place left empty."""
    draw = instance.scenario.draw
    seed = (draw.seed if draw else None) or ""
    words = [key_word(seed, i, "", word) for i in instance.applicants.id]
    return np.asarray(people_served(instance, rows) @ np.array(words, dtype=np.int64))


def choose_in_turn(instance: Instance, rows: Rows) -> Rows:
    """Keep the lists that give the first in turn the best rank, of those the second, ..."""
    app, people = instance.applications, instance.applicants
    for i in np.lexsort((people.draw_number, people.tier)).tolist():
        rank = np.where(app.applicant == i, app.preference_rank, 0)
        own = (rows * rank).sum(axis=1)
        rows = rows[own == own.min(initial=np.iinfo(np.int64).max)]
    return rows


def _may_be_awarded(instance: Instance, j: int, earlier: Sequence[int]) -> bool:
    """Eligible, and the applicant holds nothing of the same exclusive group."""
    app = instance.applications
    i, kind = int(app.applicant[j]), instance.places.kind[app.place[j]]
    if not app.eligible[j]:
        return False
    earlier_kinds = {instance.places.kind[app.place[e]] for e in earlier if app.applicant[e] == i}
    return not any(
        kind in group and (instance.applicants.holds[i, g] or earlier_kinds & {*group})
        for g, group in enumerate(instance.exclusive_groups)
    )


def _one_per_group(instance: Instance, chosen: Sequence[int]) -> bool:
    kinds = [instance.places.kind[instance.applications.place[j]] for j in chosen]
    return all(sum(kind in group for kind in kinds) <= 1 for group in instance.exclusive_groups)


def _within_capacity(instance: Instance, rows: Rows) -> Rows:
    used = rows @ _at_place(instance).T.astype(np.int64)
    return rows[(used <= instance.places.capacity).all(axis=1)]


def _spaced(instance: Instance, rows: Rows, earlier: Sequence[int]) -> Rows:
    app, pairs = instance.applications, instance.conflicts
    rows_all = rows.copy()
    rows_all[:, list(earlier)] = True
    keep = np.ones(len(rows), dtype=np.bool_)
    for a, class_a, b, class_b in zip(
        pairs.place_a, pairs.class_a, pairs.place_b, pairs.class_b, strict=True
    ):
        at_a = rows_all[:, (app.place == a) & (app.holder_class == class_a)].any(axis=1)
        at_b = rows_all[:, (app.place == b) & (app.holder_class == class_b)].any(axis=1)
        keep &= ~(at_a & at_b)
    return rows[keep]


def _lawful(instance: Instance, rows: Rows, earlier: Sequence[int]) -> Rows:
    """Keep the rows that hold to every hard rule but quotas."""
    app = instance.applications
    rows = _within_capacity(instance, rows)
    rows = _spaced(instance, rows, earlier)
    keep = np.ones(len(rows), dtype=np.bool_)
    kind = instance.places.kind[app.place]
    for group in instance.exclusive_groups:
        of_group = np.isin(kind, group)
        for i in range(len(instance.applicants.id)):
            keep &= rows[:, of_group & (app.applicant == i)].sum(axis=1) <= 1
    keep &= _households_respected(instance, rows, earlier)
    for limit in instance.limits:
        keep &= _limit_respected(instance, limit, rows, earlier)
    for reserve in instance.reserves:
        if reserve.hard:
            others = np.isin(app.place, reserve.places) & ~reserve.beneficiaries[app.applicant]
            capacity = instance.places.capacity[reserve.places].sum()
            room = np.maximum(0, capacity - _units(instance, [reserve], rows)[:, 0])
            keep &= rows[:, others].sum(axis=1) <= room
    return rows[keep]


def _households_respected(instance: Instance, rows: Rows, earlier: Sequence[int]) -> Rows:
    """At most ``household_max`` awards per household and group, held ones included."""
    app, people = instance.applications, instance.applicants
    keep = np.ones(len(rows), dtype=np.bool_)
    if not instance.household_max:
        return keep
    kind = instance.places.kind[app.place]
    before = np.isin(np.arange(len(app.place)), list(earlier))
    for g, group in enumerate(instance.exclusive_groups):
        for household in set(people.household.tolist()) - {-1}:
            at_home = people.household == household
            of_both = np.isin(kind, group) & at_home[app.applicant]
            had = int(people.holds[at_home, g].sum()) + int((before & of_both).sum())
            now = rows[:, of_both].sum(axis=1)
            keep &= (now == 0) | (now + had <= instance.household_max)
    return keep


def _limit_respected(
    instance: Instance, limit: NumberLimit, rows: Rows, earlier: Sequence[int]
) -> Rows:
    app = instance.applications
    rows = rows.copy()
    rows[:, list(earlier)] = True
    at = _at_place(instance)
    disabled = app.holder_class > 0
    opened = (
        np.stack([rows[:, at[p]].any(axis=1) for p in limit.members], axis=1)
        if len(limit.members)
        else np.zeros((len(rows), 0), dtype=np.bool_)
    )
    held = (
        np.stack([rows[:, at[p] & disabled].any(axis=1) for p in limit.members], axis=1)
        if len(limit.members)
        else opened
    )
    count = limit.existing + opened.sum(axis=1) - limit.extra_disabled * held.sum(axis=1)
    if limit.centre >= 0:
        fine: Rows = ~rows[:, at[limit.centre]].any(axis=1) | (count <= limit.maximum)
        return fine
    # A number already passed without any new site forbids new ones; it condemns no list.
    full: Rows = (count <= limit.maximum) | (opened.sum(axis=1) == 0)
    return full


def _quota_gap(instance: Instance, stage: Stage, quota: Quota, rows: Rows) -> Values:
    """By how much the row's bound is missed, 0 where it is kept."""
    mine = set(stage.applications.tolist())
    number = rows[:, [j for j in quota.counted if int(j) in mine]].sum(axis=1)
    base = rows[:, [j for j in quota.denominator if int(j) in mine]].sum(axis=1)
    gaps = []
    for count, whole in zip(number.tolist(), base.tolist(), strict=True):
        if quota.sense == "min":
            gaps.append(max(0, ceil(quota.share * whole) + quota.floor_count - count))
        else:
            gaps.append(max(0, count - floor(quota.share * whole) - quota.floor_count))
    return np.array(gaps, dtype=np.int64)


def _units(instance: Instance, reserves: Sequence[Reserve], rows: Rows) -> Values:
    """Units of every reserve, per row (base ``opened`` follows the opened sites)."""
    units = np.zeros((len(rows), len(reserves)), dtype=np.int64)
    at = _at_place(instance)
    for g, reserve in enumerate(reserves):
        units[:, g] = reserve.count
        if reserve.linear:
            sites = [p for p in reserve.places if instance.places.is_candidate[p]]
            opened = np.zeros(len(rows), dtype=np.int64)
            for p in sites:
                opened += rows[:, at[p]].any(axis=1)
            units[:, g] = [_rounded(reserve, reserve.base_existing + int(o)) for o in opened]
    return units


def _rounded(reserve: Reserve, base: int) -> int:
    exact = reserve.share * base
    if reserve.rounding == "ceil":
        return ceil(exact)
    if reserve.rounding == "half_up":
        return floor(exact + type(exact)(1, 2))
    if reserve.rounding == "floor_min1":
        return max(1, floor(exact)) if exact > 0 else 0
    return floor(exact)


def _most_labelled(
    instance: Instance,
    reserves: Sequence[Reserve],
    units: Values,
    rows: Rows,
    columns: Rows | None = None,
) -> Values:
    """Size of the largest one-to-one labelling of the awards (within ``columns``) to units.

    By max-flow min-cut this is the least, over all sets S of reserves, of the units in
    S plus the awards that could use a reserve outside S.
    """
    app = instance.applications
    may_use = [np.isin(app.place, r.places) & r.beneficiaries[app.applicant] for r in reserves]
    least = np.full(len(rows), np.iinfo(np.int64).max)
    for inside in range(2 ** len(reserves)):
        cut = np.zeros(len(rows), dtype=np.int64)
        outside = np.zeros(len(app.place), dtype=np.bool_)
        for g in range(len(reserves)):
            if inside >> g & 1:
                cut += units[:, g]
            else:
                outside |= may_use[g]
        if columns is not None:
            outside &= columns
        least = np.minimum(least, cut + rows[:, outside].sum(axis=1))
    return least


def labelled(instance: Instance, kind: str, rows: Rows) -> Rows:
    """Tell which awards of a kind use a reserve unit.

    Most labels first, then the best by tier, then draw, then place: an award is labelled
    when it raises the largest labelling of those before it.
    """
    app, people = instance.applications, instance.applicants
    reserves = [r for r in instance.reserves if r.kind == kind]
    units = _units(instance, reserves, rows)
    found = np.zeros(rows.shape, dtype=np.bool_)
    columns = np.zeros(rows.shape[1], dtype=np.bool_)
    order = np.lexsort((app.place, people.draw_number[app.applicant], people.tier[app.applicant]))
    before = np.zeros(len(rows), dtype=np.int64)
    for j in order:
        if instance.places.kind[app.place[j]] == kind:
            columns[j] = True
            now = _most_labelled(instance, reserves, units, rows, columns)
            found[:, j] = now > before
            before = now
    return found


def _counts_for_tier(instance: Instance, rows: Rows) -> Rows:
    """Tell which awards stand in a pool whose priority list has ``tier``."""
    app, people = instance.applications, instance.applicants
    kinds = instance.places.kind[app.place]
    counts = np.zeros(rows.shape, dtype=np.bool_)
    for kind in sorted(set(kinds)):
        lists = instance.priorities[kind]
        of_kind = kinds == kind
        if "tier" in lists.open:
            counts |= rows & of_kind
            continue
        if "disabled_first" in lists.open:
            counts |= rows & of_kind & (people.group[app.applicant] == "disabled")
        elif "hard_to_employ_first" in lists.open:
            counts |= rows & of_kind & people.hard_to_employ[app.applicant]
        elif "tier" in lists.reserved:
            counts |= labelled(instance, kind, rows)
    return counts


def _at_place(instance: Instance) -> Rows:
    """Shape (m, k): the application is for the place."""
    here: Rows = np.arange(len(instance.places.id))[:, None] == instance.applications.place[None, :]
    return here


def _largest(values: Values) -> int:
    return int(values.max()) if len(values) else 0
