"""The scenario: what a run gives out, by which rules, read from a TOML file.

A scenario builds on a policy profile (:mod:`allocation.policy`), may extend another
scenario and may be overridden on the command line.  :func:`load_scenario` merges
these layers, names every mistake at once and returns frozen, fully resolved settings.
"""

from __future__ import annotations

from allocation.messages.problems import Problem, problems_of
from allocation.policy import Parameter
from allocation.scenario.load import (
    load_scenario,
    scenario_from_canonical,
    scenario_from_mapping,
)
from allocation.scenario.models import (
    Draw,
    EligibilityRule,
    Priority,
    QuotaRule,
    ReserveRule,
    Scenario,
    SpacingRule,
    StageRule,
)
from allocation.scenario.values import Range, Selector, retirement_margin

__all__ = [
    "Draw",
    "EligibilityRule",
    "Parameter",
    "Priority",
    "Problem",
    "QuotaRule",
    "Range",
    "ReserveRule",
    "Scenario",
    "Selector",
    "SpacingRule",
    "StageRule",
    "load_scenario",
    "problems_of",
    "retirement_margin",
    "scenario_from_canonical",
    "scenario_from_mapping",
]
