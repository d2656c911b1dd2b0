"""Which levels of a stage are proven by arithmetic, and which rest on a solver's word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.left import Left, left_by_proof
from allocation.checker.levels import LevelValues
from allocation.checker.proof.objective import Objective, level_objective
from allocation.checker.proof.parts import Replays
from allocation.checker.proof.relaxation import write_rules
from allocation.checker.proof.steps import SAME_PEOPLE, Step, read_steps
from allocation.checker.proof.turn_claims import refused_in_turn
from allocation.checker.report import Assurance, Violation
from allocation.checker.standing import Standing, group_members
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    import pandas as pd

    from allocation.checker.hard import Pairs
    from allocation.checker.proof.rows import Relaxation
    from allocation.checker.proof.rules import Rules
    from allocation.instance import Ints, NumberLimit

CERTIFIED, SOLVER, OPEN = "certified", "solver", "open"

_BY_ARITHMETIC = ("lp", "flow", "cases", "fixed")
"""Routes that end in a proof."""


@dataclass(frozen=True, slots=True, eq=False)
class Confirmed:
    """What a stage's proof comes to.

    Attributes
    ----------
    states
        What each level rests on; of a choice in turn its own name, since that is judged
        by chains of moves.
    most
        What the most awards rest on.
    left
        What the levels leave to people who choose in turn, where the proof says so.
    """

    states: tuple[str, ...]
    most: str
    violations: list[Violation]
    left: Left | None

    def assurance(self, *, in_turn: bool) -> Assurance:
        """Return it with the choice in turn judged.

        Parameters
        ----------
        in_turn
            Whether arithmetic excludes every better place for everybody served.
        """
        turns = CERTIFIED if in_turn else SOLVER
        states = (turns if state == IN_TURN else state for state in self.states)
        return Assurance(tuple(states), self.most)


def confirm_levels(
    standing: Standing,
    pairs: Pairs,
    caps: Sequence[NumberLimit],
    proofs: pd.DataFrame,
    record: Mapping[str, Any],
) -> Confirmed:
    """Go through the proof of a stage.

    Parameters
    ----------
    standing
        The stage and its award list.
    pairs, caps
        Conflicts and caps as the checker measured and counted them.
    proofs
        Content of ``proofs.csv``.
    record
        The stage's record in ``result.json``.

    Returns
    -------
    Confirmed
        With a violation for each level that the record calls proven by arithmetic and
        that is not.  A level closed by branch and bound is no violation.
    """
    steps = read_steps(proofs, standing.stage.name)
    named = {name for step in steps for name in step.names}
    before = Standing.of(standing.instance, standing.stage, standing.fixed)
    rules, relaxation = write_rules(before, pairs, caps, named)
    by_level: dict[int, list[Step]] = {}
    for step in steps:
        by_level.setdefault(step.level, []).append(step)
    values = LevelValues(standing.instance, standing.stage, standing.awards)
    replay = _replays(rules, relaxation, values.awards, by_level)
    states, violations = _levels(rules, replay, values, by_level, record)
    most, more = _most(rules, relaxation, values, by_level, record)
    left = None
    above = states[: states.index(IN_TURN)] if IN_TURN in states else (OPEN,)
    if set(above) <= {CERTIFIED} and _gets_one(standing):
        number = len(above) + 1
        refused = refused_in_turn(standing, rules, replay, number, by_level.get(number, []))
        left = left_by_proof(standing, rules, relaxation, replay.bounds, refused)
    return Confirmed(states, most, violations + more, left)


def _gets_one(standing: Standing) -> bool:
    """Tell whether nobody may get two awards: who is served says then who gets how many."""
    mine = standing.stage.applications
    groups = [of_group[mine] for of_group in group_members(standing.instance)]
    touched = [members for members in groups if members.any()]
    return len(touched) == 1 and bool(touched[0].all())


def _levels(
    rules: Rules,
    replay: Replays,
    values: LevelValues,
    by_level: Mapping[int, list[Step]],
    record: Mapping[str, Any],
) -> tuple[tuple[str, ...], list[Violation]]:
    states: list[str] = []
    violations: list[Violation] = []
    entries = list(record.get("levels", ()))
    on_word = False
    for number, entry in enumerate(entries, 1):
        if not entry.get("proven"):
            # What a search left unsettled says nothing about the levels below.
            states += [OPEN] * (len(entries) - len(states))
            break
        if entry["code"] == IN_TURN:
            states.append(IN_TURN)  # no sum to be maximised: judged by chains of moves
            continue
        steps = by_level.get(number, [])
        params = entry.get("params", {})
        objective = level_objective(rules, entry["code"], params, values, replay.free)
        rests_on_open = replay.is_open
        bound = None if objective is None else replay.bound(number, objective, steps)
        holds = objective is not None and bound == objective.value
        # A claim without proof is in all that is worked out below it.
        on_word |= any(step.claim == SAME_PEOPLE for step in steps) or rests_on_open
        states.append(CERTIFIED if holds and not on_word else SOLVER)
        is_excused = on_word and (holds or rests_on_open)
        by_route = entry.get("route") in _BY_ARITHMETIC and not is_excused
        if (entry.get("assurance") == CERTIFIED or by_route) and states[-1] != CERTIFIED:
            about = {"stage": rules.stage.name, "level": entry["code"], "level_params": params}
            violations.append(_unproven(about, objective, bound))
    return tuple(states), violations


def _most(
    rules: Rules,
    relaxation: Relaxation,
    values: LevelValues,
    by_level: Mapping[int, list[Step]],
    record: Mapping[str, Any],
) -> tuple[str, list[Violation]]:
    """Confirm that no lawful list has more awards than the record says."""
    claimed = record.get("max_awards_bound")
    objective = level_objective(rules, "number", {}, values, relaxation.upper > 0)
    if claimed is None or objective is None:
        return OPEN, []
    # What matters is that no list reaches more than is claimed.
    objective = replace(objective, value=int(claimed))
    steps = by_level.get(0, [])
    bound = _replays(rules, relaxation, values.awards, by_level).bound(0, objective, steps)
    if bound is not None and bound <= int(claimed):
        return CERTIFIED, []
    if record.get("max_awards_assurance") != CERTIFIED:
        return SOLVER, []
    params = {"stage": rules.stage.name, "most": int(claimed)}
    return SOLVER, [Violation("check_most_awards", params)]


def _replays(
    rules: Rules, relaxation: Relaxation, awards: Ints, by_level: Mapping[int, list[Step]]
) -> Replays:
    people = [row for (rule, _), row in relaxation.row_of.items() if rule == "award"]
    x = np.zeros(len(relaxation.upper), dtype=np.int64)
    x[: len(rules.rows)] = np.isin(rules.rows, awards)
    steps = [step for of_level in by_level.values() for step in of_level]
    return Replays(relaxation, relaxation.matrix @ x, np.array(people, dtype=np.int64), steps)


def _unproven(
    about: Mapping[str, Any], objective: Objective | None, bound: int | None
) -> Violation:
    if objective is None or bound is None:
        return Violation("check_proof_missing", dict(about))
    counted, limit = objective.shown(objective.value), objective.shown(bound)
    return Violation("check_proof_bound", {**about, "counted": counted, "bound": limit})
