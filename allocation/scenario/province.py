"""The province file: which cities belong to a province, and what each changes in a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from allocation.messages.problems import Problem, error_of, raise_problems, unknown_key
from allocation.scenario.invalid import problems_in
from allocation.scenario.models import Settings
from allocation.scenario.values import OneLine, Text
from allocation.toml import read_toml

MEMBER = "member"
"""Key that makes a file a province and no scenario."""


class MemberRule(Settings):
    """One city of a province: its scenario, and what it changes in it."""

    scenario: OneLine
    """Scenario file, relative to the province file."""
    changes: Mapping[str, Any] = {}
    """Everything else that stands in its table, as in a scenario file that extends it."""


class Province(Settings):
    """A province file: a name, and the cities that belong to it."""

    name: OneLine
    title: Text = ""
    title_en: Text = ""
    member: Annotated[tuple[MemberRule, ...], Field(min_length=1)]


def is_province(path: Path) -> bool:
    """Tell whether a file names the members of a province.

    Raises
    ------
    ScenarioError
        When there is no such file or it is no TOML.
    """
    return MEMBER in read_toml(path, "scenario_missing")


def load_province(path: Path) -> Province:
    """Load a province file; the scenarios it names are not looked at.

    Raises
    ------
    ScenarioError
        With everything that is wrong with it.
    """
    raw, file = read_toml(path, "scenario_missing"), path.name
    known = set(Province.model_fields)
    problems = [unknown_key("", key, known, file) for key in raw if key not in known]
    tables = raw[MEMBER]
    if isinstance(tables, list):
        problems += [
            Problem("member_extends", {"member": f"{MEMBER}[{number}]"})
            for number, table in enumerate(tables, 1)
            if isinstance(table, Mapping) and "extends" in table
        ]
        tables = [_rule(table) for table in tables]
    tree = {**{key: raw[key] for key in raw if key in known}, MEMBER: tables}
    try:
        province = Province.model_validate(tree)
    except ValidationError as error:
        raise error_of([*problems, *problems_in(error, tree, {})]) from None
    raise_problems(problems)
    return province


def _rule(table: Any) -> Any:
    """Part a member's scenario from what it changes in it."""
    if not isinstance(table, Mapping):
        return table
    changes = {key: value for key, value in table.items() if key != "scenario"}
    given = {"scenario": table["scenario"]} if "scenario" in table else {}
    return {**given, "changes": changes}
