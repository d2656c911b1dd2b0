"""What a finished run says of its reserves, its quotas and what it misses of them.

Every reserve and quota of the problem has its record, with the numbers the list gives,
and every one that is missed is told; what a draw is yet to bring is neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.levels import quota_gap
from allocation.checker.report import Violation
from allocation.checker.reported import undrawn_stages

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Bools, Instance, Ints, Quota

Record = Mapping[str, Any]


def check_obligations(
    instance: Instance, rows: Ints, awards: pd.DataFrame, result: Record
) -> list[Violation]:
    """Find reserves and quotas that the record leaves out or tells wrongly, and shortfalls.

    Parameters
    ----------
    rows
        The awarded applications.
    awards
        As the run folder keeps them: ``reserve_used`` says whose unit an award uses.
    result
        The parsed ``result.json``.  How many units a reserve asks for is judged with
        the list itself.
    """
    pending = np.zeros(len(instance.applications.place), dtype=np.bool_)
    for stage in undrawn_stages(instance, result):
        pending[stage.applications] = True
    return [
        *_reserves(instance, pending, awards, result.get("reserves", ())),
        *_quotas(instance, pending, rows, result.get("quotas", ())),
        *_shortfalls(result),
    ]


def _reserves(
    instance: Instance, pending: Bools, awards: pd.DataFrame, records: Sequence[Record]
) -> Iterator[Violation]:
    awaited = np.unique(instance.applications.place[pending])
    used = Counter(awards["reserve_used"].fillna("").tolist())
    told = {str(record["name"]): record for record in records}
    expected = [
        reserve for reserve in instance.reserves if not np.isin(awaited, reserve.places).any()
    ]
    for reserve in expected:
        record = told.get(reserve.name, {})
        fields = {
            "rule": reserve.rule,
            "kind": reserve.kind,
            "scope": reserve.scope,
            "scope_id": reserve.scope_id,
            "hard": reserve.hard,
            "used": used[reserve.name],
            "short": max(0, int(record.get("required", 0)) - used[reserve.name]),
        }
        if "required" not in record or _differs(record, fields):
            yield Violation("check_reserve_told", {"reserve": reserve.name})
    if len(records) != len(expected):
        yield Violation("check_obligations_told", {"n": len(expected), "told": len(records)})


def _quotas(
    instance: Instance, pending: Bools, rows: Ints, records: Sequence[Record]
) -> Iterator[Violation]:
    told = {(r["name"], r["scope_id"], r["sense"]): r for r in records}
    expected = [quota for quota in instance.quotas if not pending[quota.counted].any()]
    for quota in expected:
        record = told.get((quota.name, quota.scope_id, quota.sense), {})
        if _differs(record, _quota_fields(quota, rows)):
            yield Violation("check_quota_told", {"quota": quota.name, "scope": quota.scope_id})
    if len(records) != len(expected):
        yield Violation("check_obligations_told", {"n": len(expected), "told": len(records)})


def _quota_fields(quota: Quota, rows: Ints) -> dict[str, Any]:
    reached = int(np.isin(rows, quota.counted).sum())
    base = int(np.isin(rows, quota.denominator).sum())
    whole, part = divmod(quota.share.numerator * base, quota.share.denominator)
    return {
        "hard": quota.hard,
        "required": quota.floor_count + whole + int(part > 0 and quota.sense == "min"),
        "reached": reached,
        "short": quota_gap(quota, reached, base),
    }


def _shortfalls(result: Record) -> Iterator[Violation]:
    """Compare what is told as missed with the records that miss something."""
    missed = [
        ("reserve", record["name"], record.get("short"), record.get("required"))
        for record in result.get("reserves", ())
        if record.get("short")
    ] + [
        ("quota", record["name"], record.get("short"), record.get("required"))
        for record in result.get("quotas", ())
        if record.get("short")
    ]
    told = [
        (each["about"], each["name"], each.get("short"), each.get("params", {}).get("required"))
        for each in result.get("shortfalls", ())
    ]
    for about, name, *_ in (Counter(missed) - Counter(told)) + (Counter(told) - Counter(missed)):
        yield Violation("check_shortfall_told", {"about": about, "name": name})


def _differs(record: Record, fields: Record) -> bool:
    return any(record.get(name) != value for name, value in fields.items())
