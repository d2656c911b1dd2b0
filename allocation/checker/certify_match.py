"""Certificates of a stage that matches people to places, held against its choice rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker import certify_rules
from allocation.checker.certify_stage import criterion_holds
from allocation.checker.stable import blocking_claims

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.stable_view import StableView
    from allocation.checker.stage_facts import StageFacts

Confirm = Callable[["StageFacts", list["Claim"]], list[bool]]


def match_confirmers(view: StableView) -> Mapping[str, Confirm]:
    """Return how each reason of such a stage is confirmed."""
    return {
        "ranked_higher": certify_rules.ranked_higher,
        "not_opened": certify_rules.not_opened,
        "site_not_planned": lambda facts, claims: _not_planned(view, claims),
        "site_for_disabled": lambda facts, claims: _for_disabled(view, claims),
        "outranked": lambda facts, claims: _outranked(view, facts, claims),
    }


def _not_planned(view: StableView, claims: list[Claim]) -> list[bool]:
    place = view.instance.applications.place
    return [not view.plan.is_open[place[claim.row]] for claim in claims]


def _for_disabled(view: StableView, claims: list[Claim]) -> list[bool]:
    app = view.instance.applications
    return [
        bool(view.plan.disabled_only[app.place[claim.row]] and app.holder_class[claim.row] == 0)
        for claim in claims
    ]


def _outranked(view: StableView, facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whom their place would not take, for the criterion that is named.

    The claimant prefers the place, it is open to them, and no unit they may have is free
    or held by somebody after them; the named holder is the last in the pool named.
    """
    wanted = set(view.claims.tolist()) - set(blocking_claims(view).tolist())
    place = view.instance.applications.place
    verdicts = []
    for claim in claims:
        rows = view.holders.get(int(place[claim.row]), ())
        holders = np.array(rows, dtype=np.int64)
        verdicts.append(
            claim.row in wanted
            and claim.params["n"] == len(holders)
            and criterion_holds(facts, claim, holders, facts.labels[holders])
        )
    return verdicts
