"""Suitability: what a place asks for against what an applicant can do.

日政办字〔2023〕18号 第3条 and 残疾人就业条例 第四条 forbid refusing people for their
disability; so nothing here looks at its type.  The profile comes from the assessment of
日政办字〔2023〕18号 第26条 and has three outcomes: suitable, suitable with an
accommodation, not suitable.  Who has not been assessed counts as suitable, flagged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.rules import columns
from allocation.rules.case import Case, Finding

if TYPE_CHECKING:
    from allocation.instance import Bools

ABILITY = {
    "requires_standing": "can_stand",
    "requires_climbing": "can_climb",
    "requires_sight": "can_see",
    "requires_hearing": "can_hear",
    "requires_travel": "can_travel",
    "requires_civil_capacity": "has_civil_capacity",
}
"""Requirement of a place -> ability of an applicant."""

CIVIL_CAPACITY = "requires_civil_capacity"


def not_suitable(case: Case) -> Finding | None:
    """Refuse a place whose requirement the applicant is known not to meet.

    日政办字〔2023〕18号 第3、26条.  The reason names the first requirement not met.  A
    finding about what a person can do may be overruled; civil capacity may not, which only
    a court finds lacking (民法典 第二十四条).
    """
    applied = _applied(case)
    if not applied:
        return None
    n = len(case.applicant)
    refuses, unknown = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    overruled = np.zeros(n, dtype=np.bool_)
    requirement = np.full(n, "", dtype=object)
    for name in applied:
        required = _required(case, name)
        unmet = required & case.is_word(ABILITY[name], "unable")
        if name != CIVIL_CAPACITY:
            overruled |= unmet & case.overruled
            unmet &= ~case.overruled
        requirement[unmet & ~refuses] = name
        refuses |= unmet
        unknown |= required & ~case.is_word(ABILITY[name], "able", "aided", "unable")
    key = "suitability" if case.settings.suitability else "civil_capacity"
    return Finding(
        refuses=refuses,
        # Whoever overruled the finding has looked at the person's abilities.
        unknown=unknown & ~refuses & ~overruled,
        overruled=overruled & ~refuses,
        params={
            "requirement": requirement,
            "basis": case.basis(key, "日政办字〔2023〕18号第3、26条"),
        },
    )


def needs_accommodation(case: Case) -> Bools:
    """Tell where a requirement is met only with help: 日政办字〔2023〕18号 第3、26条.

    It lowers nobody's band; the place has to be told.
    """
    result = np.zeros(len(case.applicant), dtype=np.bool_)
    for name in _applied(case):
        result |= _required(case, name) & case.is_word(ABILITY[name], "aided")
    return result


def asks_for_something(case: Case) -> Bools:
    """Tell where a place has a requirement that the scenario looks at."""
    result = np.zeros(len(case.applicant), dtype=np.bool_)
    for name in _applied(case):
        result |= _required(case, name)
    return result


def _applied(case: Case) -> tuple[str, ...]:
    if case.settings.suitability:
        return tuple(ABILITY)
    return (CIVIL_CAPACITY,) if case.settings.civil_capacity else ()


def _required(case: Case, name: str) -> Bools:
    """Tell where a place asks for an ability; ``civil_capacity`` asks for it everywhere."""
    if name == CIVIL_CAPACITY and case.settings.civil_capacity:
        return np.ones(len(case.place), dtype=np.bool_)
    return columns.flags(case.places, name)[case.place]
