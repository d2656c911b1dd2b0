"""Certificates of a stage with turns, held against a replay of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.certify_stage import spacing
from allocation.checker.queue import Replay

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.stage_facts import StageFacts


def in_queue(facts: StageFacts, claims: list[Claim]) -> set[int]:
    """Replay the turns and return the certificates it bears out."""
    before = facts.standing.fixed
    replay = Replay(facts.instance, facts.stage, before, facts.pairs, facts.caps)
    refusals = dict(replay.steps())
    confirmed = set()
    for claim in claims:
        refusal = refusals.get(claim.row)
        if refusal is not None and _same_rule(facts, claim, *refusal):
            confirmed.add(claim.at)
    return confirmed


def _same_rule(facts: StageFacts, claim: Claim, rule: str, item: int) -> bool:
    """Tell whether a certificate of the queue names the rule the replay met."""
    instance, app = facts.instance, facts.instance.applications
    p = int(app.place[claim.row])
    if claim.code == "household":
        return rule == "household" and claim.params["maximum"] == instance.household_max
    if claim.code in ("ranked_higher", "already_granted"):
        own = facts.standing.awards[
            app.applicant[facts.standing.awards] == app.applicant[claim.row]
        ]
        named = [j for j in own if instance.places.id[app.place[j]] == claim.params["place"]]
        better = [bool(app.preference_rank[j] < app.preference_rank[claim.row]) for j in named]
        return rule == "exclusive" and (claim.code == "ranked_higher") in better
    if claim.code == "not_opened":
        return rule == "capacity" and bool(instance.places.capacity[p] == 0)
    if claim.code == "place_taken":
        return rule == "capacity" and _accepted_before(facts, claim)
    if claim.code == "outranked":
        return rule == "capacity" and _before_in_order(facts, claim)
    if claim.code == "spacing":
        return rule == "spacing" and spacing(facts, [claim])[0]
    if rule != "number":
        return False
    cap = facts.caps[item]
    told = (claim.code, claim.params["kind"], claim.params["label"], claim.params["maximum"])
    return told == (cap.code, cap.kind, cap.label, cap.maximum)


def _before_in_order(facts: StageFacts, claim: Claim) -> bool:
    """Tell whether the named receipt holds the premises and comes first as is said."""
    app, people = facts.instance.applications, facts.instance.applicants
    awards = np.concatenate([facts.standing.fixed, facts.standing.awards])
    here = awards[app.place[awards] == app.place[claim.row]]
    receipts = people.receipt_no[app.applicant[here]]
    named = app.applicant[here[(receipts == claim.params["receipt_no"]).astype(np.bool_)]]
    i, told = app.applicant[claim.row], claim.params
    if not len(named) or told["n"] != len(here) or told["pool"] != "open":
        return False
    tiers = (int(people.tier[named[0]]), int(people.tier[i]))
    draws = (int(people.draw_number[named[0]]), int(people.draw_number[i]))
    criterion, (theirs, own) = ("tier", tiers) if tiers[0] != tiers[1] else ("draw", draws)
    return bool(theirs < own and told["criterion"] == criterion and told["own"] == own)


def _accepted_before(facts: StageFacts, claim: Claim) -> bool:
    """Tell whether the named receipt holds the premises and was accepted earlier."""
    app, receipts = facts.instance.applications, facts.instance.applicants.receipt_no
    awards = np.concatenate([facts.standing.fixed, facts.standing.awards])
    here = awards[app.place[awards] == app.place[claim.row]]
    here = here[app.accepted_order[here] < app.accepted_order[claim.row]]
    return claim.params["receipt_no"] in set(receipts[app.applicant[here]])
