"""Units of every reserve, counted again from the scenario's rule and the places.

A share is an exact fraction of its base, rounded as the rule says; a reserve of a wide
scope may be split over narrower ones by largest remainder on their capacity, equal
remainders by the number of applications where the stage is planned by demand, then by id
(design 4.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.labels import rounded
from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints

Key = tuple[str, str]
"""Rule and scope id of a reserve."""


def check_reserve_counts(instance: Instance) -> Iterator[Violation]:
    """Compare the units of the instance's reserves with those the scenario asks for."""
    rules = instance.scenario.reserves
    mine = _expected(instance, rules)
    theirs = {
        (reserve.rule, reserve.scope_id): (reserve.name, reserve.count)
        for reserve in instance.reserves
        if reserve.rule in rules
    }
    for key in sorted(mine.keys() | theirs.keys()):
        name, count = theirs.get(key, ("/".join(part for part in key if part), 0))
        expected = mine.get(key, 0)
        if count != expected:
            yield Violation(
                "check_reserve_count", {"reserve": name, "units": count, "counted": expected}
            )


def _expected(instance: Instance, rules: Mapping[str, Any]) -> dict[Key, int]:
    staged = {kind for stage in instance.stages for kind in stage.kinds}
    # The choice rules of places split their reserves themselves.
    matched = {kind for stage in instance.stages if stage.is_match for kind in stage.kinds}
    places = instance.places
    units: dict[Key, int] = {}
    for name, rule in rules.items():
        members = np.flatnonzero((places.kind == rule.kind).astype(np.bool_))
        if rule.kind not in staged or not len(members):
            continue
        for scope_id, inside in _scopes(instance, members, rule.scope):
            count = _count(instance, rule, inside)
            parts = [(scope_id, inside, count)]
            if rule.split_to is not None and rule.kind not in matched:
                finer = _scopes(instance, inside, rule.split_to)
                room = [int(places.capacity[rows].sum()) for _, rows in finer]
                shares = _largest_remainder(count, room, _asked(instance, name, finer))
                parts = [(i, rows, n) for (i, rows), n in zip(finer, shares, strict=True)]
            units |= {(name, part_id): n for part_id, _, n in parts}
    return units


def _count(instance: Instance, rule: Any, inside: Ints) -> int:
    if rule.count is not None:
        return int(rule.count)
    return rounded(Fraction(rule.share or 0) * _base(instance, rule, inside), rule.rounding)


def _base(instance: Instance, rule: Any, inside: Ints) -> int:
    """Return what the share is of: units that stand, planned, or stand and may open."""
    places, scenario = instance.places, instance.scenario
    candidate = places.is_candidate[inside]
    standing = int(places.capacity[inside][~candidate].sum())
    possible = int(places.capacity[inside][candidate].sum())
    if rule.base == "opened":
        return standing
    if rule.base == "new" and rule.planned is not None:
        return int(rule.planned)
    limits: list[int] = [joint.max for joint in scenario.openings_joint if rule.kind in joint.kinds]
    if rule.kind in scenario.openings:
        limits.append(scenario.openings[rule.kind].max)
    return standing + min([possible, *limits] if rule.scope == "city" else [possible])


def _scopes(instance: Instance, members: Ints, scope: str) -> list[tuple[str, Ints]]:
    """Group places by scope, in the order of scope ids."""
    places = instance.places
    if scope == "city":
        return [("", members)]
    ids = {
        "district": places.district,
        "township": places.township,
        "venue": places.venue,
        "place": places.id,
    }[scope][members]
    return [(name, members[(ids == name).astype(np.bool_)]) for name in sorted(set(ids))]


def _asked(instance: Instance, rule: str, scopes: Sequence[tuple[str, Ints]]) -> list[int]:
    """Count the eligible applications of beneficiaries per scope, where demand decides."""
    mine = [reserve for reserve in instance.reserves if reserve.rule == rule]
    stages = {kind: stage for stage in instance.stages for kind in stage.kinds}
    if not mine or stages[mine[0].kind].plan_by != "demand":
        return [0] * len(scopes)
    app = instance.applications
    scope_of = np.full(len(instance.places.id), -1, dtype=np.int64)
    for number, (_, places) in enumerate(scopes):
        scope_of[places] = number
    counts = mine[0].beneficiaries[app.applicant] & app.eligible & (scope_of[app.place] >= 0)
    asked = np.bincount(scope_of[app.place[counts]], minlength=len(scopes))
    return [int(n) for n in asked]


def _largest_remainder(count: int, weights: Sequence[int], asked: Sequence[int]) -> list[int]:
    """Split a number by weights; of equal remainders the one asked for, then the earlier."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [Fraction(count * weight, total) for weight in weights]
    parts = [each.numerator // each.denominator for each in exact]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], -asked[n], n))
    for n in order[: count - sum(parts)]:
        parts[n] += 1
    return parts
