"""The smallest facts a rule needs: one applicant, one place, one application."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allocation.messages import text
from allocation.messages.rules import localise
from allocation.rules.eligibility import Judgement, judge
from allocation.scenario import Scenario, scenario_from_mapping
from allocation.tables import empty_frame, table_of

Row = Mapping[str, Any]

DECISION_DATE = "2023-12-01"


def frame(table: str, *rows: Row) -> pd.DataFrame:
    """Make a canonical table from rows that name only the cells that matter."""
    columns = table_of(table).columns
    unknown = {name for row in rows for name in row} - {column.name for column in columns}
    if unknown:
        raise KeyError(f"{table} has no {', '.join(sorted(unknown))}")
    if not rows:
        return empty_frame(table)
    return pd.DataFrame(
        {
            column.name: pd.Series([row.get(column.name) for row in rows], dtype=column.dtype)
            for column in columns
        }
    )


def people(*rows: Row) -> pd.DataFrame:
    """Make applicants A1, A2, ...; disabled unless their cells say otherwise."""
    return frame(
        "applicants",
        *({"applicant_id": f"A{i}", "group": "disabled", **row} for i, row in enumerate(rows, 1)),
    )


def spots(*rows: Row) -> pd.DataFrame:
    """Make places P1, P2, ...; stalls of one unit unless their cells say otherwise."""
    return frame(
        "places",
        *(
            {"place_id": f"P{i}", "kind": "stall", "capacity": 1, **row}
            for i, row in enumerate(rows, 1)
        ),
    )


def wishes(*rows: tuple[int, int, int] | Row) -> pd.DataFrame:
    """Make applications (applicant row, place row, rank), already in instance order."""
    cells = [
        dict(zip(("applicant", "place", "preference_rank"), row, strict=True))
        if isinstance(row, tuple)
        else dict(row)
        for row in rows
    ]
    made = frame(
        "applications",
        *({k: v for k, v in c.items() if k not in ("applicant", "place")} for c in cells),
    )
    return made.assign(
        applicant=pd.Series([c["applicant"] for c in cells], dtype="int64"),
        place=pd.Series([c["place"] for c in cells], dtype="int64"),
    )


def scenario_of(**settings: Any) -> Scenario:
    """Make a scenario with one stage of stalls; settings as in a scenario file."""
    base: dict[str, Any] = {
        "name": "test",
        "decision_date": DECISION_DATE,
        "data": {"folder": "."},
        "stage": [{"name": "joint", "kinds": ["stall"], "mechanism": "optimal"}],
    }
    merged = {**base, **settings}
    if merged["decision_date"] is None:
        del merged["decision_date"]
    return scenario_from_mapping(merged, ".")


def judge_one(
    rule: Row, applicant: Row, place: Row | None = None, held: Row | None = None, **settings: Any
) -> Judgement:
    """Judge one application of one applicant to one stall under ``[eligibility.stall]``."""
    return judge(
        people(applicant),
        spots(place or {}),
        wishes((0, 0, 1)),
        frame("held_awards", *([held] if held else [])),
        scenario_of(**{"eligibility": {"stall": dict(rule)}, **settings}),
    )


def code_of(judgement: Judgement) -> str | None:
    """Return the reason code of the only application, ``None`` where it is eligible."""
    (code,) = judgement.code
    return None if code is None else str(code)


def sentence(judgement: Judgement, row: int = 0, lang: Any = "zh") -> str:
    """Render the reason of an application as its applicant reads it."""
    params = localise(judgement.params[row], lang)
    return text(str(judgement.code[row]), lang, **params)
