"""Certificates of an ``egalitarian`` stage: own chance, and who chose before."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.stage_facts import StageFacts


def not_drawn(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whose published chance is the one named, and who got nothing in the stage."""
    app = facts.instance.applications
    holders = set(app.applicant[facts.standing.awards].tolist())
    names = facts.instance.applicants.id
    verdicts = []
    for claim in claims:
        i = int(app.applicant[claim.row])
        chance = facts.chances.get(str(names[i]))
        told = (
            Fraction(0)
            if claim.code == "no_chance"
            else Fraction(claim.params["numerator"], claim.params["denominator"])
        )
        fits = chance is not None and chance == told and i not in holders
        # Once anybody holds something, no draw is pending.
        verdicts.append(fits and not (claim.code == "draw_pending" and holders))
    return verdicts


def waits(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whether the stage gave nothing because a draw before it is not held."""
    return [
        not len(facts.standing.awards) and claim.params["stage"] == facts.stage.name
        for claim in claims
    ]


def taken_in_turn(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where every unit is held by somebody who chooses before, and who is the last."""
    instance, standing = facts.instance, facts.standing
    app, people = instance.applications, instance.applicants
    turn = people.tier * (len(people.id) + 1) + people.draw_number
    place = app.place[standing.awards]
    verdicts = []
    for claim in claims:
        i, p = int(app.applicant[claim.row]), int(app.place[claim.row])
        holders = app.applicant[standing.awards[place == p]]
        full = len(holders) >= instance.places.capacity[p] and len(holders) > 0
        if facts.stage.mechanism != "egalitarian" or not full or (turn[holders] >= turn[i]).any():
            verdicts.append(False)
            continue
        last = int(holders[np.argmax(turn[holders])])
        criterion = "tier" if people.tier[last] != people.tier[i] else "draw"
        own = people.tier[i] if criterion == "tier" else people.draw_number[i]
        told = tuple(claim.params[name] for name in ("n", "receipt_no", "criterion", "own"))
        verdicts.append(told == (len(holders), str(people.receipt_no[last]), criterion, int(own)))
    return verdicts
