"""Putting runs side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from allocation.compare.measures import area_measures, overall_measures, price_of_fairness
from allocation.compare.people import exclusive_groups, moved_people, with_names
from allocation.compare.places import (
    is_same_table,
    joined,
    known_in,
    moved_places,
    place_facts,
    sealed_tables,
)
from allocation.compare.records import Comparison, Measure, Moves, Note, RunHead
from allocation.compare.settings import changed_settings
from allocation.messages import RunError
from allocation.result import Status
from allocation.summary import kind_names, quota_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from allocation.runs import Run

_TABLES_OF_PEOPLE = ("applicants", "places", "applications")


def compare_runs(runs: Sequence[Run]) -> Comparison:
    """Put runs side by side; the first one is the base.

    Raises
    ------
    RunError
        ``compare_needs_two`` for fewer than two runs; what reading a damaged run raises.
    """
    if len(runs) < 2:
        raise RunError("compare_needs_two")
    tables = {name: sealed_tables(runs, name) for name in ("applicants", "places", "venues")}
    moves = tuple(
        _moves(runs[0], run, {name: (found[0], found[i]) for name, found in tables.items()})
        for i, run in enumerate(runs[1:], start=1)
    )
    return Comparison(
        runs=tuple(_head(run) for run in runs),
        settings=changed_settings(runs),
        measures=overall_measures(runs, tables["places"]),
        price=price_of_fairness(runs),
        areas=area_measures(runs),
        moves=moves,
        notes=tuple(_notes(runs, moves)),
        kinds=_kinds(runs),
        rules={row["rule"]: row["kind"] for run in runs for row in run.result["reserves"]},
        quotas=_quotas(runs),
    )


def only_differences(comparison: Comparison) -> Comparison:
    """Leave out every number that is the same in all runs."""
    return replace(
        comparison,
        measures=_changed(comparison.measures),
        price=_changed(comparison.price),
        areas=_changed(comparison.areas),
    )


def _changed(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    return tuple(measure for measure in measures if not measure.is_same)


def _head(run: Run) -> RunHead:
    scenario, result = run.manifest["scenario"], run.result
    return RunHead(
        run_id=run.run_id,
        name=str(run.manifest["name"]),
        title_zh=str(scenario.get("title", "")),
        title_en=str(scenario.get("title_en", "")),
        official=bool(result["official"]),
        status=str(result["status"]),
        not_reproducible=bool(result["not_reproducible"]),
        n_awards=len(run.awards),
        mechanisms=tuple(str(stage["mechanism"]) for stage in scenario["stage"]),
    )


def _moves(base: Run, other: Run, tables: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]) -> Moves:
    known = known_in(*(frame["applicant_id"] for frame in tables["applicants"]))
    known_places = known_in(*(frame["place_id"] for frame in tables["places"]))
    facts = place_facts(tables["places"], tables["venues"])
    groups = exclusive_groups(run.manifest["scenario"] for run in (base, other))
    people = with_names(
        moved_people(base.awards, other.awards, groups),
        joined(tables["applicants"], "applicant_id", ["receipt_no"]),
        facts,
        known,
    )
    return Moves(
        run_id=other.run_id,
        people=people,
        places=moved_places(base.awards, other.awards, facts),
        only_in={
            f"{name}_{side}": int((ids == side).sum())
            for name, ids in (("applicants", known), ("places", known_places))
            for side in ("base", "other")
        },
    )


def _notes(runs: Sequence[Run], moves: Sequence[Moves]) -> list[Note]:
    """Say what keeps numbers from meaning the same, and where nothing differs."""
    base = runs[0]
    notes = [
        Note("compare_note_infeasible", {"run": run.run_id})
        for run in _distinct(runs)
        if run.result["status"] == Status.INFEASIBLE
    ]
    notes += [
        Note("compare_note_not_reproducible", {"run": run.run_id})
        for run in _distinct(runs)
        if run.result["not_reproducible"] and run.result["status"] != Status.INFEASIBLE
    ]
    for run, moved in zip(runs[1:], moves, strict=True):
        notes += _notes_of_pair(base, run, moved)
    tiers = [(run.manifest["scenario"].get("priority") or {}).get("tiers") for run in runs]
    if any(value != tiers[0] for value in tiers):
        notes.append(Note("compare_note_tiers"))
    return notes


def _notes_of_pair(base: Run, run: Run, moved: Moves) -> list[Note]:
    if run.run_id == base.run_id:
        return [Note("compare_note_same_run", {"run": run.run_id})]
    notes = []
    if not len(moved.people):
        notes.append(Note("compare_note_same_awards", {"run": run.run_id}))
    differing = [name for name in _TABLES_OF_PEOPLE if not is_same_table(base, run, name)]
    if differing:
        notes.append(Note("compare_note_inputs", {"run": run.run_id, "tables": tuple(differing)}))
    for name in ("applicants", "places"):
        counts = {side: moved.only_in[f"{name}_{side}"] for side in ("base", "other")}
        if any(counts.values()):
            notes.append(Note(f"compare_note_missing_{name}", {"run": run.run_id, **counts}))
    return notes


def _distinct(runs: Sequence[Run]) -> list[Run]:
    return list({run.run_id: run for run in runs}.values())


def _kinds(runs: Sequence[Run]) -> dict[str, tuple[str, str]]:
    """Name the kinds in both languages; where runs name one differently, the base decides."""
    names: dict[str, tuple[str, str]] = {}
    for run in reversed(runs):
        chinese, english = kind_names(run.scenario, "zh"), kind_names(run.scenario, "en")
        names |= {kind: (chinese[kind], english[kind]) for kind in chinese}
    return names


def _quotas(runs: Sequence[Run]) -> dict[str, str]:
    names: dict[str, Any] = {}
    for run in reversed(runs):
        names |= {row["name"]: quota_name(run, row["name"], "zh") for row in run.result["quotas"]}
    return names
