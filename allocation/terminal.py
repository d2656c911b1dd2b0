"""What the command line prints: summaries, findings, violations, certificates, comparisons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from allocation.messages import Lang, text
from allocation.messages.labels import phrase
from allocation.summary import (
    award_block,
    chance_block,
    level_block,
    overview,
    placeholder_block,
    quota_block,
    reserve_block,
    seconds_block,
    shortfall_block,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.console import Console

    from allocation.certificates import Certificate
    from allocation.checker import CheckReport
    from allocation.compare import Comparison
    from allocation.runs import Run
    from allocation.summary import Block

MOST_ROWS = 200
"""Rows of a list that are printed; the rest is counted."""

_LONG_BLOCK = 24


def print_summary(console: Console, run: Run, lang: Lang) -> None:
    """Print the measures of a run on one page, and where its folder is."""
    for block in (
        overview(run, lang),
        award_block(run, lang),
        reserve_block(run, lang),
        quota_block(run, lang),
        shortfall_block(run, lang),
        level_block(run, lang),
        chance_block(run, lang),
    ):
        if block.rows:
            console.print(_block_table(block, lang))
    if placeholders := placeholder_block(run, lang).rows:
        line = text("placeholders_in_use", lang, n=len(placeholders))
        console.print(line, style="yellow", markup=False)
    steps = [(str(step), float(seconds or 0)) for step, seconds in seconds_block(run, lang).rows]
    total = sum(seconds for _, seconds in steps)
    listed = (", " if lang == "en" else "、").join(
        f"{step} {seconds:.1f}" for step, seconds in steps
    )
    console.print(text("seconds_are", lang, total=total, steps=listed), markup=False)
    print_path(console, run, lang)


def print_shortcomings(console: Console, run: Run, lang: Lang) -> bool:
    """Say what keeps a run from being what was asked for.

    Returns
    -------
    bool
        Whether it fails: hard rules clash, or the check found violations.
    """
    result = run.result
    is_infeasible = result["status"] == "infeasible"
    if result["official_refused"]:
        console.print(text(result["official_refused"], lang), style="yellow", markup=False)
    elif result["not_reproducible"] and not is_infeasible:
        console.print(text("not_reproducible", lang), style="yellow", markup=False)
    if is_infeasible:
        console.print(text("infeasible", lang), style="red", markup=False)
        for stage in result["stages"]:
            for clash in stage["clash"]:
                console.print(f"  {phrase(clash['code'], lang, **clash['params'])}", markup=False)
    if n_violations := result["n_violations"]:
        console.print(text("check_failed", lang, n=n_violations), style="red", markup=False)
        for sentence in violation_sentences(run.violations.head(20), lang):
            console.print(f"  ✗ {sentence}", style="red", markup=False)
    return bool(is_infeasible or n_violations)


def print_block(console: Console, block: Block, lang: Lang) -> None:
    """Print a titled table."""
    console.print(_block_table(block, lang))


def print_comparison(console: Console, comparison: Comparison, lang: Lang) -> None:
    """Print runs side by side; a long table by its first rows."""
    from allocation.compare import comparison_blocks, people_block

    lists = (people_block(comparison, index, lang) for index in range(len(comparison.moves)))
    for block in (*comparison_blocks(comparison, lang), *(block for block in lists if block.rows)):
        console.print(_block_table(block, lang))


def print_path(console: Console, run: Run, lang: Lang) -> None:
    """Print where the run folder is, on one unbroken line."""
    console.print(text("run_folder_is", lang, folder=run.path), soft_wrap=True, markup=False)


def print_rows(console: Console, title: str, frame: pd.DataFrame, lang: Lang) -> None:
    """Print a table of text, its first rows when it is long."""
    table = _table(title, tuple(frame.columns))
    for row in frame.head(MOST_ROWS).itertuples(index=False):
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)
    if len(frame) > MOST_ROWS:
        console.print(text("more_rows", lang, n=len(frame) - MOST_ROWS), markup=False)


def print_report(console: Console, report: CheckReport, altered: Sequence[str], lang: Lang) -> None:
    """Print what the checker found, failures first."""
    for name in altered:
        console.print(text("check_file_altered", lang, file=name), style="red", markup=False)
    for violation in report.violations[:MOST_ROWS]:
        sentence = phrase(violation.code, lang, **violation.params)
        console.print(f"✗ {sentence}", style="red", markup=False)
    if len(report.violations) > MOST_ROWS:
        n_more = len(report.violations) - MOST_ROWS
        console.print(text("more_rows", lang, n=n_more), markup=False)
    _print_assurance(console, report, lang)
    table = _table(text("block_counts", lang), (text("col_item", lang), text("col_value", lang)))
    for name, count in report.counts.items():
        table.add_row(phrase(f"count_{name}", lang), f"{count:,}")
    console.print(table)
    n_failures = len(report.violations) + len(altered)
    code = "check_failed" if n_failures else "check_passed"
    style = "red" if n_failures else "green"
    console.print(text(code, lang, n=n_failures), style=style, markup=False)


def _print_assurance(console: Console, report: CheckReport, lang: Lang) -> None:
    """Say how many levels of each stage, and of the chances, are proven by arithmetic."""
    for stage, assurance in report.assurance.items():
        states = (*assurance.plan, *assurance.levels)
        n_certified = states.count("certified")
        words = text("check_assurance", lang, stage=stage, n=n_certified, total=len(states))
        console.print(words, markup=False)
        if n_solver := states.count("solver"):
            words = text("check_on_word", lang, stage=stage, n=n_solver)
            console.print(words, style="yellow", markup=False)
    if n_unconfirmed := report.counts.get("n_tight_sets_unconfirmed", 0):
        total = report.counts["n_tight_sets"]
        words = text("check_lots_on_word", lang, n=n_unconfirmed, total=total)
        console.print(words, style="yellow", markup=False)


def print_certificates(
    console: Console, applicant_id: str, found: Sequence[Certificate], lang: Lang
) -> None:
    """Print one certificate per listed place."""
    title = text("explain_title", lang, applicant=applicant_id)
    codes = ("col_rank", "col_place", "col_kind", "col_outcome", "col_why")
    table = _table(title, tuple(text(code, lang) for code in codes), show_lines=True)
    for item in found:
        place = f"{item.place} ({item.place_id})" if item.place else item.place_id
        outcome = text("outcome_awarded" if item.awarded else "outcome_refused", lang)
        style = "green" if item.awarded else ""
        cells = (str(item.preference_rank), place, item.kind, outcome, item.sentence)
        table.add_row(*(Text(cell) for cell in cells), style=style)
    console.print(table)


def violation_sentences(violations: pd.DataFrame, lang: Lang) -> list[str]:
    """Put the rows of ``violations.csv`` into sentences."""
    return [
        phrase(code, lang, **json.loads(params))
        for code, params in zip(violations["code"], violations["params"], strict=True)
    ]


def _block_table(block: Block, lang: Lang) -> Table:
    table = _table(block.title, block.header)
    for index, name in enumerate(block.header):
        cells = [row[index] for row in block.rows]
        if index and all(isinstance(cell, int | float | None) for cell in cells):
            table.columns[index].justify = "right"
        table.columns[index].header = Text(name)
    for row in block.rows[:_LONG_BLOCK]:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    if len(block.rows) > _LONG_BLOCK:
        table.caption = text("more_rows", lang, n=len(block.rows) - _LONG_BLOCK)
    return table


def _table(title: str, header: Sequence[str], *, show_lines: bool = False) -> Table:
    table = Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_lines=show_lines,
        pad_edge=False,
    )
    for name in header:
        table.add_column(Text(name), overflow="fold")
    return table


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{round(cell, 2):,}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
