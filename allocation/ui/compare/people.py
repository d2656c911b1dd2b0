"""Who moved, on the page Compare: counts, search, pages of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from allocation.compare import CHANGES, place_words, wish_words
from allocation.ui import address, frame
from allocation.ui.markdown import plain
from allocation.ui.pages import draw_pages, open_page
from allocation.ui.search import search_field, search_notice

if TYPE_CHECKING:
    from allocation.compare import Comparison, Moves
    from allocation.messages import Lang

PAGE_ROWS = 20
_ALL = "all"
_SEARCH = "compare.search"


def people_section(comparison: Comparison, index: int) -> None:
    """Draw who moved against one of the other runs.

    Parameters
    ----------
    index
        Which of the runs, 1 for the first after the base.
    """
    moves, lang = comparison.moves[index - 1], address.lang()
    if not len(moves.people):
        st.write(frame.say("app_compare_people_none"))
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        change = _class_filter(moves)
    with right:
        search = search_field(
            _SEARCH, "app_compare_search", "app_compare_search_empty", label_visibility="collapsed"
        )
    search_notice(_SEARCH)
    found = matching(moves.people, change, search)
    if not len(found):
        st.write(frame.say("app_compare_nobody", search=plain(search)))
        return
    shown = one_page(found, f"compare.people.{moves.run_id}", PAGE_ROWS)
    st.dataframe(
        people_rows(shown, comparison, moves, lang),
        hide_index=True,
        height="content",
        column_config=_columns(),
        alt=frame.say("app_compare_people_alt"),
    )


def _columns() -> dict[str, Any]:
    """Give every column its width, so that a page of rows never moves them."""
    widths = {
        "receipt": 118,
        "change": 74,
        "before": 352,
        "wish_before": 72,
        "after": 352,
        "wish_after": 72,
    }
    text_columns = {
        name: st.column_config.TextColumn(frame.say(f"app_compare_col_{name}"), width=width)
        for name, width in widths.items()
    }
    why = st.column_config.LinkColumn(
        frame.say("app_compare_col_why"),
        display_text=frame.say("app_compare_why"),
        help=frame.say("app_compare_why_help"),
        width=76,
    )
    return {**text_columns, "why": why}


def _class_filter(moves: Moves) -> str:
    counts = {change: moves.n_people(change) for change in CHANGES}
    labels = {_ALL: frame.say("app_compare_all", n=f"{moves.people['applicant_id'].nunique():,}")}
    for change, n in counts.items():
        words = frame.say(f"app_compare_change_{change}")
        labels[change] = frame.say("app_compare_class", change=words, n=f"{n:,}")
    chosen: str = st.segmented_control(
        frame.say("app_compare_classes"),
        list(labels),
        default=_ALL,
        format_func=labels.__getitem__,
        key="compare.class",
        label_visibility="collapsed",
        required=True,
    )
    return chosen


def matching(people: pd.DataFrame, change: str, search: str) -> pd.DataFrame:
    """Keep one class of change and those whose receipt number or id holds the search."""
    kept = people if change == _ALL else people[people["change"] == change]
    if not search:
        return kept
    word = search.casefold()
    hit = [
        kept[column].fillna("").str.casefold().str.contains(word, regex=False)
        for column in ("receipt_no", "applicant_id")
    ]
    return kept[hit[0] | hit[1]]


def one_page(rows: pd.DataFrame, key: str, size: int) -> pd.DataFrame:
    """Draw the pages of a long list and return the rows of the one that is open."""
    page = open_page(key, len(rows), size)
    if page.n_pages > 1:
        # In a horizontal container the pages are given too little width and hide.
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            draw_pages(page)
        right.caption(page.place(), text_alignment="right")
    return rows.iloc[page.rows]


def people_rows(
    people: pd.DataFrame, comparison: Comparison, moves: Moves, lang: Lang
) -> pd.DataFrame:
    """Put rows of people into words; no name and no tier goes to the screen."""
    changes = {change: frame.say(f"app_compare_change_{change}") for change in CHANGES}
    return pd.DataFrame(
        {
            "receipt": people["receipt_no"].fillna(""),
            "change": people["change"].map(changes),
            "before": place_words(people, "before", comparison, lang),
            "wish_before": wish_words(people["preference_rank_before"], lang),
            "after": place_words(people, "after", comparison, lang),
            "wish_after": wish_words(people["preference_rank_after"], lang),
            "why": [
                link("awards", run=moves.run_id, applicant=applicant)
                for applicant in people["applicant_id"]
            ],
        }
    )


def link(view: str, **keys: str) -> str:
    """Address of another page of the app, in the language of this one."""
    lang = address.get("lang")
    return f"{view}?{urlencode(keys | ({'lang': lang} if lang else {}))}"
