"""Reserve counts: how many units a share comes to, and where they stand.

日政办字〔2023〕18号 第7条 reserves at least 10 % of new lottery outlets, kiosks and other
convenience points, 第14条 a share of market stalls it does not name (placeholder), and
山东省实施《中华人民共和国残疾人保障法》办法 第三十四条 at least 10 % of suitable posts.
All arithmetic is in exact fractions: a tenth of 120 is 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.sparse as sp

from allocation.instance import Reserve
from allocation.messages import InputError, ScenarioError
from allocation.rules import columns
from allocation.rules.selectors import select
from allocation.scenario.vocabulary import SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from allocation.instance import Applications, Bools, Instance, Ints, Strings
    from allocation.scenario import Scenario
    from allocation.scenario.models import ReserveRule
    from allocation.scenario.vocabulary import Rounding

_HALF = Fraction(1, 2)


def reserve_count(share: Fraction, base: int, rounding: Rounding) -> int:
    """Round a share of a base to whole units.

    日政办字〔2023〕18号 第7条 ("不低于10%") does not say how; ``ceil`` is the reading that
    never falls short (placeholder).  ``floor_min1`` gives at least one unit of a share
    that is not nothing, after 青岛市残疾人保障条例 第四十六条 ("不足一个的,应当至少设置
    一个").

    Parameters
    ----------
    share
        From 0 to 1.
    base
        Number the share is of.
    rounding
        ``ceil``, ``floor``, ``half_up`` or ``floor_min1``.
    """
    units = share * base
    if rounding == "ceil":
        return ceil(units)
    if rounding == "half_up":
        return floor(units + _HALF)
    if rounding == "floor_min1" and units > 0:
        return max(1, floor(units))
    return floor(units)


def reserve_units(instance: Instance, reserve: Reserve, awarded_places: Ints) -> int:
    """Count the units a reserve asks for, given the places that hold awards.

    Base ``opened`` grows with the candidate sites that open; the others are fixed.
    """
    if not reserve.linear:
        return reserve.count
    sites = reserve.places[instance.places.is_candidate[reserve.places]]
    opened = int(np.isin(sites, awarded_places).sum())
    return reserve_count(reserve.share, reserve.base_existing + opened, reserve.rounding)


def asking(applications: Applications, beneficiaries: Bools, n_places: int) -> Ints:
    """Count the eligible applications of beneficiaries per place; shape (n_places,)."""
    mine = applications.eligible & beneficiaries[applications.applicant]
    return np.bincount(applications.place[mine], minlength=n_places)


def split(
    count: int,
    capacities: Sequence[int],
    order: Sequence[str] | Sequence[int],
    asked: Sequence[int] | None = None,
) -> list[int]:
    """Split units over scopes by largest remainder (Hamilton) on their capacity.

    Design section 4.5: a share over several venues is split by a published
    apportionment beforehand.  Of equal remainders the one that most ask for gets the unit,
    then the one first in ``order``.

    Parameters
    ----------
    count
        Units to split, at most the sum of the capacities.
    capacities
        Capacity of each scope.
    order
        Id of each scope, or its place in a published order.
    asked
        Applications of beneficiaries per scope, where the stage is planned by demand.

    Returns
    -------
    list[int]
        Units of each scope in the order given; they sum to ``count`` and none exceeds
        its capacity.

    Raises
    ------
    ValueError
        When there are more units than capacity.
    """
    total = sum(capacities)
    if not 0 <= count <= total:
        raise ValueError(f"{count} units do not fit a capacity of {total}")
    if not count:
        return [0] * len(capacities)
    # In whole numbers, so that equal remainders are equal; ties have their own order and
    # scopes may be thousands of places, for which no library was found.
    quotas = [divmod(count * capacity, total) for capacity in capacities]
    parts = [whole for whole, _ in quotas]
    wanted = asked or [0] * len(quotas)
    first = sorted(range(len(quotas)), key=lambda i: (-quotas[i][1], -wanted[i], order[i]))
    for i in first[: count - sum(parts)]:
        parts[i] += 1
    return parts


def build_reserves(
    applicants: pd.DataFrame,
    places: pd.DataFrame,
    scenario: Scenario,
    kinds: Iterable[str],
    applications: Applications | None = None,
) -> tuple[Reserve, ...]:
    """Turn every reserve rule into units of one scope each.

    Parameters
    ----------
    applicants, places
        In instance order.
    kinds
        Kinds in order of stages; rules of other kinds are left out.
    applications
        What a stage planned by demand looks at; without them, places alone are.

    Returns
    -------
    tuple[Reserve, ...]
        By kind, then in the order of the scenario, then by scope id; without reserves
        that keep no unit.  ``scope_id`` of a city-wide reserve is empty.

    Raises
    ------
    ScenarioError
        ``reserve_scope``, ``reserve_over_capacity`` or ``hard_reserves_over_capacity``;
        ``rule_needs_column``.
    InputError
        ``place_without_scope`` when a place of the kind is in no scope.
    """
    built: list[Reserve] = []
    kind_of = columns.text(places, "kind")
    for kind in kinds:
        members = np.flatnonzero(kind_of == kind)
        for name, rule in scenario.reserves.items():
            if rule.kind != kind or not len(members):
                continue
            beneficiaries = select(applicants, rule.beneficiaries, scenario)
            asked = None
            if applications is not None and scenario.is_planned_by_demand(kind):
                asked = asking(applications, beneficiaries, len(places))
            for part in _parts(name, rule, places, members, scenario, asked):
                built.append(_reserve(name, rule, part, places, beneficiaries))
    kept = tuple(reserve for reserve in built if reserve.count or reserve.linear)
    _refuse_hard_over_capacity(kept, columns.numbers(places, "capacity").astype(np.int64))
    return kept


def _refuse_hard_over_capacity(reserves: Sequence[Reserve], capacity: Ints) -> None:
    """Refuse hard reserves that keep more units than their places have.

    A hard unit stands empty rather than serve others, so it must be a unit of its own:
    those of every scope, reserves of narrower scopes inside it included, fit its places.
    """
    hard = [reserve for reserve in reserves if reserve.hard]
    if not hard:
        return
    size = np.array([len(reserve.places) for reserve in hard])
    inside = sp.csr_array(
        (
            np.ones(size.sum(), dtype=np.int64),
            np.concatenate([reserve.places for reserve in hard]),
            np.concatenate([[0], np.cumsum(size)]),
        ),
        shape=(len(hard), len(capacity)),
    )
    shared = (inside @ inside.T).tocoo()
    within = shared.data == size[shared.col]
    count = np.array([reserve.count for reserve in hard])
    kept = np.bincount(shared.row[within], weights=count[shared.col[within]])
    room = inside @ capacity
    for g in np.flatnonzero(kept > room).tolist():
        raise ScenarioError(
            "hard_reserves_over_capacity",
            reserve=hard[g].name,
            count=int(kept[g]),
            capacity=int(room[g]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One scope of a rule: its places and its units."""

    scope: str
    scope_id: str
    places: Ints
    count: int


def _parts(
    name: str,
    rule: ReserveRule,
    places: pd.DataFrame,
    members: Ints,
    scenario: Scenario,
    asked: Ints | None,
) -> list[_Part]:
    # The choice rules of places split their reserve themselves, once it is known which
    # sites open (allocation.rules.place_units).
    whole = scenario.is_match(rule.kind)
    if rule.split_to is not None and (
        (rule.base == "opened" and not whole)
        or SCOPES.index(rule.split_to) <= SCOPES.index(rule.scope)
    ):
        raise ScenarioError("reserve_scope", reserve=name, scope=rule.scope, to=rule.split_to)
    if rule.planned is not None and rule.base == "new" and rule.scope != "city":
        raise ScenarioError("reserve_scope", reserve=name, scope="city", to=rule.scope)
    capacity = columns.numbers(places, "capacity").astype(np.int64)
    limit = _openings_limit(scenario, rule.kind) if rule.scope == "city" else None
    parts: list[_Part] = []
    for scope_id, inside in _by_scope(places, members, rule.scope, rule.kind):
        count = _count(rule, _base(rule, places, inside, limit))
        total = int(capacity[inside].sum())
        if rule.split_to is not None and count > total:
            raise ScenarioError("reserve_over_capacity", reserve=name, count=count, capacity=total)
        if rule.split_to is None or whole:
            parts.append(_Part(rule.scope, scope_id, inside, count))
            continue
        finer = _by_scope(places, inside, rule.split_to, rule.kind)
        room = [int(capacity[rows].sum()) for _, rows in finer]
        wishes = None if asked is None else [int(asked[rows].sum()) for _, rows in finer]
        shares = split(count, room, [part_id for part_id, _ in finer], wishes)
        parts += [
            _Part(rule.split_to, part_id, rows, units)
            for (part_id, rows), units in zip(finer, shares, strict=True)
        ]
    return parts


def _openings_limit(scenario: Scenario, kind: str) -> int | None:
    """Return how many candidate sites of a kind may open at most, ``None`` for any number."""
    limits = [joint.max for joint in scenario.openings_joint if kind in joint.kinds]
    if kind in scenario.openings:
        limits.append(scenario.openings[kind].max)
    return min(limits, default=None)


def _base(rule: ReserveRule, places: pd.DataFrame, inside: Ints, opened_most: int | None) -> int:
    """Return the number that a share is of.

    ``new``: the planned number.  ``all``: all units of the scope, of candidate sites at
    most as many as may open.  ``opened``: the units that stand before any site opens.
    """
    capacity = columns.numbers(places, "capacity").astype(np.int64)[inside]
    candidate = columns.flags(places, "is_candidate")[inside]
    standing, possible = int(capacity[~candidate].sum()), int(capacity[candidate].sum())
    if rule.base == "opened":
        return standing
    if rule.base == "new" and rule.planned is not None:
        return rule.planned
    return standing + (possible if opened_most is None else min(possible, opened_most))


def _count(rule: ReserveRule, base: int) -> int:
    if rule.count is not None:
        return rule.count
    return reserve_count(rule.share or Fraction(0), base, rule.rounding)


def _by_scope(places: pd.DataFrame, members: Ints, scope: str, kind: str) -> list[tuple[str, Ints]]:
    """Group places by scope id, in the order of ids."""
    if scope == "city":
        return [("", members)]
    ids = _scope_ids(places, scope, kind)[members]
    missing = ids == ""
    if missing.any():
        raise InputError(
            "place_without_scope", kind=kind, column=_SCOPE_COLUMN[scope], count=int(missing.sum())
        )
    groups = pd.Series(members).groupby(ids.astype(str), sort=True)
    return [(str(scope_id), rows.to_numpy()) for scope_id, rows in groups]


_SCOPE_COLUMN = {
    "district": "district",
    "township": "township",
    "venue": "venue_id",
    "place": "place_id",
}


def _scope_ids(places: pd.DataFrame, scope: str, kind: str) -> Strings:
    column = _SCOPE_COLUMN[scope]
    columns.require(places, "places", column, "reserve", kind)
    ids = columns.text(places, column)
    ids[pd.isna(ids)] = ""
    if scope != "township":
        return ids
    district = columns.text(places, "district")
    district[pd.isna(district)] = ""
    keys: Strings = np.where(ids == "", "", district + "/" + ids)
    return keys


def _reserve(
    name: str, rule: ReserveRule, part: _Part, places: pd.DataFrame, beneficiaries: Bools
) -> Reserve:
    linear = rule.base == "opened" and rule.count is None
    return Reserve(
        name=f"{name}/{part.scope_id}" if part.scope_id else name,
        rule=name,
        kind=rule.kind,
        scope=part.scope,
        scope_id=part.scope_id,
        places=part.places,
        beneficiaries=beneficiaries,
        count=part.count,
        linear=linear,
        share=rule.share or Fraction(0),
        rounding=rule.rounding,
        base_existing=_base(rule, places, part.places, None) if linear else 0,
        hard=rule.mode == "hard",
        over_and_above=rule.mode == "over_and_above",
    )
