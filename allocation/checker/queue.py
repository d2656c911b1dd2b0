"""The order of turns, replayed application by application (design 4.8).

In a queue the turns follow acceptance; where applicants bring their premises, tier, then
draw, then each person's own list.  Whoever's turn it is is granted, if at that moment
every rule still allows it: one award per exclusive group, the household, the premises,
spacing from those granted before, and the numbers.  Plain loops, because such a stage is
short and a replay should be easy to follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fields import ids_of
from allocation.checker.report import Violation
from allocation.checker.standing import N_CLASSES, Standing, group_members

if TYPE_CHECKING:
    from allocation.checker.hard import Pairs
    from allocation.instance import Instance, Ints, NumberLimit, Stage

Refusal = tuple[str, int]
"""Rule and what of it: a place, a node, a cap, an exclusive group."""


class Replay:
    """A stage granted step by step.

    Parameters
    ----------
    instance, stage
        The problem and the stage.
    before
        Awards of earlier stages.
    pairs, caps
        Conflicts and caps.
    """

    def __init__(
        self,
        instance: Instance,
        stage: Stage,
        before: Ints,
        pairs: Pairs,
        caps: Sequence[NumberLimit],
    ) -> None:
        self.instance = instance
        self._stage = stage
        start = Standing.of(instance, stage, before)
        self._in_group = start.in_group.copy()
        self._in_household = start.in_household.copy()
        self._at_place = start.at_place.copy()
        self._disabled_at = start.disabled_at.copy()
        self._used = start.at_node > 0
        self._groups = group_members(instance)
        self._near: dict[int, list[int]] = {}
        for node, other in zip(pairs.node.tolist(), pairs.other.tolist(), strict=True):
            self._near.setdefault(node, []).append(other)
        self._caps = tuple(caps)
        self._members = [frozenset(cap.members.tolist()) for cap in caps]

    def steps(self) -> Iterator[tuple[int, Refusal | None]]:
        """Yield every eligible application in order, with why it is refused, if it is."""
        for row in turns_of(self.instance, self._stage).tolist():
            refusal = self.refusal(row)
            yield row, refusal
            if refusal is None:
                self.grant(row)

    def refusal(self, row: int) -> Refusal | None:
        """Return the first rule that forbids granting an application now."""
        for test in (self._person, self._premises, self._spacing, self._number):
            found = test(row)
            if found is not None:
                return found
        return None

    def grant(self, row: int) -> None:
        """Grant an application."""
        app = self.instance.applications
        i, p, h = (int(x[row]) for x in (app.applicant, app.place, app.holder_class))
        for g, of_group in enumerate(self._groups):
            if of_group[row]:
                self._in_group[i, g] += 1
                if self.instance.applicants.household[i] >= 0:
                    self._in_household[self.instance.applicants.household[i], g] += 1
        self._at_place[p] += 1
        self._disabled_at[p] += h > 0
        self._used[p * N_CLASSES + h] = True

    def _person(self, row: int) -> Refusal | None:
        i = int(self.instance.applications.applicant[row])
        home = int(self.instance.applicants.household[i])
        most = self.instance.household_max
        for g, of_group in enumerate(self._groups):
            if of_group[row] and self._in_group[i, g] > 0:
                return "exclusive", g
            if of_group[row] and most and home >= 0 and self._in_household[home, g] >= most:
                return "household", g
        return None

    def _premises(self, row: int) -> Refusal | None:
        p = int(self.instance.applications.place[row])
        full = self._at_place[p] >= self.instance.places.capacity[p]
        return ("capacity", p) if full else None

    def _spacing(self, row: int) -> Refusal | None:
        app = self.instance.applications
        node = int(app.place[row] * N_CLASSES + app.holder_class[row])
        blocking = [other for other in self._near.get(node, ()) if self._used[other]]
        return ("spacing", min(blocking)) if blocking else None

    def _number(self, row: int) -> Refusal | None:
        app = self.instance.applications
        p, disabled = int(app.place[row]), bool(app.holder_class[row] > 0)
        at_place, disabled_at = self._at_place.copy(), self._disabled_at.copy()
        at_place[p] += 1
        disabled_at[p] += disabled
        for c, cap in enumerate(self._caps):
            if p not in self._members[c] and p != cap.centre:
                continue
            n_open = int((at_place[cap.members] > 0).sum())
            n_disabled = int((disabled_at[cap.members] > 0).sum())
            active = at_place[cap.centre] > 0 if cap.centre >= 0 else n_open > 0
            if active and cap.existing + n_open - cap.extra_disabled * n_disabled > cap.maximum:
                return "number", c
        return None


def turns_of(instance: Instance, stage: Stage) -> Ints:
    """Return the eligible applications of a stage in the order of their turns."""
    app, people = instance.applications, instance.applicants
    rows = stage.applications[app.eligible[stage.applications]]
    if stage.mechanism == "queue":
        kinds = instance.places.kind[app.place[rows]]
        position = np.array([stage.kinds.index(kind) for kind in kinds], dtype=np.int64)
        return rows[np.lexsort((app.accepted_order[rows], position))]
    who = app.applicant[rows]
    keys = (app.place[rows], app.preference_rank[rows], people.draw_number[who], people.tier[who])
    return rows[np.lexsort(keys)]


def check_queue(
    instance: Instance, stage: Stage, rows: Ints, pairs: Pairs, caps: Sequence[NumberLimit]
) -> list[Violation]:
    """Replay the turns and compare them with what the list grants.

    Nothing that a turn should have given may be missing, nothing it could not give may
    be there: so nobody is passed over for somebody later, and nothing is wasted (V6).
    """
    word = "queue" if stage.mechanism == "queue" else "turn"
    before = rows[~np.isin(rows, stage.applications)]
    replay = Replay(instance, stage, before, pairs, caps)
    listed = set(rows[np.isin(rows, stage.applications)].tolist())
    violations = []
    for row, refusal in replay.steps():
        if (refusal is None) != (row in listed):
            code = f"check_{word}_" + ("passed_over" if refusal is None else "out_of_turn")
            violations.append(
                Violation(code, {**ids_of(instance, row), "rule": (refusal[0] if refusal else "")})
            )
    return violations
