"""Loading a scenario: layers, profile, overrides, validation, all problems at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allocation.messages import ScenarioError
from allocation.messages.problems import Problem, error_of
from allocation.policy import Parameter, load_profile, parameters_on
from allocation.scenario import checks, layers
from allocation.scenario.invalid import problems_in, without_echoes
from allocation.scenario.layers import Leaf, Tree
from allocation.scenario.models import Scenario
from allocation.scenario.own_columns import drop_unknown_columns, own_context
from allocation.scenario.settle import drop_idle_quotas, drop_left_out, settle

_REPORTS = ("publicity", "targets", "employers")
"""Tables no award depends on; their values may have expired."""

_SHOWN = 3


def load_scenario(path: Path | str, overrides: Sequence[str] = ()) -> Scenario:
    """Load a scenario file.

    Parameters
    ----------
    path
        A TOML file.
    overrides
        ``dotted.key=value`` texts; a value is TOML, a bare word is text, paths are
        relative to the scenario file as in the file itself.

    Raises
    ------
    ScenarioError
        With everything that is wrong: ``several_problems`` where it is more than one.
    """
    path = Path(path)
    problems: list[Problem] = []
    found = layers.file_layers(path, problems)
    return _assemble(found, path.resolve().parent, overrides, problems)


def scenario_from_mapping(
    mapping: Mapping[str, Any], base_dir: Path | str, overrides: Sequence[str] = ()
) -> Scenario:
    """Make a scenario from a mapping shaped like a scenario file.

    Raises
    ------
    ScenarioError
        As :func:`load_scenario`.
    """
    problems: list[Problem] = []
    base = Path(base_dir).resolve()
    found = layers.mapping_layers(mapping, base, problems)
    return _assemble(found, base, overrides, problems)


def scenario_from_canonical(settings: Mapping[str, Any]) -> Scenario:
    """Rebuild a scenario from its canonical form, as a run folder keeps it.

    Paths stay relative: a run reads its sealed tables, not the original folder.

    Raises
    ------
    ScenarioError
        ``canonical_damaged``.
    """
    try:
        return Scenario.model_validate(dict(settings), context=own_context(settings))
    except ValidationError:
        raise ScenarioError("canonical_damaged") from None


def _assemble(
    found: list[Tree], base: Path, overrides: Sequence[str], problems: list[Problem]
) -> Scenario:
    tree: Tree = {}
    for layer in found:
        tree = layers.merge(tree, layer)
    parsed = layers.parse_overrides(overrides, problems)
    parameters = _parameters(_early(tree, parsed, base), problems)
    tree = layers.merge(layers.profile_layer(parameters, problems), tree)
    tree = layers.apply_overrides(tree, parsed, base, problems)
    tree = drop_unknown_columns(tree, problems)
    tree = drop_idle_quotas(drop_left_out(tree))
    sources = {
        ".".join(parts): leaf.source
        for parts, leaf in layers.leaves(tree)
        if parts not in layers.PATHS
    }
    scenario = _validate(layers.plain(tree), sources, base, problems)
    if scenario is not None:
        problems += checks.cross_problems(scenario)
        problems += checks.minimum_problems(layers.plain(tree), parameters)
        problems += checks.locked_problems(layers.plain(tree), parameters)
    if problems or scenario is None:
        raise error_of(without_echoes(problems))
    return scenario


def _early(tree: Tree, parsed: Sequence[tuple[str, Leaf]], base: Path) -> Tree:
    """Return profile and decision date, which choose the lowest layer."""
    early = [(key, leaf) for key, leaf in parsed if key in ("profile", "decision_date")]
    return layers.apply_overrides(tree, early, base, [])


def _parameters(tree: Tree, problems: list[Problem]) -> dict[str, Parameter]:
    """Load the parameters of the profile that are in force on the decision date."""
    profile_leaf, date_leaf = tree.get("profile"), tree.get("decision_date")
    if not isinstance(profile_leaf, Leaf) or not isinstance(profile_leaf.value, Path):
        return {}
    profile = load_profile(profile_leaf.value)
    day = _day(date_leaf)
    if day is None:
        # A wrong date is named by validation; only a missing one is named here.
        if date_leaf is None:
            problems.append(Problem("decision_date_missing", {"file": profile_leaf.source.origin}))
        return {}
    parameters, expired = parameters_on(profile, day)
    own = {".".join(parts) for parts, _ in layers.leaves(tree)}
    gone = sorted(name for name in expired - own if name.split(".")[0] not in _REPORTS)
    if gone:
        keys = " / ".join(gone[:_SHOWN]) + (" …" if len(gone) > _SHOWN else "")
        file = profile_leaf.value.name
        params = {"n": len(gone), "keys": keys, "day": day.isoformat(), "file": file}
        problems.append(Problem("parameters_not_in_force", params))
    return parameters


def _day(leaf: Leaf | Tree | None) -> dt.date | None:
    value = leaf.value if isinstance(leaf, Leaf) else None
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return None
    return value if type(value) is dt.date else None


def _validate(
    tree: Mapping[str, Any],
    sources: Mapping[str, Parameter],
    base: Path,
    problems: list[Problem],
) -> Scenario | None:
    problems += checks.kind_problems(tree, sources)
    settled = settle(tree)
    try:
        return Scenario.model_validate(
            {**settled, "sources": sources, "base_dir": base}, context=own_context(settled)
        )
    except ValidationError as error:
        problems += problems_in(error, settled, sources)
        return None
