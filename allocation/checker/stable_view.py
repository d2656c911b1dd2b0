"""A list of ``stable`` beside its choice rules: who claims what, what a claim must beat.

A claim (i, p) is a refused application that its applicant prefers to what they got, at a
place the plan opens to them.  The place would take i beside its holders A exactly when i
finds a free unit or stands before somebody in i's reach; both are one number a place and
pool, so that all claims are judged in one pass.  Tests hold this against the plain
question, whether i is in C(A + i).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.fairness import find_claims
from allocation.checker.order import pool_ranks
from allocation.checker.place_rules import HARD, Asking, PlaceRule, choose, rules_of_places
from allocation.checker.plans import read_plans
from allocation.checker.standing import Standing

if TYPE_CHECKING:
    from allocation.checker.plans import Plan
    from allocation.checker.report import Violation
    from allocation.instance import Bools, Instance, Ints

FREE = np.iinfo(np.int64).max
"""Bar of a pool with a unit to spare: everybody stands before it."""


def read_views(
    instance: Instance, rows: Ints, record: Mapping[str, Any] | None
) -> tuple[dict[str, StableView], list[Violation]]:
    """Look at a list stage by stage where ``stable`` matches people to places.

    Parameters
    ----------
    rows
        The whole list.
    record
        The parsed ``result.json``, which holds the site plans.

    Returns
    -------
    tuple
        View by name of stage, and what is wrong with how a plan is written.
    """
    plans, violations = read_plans(instance, record)
    views = {
        stage.name: StableView(Standing.of(instance, stage, rows), plans[stage.name])
        for stage in instance.stages
        if stage.name in plans
    }
    return views, violations


class StableView:
    """Awards of a stage beside the choice rules of its places.

    Attributes
    ----------
    standing, plan
        The list up to this stage, and its sites.
    rules
        Rule of every place that can be given out.
    reserved_rank, open_rank
        Rank of each application in the two published orders of its kind; shape (k,).
    """

    def __init__(self, standing: Standing, plan: Plan) -> None:
        self.standing = standing
        self.plan = plan
        self.instance = standing.instance
        self.rules: Mapping[int, PlaceRule] = rules_of_places(self.instance, standing.stage, plan)
        self.reserved_rank, self.open_rank = pool_ranks(self.instance, standing.stage.kinds)

    def admits(self, rows: Ints) -> Bools:
        """Tell which applications the plan lets their place be given to."""
        return self.plan.admits(self.instance, rows)

    @cached_property
    def claims(self) -> Ints:
        """Claims of the stage, ascending."""
        rows = find_claims(self.standing)
        return rows[self.admits(rows)]

    @cached_property
    def holders(self) -> Mapping[int, tuple[int, ...]]:
        """Awards by place."""
        found: dict[int, list[int]] = {}
        place = self.instance.applications.place
        for row in self.standing.awards.tolist():
            found.setdefault(int(place[row]), []).append(row)
        return {p: tuple(rows) for p, rows in found.items()}

    @cached_property
    def choices(self) -> Mapping[int, Mapping[int, int]]:
        """What each place takes of its own holders: application -> reserve or -1."""
        return {
            p: choose(self.rules[p], map(self.asking, rows))
            for p, rows in self.holders.items()
            if p in self.rules
        }

    @cached_property
    def labels(self) -> Ints:
        """Reserve of the unit each award uses by the rule, -1 for none; shape (k,)."""
        labels = np.full(len(self.instance.applications.place), -1, dtype=np.int64)
        for choice in self.choices.values():
            for row, g in choice.items():
                labels[row] = g
        return labels

    @cached_property
    def not_kept(self) -> list[int]:
        """Awards that their place would not take, everybody else there being as they are."""
        return [
            row
            for p, rows in self.holders.items()
            for row in rows
            if row not in self.choices.get(p, {})
        ]

    @cached_property
    def open_bar(self) -> Ints:
        """Worst open rank seated at a place, :data:`FREE` with a seat to spare; shape (m,)."""
        bar = np.full(len(self.instance.places.id), -1, dtype=np.int64)
        for p, rule in self.rules.items():
            choice = self.choices.get(p, {})
            seated = [row for row, g in choice.items() if g < 0]
            n_labelled = len(choice) - len(seated)
            seats = rule.n_open if rule.mode == HARD else rule.capacity - n_labelled
            ranks = self.open_rank[seated].tolist()
            bar[p] = FREE if len(seated) < seats else max(ranks, default=-1)
        return bar

    @cached_property
    def reserve_bars(self) -> Mapping[int, Ints]:
        """Bar of each reserve's units at each place, for its beneficiaries; shape (m,).

        The worst reserved rank among users whom a beneficiary could push out, directly
        or by moving others to units they can use too; :data:`FREE` where that way leads
        to a unit nobody uses; -1 where the reserve has no unit.
        """
        m = len(self.instance.places.id)
        bars = {
            g: np.full(m, -1, dtype=np.int64) for rule in self.rules.values() for g in rule.reserves
        }
        for p, rule in self.rules.items():
            users = self._users(p)
            for g in rule.reserves:
                bars[g][p] = self._bar(rule, users, g)
        return bars

    def asking(self, row: int) -> Asking:
        """Describe an application as its place sees it."""
        app = self.instance.applications
        i, rule = int(app.applicant[row]), self.rules[int(app.place[row])]
        usable = tuple(g for g in rule.reserves if self.instance.reserves[g].beneficiaries[i])
        return Asking(row, int(self.open_rank[row]), int(self.reserved_rank[row]), usable)

    def may_use(self, rows: Ints, g: int) -> Bools:
        """Tell which applications are of beneficiaries of a reserve."""
        result: Bools = self.instance.reserves[g].beneficiaries[
            self.instance.applications.applicant[rows]
        ]
        return result

    def _users(self, place: int) -> dict[int, list[Asking]]:
        found: dict[int, list[Asking]] = {g: [] for g in self.rules[place].reserves}
        for row, g in self.choices.get(place, {}).items():
            if g >= 0:
                found[g].append(self.asking(row))
        return found

    def _bar(self, rule: PlaceRule, users: Mapping[int, list[Asking]], start: int) -> int:
        reached, worst = [start], -1
        for g in reached:
            if len(users[g]) < rule.reserves[g]:
                return FREE
            for user in users[g]:
                worst = max(worst, user.reserved_rank)
                reached += [other for other in user.usable if other not in reached]
        return worst
