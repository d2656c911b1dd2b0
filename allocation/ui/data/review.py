"""The check of a source against a scenario, done once per state of both."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from allocation.build import build_instance
from allocation.messages import AllocationError
from allocation.read import Review, review_tables
from allocation.scenario import Scenario, load_scenario
from allocation.ui.background import Shelf
from allocation.ui.data.uploads import stamp_of
from allocation.ui.sources import data_override

_CHECKS_KEPT = 2
"""Nothing of a person without an error stays with them but what charts count."""

_CHARTED = {
    "applicants": ("group", "disability_type", "disability_level", "township"),
    "places": ("kind", "capacity"),
    "districts": ("geometry",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A source as checked against a scenario.

    Attributes
    ----------
    unmet
        What a rule of the scenario lacks in tables without a bad cell.
    """

    scenario: Scenario
    review: Review
    unmet: AllocationError | None


_CHECKED: Shelf[Checked] = Shelf(_CHECKS_KEPT)


def check(scenario_file: Path, source: Path) -> Future[Checked]:
    """Begin to check a source, or return what an earlier check of the very same says.

    The future may end in an ``InputError``.

    Raises
    ------
    ScenarioError
        Where the scenario cannot be loaded.
    """
    scenario = load_scenario(scenario_file, [data_override(source, scenario_file)])
    fingerprint = f"{scenario.scenario_hash} {source} {stamp_of(source)}"
    return _CHECKED.ask(fingerprint, lambda: _check(scenario))


def forget_failures() -> None:
    """Check again what could not be checked."""
    _CHECKED.forget_failures()


def forget() -> None:
    """Drop all checks from memory, with the personal data in them."""
    _CHECKED.clear()


def _check(scenario: Scenario) -> Checked:
    review = review_tables(scenario)
    unmet = None
    if not review.findings:
        try:
            # What only shows when the rules meet the tables: a column a rule needs, a zone.
            build_instance(review.sealed(), scenario)
        except AllocationError as error:
            unmet = error
    return Checked(scenario, review.abridged(_CHARTED), unmet)


def own_source(scenario_file: Path) -> Path | None:
    """Return where a scenario itself says its data are.

    Raises
    ------
    ScenarioError
        Where the scenario cannot be loaded.
    """
    data = load_scenario(scenario_file).data
    return data.folder or data.workbook
