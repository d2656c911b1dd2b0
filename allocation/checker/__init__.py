"""Judge award lists and reasons without a solver.

Nothing here imports a solver, and nothing here trusts the code that built the list:
distances, numbers, reserves, labels, orders and level values are worked out anew, and the
proofs that no list does better are gone through in whole numbers.  The
exception is eligibility and the facts behind it (who may be awarded what, tiers, classes
of holder), which come from the instance and the rules.
"""

from __future__ import annotations

from allocation.checker.certificates import (
    check_refusals,
    confirm_reason,
    confirm_reasons,
    unexplained,
)
from allocation.checker.check import check_awards
from allocation.checker.draw_lots import check_pins
from allocation.checker.draw_protocol import check_draw
from allocation.checker.lottery import check_drawing, check_lottery
from allocation.checker.recount import (
    check_chances_told,
    check_manifest,
    check_record,
    envy_by_kind,
)
from allocation.checker.report import Assurance, CheckReport, Violation
from allocation.checker.waitlist import check_waitlist

__all__ = [
    "Assurance",
    "CheckReport",
    "Violation",
    "check_awards",
    "check_chances_told",
    "check_draw",
    "check_drawing",
    "check_lottery",
    "check_manifest",
    "check_pins",
    "check_record",
    "check_refusals",
    "check_waitlist",
    "confirm_reason",
    "confirm_reasons",
    "envy_by_kind",
    "unexplained",
]
