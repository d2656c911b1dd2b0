"""The lottery of ``egalitarian``: chances, their proof, and the draw (V12, V14).

Works from ``chances.csv``, ``lottery.json``, the instance and the award list with its own
code.  What it confirms by arithmetic: every chance is the marginal of the published
lottery; every tight set is held down by the rules it names; equal inputs have equal
chances; in the list drawn nobody left out could stand in for a larger chance; the draw is
the one the public seed gives, and its winners hold the awards.  What it takes as given and
counts: applications closed by the levels above the lottery, and bounds of route ``solver``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.alike import alike_applicants
from allocation.checker.listing import read_listing
from allocation.checker.lot_exchange import could_rise
from allocation.checker.lots import draw_again, fraction, leaks, shares_of
from allocation.checker.report import CheckReport, Violation
from allocation.checker.space import Space
from allocation.checker.tight import check_tight_sets

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance, Ints, Stage

Record = Mapping[str, Any]
_UNREADABLE = (ArithmeticError, KeyError, IndexError, TypeError, ValueError)


def check_lottery(
    instance: Instance,
    awards: pd.DataFrame,
    chances: pd.DataFrame | None,
    lottery: Record | None,
) -> CheckReport:
    """Judge the published chances, the lottery behind them and the draw.

    Whether there must be any is for the instance to say, not for the files that are
    there: a stage that goes by lot and gave something was drawn.

    Parameters
    ----------
    awards, chances
        As the run folder keeps them; ``chances`` is ``None`` where it has none.
    lottery
        The parsed ``lottery.json``, ``None`` where there is none.

    Returns
    -------
    CheckReport
        A stage that is not drawn yet has no awards, and that is no violation.
    """
    found, violations = _find(instance, awards, chances, lottery)
    counts: dict[str, int] = {}
    for stage, rows, record in found:
        report = _judge(instance, stage, awards, rows, record)
        violations += report.violations
        for name, number in report.counts.items():
            counts[name] = counts.get(name, 0) + number
    return CheckReport(violations, counts)


def check_drawing(
    instance: Instance,
    awards: pd.DataFrame,
    chances: pd.DataFrame | None,
    lottery: Record | None,
) -> list[Violation]:
    """Repeat the draw alone: the steps from the seed, and the winners against the awards.

    Parameters are those of :func:`check_lottery`.
    """
    found, violations = _find(instance, awards, chances, lottery)
    for stage, rows, record in found:
        try:
            violations += _draw(instance, stage, awards, _told(rows), record)
        except _UNREADABLE:
            violations.append(Violation("check_lottery_unreadable", {"stage": stage.name}))
    return violations


def _find(
    instance: Instance,
    awards: pd.DataFrame,
    chances: pd.DataFrame | None,
    lottery: Record | None,
) -> tuple[list[tuple[Stage, pd.DataFrame, Record]], list[Violation]]:
    """Return the chances and the lottery of each stage by lot, and what is missing."""
    records = {record["stage"]: record for record in (lottery or {}).get("stages", ())}
    found, missing = [], []
    for stage in instance.stages:
        if stage.mechanism != "egalitarian":
            continue
        record = records.get(stage.name)
        rows = None if chances is None else chances[chances["stage"] == stage.name]
        if record is not None and rows is not None:
            found.append((stage, rows, record))
            continue
        given = len(_own_awards(instance, stage, awards))
        if given or record is not None or (rows is not None and len(rows)):
            missing.append(Violation("check_lottery_missing", {"stage": stage.name}))
    return found, missing


def _judge(
    instance: Instance, stage: Stage, awards: pd.DataFrame, rows: pd.DataFrame, record: Record
) -> CheckReport:
    try:
        told = _told(rows)
        violations = [
            *_published(instance, stage, rows, told, record),
            *_marginals(stage, told, record),
            *_equal_inputs(instance, stage, told, record),
        ]
        tight, counts = check_tight_sets(instance, stage, told, record)
        violations += tight
        violations += _exchanges(instance, stage, awards, told, record)
        violations += _draw(instance, stage, awards, told, record)
    except _UNREADABLE:
        # A lottery that cannot even be read proves nothing.
        return CheckReport([Violation("check_lottery_unreadable", {"stage": stage.name})], {})
    return CheckReport(violations, counts)


def _told(rows: pd.DataFrame) -> dict[str, Fraction]:
    """Return the published chances as fractions, by applicant."""
    columns = (rows[name] for name in ("applicant_id", "numerator", "denominator"))
    return {str(name): Fraction(int(a), int(b)) for name, a, b in zip(*columns, strict=True)}


def _published(
    instance: Instance,
    stage: Stage,
    rows: pd.DataFrame,
    told: Mapping[str, Fraction],
    record: Record,
) -> Iterator[Violation]:
    """Hold the table against the lottery: who is in it, sets, tiers, range."""
    set_of: dict[str, int] = {}
    for number, each in enumerate(record["tight_sets"]):
        for name in each["applicants"]:
            if name in set_of:
                yield _about(stage, "check_chance_set", name)
            set_of[name] = number
    app = instance.applications
    mine = stage.applications[app.eligible[stage.applications]]
    known = set(instance.applicants.id[np.unique(app.applicant[mine])].tolist())
    tier = dict(
        zip(instance.applicants.id.tolist(), instance.applicants.tier.tolist(), strict=True)
    )
    listed = zip(
        rows["applicant_id"].tolist(),
        rows["tight_set"].tolist(),
        rows["priority_tier"].tolist(),
        rows["chance"].tolist(),
        strict=True,
    )
    for name, number, of_tier, decimal in listed:
        chance = told[name]
        fits = name in known and 0 <= chance <= 1 and set_of.get(name) == number
        fits = fits and tier[name] == of_tier and abs(float(chance) - float(decimal)) < 1e-9
        if not fits or fraction(record["tight_sets"][number]["chance"]) != chance:
            yield _about(stage, "check_chance_set", name)
    for name in sorted(set(set_of) ^ set(told)):
        yield _about(stage, "check_chance_missing", name)


def _marginals(stage: Stage, told: Mapping[str, Fraction], record: Record) -> Iterator[Violation]:
    """Hold what the lottery gives everybody against the published chance."""
    given: dict[str, Fraction] = {}
    for number, part in enumerate(record["parts"], 1):
        weights = [fraction(plan["weight"]) for plan in part["plans"]]
        if sum(weights) != 1 or min(weights) <= 0:
            yield Violation("check_lottery_weights", {"stage": stage.name, "part": number})
        for plan, weight in zip(part["plans"], weights, strict=True):
            if leaks(plan.get("flow", {})):
                yield Violation("check_lottery_flow", {"stage": stage.name, "part": number})
            for name, share in shares_of(plan).items():
                given[name] = given.get(name, Fraction(0)) + weight * share
    for name, chance in told.items():
        certain = Fraction(1) if chance == 1 and name not in given else Fraction(0)
        if given.get(name, certain) != chance:
            yield _about(stage, "check_marginal", name)
    for name in sorted(set(given) - set(told)):
        yield _about(stage, "check_chance_missing", name)


def _equal_inputs(
    instance: Instance, stage: Stage, told: Mapping[str, Fraction], record: Record
) -> Iterator[Violation]:
    """V14: people whose applications are alike to every rule have the same chance."""
    gap = any(each["chance"] != each["bound"] for each in record["tight_sets"])
    if gap:
        return
    for group in alike_applicants(instance, stage, set(told)):
        found = {told[name] for name in group}
        if len(found) > 1:
            yield _about(stage, "check_equal_inputs", group[0])


def _draw(
    instance: Instance,
    stage: Stage,
    awards: pd.DataFrame,
    told: Mapping[str, Fraction],
    record: Record,
) -> Iterator[Violation]:
    """Repeat the draw from the seed and hold its winners against the awards."""
    own = _own_awards(instance, stage, awards)
    holders = set(instance.applicants.id[instance.applications.applicant[own]].tolist())
    drawn = ["drawing" in part for part in record["parts"]]
    if not record["drawn"]:
        if holders or any(drawn):
            yield Violation("check_drawn_early", {"stage": stage.name})
        return
    seal = instance.scenario.draw
    seed, turn = (seal.seed or "", seal.round) if seal is not None else ("", "")
    winners = {name for name, chance in told.items() if chance == 1}
    for number, part in enumerate(record["parts"], 1):
        plan, numbers, served = draw_again(part, ("lottery", seed, turn, stage.name, number))
        said = part.get("drawing", {})
        winners -= {name for plan_ in part["plans"] for name in shares_of(plan_)}
        winners |= set(served)
        if (said.get("plan"), said.get("numbers"), said.get("served")) != (plan, numbers, served):
            yield Violation("check_draw_differs", {"stage": stage.name, "part": number})
    for name in sorted(winners - holders):
        yield _about(stage, "check_winner_without", name)
    for name in sorted(holders - winners):
        yield _about(stage, "check_award_undrawn", name)


def _exchanges(
    instance: Instance,
    stage: Stage,
    awards: pd.DataFrame,
    told: Mapping[str, Fraction],
    record: Record,
) -> Iterator[Violation]:
    """Whatever proves a chance, nobody may be able to stand in for a larger one."""
    listing, _ = read_listing(instance, awards)
    if not record["drawn"] or not np.isin(listing.rows, stage.applications).any():
        return
    said = {
        str(name)
        for each in record["tight_sets"]
        if each["chance"] == each["bound"]
        for name in each["applicants"]
    }
    for name in could_rise(Space(instance), stage, listing.rows, told):
        if name in said:
            yield _about(stage, "check_chance_raisable", name)


def _own_awards(instance: Instance, stage: Stage, awards: pd.DataFrame) -> Ints:
    """Return the applications of a stage that the list awards."""
    listing, _ = read_listing(instance, awards)
    return listing.rows[np.isin(listing.rows, stage.applications)]


def _about(stage: Stage, code: str, applicant_id: str) -> Violation:
    return Violation(code, {"stage": stage.name, "applicant_id": applicant_id})
