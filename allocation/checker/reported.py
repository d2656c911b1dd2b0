"""What ``result.json`` says about a list, held against the list itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.levels import LEVEL_CODES, Level, LevelValues, quota_gap, stage_levels
from allocation.checker.report import Violation
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    from allocation.checker.labelling import Labelling
    from allocation.instance import Instance, Ints, Stage

Record = Mapping[str, Any]
_Key = tuple[str, tuple[tuple[str, Any], ...]]
"""Code and parameters of a level."""

_AT_MOST = ("n_better_wishes_open",)
"""Counts that are less the further a checker sees: a record made before may say more."""


def check_reported(
    instance: Instance, rows: Ints, result: Record, own: Labelling
) -> list[Violation]:
    """Compare levels, shortfalls and counts; what the record leaves out is not compared."""
    violations: list[Violation] = []
    by_name = {record["name"]: record for record in result.get("stages", ())}
    for stage in instance.stages:
        if stage.name not in by_name:
            violations.append(Violation("check_stage_missing", {"stage": stage.name}))
            continue
        record = by_name[stage.name]
        mine = rows[np.isin(rows, stage.applications)]
        violations += _number("n_awards", record, len(mine))
        if record.get("status") != "undrawn":
            violations += _levels(instance, stage, mine, record)
    violations += _reserves(instance, own, result.get("reserves", ()))
    violations += _quotas(instance, rows, result.get("quotas", ()))
    violations += _by_kind(instance, rows, result.get("awards", ()))
    who = instance.applications.applicant[rows]
    counts = result.get("counts", {})
    violations += _number("n_awards", counts, len(rows))
    violations += _number("n_awardees", counts, len(np.unique(who)))
    disabled = int((instance.applicants.group[who] == "disabled").sum())
    violations += _number("n_awards_disabled", counts, disabled)
    return violations


def undrawn_stages(instance: Instance, result: Record | None) -> list[Stage]:
    """Return the stages whose draw the record says is not held."""
    undrawn = {
        record["name"]
        for record in (result or {}).get("stages", ())
        if record.get("status") == "undrawn"
    }
    return [stage for stage in instance.stages if stage.name in undrawn]


def proven_levels(result: Record | None, stage: Stage) -> int | None:
    """Count the levels of a stage the record calls proven, from the first on.

    ``None`` when every one is, or when there is no record to say otherwise.
    """
    for record in (result or {}).get("stages", ()):
        if record["name"] == stage.name:
            proven = [bool(level.get("proven", True)) for level in record.get("levels", ())]
            if not all(proven):
                return proven.index(False)
            stopped = record.get("status") in ("feasible", "stopped")
            return len(proven) if stopped else None
    return None


def _levels(instance: Instance, stage: Stage, own: Ints, record: Record) -> Iterator[Violation]:
    """Value every reported level again; find those not reported and those out of order."""
    told = [_key(entry["code"], entry.get("params", {})) for entry in record.get("levels", ())]
    expected = {_key(level.code, level.params): level for level in stage_levels(instance, stage)}
    order = _order(stage, list(expected), told)
    values = LevelValues(instance, stage, own)
    for key, entry in zip(told, record.get("levels", ()), strict=True):
        if key not in order:
            yield Violation("check_level_unknown", _about(stage, entry))
        elif entry["code"] in LEVEL_CODES:
            level = expected.get(key, Level(entry["code"], entry.get("params", {}), "min"))
            yield from _one_level(values, level, entry)
    known = [key for key in told if key in order]
    if known != [key for key in order if key in known]:
        yield Violation("check_level_order", {"stage": stage.name})
    # A run that was stopped or has no lawful list may have left levels out.
    if record.get("status") == "optimal":
        for key, level in expected.items():
            if key not in told:
                params = {"stage": stage.name, "level": level.code}
                yield Violation("check_level_missing", params | {"level_params": level.params})


def _order(stage: Stage, levels: list[_Key], told: list[_Key]) -> list[_Key]:
    """Return the one order in which a record may hold levels and what breaks their ties.

    A list is best in the levels from the first on, so that another order, a level twice
    or a word of the key too early speaks of another list.  Ties are broken by the words
    1, 2, ... of the key, as many as were needed, until no other list is left; where
    people choose in turn, by those of the people's key, before they choose.
    """
    if stage.mechanism != "optimal":
        return levels
    in_turn = IN_TURN in stage.levels
    code, last = ("people", "unique_people") if in_turn else ("key", "unique")
    n_words = sum(each == code for each, _ in told)
    words = [_key(code, {"word": word}) for word in range(1, n_words + 1)]
    above, chosen = (levels[:-1], levels[-1:]) if in_turn else (levels, [])
    return [*above, *words, _key(last, {}), *chosen]


def _one_level(values: LevelValues, level: Level, entry: Record) -> Iterator[Violation]:
    counted = values.of(level)
    about = _about(values.stage, entry)
    if entry.get("sense", level.sense) != level.sense:
        yield Violation("check_level_unknown", about)
    elif counted != entry["value"]:
        yield Violation(
            "check_level_value", about | {"reported": entry["value"], "counted": counted}
        )
    elif entry.get("proven") and entry.get("bound") != entry["value"]:
        yield Violation(
            "check_level_bound", about | {"reported": entry["value"], "bound": entry.get("bound")}
        )


def _reserves(instance: Instance, own: Labelling, records: Any) -> Iterator[Violation]:
    """Compare each reserve's units and the kind's used ones.

    Where reserves overlap, which of them an award uses is the list's own choice; the
    sum over a kind is not.
    """
    by_name = {reserve.name: g for g, reserve in enumerate(instance.reserves)}
    used: dict[str, int] = {}
    for record in records:
        g = by_name.get(record["name"])
        if g is None:
            yield Violation("check_reserve_record", {"reserve": record["name"]})
            continue
        kind = instance.reserves[g].kind
        used[kind] = used.get(kind, 0) + int(record.get("used", 0))
        name = {"reserve": record["name"]}
        yield from _number("required", record, own.units[g], name)
        short = max(0, own.units[g] - int(record.get("used", 0)))
        yield from _number("short", record, short, name)
    for kind, number in used.items():
        counted = len(own.users(instance, kind))
        if counted != number:
            params = {"name": "used", "about": kind, "reported": number, "counted": counted}
            yield Violation("check_count", params)


def _quotas(instance: Instance, rows: Ints, records: Any) -> Iterator[Violation]:
    quotas = {(q.name, q.scope_id, q.sense): q for q in instance.quotas}
    for record in records:
        quota = quotas.get((record["name"], record["scope_id"], record["sense"]))
        if quota is None:
            yield Violation("check_quota_record", {"quota": record["name"]})
            continue
        reached = int(np.isin(rows, quota.counted).sum())
        gap = quota_gap(quota, reached, int(np.isin(rows, quota.denominator).sum()))
        name = {"quota": quota.name, "scope": quota.scope_id}
        yield from _number("reached", record, reached, name)
        yield from _number("short", record, gap, name)


def check_counts(counts: Mapping[str, int], result: Record) -> list[Violation]:
    """Compare what the checker counted around the list, such as envy, with the record."""
    told = result.get("counts", {})
    return [
        violation
        for name, counted in counts.items()
        if name != "n_awards"  # is compared with the list itself
        if name not in _AT_MOST or int(told.get(name, 0)) < counted
        for violation in _number(name, told, counted)
    ]


def _by_kind(instance: Instance, rows: Ints, records: Any) -> Iterator[Violation]:
    """Compare the awards of each kind in each district."""
    places, app = instance.places, instance.applications
    place = app.place[rows]
    disabled = (instance.applicants.group[app.applicant[rows]] == "disabled").astype(np.bool_)
    for record in records:
        here = (places.kind[place] == record["kind"]).astype(np.bool_)
        here &= (places.district[place] == record["district"]).astype(np.bool_)
        about = {"kind": str(record["kind"]), "district": str(record["district"])}
        yield from _number("n", record, int(here.sum()), about)
        yield from _number("n_disabled", record, int((here & disabled).sum()), about)


def _number(
    name: str, record: Record, counted: int, about: Mapping[str, str] | None = None
) -> Iterator[Violation]:
    if name in record and int(record[name]) != counted:
        words = " ".join((about or {"name": str(record.get("name", ""))}).values()).strip()
        yield Violation(
            "check_count",
            {"name": name, "about": words, "reported": int(record[name]), "counted": counted},
        )


def _about(stage: Stage, entry: Record) -> dict[str, Any]:
    params = dict(entry.get("params", {}))
    return {"stage": stage.name, "level": entry["code"], "level_params": params}


def _key(code: str, params: Mapping[str, Any]) -> _Key:
    return code, tuple(sorted(params.items()))
