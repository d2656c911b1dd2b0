"""Which scenarios are run together: those of a province file, or several scenario files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        Name of the file that makes the scenario: its own, or the province's where that
        changes something in it.
    overrides
        Settings stronger than the file, as they were written.
    label
        What to call it where others of the batch have its name.
    """

    scenario: Scenario
    file: str
    overrides: tuple[str, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """What to call it: the name of the scenario, unless others have the same."""
        return self.label or self.scenario.name


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
        members = _loaded([_Part(str(path), path) for path in paths], overrides)
        return Batch(_told_apart(members, paths))
    if len(paths) > 1:
        raise ScenarioError("province_alone", file=paths[provinces.index(True)].name)
    path = paths[0]
    province = load_province(path)
    parts = [
        _Part(f"{MEMBER}[{number}]", path.parent / rule.scenario, rule.changes, path)
        for number, rule in enumerate(province.member, 1)
    ]
    members = _loaded(parts, overrides)
    counted = Counter(member.name for member in members)
    raise_problems(
        [Problem("member_twice", {"name": name}) for name, n in counted.items() if n > 1]
    )
    return Batch(members, province)


def _told_apart(members: Sequence[Member], paths: Sequence[Path]) -> tuple[Member, ...]:
    """Call scenarios of one name by their files."""
    counted = Counter(member.name for member in members)
    return tuple(
        replace(member, label=str(path)) if counted[member.name] > 1 else member
        for member, path in zip(members, paths, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A scenario to load.

    Attributes
    ----------
    label
        What it is called until its name is known.
    changes, province
        What is changed in it, and the file that says so.
    """

    label: str
    path: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    province: Path = Path()

    def load(self, overrides: Sequence[str]) -> Member:
        """Load it as it stands, or with the changes of the province file laid over it."""
        if not self.changes:
            scenario = load_scenario(self.path, overrides)
            return Member(scenario, self.path.name, tuple(overrides))
        extended = {**self.changes, "extends": str(self.path.resolve())}
        scenario = scenario_from_mapping(extended, self.province.parent, overrides)
        return Member(scenario, self.province.name, tuple(overrides))


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
