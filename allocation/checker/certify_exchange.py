"""Certificates that are exchanges: caps, hard rules, and levels that would get worse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.capped import CapCounts
from allocation.checker.standing import Exchanges, first_of_node, look_up, net, switched
from allocation.checker.valuation import first_change

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.stage_facts import StageFacts
    from allocation.instance import NumberLimit

Sides = tuple[list[int], list[int]]
"""Applications an exchange takes away and adds."""


def number(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where the named cap would be passed."""
    by_cap: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for n, claim in enumerate(claims):
        by_cap[claim.code, claim.params["kind"], claim.params["label"]].append(n)
    verdicts = [False] * len(claims)
    exchanges = _exchanges(facts, claims)
    for (code, kind, label), members in by_cap.items():
        caps = [c for c in facts.caps if (c.code, c.kind, c.label) == (code, kind, label)]
        valid = [n for n in members if exchanges[n] is not None]
        part = _stack([exchanges[n] for n in valid])
        hit = _cap_broken(facts, caps, part)
        for n, broken in zip(valid, hit, strict=True):
            maximum = caps[0].maximum if caps else None
            verdicts[n] = broken and claims[n].params["maximum"] == maximum
    return verdicts


def hard_rule(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where the exchange breaks the named hard reserve or quota."""
    exchanges = _exchanges(facts, claims)
    verdicts = []
    for claim, exchange in zip(claims, exchanges, strict=True):
        if exchange is None:
            verdicts.append(False)
            continue
        rule, item = facts.rules.broken(_stack([exchange]))
        is_named = facts.rules.RULES[int(rule[0])] == claim.code and rule[0] >= 0
        if is_named and claim.code == "hard_reserve":
            is_named = facts.instance.reserves[int(item[0])].name == claim.params["reserve"]
        elif is_named:
            quota = facts.rules.hard_quotas[int(item[0])]
            told = (claim.params["quota"], claim.params["scope"])
            is_named = (quota.name, quota.scope_id) == told
        verdicts.append(bool(is_named))
    return verdicts


def gave_way(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where the exchange is lawful and first worsens the named level by as much."""
    return _exchange_verdicts(facts, claims, -1)


def not_settled(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell where the exchange is lawful and betters the named level by as much."""
    return _exchange_verdicts(facts, claims, 1)


def _exchange_verdicts(facts: StageFacts, claims: list[Claim], sign: int) -> list[bool]:
    exchanges = _exchanges(facts, claims)
    valid = [n for n, exchange in enumerate(exchanges) if exchange is not None]
    batch = _stack([exchanges[n] for n in valid])
    verdicts = [False] * len(claims)
    if not valid:
        return verdicts
    rule, _ = facts.rules.broken(batch)
    changed, gain = first_change(facts.valuation.gains(batch))
    for e, n in enumerate(valid):
        params, level = claims[n].params, facts.valuation.levels[int(changed[e])]
        verdicts[n] = bool(
            rule[e] < 0
            and changed[e] >= 0
            and gain[e] == sign * params["delta"]
            and (level.code, dict(level.params)) == (params["level"], params["level_params"])
        )
    return verdicts


def _exchanges(facts: StageFacts, claims: Sequence[Claim]) -> list[Sides | None]:
    """Read the chains as (removed, added); ``None`` for a chain that cannot be.

    A claim without a chain is the plain one: the applicant takes the place and leaves
    what they have.
    """
    instance, app = facts.instance, facts.instance.applications
    who = {str(name): i for i, name in enumerate(instance.applicants.receipt_no)}
    where = {str(name): p for p, name in enumerate(instance.places.id)}
    awards = {(int(app.applicant[j]), int(app.place[j])): int(j) for j in facts.standing.awards}
    people = {
        who.get(str(move["receipt_no"]), -1)
        for claim in claims
        for move in claim.params.get("chain", ())
    }
    mine = facts.stage.applications[app.eligible[facts.stage.applications]]
    mine = mine[np.isin(app.applicant[mine], list(people))]
    wishes = {(int(app.applicant[j]), int(app.place[j])): int(j) for j in mine}
    plain = facts.taking(claims).removed
    found: list[Sides | None] = []
    for claim, left in zip(claims, plain.tolist(), strict=True):
        own = [j for j in left if j >= 0]
        if "chain" not in claim.params:
            found.append((own, [claim.row]))
            continue
        removed: list[int | None] = []
        added: list[int | None] = []
        for move in claim.params["chain"]:
            i = who.get(str(move["receipt_no"]), -1)
            for name in (move["from_place"] or "").split(", "):
                if name:
                    removed.append(awards.get((i, where.get(name, -1))))
            if move["to_place"]:
                added.append(wishes.get((i, where.get(move["to_place"], -1))))
        whole = [j for j in removed if j is not None], [j for j in added if j is not None]
        fits = len(whole[0]) == len(removed) and len(whole[1]) == len(added)
        fits = fits and claim.row in whole[1] and set(own) <= set(whole[0])
        found.append(whole if fits else None)
    return found


def _stack(exchanges: Sequence[Sides | None]) -> Exchanges:
    sides = []
    for side in (0, 1):
        rows: list[list[int]] = [exchange[side] for exchange in exchanges if exchange is not None]
        width = max([1, *(len(row) for row in rows)])
        padded = [[*row, *[-1] * (width - len(row))] for row in rows]
        sides.append(np.array(padded, dtype=np.int64).reshape(len(rows), width))
    return Exchanges(sides[0], sides[1])


def _cap_broken(facts: StageFacts, caps: Sequence[NumberLimit], exchanges: Exchanges) -> list[bool]:
    app, standing = facts.instance.applications, facts.standing
    places = look_up(app.place, exchanges.columns, -1)
    disabled = look_up(app.holder_class, exchanges.columns, 0) > 0
    changes: list[Any] = []
    for nodes, before in (
        (places, standing.at_place),
        (np.where(disabled, places, -1), standing.disabled_at),
    ):
        moved = net(nodes, exchanges.signs)
        changes.append(switched(look_up(before, nodes, 0), moved, first_of_node(nodes)))
    hit = CapCounts(standing, caps).broken(places, *changes)
    return [bool(each) for each in hit >= 0]
