"""Every rule of every application, kept or broken: for the person who asks.

:func:`allocation.rules.eligibility.judge` stops at the first rule broken, because one
reason is enough to refuse.  Who is refused wants to know the rest: which rules were
looked at, and whether mending the one would be enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from allocation.rules import columns
from allocation.rules.case import Case, Finding
from allocation.rules.eligibility import FILING_RULES, KIND_RULES, cases
from allocation.rules.suitability import asks_for_something

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Bools, Ints
    from allocation.scenario import Scenario

Outcome = Literal["kept", "broken", "unknown", "overruled", "idle"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""``unknown``: not broken as far as is known, a cell is empty; ``idle``: the rule asks
nothing of this application."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one rule says about one application.

    Attributes
    ----------
    rule
        Name of the rule, also the code of its reason.
    params
        Parameters of the reason; of a rule that is not broken only its basis counts.
    """

    rule: str
    outcome: Outcome
    params: Mapping[str, Any]


def judge_all(
    applicants: pd.DataFrame,
    places: pd.DataFrame,
    applications: pd.DataFrame,
    held_awards: pd.DataFrame,
    scenario: Scenario,
) -> tuple[tuple[Check, ...], ...]:
    """Judge applications by every rule in force, each rule by itself.

    Parameters
    ----------
    applicants, places, applications, held_awards, scenario
        As for :func:`allocation.rules.eligibility.judge`; the applications may be those
        of some applicants only, but with all of theirs.

    Returns
    -------
    tuple
        One tuple of checks per application, in published order.
    """
    checks: list[list[Check]] = [[] for _ in range(len(applications))]
    everything = np.arange(len(applications))
    for filing_rule in FILING_RULES:
        finding = filing_rule(applicants, applications)
        _collect(checks, everything, filing_rule.__name__, finding, None)
    for case in cases(applicants, places, applications, held_awards, scenario):
        for rule in KIND_RULES:
            found = rule(case)
            if found is not None:
                asks = _ASKS.get(rule.__name__)
                asked = asks(case) if asks is not None else None
                _collect(checks, case.rows, rule.__name__, found, asked)
    return tuple(tuple(each) for each in checks)


def _collect(
    checks: list[list[Check]], rows: Ints, rule: str, finding: Finding, asked: Bools | None
) -> None:
    params = finding.params_of(np.arange(len(rows)))
    for at, row in enumerate(rows.tolist()):
        outcome = _outcome(finding, at)
        if outcome == "kept" and asked is not None and not asked[at]:
            outcome = "idle"
        checks[row].append(Check(rule, outcome, params[at]))


def _outcome(finding: Finding, at: int) -> Outcome:
    if finding.refuses[at]:
        return "broken"
    if finding.overruled is not None and finding.overruled[at]:
        return "overruled"
    return "unknown" if finding.unknown[at] else "kept"


def _is_disabled(case: Case) -> Bools:
    return case.is_word("group", "disabled")


def _is_set_aside(case: Case) -> Bools:
    return columns.flags(case.places, "disabled_only")[case.place]


_ASKS: Mapping[str, Callable[[Case], Bools]] = {
    "place_disabled_only": _is_set_aside,
    "certificate_missing": _is_disabled,
    "certificate_mismatch": _is_disabled,
    "certificate_not_valid": _is_disabled,
    "certificate_expired": _is_disabled,
    "not_suitable": asks_for_something,
}
"""Rules that ask nothing of some applications: of whom they ask something."""
