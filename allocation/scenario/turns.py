"""What a scenario must satisfy for people to choose their places in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocation.messages.problems import Problem
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    from allocation.scenario.models import Scenario


def turns_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find stages where people could not choose in turn, or something would come after it."""
    for stage in scenario.stages:
        if IN_TURN not in stage.levels:
            continue
        params = {"key": f"stage.{stage.name}.levels", "stage": stage.name}
        if stage.levels.index(IN_TURN) != len(stage.levels) - 1:
            yield Problem("serial_not_last", params)
        groups = scenario.groups_of(stage)
        if len(groups) > 1:
            yield Problem("serial_groups", {**params, "n": len(groups)})
