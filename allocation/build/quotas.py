"""Quotas: bounds on awards of an applicant selector and a place selector, per scope."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

import numpy as np

from allocation.instance import Quota
from allocation.messages import ScenarioError
from allocation.rules.selectors import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from allocation.build.frames import Frames
    from allocation.instance import Bools, Ints, Places, Stage, Strings
    from allocation.scenario import QuotaRule, Scenario

_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Scope:
    """One scope of a quota, with what stands in it."""

    id: str
    counted: Ints
    denominator: Ints
    capacity: int


def build_quotas(
    frames: Frames,
    places: Places,
    stages: tuple[Stage, ...],
    eligible: Bools,
    scenario: Scenario,
) -> tuple[Quota, ...]:
    """Make one row per scope, bound and declared quota, in declared order.

    A queue is not steered by quotas, so only what an ``optimal`` stage gives out
    counts.

    Raises
    ------
    ScenarioError
        ``quota_spans_stages`` when a quota is about kinds of several such stages: no
        single stage could keep it.
    """
    steered = tuple(stage for stage in stages if stage.mechanism != "queue")
    rows: list[Quota] = []
    for rule in scenario.quotas:
        chosen = _given_out(places, rule, select(frames.places, rule.place), steered)
        people = select(frames.applicants, rule.applicant, scenario)
        for scope in _scopes(frames, places, rule, chosen, people, eligible):
            rows += _bounds(rule, scope)
    return tuple(rows)


def _given_out(places: Places, rule: QuotaRule, chosen: Bools, stages: tuple[Stage, ...]) -> Bools:
    """Keep of the chosen places those that the one steered stage gives out."""
    kinds = places.kind.astype(str)
    asked = set(kinds[chosen])
    touched = [stage for stage in stages if asked & set(stage.kinds)]
    if len(touched) > 1:
        names = ", ".join(stage.name for stage in touched)
        raise ScenarioError("quota_spans_stages", quota=rule.name, stages=names)
    given: Bools = chosen & np.isin(kinds, touched[0].kinds if touched else ())
    return given


def _scopes(
    frames: Frames,
    places: Places,
    rule: QuotaRule,
    chosen: Bools,
    people: Bools,
    eligible: Bools,
) -> Iterator[_Scope]:
    """Split what a quota is about by scope; scopes without a chosen place have no row."""
    scope_ids = _scope_ids(places, rule.scope).astype(str)
    names, code = np.unique(scope_ids[chosen], return_inverse=True)
    scope = np.full(len(places.id), -1, dtype=np.int64)
    scope[chosen] = code
    capacity = np.zeros(len(names), dtype=np.int64)
    np.add.at(capacity, code, places.capacity[chosen])

    applicant = frames.applications["applicant"].to_numpy(dtype=np.int64)
    place = frames.applications["place"].to_numpy(dtype=np.int64)
    inside = np.flatnonzero(eligible & chosen[place])
    everybody = _split(inside, scope[place[inside]], len(names))
    counted = inside[people[applicant[inside]]]
    selected = _split(counted, scope[place[counted]], len(names))
    for i, name in enumerate(names.tolist()):
        yield _Scope(name, selected[i], everybody[i], int(capacity[i]))


def _split(rows: Ints, scope: Ints, n_scopes: int) -> list[Ints]:
    """Split ascending rows by their scope; each part stays ascending."""
    order = np.argsort(scope, kind="stable")
    ends = np.cumsum(np.bincount(scope, minlength=n_scopes))
    return np.split(rows[order], ends)


def _scope_ids(places: Places, scope: str) -> Strings:
    columns = {
        "district": places.district,
        "township": places.township,
        "venue": places.venue,
        "place": places.id,
    }
    return columns.get(scope, np.full(len(places.id), "", dtype=object))


def _bounds(rule: QuotaRule, scope: _Scope) -> Iterator[Quota]:
    """Turn the bounds of a rule into rows; shares stay exact fractions."""
    yield from _bound(rule, scope, "min", rule.min, rule.min_share)
    yield from _bound(rule, scope, "max", rule.max, rule.max_share)


def _bound(
    rule: QuotaRule,
    scope: _Scope,
    sense: Literal["min", "max"],
    number: int | None,
    share: Fraction | None,
) -> Iterator[Quota]:
    if number is not None:
        yield _row(rule, scope, sense, number)
    if share is None:
        return
    if rule.denominator == "awarded":
        yield _row(rule, scope, sense, 0, share)
    else:
        units = share * scope.capacity
        yield _row(rule, scope, sense, ceil(units) if sense == "min" else floor(units))


def _row(
    rule: QuotaRule,
    scope: _Scope,
    sense: Literal["min", "max"],
    constant: int,
    share: Fraction | None = None,
) -> Quota:
    return Quota(
        name=rule.name,
        scope_id=scope.id,
        sense=sense,
        counted=scope.counted,
        denominator=_NONE if share is None else scope.denominator,
        share=Fraction(0) if share is None else share,
        floor_count=constant,
        hard=rule.hard,
    )
