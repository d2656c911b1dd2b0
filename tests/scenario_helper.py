"""What the tests of scenarios and policies share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.messages import ScenarioError, describe
from allocation.scenario import Scenario, problems_of, scenario_from_mapping

if TYPE_CHECKING:
    import pytest

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CITY = SCENARIOS / "rizhao-2023-18.toml"
SMALLEST: dict[Any, Any] = {
    "name": "smallest",
    "data": {"folder": "."},
    "stage": [{"name": "only", "kinds": ["stall"], "mechanism": "optimal"}],
}


def make(tmp_path: Path, **changes: Any) -> Scenario:
    """Make the smallest scenario with some tables changed."""
    return scenario_from_mapping({**SMALLEST, **changes}, tmp_path)


def codes(error: pytest.ExceptionInfo[ScenarioError]) -> set[str]:
    """Return the codes of all problems of an error, each of which must render."""
    for problem in problems_of(error.value):
        assert f"{problem:zh}" != f"{problem:en}"
    assert describe(error.value, "zh") != describe(error.value, "en")
    return {problem.code for problem in problems_of(error.value)}


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
