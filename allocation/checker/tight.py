"""Is nobody's chance too small?  The tight sets of a lottery, by arithmetic.

A tight set names rules.  For every application still open, the rules that hold it must
count at least as often as its applicant does (members once, others as the set says):
then no list gives those people more than the rules allow, and their chances use just
that.  A list of the lottery must then use every such rule in full and no application
counted more often than needed; both is kept for the sets that follow, whose chances are
larger.  In that order the sets prove the chances leximin: to raise one, an equal or a
smaller one must fall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.levels import quota_gap
from allocation.checker.lots import fraction
from allocation.checker.nested import Nets
from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Stage

Record = Mapping[str, Any]
Key = tuple[str, str]

_FREE = 2**40
"""Stands for a bound that is none."""


@dataclass(slots=True)
class _Bounds:
    """Applications a rule holds, and how many of them may and must be used."""

    rows: Ints
    lower: int
    upper: int


@dataclass(slots=True)
class _Chain:
    """What the sets so far leave open."""

    instance: Instance
    stage: Stage
    told: Mapping[str, Fraction]
    usable: Bools
    always: Ints
    rows_of: Mapping[str, Ints]
    place_of: Mapping[str, int]
    rows_at: Mapping[int, Ints]
    bounds: dict[Key, _Bounds] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    given: int = 0

    def of(self, rule: Record) -> _Bounds | None:
        """Return the checker's own bounds of a rule; ``None`` for one it cannot judge."""
        key = (str(rule["rule"]), str(rule["item"]))
        if key not in self.bounds:
            found = _own_bounds(self, *key)
            if found is None:
                return None
            self.bounds[key] = found
        return self.bounds[key]


def check_tight_sets(
    instance: Instance, stage: Stage, told: Mapping[str, Fraction], record: Record
) -> tuple[list[Violation], dict[str, int]]:
    """Follow the chain of tight sets.

    Returns
    -------
    tuple
        Violations, and how many sets there are, how many are confirmed by arithmetic,
        and how many rest on a solver's bound or on what the levels above are said to
        close.
    """
    chain = _start(instance, stage, told, record)
    nets = Nets(instance, stage, chain.usable.copy())
    violations: list[Violation] = []
    confirmed = unconfirmed = 0
    last = Fraction(0)
    for number, each in enumerate(record["tight_sets"], 1):
        chance, bound = fraction(each["chance"]), fraction(each["bound"])
        if chance < last or bound < chance:
            violations.append(_about(stage, "check_tight_set", number))
        last = max(last, chance)
        holds = _judge(chain, each, chance, bound)
        if holds is False:
            violations.append(_about(stage, "check_tight_set", number))
        elif holds is None and _needs_no_word(nets, each, chance == bound):
            violations.append(_about(stage, "check_tight_set_word", number))
        confirmed += each["route"] == "flow" and holds is True
        unconfirmed += holds is None
        chain.seen.update(each["applicants"])
    counts = {
        "n_tight_sets": len(record["tight_sets"]),
        "n_tight_sets_confirmed": confirmed,
        "n_tight_sets_unconfirmed": unconfirmed,
    }
    return violations, counts


def _judge(chain: _Chain, record: Record, chance: Fraction, bound: Fraction) -> bool | None:
    """Judge one set; ``None`` where it rests on what cannot be judged here."""
    if record["route"] == "solver" or bound != chance:
        return None
    if record["route"] == "levels":
        return not chance and not any(
            chain.usable[chain.rows_of[name]].any() for name in record["applicants"]
        )
    if record["route"] == "certain":
        return chance == 1
    return _follow(chain, record, chance)


def _needs_no_word(nets: Nets, record: Record, is_closed: bool) -> bool:
    """Tell whether rules must prove a set that rests on something else.

    A network's chances have cuts that do; where the checker knows every bound of it, a
    set cannot name rules that it does not know.
    """
    if record["route"] == "flow" and is_closed:
        return nets.are_plain(record["applicants"])
    return nets.fit(record["applicants"])


def _start(
    instance: Instance, stage: Stage, told: Mapping[str, Fraction], record: Record
) -> _Chain:
    app = instance.applications
    usable = np.zeros(len(app.place), dtype=np.bool_)
    usable[stage.applications] = app.eligible[stage.applications]
    name_of = instance.applicants.id[app.applicant]
    place_of = instance.places.id[app.place]
    closed = {(str(name), str(place)) for name, place in record["closed"]}
    fixed = {(str(name), str(place)) for name, place in record["fixed"]}
    always: list[int] = []
    mine = np.flatnonzero(usable)
    rows_of: dict[str, list[int]] = {name: [] for name in told}
    for row, name, place in zip(
        mine.tolist(), name_of[mine].tolist(), place_of[mine].tolist(), strict=True
    ):
        if (name, place) in closed or name not in told:
            usable[row] = False
        if (name, place) in fixed:
            always.append(row)
        if name in told:
            rows_of[name].append(row)
    arrays = {name: np.array(rows, dtype=np.int64) for name, rows in rows_of.items()}
    place_index = {name: p for p, name in enumerate(instance.places.id.tolist())}
    fixed_rows = np.array(always, dtype=np.int64)
    at = _by_place(app.place, stage.applications)
    return _Chain(instance, stage, told, usable, fixed_rows, arrays, place_index, at)


def _by_place(place: Ints, rows: Ints) -> dict[int, Ints]:
    """Return the rows of each place."""
    ordered = rows[np.argsort(place[rows], kind="stable")]
    places, starts = np.unique(place[ordered], return_index=True)
    return dict(zip(places.tolist(), np.split(ordered, starts[1:]), strict=len(places) > 0))


def _follow(chain: _Chain, record: Record, chance: Fraction) -> bool | None:
    """Judge one set and draw the consequences; ``None`` where a rule cannot be judged."""
    bounds = [chain.of(rule) for rule in record["rules"]]
    if any(each is None for each in bounds):
        return None
    cover = np.zeros(len(chain.usable), dtype=np.int64)
    counted = np.zeros(len(chain.usable), dtype=np.int64)
    allowed = 0
    for rule, own in zip(record["rules"], bounds, strict=True):
        if own is None:
            return None
        sign, units = int(rule["sign"]), int(rule["units"])
        # A tighter bound than the rule's own can only come from the levels above.
        if (sign > 0 and units < own.upper) or (sign < 0 and units > own.lower):
            if not chain.stage.levels:
                return False
            chain.given += 1
        allowed += sign * units
        np.add.at(cover, own.rows, sign)
        own.lower = own.upper = units
    have = Fraction(0)
    people = [(str(name), 1) for name in record["applicants"]]
    others = [(str(name), int(sign)) for name, sign in record["others"]]
    if any(name not in chain.seen for name, _ in others):
        return False
    for name, sign in [*people, *others]:
        have += sign * chain.told[name]
        counted[chain.rows_of[name]] += sign
    # What every list awards uses the rules that hold it, and nothing more.
    counted[chain.always] = cover[chain.always]
    have += int(cover[chain.always].sum())
    slack = np.where(chain.usable, cover - counted, 0)
    if (
        have != allowed
        or (slack < 0).any()
        or any(chain.told[name] != chance for name, _ in people)
    ):
        return False
    chain.usable &= slack == 0
    return True


def _own_bounds(chain: _Chain, rule: str, item: str) -> _Bounds | None:
    """Work a rule out from the instance."""
    instance, stage = chain.instance, chain.stage
    app, places = instance.applications, instance.places
    mine = stage.applications
    if rule == "award":
        return _Bounds(chain.rows_of[item], 0, 1)
    if rule == "wish":
        applicant_id, place_id = item.split("\n")
        rows = chain.rows_of[applicant_id]
        return _Bounds(rows[places.id[app.place[rows]] == place_id], 0, 1)
    if rule == "capacity":
        p = chain.place_of[item]
        return _Bounds(chain.rows_at.get(p, mine[:0]), 0, int(places.capacity[p]))
    if rule == "number":
        return _number(instance, mine, int(item))
    if rule == "hard_reserve":
        reserve = next(each for each in instance.reserves if each.name == item)
        if reserve.linear or not reserve.hard:
            return None
        inside = np.isin(app.place[mine], reserve.places)
        others = mine[inside & ~reserve.beneficiaries[app.applicant[mine]]]
        room = int(places.capacity[reserve.places].sum()) - reserve.count
        return _Bounds(others, 0, max(0, room))
    if rule == "quota":
        return _quota(instance, mine, int(item))
    return None


def _number(instance: Instance, mine: Ints, index: int) -> _Bounds | None:
    """Bound awards by a cap on opened sites, where each has one unit."""
    cap, app = instance.limits[index], instance.applications
    if cap.centre >= 0 or cap.extra_disabled or (instance.places.capacity[cap.members] != 1).any():
        return None
    return _Bounds(mine[np.isin(app.place[mine], cap.members)], 0, cap.maximum - cap.existing)


def _quota(instance: Instance, mine: Ints, index: int) -> _Bounds | None:
    """Bound awards by a quota that is a number; an elastic one asks through a level."""
    quota = instance.quotas[index]
    if quota.share != 0:
        return None
    rows = quota.counted[np.isin(quota.counted, mine)]
    if not quota.hard:
        return _Bounds(rows, 0, _FREE)
    if quota.sense == "max":
        return _Bounds(rows, 0, quota.floor_count)
    return _Bounds(rows, quota_gap(quota, 0, 0), _FREE)


def _about(stage: Stage, code: str, number: int) -> Violation:
    return Violation(code, {"stage": stage.name, "n": number})
