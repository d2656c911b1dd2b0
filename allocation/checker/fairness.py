"""What is counted and listed without failing a list: envy, claims, reversion (V5-V7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fields import ids_of
from allocation.checker.order import labels_of, pool_ranks
from allocation.checker.pools import PoolValue
from allocation.checker.report import Violation
from allocation.checker.standing import Exchanges, Standing, group_members, of_kind
from allocation.checker.waste import own_awards

if TYPE_CHECKING:
    from allocation.instance import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Pairings:
    """Every claim beside every holder at its place; shape (c,) each.

    Attributes
    ----------
    claim, holder
        Applications: one refused, one awarded.
    envies
        V6a: the claim stands before the holder in the order of the unit the holder has,
        and could have had that unit.
    equal
        V6c: equal condition band, disabled claimant, holder not disabled and in a unit
        of the open pool.
    """

    claim: Ints
    holder: Ints
    envies: Bools
    equal: Bools


def find_claims(standing: Standing) -> Ints:
    """Return refused eligible applications preferred to what their applicant got.

    People who were given something of the group before this stage claim nothing.
    """
    instance, mine = standing.instance, standing.stage.applications
    app = instance.applications
    rows = mine[app.eligible[mine] & ~np.isin(mine, standing.awards)]
    left = own_awards(standing, rows)
    rank_left = np.append(app.preference_rank, np.iinfo(np.int64).max)[left].min(axis=1)
    own = np.zeros_like(standing.in_group)
    barred = np.zeros(len(rows), dtype=np.bool_)
    for g, of_group in enumerate(group_members(instance)):
        np.add.at(own[:, g], app.applicant[standing.awards[of_group[standing.awards]]], 1)
        held = standing.in_group[:, g] - own[:, g] > 0
        barred |= of_group[rows] & held[app.applicant[rows]]
    result: Ints = rows[~barred & (app.preference_rank[rows] < rank_left)]
    return result


def pair_with_holders(standing: Standing, claims: Ints, labels: Ints) -> Pairings:
    """Set every claim beside every holder at its place, claim by claim.

    ``labels`` are the reserves of the units awards use, -1 for open ones; shape (k,).
    """
    instance = standing.instance
    app, group = instance.applications, instance.applicants.group
    holders = standing.awards[np.argsort(app.place[standing.awards], kind="stable")]
    start = np.searchsorted(app.place[holders], np.arange(len(instance.places.id) + 1))
    number = start[app.place[claims] + 1] - start[app.place[claims]]
    claim = np.repeat(claims, number)
    offset = np.arange(len(claim)) - np.repeat(np.cumsum(number) - number, number)
    holder = holders[start[app.place[claim]] + offset]
    reserved, opened = pool_ranks(instance, standing.stage.kinds)
    entitled = np.zeros(len(claim), dtype=np.bool_)
    for g in np.unique(labels[holder][labels[holder] >= 0]):
        of_unit = labels[holder] == g
        entitled |= of_unit & instance.reserves[int(g)].beneficiaries[app.applicant[claim]]
    in_open = labels[holder] < 0
    return Pairings(
        claim=claim,
        holder=holder,
        envies=np.where(
            in_open,
            opened[claim] < opened[holder],
            entitled & (reserved[claim] < reserved[holder]),
        ),
        equal=in_open
        & (app.band[claim] == app.band[holder])
        & (group[app.applicant[claim]] == "disabled").astype(np.bool_)
        & (group[app.applicant[holder]] != "disabled").astype(np.bool_),
    )


def list_fairness(standing: Standing) -> tuple[list[Violation], dict[str, int]]:
    """List and count envy, equal conditions, claims on unfilled units and reversion."""
    claims = find_claims(standing)
    labels = labels_of(standing)
    pairs = pair_with_holders(standing, claims, labels)
    findings = [
        *_listed(standing, "finding_envy", pairs.claim[pairs.envies]),
        *_listed(standing, "finding_equal_conditions", pairs.claim[pairs.equal]),
    ]
    raising = _raising_claims(standing, claims)
    reverted = _reverted(standing, raising, labels)
    findings += _by_place(standing, "finding_reserve_claim", raising)
    findings += _by_place(standing, "finding_reverted", reverted)
    app = standing.instance.applications
    counts = {
        "n_envy_pairs": int(pairs.envies.sum()),
        "n_envious_applicants": len(np.unique(app.applicant[pairs.claim[pairs.envies]])),
        "n_equal_conditions_pairs": int(pairs.equal.sum()),
        "n_reserve_claim_places": len(np.unique(app.place[raising])),
        "n_reverted_claim_places": len(np.unique(app.place[reverted])),
    }
    return findings, counts


def _raising_claims(standing: Standing, claims: Ints) -> Ints:
    """V5: claims that would raise the number of used reserve units."""
    found = [np.empty(0, dtype=np.int64)]
    for name in standing.stage.kinds:
        rows = claims[of_kind(standing.instance, name)[claims]]
        added = Exchanges(np.full((len(rows), 1), -1, dtype=np.int64), rows[:, None])
        found.append(rows[PoolValue(standing, name).labelled_gain(added) > 0])
    return np.sort(np.concatenate(found))


def _reverted(standing: Standing, raising: Ints, labels: Ints) -> Ints:
    """V7: those of them at a place where somebody entitled to no such unit holds one."""
    app = standing.instance.applications
    place = app.place[raising]
    open_holders = standing.awards[labels[standing.awards] < 0]
    result = np.zeros(len(raising), dtype=np.bool_)
    for reserve in standing.instance.reserves:
        reverted = open_holders[~reserve.beneficiaries[app.applicant[open_holders]]]
        here = np.zeros(len(standing.instance.places.id), dtype=np.bool_)
        here[app.place[reverted]] = True
        entitled = reserve.beneficiaries[app.applicant[raising]]
        result |= entitled & here[place] & np.isin(place, reserve.places)
    return raising[result]


def _listed(standing: Standing, code: str, claims: Ints) -> list[Violation]:
    rows, number = np.unique(claims, return_counts=True)
    return [
        Violation(code, {**ids_of(standing.instance, row), "n": n})
        for row, n in zip(rows.tolist(), number.tolist(), strict=True)
    ]


def _by_place(standing: Standing, code: str, claims: Ints) -> list[Violation]:
    places, number = np.unique(standing.instance.applications.place[claims], return_counts=True)
    return [
        Violation(code, {"place_id": standing.instance.places.id[p], "n": n})
        for p, n in zip(places.tolist(), number.tolist(), strict=True)
    ]
