"""Which scenarios are run together: those of a province file, or several scenario files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allocation.messages import ScenarioError
from allocation.messages.problems import Problem, problems_of, raise_problems
from allocation.scenario import Scenario, load_scenario, scenario_from_mapping
from allocation.scenario.province import MEMBER, Province, is_province, load_province


@dataclass(frozen=True, slots=True)
class Member:
    """One scenario of a batch.

    Attributes
    ----------
    file
        Name of the scenario file.
    overrides
        Settings stronger than the file, as they were written.
    """

    scenario: Scenario
    file: str
    overrides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the scenario."""
        return self.scenario.name


@dataclass(frozen=True, slots=True)
class Batch:
    """Scenarios that are run together.

    Attributes
    ----------
    province
        None for scenarios that have no more in common than that.
    """

    members: tuple[Member, ...]
    province: Province | None = None


def load_batch(paths: Sequence[Path], overrides: Sequence[str] = ()) -> Batch:
    """Load a province file, or several scenario files.

    Parameters
    ----------
    overrides
        As for :func:`allocation.scenario.load_scenario`; they hold for every member.

    Raises
    ------
    ScenarioError
        With everything that is wrong with any of them.
    """
    provinces = [is_province(path) for path in paths]
    if not any(provinces):
        return Batch(_loaded([_Part(path.name, path) for path in paths], overrides))
    if len(paths) > 1:
        raise ScenarioError("province_alone", file=paths[provinces.index(True)].name)
    path = paths[0]
    province = load_province(path)
    parts = [
        _Part(f"{MEMBER}[{number}]", path.parent / rule.scenario, rule.changes, path.parent)
        for number, rule in enumerate(province.member, 1)
    ]
    members = _loaded(parts, overrides)
    counted = Counter(member.name for member in members)
    raise_problems(
        [Problem("member_twice", {"name": name}) for name, n in counted.items() if n > 1]
    )
    return Batch(members, province)


@dataclass(frozen=True, slots=True)
class _Part:
    """A scenario to load: what it is called until its name is known, and where it stands."""

    label: str
    path: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    folder: Path = Path()

    def load(self, overrides: Sequence[str]) -> Member:
        """Load it as it stands, or with the changes of the province file laid over it."""
        if self.changes:
            extended = {**self.changes, "extends": str(self.path.resolve())}
            scenario = scenario_from_mapping(extended, self.folder, overrides)
        else:
            scenario = load_scenario(self.path, overrides)
        return Member(scenario, self.path.name, tuple(overrides))


def _loaded(parts: Sequence[_Part], overrides: Sequence[str]) -> tuple[Member, ...]:
    """Load every scenario; say of each what is wrong, not of the first alone."""
    members: list[Member] = []
    problems: list[Problem] = []
    for part in parts:
        try:
            members.append(part.load(overrides))
        except ScenarioError as error:
            problems += [
                Problem("of_member", {"member": part.label, "problem": problem})
                for problem in problems_of(error)
            ]
    raise_problems(problems)
    return tuple(members)
