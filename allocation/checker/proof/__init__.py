"""Confirm by integer arithmetic that no lawful list does better at a level.

A proof is a list of steps.  Each names rules and gives every one an integer multiplier;
here the rules are written as rows again, from the instance and with code of its own, and
the arithmetic is done in whole numbers.  See ``docs/formulation.md``.
"""

from __future__ import annotations

from allocation.checker.proof.confirm import Confirmed, confirm_levels

__all__ = ["Confirmed", "confirm_levels"]
