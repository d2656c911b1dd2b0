"""Which levels of a site plan are proven by counting or spacing alone.

The others rest on a solver's word.

A proof by spacing (:mod:`allocation.set_proof`) is read from ``plan_proofs.json``; which
sites could open, and which of them exclude each other, is worked out here from the
checker's own distances.  Every plan is a set of choices that exclude each other nowhere, so
what bounds all such sets bounds all plans, whatever the other rules are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.heaviest import Unconfirmed, confirmed_bound
from allocation.checker.key import pair_words
from allocation.checker.levels import key_seed
from allocation.checker.plan_kept import PlanFacts
from allocation.checker.plan_levels import CLASS_NAMES, count_levels, counting_limits
from allocation.checker.report import Violation
from allocation.checker.standing import N_CLASSES
from allocation.set_proof import Cover, Dominated, Row, SetProof

if TYPE_CHECKING:
    from allocation.checker.space import Space
    from allocation.checker.stable_view import StableView
    from allocation.instance import NumberLimit

CERTIFIED, SOLVER, OPEN = "certified", "solver", "open"
_BY_ARITHMETIC = "spacing"
"""Route that ends in a proof."""
_ADMITS = np.array([[True] * N_CLASSES, [False] + [True] * (N_CLASSES - 1)])
"""Classes of holder that an open and a kept site admit."""


def confirm_plan(
    space: Space, caps: Sequence[NumberLimit], view: StableView, proofs: Mapping[str, Any]
) -> tuple[tuple[str, ...], list[Violation]]:
    """Go through the proofs of a plan's levels.

    Parameters
    ----------
    space, caps
        Distances and caps, measured and counted anew.
    view
        The stage and its plan.
    proofs
        The parsed ``plan_proofs.json``.

    Returns
    -------
    tuple
        What each level rests on, and a violation for each that the record calls proven
        by arithmetic and that is not.
    """
    stage, levels = view.standing.stage, view.plan.levels
    told = _told(proofs, stage.name)
    counted = count_levels(space, view.standing, view.plan)
    facts = PlanFacts(space, caps, view.standing, view.plan)
    limits = counting_limits(facts, view.standing)
    states: list[str] = []
    violations: list[Violation] = []
    for number, level in enumerate(levels, 1):
        if not level["proven"]:
            # What a search left unsettled says nothing about the levels below.
            states += [OPEN] * (len(levels) - len(states))
            break
        code, by_spacing = level["code"], level.get("route") == _BY_ARITHMETIC
        about = {"stage": stage.name, "level": code, "level_params": level["params"]}
        by_counting = code in limits and limits[code] == counted.get(code)
        if by_counting and not by_spacing and number not in told:
            wrong = None
        else:
            wrong = _judged(facts, level, told.get(number), counted, about)
        states.append(CERTIFIED if wrong is None else SOLVER)
        if wrong is not None and (by_spacing or level.get("assurance") == CERTIFIED):
            violations.append(wrong)
    return tuple(states), violations


def _told(proofs: Mapping[str, Any], stage: str) -> dict[int, tuple[Any, Any]]:
    """Return choices and proof by number of level, as far as they can be read."""
    try:
        return {
            index(level["level"]): (record["choices"], level)
            for record in proofs["stages"]
            if record["stage"] == stage
            for level in record["levels"]
        }
    except (KeyError, TypeError):
        return {}


def _judged(
    facts: PlanFacts,
    level: Mapping[str, Any],
    told: tuple[Any, Any] | None,
    counted: Mapping[str, int],
    about: Mapping[str, Any],
) -> Violation | None:
    """Return what is wrong with the proof of a level."""
    if told is None:
        return Violation("check_proof_missing", about)
    try:
        value, bound = _bounded(facts, level, *told, counted)
    except (Unconfirmed, KeyError, TypeError, ValueError, IndexError):
        return Violation("check_proof_wrong", about)
    if value != bound:
        return Violation("check_proof_bound", {**about, "counted": value, "bound": bound})
    return None


def _bounded(
    facts: PlanFacts,
    level: Mapping[str, Any],
    listed: Mapping[str, Any],
    told: Mapping[str, Any],
    counted: Mapping[str, int],
) -> tuple[int, int]:
    """Return the value of a level and the bound that its proof gives.

    For a word of the key a site counts what the proof says less its word: of plans with as
    many sites the heaviest has the least words.
    """
    choices = _Choices(facts, listed)
    if level["code"] == "plan_opened":
        weights = choices.weights(1)
        return counted["plan_opened"], confirmed_bound(
            weights, choices.pairs(), choices.value(weights), _steps(told)
        )
    if level["code"] != "key":
        raise Unconfirmed
    word, worth = index(level["params"]["word"]), index(told["worth"])
    weights = choices.weights(worth, word)
    bound = confirmed_bound(weights, choices.pairs(), choices.value(weights), _steps(told))
    return counted[f"key {word}"], worth * counted["plan_opened"] - bound


class _Choices:
    """The sites with each class they could have, numbered as a proof lists them.

    Choices that a proof leaves out come after those it lists; what it lists and no plan
    could have weighs nothing.
    """

    def __init__(self, facts: PlanFacts, listed: Mapping[str, Any]) -> None:
        self._facts = facts
        instance = facts.instance
        place = {str(name): p for p, name in enumerate(instance.places.id)}
        named = zip(listed["place_id"], listed["reserved_disabled"], strict=True)
        own = np.argwhere(facts.choices()).tolist()
        self._number = np.full((len(place), 2), -1, dtype=np.int64)
        count = 0
        for count, (name, kept) in enumerate(named, 1):
            self._number[place[name], int(bool(kept))] = count - 1
        for p, kind in own:
            if self._number[p, kind] < 0:
                self._number[p, kind], count = count, count + 1
        self._number[~facts.choices()] = -1
        self._count = count

    def weights(self, worth: int, word: int = 0) -> list[int]:
        """Return what each choice counts, less its word of the key, if any."""
        weights = [0] * self._count
        instance = self._facts.instance
        own = np.argwhere(self._number >= 0).tolist()
        names = [CLASS_NAMES[kind] for _, kind in own]
        ids = [str(instance.places.id[p]) for p, _ in own]
        words = pair_words(key_seed(instance), names, ids, word)[:, word - 1] if word else ()
        for n, (p, kind) in enumerate(own):
            weights[self._number[p, kind]] = worth - (int(words[n]) if word else 0)
        return weights

    def value(self, weights: Sequence[int]) -> int:
        """Return what the plan itself counts."""
        plan = self._facts.plan
        opened = np.flatnonzero(plan.opened)
        mine = self._number[opened, plan.disabled_only[opened].astype(np.int64)]
        return sum(weights[n] for n in mine[mine >= 0].tolist())

    def pairs(self) -> list[tuple[int, int]]:
        """Return the choices that exclude each other."""
        near, number = self._facts.space.conflicts, self._number
        ends = [(number[:, 0], number[:, 1])]
        for one in (0, 1):
            for other in (0, 1):
                hit = _ADMITS[one, near.class_a] & _ADMITS[other, near.class_b]
                ends.append((number[near.place_a[hit], one], number[near.place_b[hit], other]))
        found = np.concatenate([np.column_stack(pair) for pair in ends])
        found = found[(found >= 0).all(axis=1)]
        return list(zip(*found.T.tolist(), strict=True))


def _steps(told: Mapping[str, Any]) -> SetProof:
    """Read the steps of a proof; whatever is no integer is refused."""
    rows = [
        Row(_integers(row["nodes"]), _integers(row["coefficients"]), index(row["limit"]))
        for row in told["rows"]
    ]
    return tuple(
        Dominated(index(step["node"]), index(step["by"]))
        if "by" in step
        else Cover(
            index(step["value"]),
            index(step["scale"]),
            tuple(rows[index(n)] for n in step["rows"]),
            _integers(step["multipliers"]),
        )
        for step in told["steps"]
    )


def _integers(values: Iterable[Any]) -> tuple[int, ...]:
    return tuple(map(index, values))
