"""The workbook of a comparison: an internal working paper.

It names people by id and receipt number alone, but holds tiers and reserves, so that
it may not leave the office; its title says so.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from allocation.compare import comparison_blocks, kind_name, run_label
from allocation.export.files import whole_file
from allocation.export.sheets import HEADER, OPTIONS
from allocation.export.workbook import write_blocks, write_list
from allocation.messages import Lang, text
from allocation.tables import header

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.compare import Comparison, Moves

_SIDES = ("before", "after")
_CODES = {"change": "change_", "direction": "direction_", "known_in": "known_", "site": "site_"}


def write_comparison(comparison: Comparison, path: Path, lang: Lang = "zh") -> None:
    """Write the workbook of a comparison to a file."""
    content = comparison_workbook(comparison, lang)
    with whole_file(path) as fresh:
        fresh.write_bytes(content)


def comparison_workbook(comparison: Comparison, lang: Lang = "zh") -> bytes:
    """Build the workbook: all tables, then who moved and what moved."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {**OPTIONS, "in_memory": True}) as book:
        head = book.add_format(HEADER)
        heading = book.add_format({"bold": True, "font_size": 13})
        title = text("compare_book_title", lang)
        book.set_properties({"title": title})
        first, *rest = comparison_blocks(comparison, lang)
        write_blocks(
            book.add_worksheet(text("compare_sheet_overview", lang)),
            [replace(first, title=title), *rest],
            heading,
            head,
        )
        for name, frame in (
            ("people", people_frame(comparison, lang)),
            ("places", place_frame(comparison, lang)),
        ):
            write_list(book.add_worksheet(text(f"compare_sheet_{name}", lang)), frame, head)
    return buffer.getvalue()


def people_frame(comparison: Comparison, lang: Lang) -> pd.DataFrame:
    """List who moved against which run, with headers and codes in words."""
    frame = _stacked(comparison, "people", lang)
    return frame.rename(columns={column: _people_header(column, lang) for column in frame.columns})


def place_frame(comparison: Comparison, lang: Lang) -> pd.DataFrame:
    """List what moved against which run, with headers and codes in words."""
    frame = _stacked(comparison, "places", lang)
    return frame.rename(columns={column: _place_header(column, lang) for column in frame.columns})


def _stacked(comparison: Comparison, which: str, lang: Lang) -> pd.DataFrame:
    """Put the moves against all runs below one another, the run in front."""
    parts = [
        _in_words(moves, which, comparison, lang).assign(
            run=f"{run_label(comparison, index, lang)} {moves.run_id}"
        )
        for index, moves in enumerate(comparison.moves, start=1)
    ]
    frame = pd.concat(parts, ignore_index=True)
    return frame[["run", *(column for column in frame.columns if column != "run")]]


def _in_words(moves: Moves, which: str, comparison: Comparison, lang: Lang) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(moves, which)
    words = {
        column: frame[column].map(
            {code: text(f"{prefix}{code}", lang) for code in _codes(frame, column)}
        )
        for column, prefix in _CODES.items()
        if column in frame and frame[column].dtype != "int64"
    }
    kinds = {
        column: frame[column].map(
            lambda kind: kind_name(kind, comparison, lang), na_action="ignore"
        )
        for column in ("kind", "kind_before", "kind_after")
        if column in frame
    }
    return frame.assign(**words, **kinds)


def _codes(frame: pd.DataFrame, column: str) -> list[str]:
    return [code for code in frame[column].unique() if code]


def _people_header(column: str, lang: Lang) -> str:
    name, _, side = column.rpartition("_")
    if side in _SIDES:
        return text(f"compare_col_{side}", lang, column=_column(name, lang))
    return _column(column, lang)


def _place_header(column: str, lang: Lang) -> str:
    if column in ("change", "n_before", "n_after", "n_came", "n_went") or "reserved" in column:
        word = "n_change" if column == "change" else column
        return text(f"compare_col_{word}", lang)
    return _column(column, lang)


def _column(column: str, lang: Lang) -> str:
    """Name a column as the tables do, where one of them has it."""
    own = {
        "run": "against",
        "change": "change",
        "direction": "change",
        "site": "site",
        "venue": "venue",
        "known_in": "known",
    }
    if column in own:
        return text(f"compare_col_{own[column]}", lang)
    if column == "name":
        return text("col_name", lang)
    if column in ("applicant_id", "receipt_no"):
        return header("applicants", column, lang)
    if column in ("preference_rank", "priority_tier", "reserve_used"):
        return header("awards", column, lang)
    return header("places", column, lang)
