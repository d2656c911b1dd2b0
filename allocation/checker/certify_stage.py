"""Certificates about the list as it stands: household, spacing, outranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fairness import pair_with_holders
from allocation.checker.standing import N_CLASSES

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.stage_facts import StageFacts
    from allocation.instance import Instance, Ints


def household(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whose household has as many awards as it may, the applicant's own left out."""
    hit = facts.rules.household(facts.taking(claims)) >= 0
    told = [claim.params["maximum"] == facts.instance.household_max for claim in claims]
    return [bool(one) and other for one, other in zip(hit, told, strict=True)]


def spacing(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where the named place is awarded to another and nearer than it may be."""
    instance, near = facts.instance, facts.space.conflicts
    app = instance.applications
    known = {
        (int(p), int(h), str(instance.places.id[q]), int(k)): (int(mm), int(required), bool(m))
        for a, b in (
            ((near.place_a, near.class_a), (near.place_b, near.class_b)),
            ((near.place_b, near.class_b), (near.place_a, near.class_a)),
        )
        for p, h, q, k, mm, required, m in zip(
            *a, *b, near.distance_mm, near.required_mm, near.measured, strict=True
        )
    }
    place_of = {str(name): p for p, name in enumerate(instance.places.id)}
    own = facts.taking(claims).removed
    verdicts = []
    for claim, left in zip(claims, own.tolist(), strict=True):
        other = place_of.get(claim.params["place"], -1)
        gone = [int(app.place[j] * N_CLASSES + app.holder_class[j]) for j in left if j >= 0]
        told = (
            round(claim.params["distance_m"] * 1000),
            round(claim.params["required_m"] * 1000),
            claim.params["how"] == "measured",
        )
        key = (int(app.place[claim.row]), int(app.holder_class[claim.row]), claim.params["place"])
        verdicts.append(
            any(
                known.get((*key, k)) == told
                and facts.standing.at_node[other * N_CLASSES + k]
                > gone.count(other * N_CLASSES + k)
                for k in range(N_CLASSES)
                if other >= 0
            )
        )
    return verdicts


def outranked(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whom every holder of the place precedes, by the criterion that is named."""
    instance, standing = facts.instance, facts.standing
    app = instance.applications
    rows = np.array([claim.row for claim in claims], dtype=np.int64)
    pairs = pair_with_holders(standing, rows, facts.labels)
    raising = facts.valuation.labelled_gain(facts.taking(claims)) > 0
    # The pairings stand in the order of the claims, each claim's holders together.
    full = standing.at_place[app.place[rows]] >= instance.places.capacity[app.place[rows]]
    start = np.concatenate([[0], np.cumsum(standing.at_place[app.place[rows]])])
    verdicts = []
    for n, claim in enumerate(claims):
        part = slice(start[n], start[n + 1])
        holders, labels = pairs.holder[part], facts.labels[pairs.holder[part]]
        fair = bool(full[n]) and len(holders) > 0 and not pairs.envies[part].any()
        fair = fair and not (raising[n] and bool((labels < 0).any()))
        fair = fair and claim.params["n"] == len(holders)
        verdicts.append(fair and criterion_holds(facts, claim, holders, labels))
    return verdicts


def criterion_holds(facts: StageFacts, claim: Claim, holders: Ints, labels: Ints) -> bool:
    """Tell whether the named holder is the one to compare with, and what separates them."""
    instance, app = facts.instance, facts.instance.applications
    i = app.applicant[claim.row]
    entitled = np.array(
        [g < 0 or bool(instance.reserves[g].beneficiaries[i]) for g in labels.tolist()]
    )
    if claim.params["criterion"] == "reserved":
        return not entitled.any()
    in_open = claim.params["pool"] == "open"
    if not in_open and bool((labels < 0).any()):
        return False
    rank = facts.ranks[1] if in_open else facts.ranks[0]
    same_pool = holders[entitled & ((labels < 0) == in_open)]
    receipts = instance.applicants.receipt_no[app.applicant[same_pool]]
    named = same_pool[(receipts == claim.params["receipt_no"]).astype(np.bool_)]
    if not len(named):
        return False
    # The last holder of the units it is compared with: of one reserve, or of the open ones.
    holder = int(named[0])
    alike = same_pool[facts.labels[same_pool] == facts.labels[holder]]
    if rank[holder] != rank[alike].max():
        return False
    pools = instance.priorities[str(instance.places.kind[app.place[claim.row]])]
    for criterion in (*(pools.open if in_open else pools.reserved), "draw"):
        values = facts.values(criterion)
        if values[claim.row] != values[holder]:
            return criterion == claim.params["criterion"] and _own_value(
                instance, claim, int(values[claim.row])
            )
    return False


def _own_value(instance: Instance, claim: Claim, value: int) -> bool:
    if "own" not in claim.params:
        return True
    if claim.params["criterion"] == "priority_rank":
        value = int(instance.applications.priority_rank[claim.row])
    return bool(claim.params["own"] == value)
