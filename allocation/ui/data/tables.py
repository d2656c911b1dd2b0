"""What the check found: the verdict, every table, every error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from allocation import tables
from allocation.export.findings_workbook import write_findings_workbook
from allocation.messages.reading import FAMILIES
from allocation.read import Finding, Review, TableReview
from allocation.ui import address
from allocation.ui.data.choose import template_button
from allocation.ui.data.review import Checked
from allocation.ui.downloads import download_button
from allocation.ui.frame import count, reason, say, verdict_row
from allocation.ui.markdown import plain
from allocation.ui.pages import draw_pages, open_page

PER_PAGE = 20
_TABLE, _FAMILY = "data.errors.table", "data.errors.family"
_ALL = ""
_CELLS_A_SECOND = 180_000
_SLOW_S = 3


def verdict(checked: Checked, key: str, scenario_file: Path) -> None:
    """Say how the check ended, with one button for what is to be done next.

    Parameters
    ----------
    key
        The source as the address names it.
    scenario_file
        What it was checked against.
    """
    if checked.review.findings:
        _bad(checked.review, scenario_file)
    elif checked.unmet is not None:
        with verdict_row():
            _unmet(checked, scenario_file)
    else:
        with verdict_row():
            _good(checked.review, key)


def _good(review: Review, key: str) -> None:
    given = [table for table in review.tables.values() if table.is_given]
    rows = count(review.n_rows)
    st.success(say("app_data_good", tables=len(given), rows=rows), icon=":material/check_circle:")
    if st.button(say("app_data_next"), key="data.next", type="primary"):
        address.put(data=key)
        st.switch_page("views/scenario.py")


def _unmet(checked: Checked, scenario_file: Path) -> None:
    assert checked.unmet is not None  # noqa: S101  the caller has looked
    st.error(say("app_data_unmet", reason=reason(checked.unmet)), icon=":material/error:")
    template_button(scenario_file, key="data.template.next", main=True)


def _bad(review: Review, scenario_file: Path) -> None:
    markable = [table.raw for table in review.tables.values() if table.findings and table.raw]
    n, refused = count(len(review.findings)), count(review.n_refused)
    if not markable:
        with verdict_row():
            st.error(say("app_data_bad_files", n=n), icon=":material/error:")
            template_button(scenario_file, key="data.template.next", main=True)
        return
    n_tables = sum(1 for table in review.tables.values() if table.findings)
    with verdict_row():
        told = say("app_data_bad", n=n, tables=n_tables, refused=refused)
        st.error(told, icon=":material/error:")
        download_button(
            say("app_data_marked"),
            f"{say('app_data_marked_file')}.xlsx",
            partial(write_findings_workbook, review, lang=address.lang()),
            key="data.marked",
            main=True,
        )
    seconds = round(sum(raw.cells.size for raw in markable) / _CELLS_A_SECOND)
    st.caption(
        say("app_data_marked_slow", seconds=seconds)
        if seconds >= _SLOW_S
        else say("app_data_marked_note")
    )


def table_list(review: Review) -> None:
    """Draw one line per input table."""
    st.subheader(say("app_data_tables"), anchor=False)
    lang = address.lang()
    lines = [
        {
            "table": _word(table.table.name, lang),
            "verdict": say(f"app_data_verdict_{_verdict(table)}"),
            "file": table.file,
            "rows": table.n_rows if table.is_given else None,
            "accepted": table.n_accepted if table.is_given else None,
            "refused": table.n_refused if table.is_given else None,
            "errors": len(table.findings) or (0 if table.is_given else None),
        }
        for table in review.tables.values()
    ]
    whole = pd.DataFrame(lines)
    numbers = ["rows", "accepted", "refused", "errors"]
    whole[numbers] = whole[numbers].astype("Int64")
    number = {
        name: st.column_config.NumberColumn(
            say(f"app_data_col_{name}"), format="localized", width=90
        )
        for name in numbers
    }
    st.dataframe(
        whole,
        hide_index=True,
        height="content",
        placeholder="–",
        alt=say("app_data_tables_alt"),
        column_config={
            "table": st.column_config.TextColumn(say("app_data_col_table"), width=130),
            "verdict": st.column_config.TextColumn(say("app_data_col_verdict"), width=130),
            "file": st.column_config.TextColumn(say("app_data_col_file"), width=330),
            **number,
        },
    )
    if review.notices:
        with st.expander(say("app_data_notices", n=len(review.notices))):
            st.markdown("\n".join(f"- {plain(n.sentence(lang))}" for n in review.notices))


def _verdict(table: TableReview) -> str:
    if table.findings and table.raw is None:
        missing = all(finding.code == "missing_table" for finding in table.findings)
        return "missing" if missing else "unread"
    if table.findings:
        return "bad"
    return "good" if table.is_given else "none"


def error_list(review: Review, key: str) -> None:
    """Draw the errors with filters, page by page.

    Parameters
    ----------
    key
        The source; another one starts without filters, on the first page.
    """
    st.subheader(say("app_data_errors"), anchor=False)
    lang = address.lang()
    findings = review.findings
    by_table = Counter(finding.table for finding in findings)
    left, right, _ = st.columns([1, 1, 2])
    with left:
        names = {name: _word(name, lang) for name in by_table}
        table = _filter("app_data_filter_table", f"{_TABLE}.{key}", by_table, names)
    here = [f for f in findings if table in (_ALL, f"={f.table}")]
    by_family = Counter(finding.family for finding in here)
    with right:
        names = {name: say(f"app_data_family_{name}") for name in FAMILIES}
        family = _filter("app_data_filter_family", f"{_FAMILY}.{key}", by_family, names)
    shown = [f for f in here if family in (_ALL, f"={f.family}")]
    if not shown:
        st.caption(say("app_data_none_match"))
        return
    page = open_page(f"data.errors.page.{key}.{table}.{family}", len(shown), PER_PAGE)
    _errors(shown[page.rows])
    left, right = st.columns(2, vertical_alignment="center")
    left.caption(page.place())
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        draw_pages(page)


def _filter(label: str, key: str, numbers: Counter[str], names: dict[str, str]) -> str:
    """Draw a choice among the values that occur; ``=name``, or empty for all."""
    labels = {_ALL: say("app_data_filter_all", n=count(numbers.total()))}
    for name, word in names.items():
        if numbers[name]:
            labels[f"={name}"] = say("app_data_filter_one", name=word, n=count(numbers[name]))
    # Set every time, so that the browser shows the number of today and not of before.
    before = st.session_state.get(key)
    st.session_state[key] = before if before in labels else _ALL
    chosen = st.selectbox(say(label), list(labels), key=key, format_func=labels.__getitem__)
    return str(chosen)


def _errors(findings: Sequence[Finding]) -> None:
    lang = address.lang()
    frame = pd.DataFrame(
        {
            "table": [_word(f.table, lang) if f.table else f.file for f in findings],
            "row": pd.array([f.row for f in findings], dtype="Int64"),
            "column": [f.column for f in findings],
            "value": [f.shown(lang) for f in findings],
            "problem": [f.problem(lang) for f in findings],
            "mend": [f.mend(lang) for f in findings],
        }
    )
    widths = {"table": 80, "column": 130, "value": 96, "problem": 362, "mend": 392}
    text = {
        name: st.column_config.TextColumn(say(f"app_data_col_{name}"), width=width)
        for name, width in widths.items()
    }
    row = st.column_config.NumberColumn(say("app_data_col_row"), format="%d", width=60)
    st.dataframe(
        frame,
        hide_index=True,
        height="content",
        placeholder="–",
        alt=say("app_data_errors_alt"),
        column_config={**text, "row": row},
    )


def _word(table: str, lang: str) -> str:
    if not table:
        return say("app_data_no_table_name")
    return tables.table_of(table).zh if lang == "zh" else table
