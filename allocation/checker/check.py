"""All checks of an award list, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.fairness import list_fairness
from allocation.checker.fields import check_columns, check_labels
from allocation.checker.hard import HardRules, Pairs
from allocation.checker.labelling import listed_labels, own_labelling, units_kept
from allocation.checker.levels import judged_stage, stage_levels
from allocation.checker.listing import read_listing
from allocation.checker.numbers import recount_caps
from allocation.checker.plan_kept import check_idle_sites, check_plan
from allocation.checker.plan_levels import check_plan_levels
from allocation.checker.plan_proof import confirm_plan
from allocation.checker.proof import Confirmed, confirm_levels
from allocation.checker.queue import check_queue
from allocation.checker.report import Assurance, CheckReport, Violation
from allocation.checker.reported import (
    check_counts,
    check_reported,
    proven_levels,
    undrawn_stages,
)
from allocation.checker.reserve_counts import check_reserve_counts
from allocation.checker.reversions import check_reversions
from allocation.checker.rules_kept import (
    check_capacity,
    check_hard_quotas,
    check_hard_reserves,
    check_numbers,
    check_outlets,
    check_people,
    check_schools,
    check_spacing,
)
from allocation.checker.space import Space
from allocation.checker.stable import check_stable
from allocation.checker.stable_view import StableView, read_views
from allocation.checker.standing import Standing
from allocation.checker.turns import check_turns
from allocation.checker.valuation import Valuation
from allocation.checker.waste import find_waste, waste_violations
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance, Ints, NumberLimit, Stage


def check_awards(
    instance: Instance,
    awards: pd.DataFrame,
    result: Mapping[str, Any] | None = None,
    proofs: pd.DataFrame | None = None,
    plan_proofs: Mapping[str, Any] | None = None,
) -> CheckReport:
    """Judge an award list, wherever it comes from.

    Distances, reserves, numbers, levels and choice rules are worked out here anew;
    eligibility is the instance's.  Waste and the order of acceptance are judged only
    for a list that keeps every hard rule.

    Parameters
    ----------
    instance
        The problem.
    awards
        At least ``applicant_id`` and ``place_id``; other columns of ``awards.csv``
        are compared where they are there.
    result
        The parsed ``result.json``, to be held against the list.
    proofs
        The content of ``proofs.csv``, to be gone through when there is a ``result``; what
        rests on it is not judged without.
    plan_proofs
        The parsed ``plan_proofs.json``, likewise; empty where the run has none.

    Returns
    -------
    CheckReport
        Violations in the order of the checks.  An improvement of a level the record
        does not call proven is a finding, not a violation.
    """
    listing, violations = read_listing(instance, awards)
    rows = listing.rows
    space = Space(instance)
    caps = recount_caps(space)
    views, wrong = read_views(instance, rows, result)
    own = own_labelling(instance, rows, views.values())
    violations += wrong
    kept = units_kept(own, views.values())
    violations += _hard(space, caps, rows, kept, undrawn_stages(instance, result))
    for view in views.values():
        violations += check_plan(space, caps, view)
    is_lawful = not violations
    violations += check_reserve_counts(instance)
    violations += check_columns(instance, awards, listing)
    violations += check_labels(instance, awards, listing, own)
    listed = listed_labels(instance, awards, listing, own)
    findings: list[Violation] = []
    counts = {"n_awards": len(rows)}
    confirmed = _confirm(space, rows, caps, result, proofs) if is_lawful else {}
    assurance: dict[str, Assurance] = {}
    for stage in instance.stages:
        proven = confirmed.get(stage.name)
        if stage.name in views:
            more = _judge_match(space, caps, views[stage.name], listed, result, is_lawful)
        else:
            more = _judge_stage(stage, rows, space, caps, result, is_lawful, proven)
        violations += more.violations
        findings += more.findings
        for name, number in more.counts.items():
            counts[name] = counts.get(name, 0) + number
        if proven is not None:
            in_turn = more.counts.get("n_better_wishes_open") == 0
            in_turn &= all(v.code != "check_turn" for v in more.violations)
            assurance[stage.name] = proven.assurance(in_turn=in_turn)
    if result is not None:
        violations += check_reported(instance, rows, result, own)
        # Which wishes are open depends on the proofs; without them more are.
        unsure = ("n_better_wishes_open",) if proofs is None else ()
        told = {name: number for name, number in counts.items() if name not in unsure}
        violations += check_counts(told, result)
        violations += [v for proven in confirmed.values() for v in proven.violations]
        if is_lawful:
            planned, unproven = _confirm_plans(space, caps, views, plan_proofs)
            assurance |= planned
            violations += unproven
    return CheckReport(violations, counts, findings, assurance)


def _confirm(
    space: Space,
    rows: Ints,
    caps: Sequence[NumberLimit],
    result: Mapping[str, Any] | None,
    proofs: pd.DataFrame | None,
) -> dict[str, Confirmed]:
    """Go through the proofs of every ``optimal`` stage that is on record."""
    if result is None or proofs is None:
        return {}
    records = {record["name"]: record for record in result.get("stages", ())}
    pairs = own_pairs(space)
    return {
        stage.name: confirm_levels(
            Standing.of(space.instance, stage, rows), pairs, caps, proofs, records[stage.name]
        )
        for stage in space.instance.stages
        if stage.mechanism == "optimal" and stage.name in records
    }


def _confirm_plans(
    space: Space,
    caps: Sequence[NumberLimit],
    views: Mapping[str, StableView],
    proofs: Mapping[str, Any] | None,
) -> tuple[dict[str, Assurance], list[Violation]]:
    """Confirm the levels of every site plan."""
    assurance: dict[str, Assurance] = {}
    violations: list[Violation] = []
    if proofs is None:
        return assurance, violations
    for name, view in views.items():
        if view.plan.levels:
            states, unproven = confirm_plan(space, caps, view, proofs)
            assurance[name] = Assurance((), plan=states)
            violations += unproven
    return assurance, violations


def _hard(
    space: Space,
    caps: Sequence[NumberLimit],
    rows: Ints,
    kept: Sequence[int],
    undrawn: Sequence[Stage],
) -> list[Violation]:
    instance = space.instance
    whole = Standing.of(instance, instance.stages[-1], rows) if instance.stages else None
    return [
        *check_people(instance, rows),
        *check_capacity(instance, rows),
        *check_spacing(space, rows),
        *check_outlets(space, rows),
        *check_schools(space, rows),
        *(check_numbers(whole, caps) if whole is not None else ()),
        *check_hard_reserves(instance, rows, kept),
        *check_hard_quotas(instance, rows, undrawn),
    ]


def _judge_stage(
    stage: Stage,
    rows: Ints,
    space: Space,
    caps: Sequence[NumberLimit],
    result: Mapping[str, Any] | None,
    is_lawful: bool,
    confirmed: Confirmed | None,
) -> CheckReport:
    instance, pairs = space.instance, own_pairs(space)
    if stage.mechanism in ("queue", "stable"):
        order = check_queue(instance, stage, rows, pairs, caps) if is_lawful else []
        return CheckReport(order, {})
    if stage in undrawn_stages(instance, result):
        return CheckReport([], {})
    stage = judged_stage(stage)
    standing = Standing.of(instance, stage, rows)
    findings, counts = list_fairness(standing)
    if not is_lawful:
        return CheckReport([], counts, findings)
    rules, valuation = HardRules(standing, pairs, caps), Valuation(standing)
    wasted = _waste(standing, rules, valuation)
    if stage.mechanism == "egalitarian":
        # Which place somebody has is their own choice, judged below.
        wasted = [(level, v) for level, v in wasted if level < len(stage_levels(instance, stage))]
    proven = proven_levels(result, stage)
    violations = [v for level, v in wasted if proven is None or level < proven]
    later = [
        Violation("finding_improvable", v.params)
        for level, v in wasted
        if proven is not None and level >= proven
    ]
    if _chose_in_turn(stage, proven):
        left = None if confirmed is None else confirmed.left
        passed_over, better = check_turns(standing, rules, valuation, left)
        violations += passed_over
        counts |= better
    counts |= {"n_waste": len(wasted) - len(later), "n_improvable": len(later)}
    return CheckReport(violations, counts, [*findings, *later])


def _judge_match(
    space: Space,
    caps: Sequence[NumberLimit],
    view: StableView,
    listed: Ints,
    result: Mapping[str, Any] | None,
    is_lawful: bool,
) -> CheckReport:
    levels = list(check_plan_levels(space, view.standing, view.plan))
    if not is_lawful:
        return CheckReport(levels, {})
    report = check_stable(view, listed)
    violations = [
        *report.violations,
        *check_reversions(space, view, listed, result),
        *levels,
        *check_idle_sites(space, caps, view),
    ]
    return CheckReport(violations, report.counts, report.findings)


def _waste(
    standing: Standing, rules: HardRules, valuation: Valuation
) -> list[tuple[int, Violation]]:
    found = find_waste(standing, rules, valuation)
    violations = waste_violations(standing, valuation.levels, found)
    return list(zip(found.level.tolist(), violations, strict=True))


def _chose_in_turn(stage: Stage, proven: int | None) -> bool:
    """Tell whether people chose their places in turn, and all had their turn."""
    return proven is None and (stage.mechanism == "egalitarian" or IN_TURN in stage.levels)


def own_pairs(space: Space) -> Pairs:
    """Return the conflicts the checker measured itself."""
    near = space.conflicts
    columns = (near.place_a, near.class_a, near.place_b, near.class_b)
    return Pairs.of(*(np.asarray(column, dtype=np.int64) for column in columns))
