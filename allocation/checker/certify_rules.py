"""Certificates about one applicant: excluded by a rule, held, earlier, ranked higher."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.canonical import dump_json
from allocation.checker.levels import quota_gap
from allocation.checker.waste import own_awards

if TYPE_CHECKING:
    from allocation.checker.space import Space, Things
    from allocation.checker.stage_facts import StageFacts
    from allocation.checker.standing import Standing
    from allocation.instance import Instance


@dataclass(frozen=True, slots=True)
class Claim:
    """One certificate: position in the table, application, code, parameters."""

    at: int
    row: int
    code: str
    params: Mapping[str, Any]
    eligible: bool


def excluded(instance: Instance, claim: Claim) -> bool:
    """Tell whether the rules exclude the application for just this reason."""
    reason = instance.exclusions.get(claim.row)
    if claim.eligible or reason is None or reason.code != claim.code:
        return False
    return bool(json.loads(dump_json(dict(reason.params))) == claim.params)


def not_so_near(space: Space, claims: Sequence[Claim]) -> set[int]:
    """Return exclusions by distance that the checker's own distances do not bear out."""
    instance = space.instance
    wrong = set()
    for claim in claims:
        p = int(instance.applications.place[claim.row])
        if claim.code == "location_missing":
            is_true = bool(np.isnan(space.places.x[p]))
        elif claim.code in ("school_buffer", "spacing_outlet"):
            key = "site" if claim.code == "school_buffer" else "outlet"
            things = space.protected if key == "site" else space.outlets
            is_true = _is_near(space, p, things, claim, key)
        else:
            continue
        if not is_true:
            wrong.add(claim.at)
    return wrong


def held_or_earlier(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whether something of the same exclusive group was given before the stage."""
    given = Given.before(facts.standing)
    return [given.bars(claim) for claim in claims]


@dataclass(frozen=True, slots=True)
class Given:
    """What was given before a stage.

    Attributes
    ----------
    groups_of
        Exclusive groups that each kind is in.
    awards_of
        Each applicant's awards of the stages before: kind, place and name of the stage.
    """

    instance: Instance
    groups_of: Mapping[str, Sequence[int]]
    awards_of: Mapping[int, Sequence[tuple[str, str, str]]]

    @classmethod
    def before(cls, standing: Standing) -> Given:
        """Look up the awards that stood when the stage began."""
        instance, fixed = standing.instance, standing.fixed
        app, places = instance.applications, instance.places
        groups_of: dict[str, list[int]] = defaultdict(list)
        for g, group in enumerate(instance.exclusive_groups):
            for kind in group:
                groups_of[kind].append(g)
        awards_of: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
        for stage in instance.stages:
            for row in fixed[np.isin(fixed, stage.applications)].tolist():
                p = app.place[row]
                award = (str(places.kind[p]), str(places.id[p]), stage.name)
                awards_of[int(app.applicant[row])].append(award)
        return cls(instance, groups_of, awards_of)

    def bars(self, claim: Claim) -> bool:
        """Tell whether what the claim names was given, and rules the application out."""
        app, people = self.instance.applications, self.instance.applicants
        i, p = int(app.applicant[claim.row]), int(app.place[claim.row])
        groups = self.groups_of.get(str(self.instance.places.kind[p]), ())
        if claim.code == "held_award":
            kind = claim.params["kind"]
            return any(
                people.holds[i, g] and kind in self.instance.exclusive_groups[g] for g in groups
            )
        if claim.code != "earlier_stage":
            return False
        kinds = {kind for g in groups for kind in self.instance.exclusive_groups[g]}
        told = (claim.params["place"], claim.params["stage"])
        return any(
            kind in kinds and (place, stage) == told
            for kind, place, stage in self.awards_of.get(i, ())
        )


def ranked_higher(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell whose applicant holds the named place of the group, and ranked it better."""
    instance = facts.standing.instance
    app = instance.applications
    own = own_awards(facts.standing, np.array([claim.row for claim in claims]))
    return [
        any(
            j >= 0
            and instance.places.id[app.place[j]] == claim.params["place"]
            and app.preference_rank[j] == claim.params["rank"]
            and app.preference_rank[j] < app.preference_rank[claim.row]
            for j in awards
        )
        for claim, awards in zip(claims, own.tolist(), strict=True)
    ]


def not_opened(facts: StageFacts, claims: list[Claim]) -> list[bool]:
    """Tell which places have no unit to give."""
    instance = facts.standing.instance
    return [bool(instance.places.capacity[instance.applications.place[c.row]] == 0) for c in claims]


def is_infeasible(standing: Standing) -> bool:
    """Tell whether a stage gives nothing and the empty list breaks a hard minimum."""
    quotas = [quota for quota in standing.instance.quotas if quota.hard]
    return not len(standing.awards) and any(quota_gap(quota, 0, 0) for quota in quotas)


def _is_near(space: Space, place: int, things: Things, claim: Claim, key: str) -> bool:
    row = np.flatnonzero(things.id == claim.params[key])
    distance_mm = round(claim.params["distance_m"] * 1000)
    required_mm = round(claim.params["required_m"] * 1000)
    if not len(row) or distance_mm >= required_mm:
        return False
    near = space.near(space.places.take(np.array([place])), things.take(row[:1]), required_mm)
    return bool(len(near.mm) and near.mm[0] == distance_mm) and required_mm == _asked_mm(
        space, place, claim, key
    )


def _asked_mm(space: Space, place: int, claim: Claim, key: str) -> int:
    instance = space.instance
    kind = str(instance.places.kind[place])
    if key == "site":
        return round(1000 * (instance.scenario.spacing[kind].school_buffer_m or 0))
    holder_class = int(instance.applications.holder_class[claim.row])
    return int(space.required_mm(kind)[place, holder_class])
