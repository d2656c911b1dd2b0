"""The summary of a province: one line per city, beside the cities' own run folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from allocation.batch.batch import Row, State
from allocation.canonical import Dtypes, write_csv, write_json
from allocation.messages import Lang, text
from allocation.runs import create_work, seal_run
from allocation.scenario.province import Province
from allocation.summary import Block, Cell

JSON = "province.json"
CSV = "province.csv"

COUNTS = (
    "n_applicants",
    "n_applications",
    "n_eligible",
    "n_units",
    "n_candidate_sites",
    "n_awards",
    "n_awards_disabled",
)
"""Counts of a run that a province adds up."""

SHORT: Mapping[str, str] = {"reserve_units_short": "reserves", "quota_units_short": "quotas"}
"""Column -> list of the result whose shortfalls it adds up."""

COLUMNS: Dtypes = {
    "member": "str",
    "title": "str",
    "state": "str",
    "run_id": "str",
    "status": "str",
    **dict.fromkeys(COUNTS, "Int64"),
    **dict.fromkeys(SHORT, "Int64"),
    "n_violations": "Int64",
    "not_reproducible": "boolean",
    "awards_sha256": "str",
    "reason_code": "str",
}
"""Columns of ``province.csv`` in file order; what a member has no value for is empty."""


def batch_block(rows: Sequence[Row], lang: Lang) -> Block:
    """Lay a batch out for people, a line per member and their sum."""
    header = ("col_member", "fact_status", "col_applicants", "col_awards", "col_disabled",
              "col_short_units", "fact_n_violations", "col_run")  # fmt: skip
    lines = [_cells(row, lang) for row in rows]
    if len(lines) > 1:
        columns = list(zip(*lines, strict=True))[2:-1]
        sums = [sum(cell for cell in column if isinstance(cell, int)) for column in columns]
        lines.append((text("total", lang), None, *sums, None))
    title = text("block_batch", lang)
    return Block(title, tuple(text(code, lang) for code in header), tuple(lines))


def units_short(result: Mapping[str, Any]) -> int:
    """Count the units that reserves and quotas of a run fall short of."""
    return sum(rule["short"] for rules in SHORT.values() for rule in result[rules])


def _cells(row: Row, lang: Lang) -> tuple[Cell, ...]:
    if row.run is None:
        state = text(f"state_{row.state.value}", lang)
        return (row.member.name, state, None, None, None, None, None, None)
    result = row.run.result
    counts = result["counts"]
    return (
        row.member.name,
        text(f"status_{result['status']}", lang),
        counts["n_applicants"],
        counts["n_awards"],
        counts["n_awards_disabled"],
        units_short(result),
        result["n_violations"],
        row.run.run_id,
    )


def province_frame(rows: Sequence[Row]) -> pd.DataFrame:
    """Lay a batch out as a table, a line per member in their order."""
    lines = [_line(row) for row in rows]
    return pd.DataFrame(
        {
            name: pd.Series([line.get(name) for line in lines], dtype=dtype)
            for name, dtype in COLUMNS.items()
        }
    )


def write_province(province: Province, rows: Sequence[Row], out: Path) -> Path:
    """Write ``province.json`` and ``province.csv`` into a folder of their own, whole or absent.

    Returns
    -------
    Path
        The folder, beside the run folders of the members.

    Raises
    ------
    RunError
        ``runs_folder_unusable`` when nothing can be written there.
    """
    frame = province_frame(rows)
    work = create_work(out, province.name)
    record = {
        "id": work.run_id,
        "name": province.name,
        "title": province.title,
        "title_en": province.title_en,
        "finished_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "is_whole": all(row.state is State.DONE for row in rows),
        "total": {name: int(frame[name].sum()) for name in (*COUNTS, *SHORT, "n_violations")},
        "members": [_line(row) for row in rows],
    }
    write_json(work.record / JSON, record)
    write_csv(work.record / CSV, frame, COLUMNS)
    return seal_run(work)


def _line(row: Row) -> dict[str, Any]:
    scenario = row.member.scenario
    line: dict[str, Any] = {
        "member": scenario.name,
        "title": scenario.title,
        "state": row.state.value,
    }
    if row.error is not None:
        line["reason_code"] = row.error.code
    if row.run is not None:
        line |= _measures(row.run.result, row.run.manifest)
    return line


def _measures(result: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    short = {name: sum(rule["short"] for rule in result[rules]) for name, rules in SHORT.items()}
    return {
        "run_id": manifest["run_id"],
        "status": result["status"],
        **{name: result["counts"][name] for name in COUNTS},
        **short,
        "n_violations": result["n_violations"],
        "not_reproducible": result["not_reproducible"],
        "awards_sha256": manifest["awards_sha256"],
    }
