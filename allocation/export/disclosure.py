"""Which kinds of place tell something about whoever holds one.

《个人信息保护法》 Art. 28 makes health data sensitive.  Where the published rules admit
disabled people only, a name on the list is the name of a disabled person, however little
else is printed beside it; the same holds for a member of a disabled person's household.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from allocation.rules import columns
from allocation.rules.reserves import build_reserves
from allocation.rules.selectors import select
from allocation.tables import GROUPS, INPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from allocation.runs import Run
    from allocation.scenario import QuotaRule

_DISABLED_SIDE = {"disabled", "household_member"}
_DERIVED = {"severe", "tier"}


def reveals_disability(run: Run) -> tuple[str, ...]:
    """List the awarded kinds a place of which tells that its holder is disabled.

    Or that somebody in the holder's household is, or another fact the rules ask for and
    the law protects.  Only rules decide, never who was awarded: a name left out because
    all winners happen to be disabled would itself tell it.  A kind counts when its rules
    admit no general applicant, when a place of it is for disabled people only, by its
    own mark or by a plan of sites (a name left out at that place alone would mark it), or
    when it serves some disabilities alone, when a hard reserve or a hard quota takes all
    units of a scope or shuts everybody else out; a place that chooses by
    itself is such a scope, so there any hard reserve counts.

    Returns
    -------
    tuple[str, ...]
        In the scenario's order of kinds.
    """
    rules = (_by_eligibility, _by_place, _by_plan, _by_reserve, _by_quota)
    telling = {kind for rule in rules for kind in rule(run)}
    awarded = set(run.awards["kind"])
    return tuple(kind for kind in run.scenario.kinds if kind in telling and kind in awarded)


def _by_eligibility(run: Run) -> Iterator[str]:
    for kind, rule in run.scenario.eligibility.items():
        of_groups = rule.groups is not None and set(rule.groups) <= _DISABLED_SIDE
        # A kind that serves some disabilities alone tells even the type.
        if of_groups or rule.disability:
            yield kind


def _by_place(run: Run) -> set[str]:
    places = run.tables.places
    return set(places.loc[places["disabled_only"].fillna(False).astype(bool), "kind"])


def _by_plan(run: Run) -> set[str]:
    """Kinds with a site that a plan kept for disabled holders before the match."""
    plans = [stage.get("plan") or {} for stage in run.result["stages"]]
    kept = {
        site
        for plan in plans
        for site, only in zip(
            plan.get("places", ()), plan.get("reserved_disabled", ()), strict=True
        )
        if only
    }
    places = run.tables.places
    return set(places.loc[places["place_id"].isin(kept), "kind"])


def _by_reserve(run: Run) -> Iterator[str]:
    hard = {
        name
        for name, rule in run.scenario.reserves.items()
        if rule.mode == "hard" and _is_protected(run, rule.beneficiaries)
    }
    if not hard:
        return
    tables, scenario = run.tables, run.scenario
    kinds = [kind for stage in scenario.stages for kind in stage.kinds]
    capacity = columns.numbers(tables.places, "capacity")
    for reserve in build_reserves(tables.applicants, tables.places, scenario, kinds):
        takes_all = (
            reserve.share == 1
            if reserve.linear
            else reserve.count >= capacity[reserve.places].sum()
        )
        # Which single places a match keeps, or one planned by demand, is not known here.
        may_take = scenario.is_match(reserve.kind) or scenario.is_planned_by_demand(reserve.kind)
        if reserve.rule in hard and (takes_all or may_take):
            yield reserve.kind


def _by_quota(run: Run) -> Iterator[str]:
    for quota in run.scenario.quotas:
        takes_all = _takes_all(run, quota) and _is_protected(run, quota.applicant)
        if quota.hard and (takes_all or _shuts_others_out(run, quota)):
            yield from _kinds_of(run, quota)


def _takes_all(run: Run, quota: QuotaRule) -> bool:
    """Tell whether a minimum leaves no unit of some scope to anybody else."""
    if quota.min_share == 1 or quota.min is None:
        return quota.min_share == 1
    frame = run.tables.places
    chosen = frame[select(frame, quota.place)]
    capacity = columns.numbers(chosen, "capacity")
    if quota.scope == "city":
        return bool(0 < capacity.sum() <= quota.min)
    column = {"venue": "venue_id", "place": "place_id"}.get(quota.scope, quota.scope)
    units = pd.Series(capacity).groupby(chosen[column].to_numpy()).sum()
    return bool(((units > 0) & (units <= quota.min)).any())


def _shuts_others_out(run: Run, quota: QuotaRule) -> bool:
    """Tell whether a maximum of none leaves a kind to people of whom that tells something."""
    if quota.max != 0 and quota.max_share != 0:
        return False
    groups = quota.applicant.get("group")
    if isinstance(groups, tuple) and set(GROUPS) - set(groups) <= _DISABLED_SIDE:
        return True
    return _is_protected(run, {k: v for k, v in quota.applicant.items() if k != "group"})


def _kinds_of(run: Run, quota: QuotaRule) -> tuple[str, ...]:
    """Kinds a quota is about; all of them where it names none."""
    named = quota.place.get("kind")
    return tuple(map(str, named)) if isinstance(named, tuple) else tuple(run.scenario.kinds)


def _is_protected(run: Run, selector: Mapping[str, Any]) -> bool:
    """Tell whether belonging to a selection is a fact about health, family or income.

    What a column that the scenario adds is about nobody knows, so it counts as one.
    """
    columns = INPUT_TABLES["applicants"].by_name
    own = {rule.name for rule in run.scenario.columns}
    for name, values in selector.items():
        if name == "group":
            if isinstance(values, tuple) and set(values) <= _DISABLED_SIDE:
                return True
        elif name in _DERIVED or name in own or (name in columns and columns[name].personal):
            return True
    return False
