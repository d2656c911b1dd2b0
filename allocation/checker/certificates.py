"""Are the reasons true?  Each certificate, confirmed by arithmetic.

Works from the instance, the award list and the certificates alone, with the checker's
own distances, numbers, orders and levels; :mod:`allocation.reasons`, which finds the
certificates, is not used here.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.checker import certify_exchange, certify_lots, certify_rules, certify_stage
from allocation.checker.certify_match import match_confirmers
from allocation.checker.certify_queue import in_queue
from allocation.checker.certify_rules import Claim
from allocation.checker.labelling import listed_labels, own_labelling
from allocation.checker.levels import judged_stage
from allocation.checker.listing import Listing, read_listing
from allocation.checker.numbers import recount_caps
from allocation.checker.report import Violation
from allocation.checker.space import Space
from allocation.checker.stable_view import read_views
from allocation.checker.stage_facts import StageFacts

if TYPE_CHECKING:
    from allocation.checker.stable_view import StableView
    from allocation.instance import Instance, Ints

Confirm = Callable[[StageFacts, list[Claim]], list[bool]]

_OPTIMAL: Mapping[str, Confirm] = {
    "ranked_higher": certify_rules.ranked_higher,
    "household": certify_stage.household,
    "spacing": certify_stage.spacing,
    "density": certify_exchange.number,
    "area_number": certify_exchange.number,
    "openings_max": certify_exchange.number,
    "cell_number": certify_exchange.number,
    "not_opened": certify_rules.not_opened,
    "outranked": certify_stage.outranked,
    "hard_reserve": certify_exchange.hard_rule,
    "hard_quota": certify_exchange.hard_rule,
    "not_drawn": certify_lots.not_drawn,
    "no_chance": certify_lots.not_drawn,
    "draw_pending": certify_lots.not_drawn,
    "stage_waits": certify_lots.waits,
    "taken_in_turn": certify_lots.taken_in_turn,
    "gave_way": certify_exchange.gave_way,
    "not_settled": certify_exchange.not_settled,
}
_TURN_CODES = (
    "ranked_higher",
    "already_granted",
    "household",
    "place_taken",
    "outranked",
    "not_opened",
    "spacing",
    "density",
    "area_number",
    "openings_max",
    "cell_number",
)


def confirm_reasons(
    instance: Instance,
    awards: pd.DataFrame,
    refusals: pd.DataFrame,
    result: Mapping[str, Any] | None = None,
    chances: pd.DataFrame | None = None,
) -> list[int]:
    """Return the rows of ``refusals`` that are not confirmed.

    Parameters
    ----------
    instance
        The problem.
    awards
        The award list, as :func:`allocation.checker.check_awards` takes it.
    refusals
        Columns of ``refusals.csv``; ``params`` as JSON or as mappings.
    result
        The parsed ``result.json``, for the site plans it holds.
    chances
        ``chances.csv``, where the run has it.

    Returns
    -------
    list
        Positions, ascending.  A row that names no refused application is not
        confirmed, and neither is a second reason for one application.
    """
    listing, _ = read_listing(instance, awards)
    claims, lost = _read_claims(instance, listing.rows, refusals)
    unconfirmed = _unconfirmed(instance, awards, listing, claims, result, chances)
    return sorted(unconfirmed | lost)


def _unconfirmed(
    instance: Instance,
    awards: pd.DataFrame,
    listing: Listing,
    claims: list[Claim],
    result: Mapping[str, Any] | None,
    chances: pd.DataFrame | None,
) -> set[int]:
    confirmed = {claim.at for claim in claims if certify_rules.excluded(instance, claim)}
    space = Space(instance)
    confirmed -= certify_rules.not_so_near(space, [c for c in claims if c.at in confirmed])
    rest = [claim for claim in claims if claim.eligible]
    views, _ = read_views(instance, listing.rows, result)
    own = own_labelling(instance, listing.rows, views.values())
    labels = listed_labels(instance, awards, listing, own)
    caps = recount_caps(space)
    for stage in instance.stages:
        inside = set(stage.applications.tolist())
        mine = [claim for claim in rest if claim.row in inside]
        odds = _chances_of(stage.name, chances)
        facts = StageFacts(instance, judged_stage(stage), listing.rows, labels, space, caps, odds)
        confirmed |= _confirm_stage(facts, mine, views.get(stage.name))
    return {claim.at for claim in claims} - confirmed


def _chances_of(stage: str, chances: pd.DataFrame | None) -> dict[str, Fraction]:
    if chances is None:
        return {}
    rows = chances[chances["stage"] == stage]
    columns = (rows[name].tolist() for name in ("applicant_id", "numerator", "denominator"))
    return {str(name): Fraction(a, b) for name, a, b in zip(*columns, strict=True)}


def confirm_reason(
    instance: Instance,
    awards: pd.DataFrame,
    refusal: Mapping[str, Any] | pd.Series[Any],
    result: Mapping[str, Any] | None = None,
) -> bool:
    """Tell whether one certificate is true; for many use :func:`confirm_reasons`."""
    return not confirm_reasons(instance, awards, pd.DataFrame([dict(refusal)]), result)


def unexplained(
    instance: Instance, awards: pd.DataFrame, refusals: pd.DataFrame
) -> list[tuple[str, str]]:
    """Return (applicant, place) of applications with neither an award nor a reason."""
    listing, _ = read_listing(instance, awards)
    claims, _ = _read_claims(instance, listing.rows, refusals)
    return _untold(instance, listing, claims)


def _untold(instance: Instance, listing: Listing, claims: list[Claim]) -> list[tuple[str, str]]:
    told = np.concatenate([listing.rows, [claim.row for claim in claims]]).astype(np.int64)
    app = instance.applications
    missing = np.setdiff1d(np.arange(len(app.place)), told)
    who, where = instance.applicants.id[app.applicant], instance.places.id[app.place]
    return [(str(who[row]), str(where[row])) for row in missing.tolist()]


def check_refusals(
    instance: Instance,
    awards: pd.DataFrame,
    refusals: pd.DataFrame,
    result: Mapping[str, Any] | None = None,
    chances: pd.DataFrame | None = None,
) -> list[Violation]:
    """Judge the reasons of a run: each refused application has one, and it is true."""
    listing, _ = read_listing(instance, awards)
    claims, lost = _read_claims(instance, listing.rows, refusals)
    unconfirmed = _unconfirmed(instance, awards, listing, claims, result, chances)
    wrong = refusals.iloc[sorted(unconfirmed | lost)]
    named = zip(wrong["applicant_id"], wrong["place_id"], strict=True)
    missing = _untold(instance, listing, claims)
    return [
        Violation(code, {"applicant_id": applicant_id, "place_id": place_id})
        for code, pairs in (("check_reason_wrong", named), ("check_reason_missing", missing))
        for applicant_id, place_id in pairs
    ]


def _read_claims(
    instance: Instance, awarded: Ints, refusals: pd.DataFrame
) -> tuple[list[Claim], set[int]]:
    """Find the application of each certificate; positions that have none are lost."""
    app = instance.applications
    granted = set(awarded.tolist())
    waiting: dict[tuple[str, str], list[int]] = defaultdict(list)
    who, where = instance.applicants.id[app.applicant], instance.places.id[app.place]
    for row, ids in reversed(list(enumerate(zip(who, where, strict=True)))):
        if row not in granted:
            waiting[ids].append(row)
    claims, lost = [], set()
    columns = (
        refusals[name].tolist() for name in ("applicant_id", "place_id", "reason_code", "params")
    )
    for at, (applicant_id, place_id, code, params) in enumerate(zip(*columns, strict=True)):
        rows = waiting.get((applicant_id, place_id), [])
        if not rows:
            lost.add(at)
            continue
        row = rows.pop()
        try:
            told = json.loads(params) if isinstance(params, str) else dict(params)
        except (TypeError, ValueError, RecursionError):
            lost.add(at)
            continue
        claims.append(Claim(at, row, str(code), told, bool(app.eligible[row])))
    return claims, lost


def _confirm_stage(facts: StageFacts, claims: list[Claim], view: StableView | None) -> set[int]:
    confirmed = _true_ones(certify_rules.held_or_earlier, facts, claims)
    rest = [claim for claim in claims if claim.at not in confirmed]
    by_code: dict[str, list[Claim]] = defaultdict(list)
    for claim in rest:
        by_code[claim.code].append(claim)
    if view is None and facts.stage.mechanism in ("queue", "stable"):
        queued = [claim for claim in rest if claim.code in _TURN_CODES]
        return confirmed | _true_ones(_in_queue, facts, queued)
    if by_code["stage_infeasible"] and certify_rules.is_infeasible(facts.standing):
        confirmed |= {claim.at for claim in by_code["stage_infeasible"]}
    confirmers = _OPTIMAL if view is None else match_confirmers(view)
    for code, confirm in confirmers.items():
        if by_code[code]:
            confirmed |= _true_ones(confirm, facts, by_code[code])
    return confirmed


def _true_ones(confirm: Confirm, facts: StageFacts, claims: list[Claim]) -> set[int]:
    """Confirm a batch; one that lacks what its code needs to say is just not true."""
    try:
        verdicts = confirm(facts, claims)
    except (AttributeError, KeyError, TypeError, ValueError):
        if len(claims) < 2:
            return set()
        half = len(claims) // 2
        parts = (claims[:half], claims[half:])
        return set().union(*(_true_ones(confirm, facts, part) for part in parts))
    return {claim.at for claim, ok in zip(claims, verdicts, strict=True) if ok}


def _in_queue(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    confirmed = in_queue(facts, claims)
    return [claim.at in confirmed for claim in claims]
