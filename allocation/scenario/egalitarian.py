"""What a scenario must satisfy for a stage given out by ``egalitarian``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocation.messages.problems import Problem

if TYPE_CHECKING:
    from allocation.scenario.models import Scenario, StageRule


def egalitarian_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find what does not go with the ``egalitarian`` stages of a scenario."""
    for stage in scenario.stages:
        if stage.mechanism == "egalitarian":
            yield from _one_group(scenario, stage)
        elif not stage.within_tiers:
            params = {"key": f"stage.{stage.name}.within_tiers", "mechanism": stage.mechanism}
            yield Problem("egalitarian_setting", params)


def _one_group(scenario: Scenario, stage: StageRule) -> Iterator[Problem]:
    """One chance a person needs one award a person: the kinds must exclude each other."""
    groups = scenario.groups_of(stage)
    if len(groups) > 1:
        yield Problem(
            "egalitarian_groups",
            {"key": "exclusive.groups", "stage": stage.name, "n": len(groups)},
        )
