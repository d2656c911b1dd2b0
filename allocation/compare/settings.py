"""What was set differently: settings of the scenario, inputs, draw, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocation.compare.records import Basis, Setting
from allocation.scenario import keys
from allocation.scenario.vocabulary import STAGE_READERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from allocation.runs import Run
    from allocation.scenario.keys import Node, Parts

GROUPS = (
    "mechanism",
    "reserve",
    "quota",
    "spacing",
    "eligibility",
    "priority",
    "draw",
    "source",
    "other",
    "input",
    "version",
)
"""What settings are about, in the order in which they are shown."""

_GROUP_OF = {
    "stage": "mechanism",
    "solver": "mechanism",
    "reserve": "reserve",
    "quota": "quota",
    "spacing": "spacing",
    "density": "spacing",
    "openings": "spacing",
    "openings_joint": "spacing",
    "space": "spacing",
    "eligibility": "eligibility",
    "overruling": "eligibility",
    "priority": "priority",
    "household": "priority",
    "exclusive": "priority",
    "draw": "draw",
    "data": "source",
    "profile": "source",
    "decision_date": "source",
    "kind": "source",
    "column": "source",
}

_IDENTITY = ("name", "title", "title_en", "sources")
"""Keys that say which scenario it is, not what it sets."""

_SETS = ("exclusive.groups",)
"""Keys whose value is sets: the order they are written in is no setting."""

_UNKNOWN: Node = keys.Node("table")


def changed_settings(runs: Sequence[Run]) -> tuple[Setting, ...]:
    """List everything that the runs do not share, grouped by meaning."""
    found = [*_settings(runs), *_draw_list(runs), *_inputs(runs), *_versions(runs)]
    return tuple(sorted(found, key=lambda setting: GROUPS.index(setting.group)))


def flat_scenario(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten a canonical scenario to dotted keys; a selector stays one value.

    Tables of an array go by their names, ``stage.joint.levels``; the order of the
    names stands under the key of the array, ``stage``.  What the mechanism of a stage
    does not read is left out: a default that decides nothing is no difference.
    """
    settings = {key: value for key, value in scenario.items() if key not in _IDENTITY}
    if "stage" in settings:
        settings["stage"] = [_read_by_mechanism(stage) for stage in settings["stage"]]
    return {".".join(parts): value for parts, value in _leaves(settings, keys.root(), ())}


def _read_by_mechanism(stage: Mapping[str, Any]) -> dict[str, Any]:
    mechanism = stage["mechanism"]
    return {
        key: value
        for key, value in stage.items()
        if mechanism in STAGE_READERS.get(key, (mechanism,))
    }


def _leaves(value: Any, node: Node, above: Parts) -> Iterator[tuple[Parts, Any]]:
    if isinstance(value, list) and node.word == "pair":
        # Who overruled a finding, and why, is no setting to compare; the decision is.
        for item in value:
            yield (*above, f"{item['applicant_id']}/{item['place_id']}"), item["decided_on"]
        return
    if isinstance(value, list) and node.word == "name":
        yield above, [item["name"] for item in value]
        value = {item["name"]: _nameless(item) for item in value}
    # A key this version does not know is taken apart as far as it goes.
    if not isinstance(value, dict) or not node.is_branch:
        yield above, value
        return
    for key, item in value.items():
        child = node.item if node.form == "keyed" else node.children.get(key)
        yield from _leaves(item, child or _UNKNOWN, (*above, key))


def _nameless(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "name"}


def _settings(runs: Sequence[Run]) -> Iterator[Setting]:
    flat = [flat_scenario(run.manifest["scenario"]) for run in runs]
    sources = [run.manifest["scenario"].get("sources", {}) for run in runs]
    for key in sorted(set().union(*flat)):
        values = tuple(settings.get(key) for settings in flat)
        if _all_same(values) or (_is_order(key) and _same_order(values)):
            continue
        if key in _SETS and _all_same([_as_sets(value) for value in values]):
            continue
        yield Setting(
            group=_GROUP_OF.get(key.partition(".")[0], "other"),
            key=key,
            values=values,
            bases=tuple(_basis(of_run.get(key)) for of_run in sources),
        )


def _as_sets(groups: Sequence[Sequence[str]] | None) -> list[list[str]]:
    return sorted(sorted(group) for group in groups or ())


def _is_order(key: str) -> bool:
    node = keys.root().children.get(key)
    return node is not None and node.word == "name"


def _same_order(values: Sequence[list[str] | None]) -> bool:
    """Tell whether the names that all runs share stand in one order.

    A name that only some runs have shows with its own keys.
    """
    shared = set.intersection(*(set(names or ()) for names in values))
    return _all_same([[name for name in names or () if name in shared] for names in values])


def _basis(source: Mapping[str, Any] | None) -> Basis | None:
    if source is None:
        return None
    words = ("title", "unit", "status", "legal_basis", "article")
    return Basis(**{word: str(source.get(word, "")) for word in words})


def _draw_list(runs: Sequence[Run]) -> Iterator[Setting]:
    """Compare the sealed lists of the draw; seed and round are settings."""
    values = [run.manifest["draw"].get("list_sha256") for run in runs]
    if not _all_same(values):
        shown = [
            {"sha256": digest, "rows": run.manifest["draw"].get("n")}
            for digest, run in zip(values, runs, strict=True)
        ]
        yield _plain("draw", "draw.list", shown)


def _inputs(runs: Sequence[Run]) -> Iterator[Setting]:
    tables = [{row["table"]: row for row in run.manifest["inputs"]} for run in runs]
    for table in dict.fromkeys(table for inputs in tables for table in inputs):
        rows = [inputs.get(table) for inputs in tables]
        values = [row and {key: row[key] for key in ("file", "rows", "sha256")} for row in rows]
        if not _all_same([value and (value["rows"], value["sha256"]) for value in values]):
            yield _plain("input", table, values)


def _versions(runs: Sequence[Run]) -> Iterator[Setting]:
    packages = [run.manifest["versions"] for run in runs]
    for name in sorted(set().union(*packages)):
        values = [versions.get(name) for versions in packages]
        if not _all_same(values):
            yield _plain("version", name, values)


def _plain(group: str, key: str, values: Sequence[Any]) -> Setting:
    return Setting(group, key, tuple(values), (None,) * len(values))


def _all_same(values: Sequence[Any]) -> bool:
    return all(value == values[0] for value in values)
