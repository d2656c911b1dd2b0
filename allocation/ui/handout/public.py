"""Hand out: the list for publication, as it will be written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from allocation.export import write_public_csv, write_public_xlsx
from allocation.export.disclosure import reveals_disability
from allocation.export.public import (
    Selection,
    public_facts,
    public_file_name,
    public_list,
    public_title,
    receipts_are_ids,
)
from allocation.messages import Lang
from allocation.summary import kind_names
from allocation.ui import address, frame, store
from allocation.ui.downloads import download_button
from allocation.ui.handout.packs import public_pack
from allocation.ui.handout.preview import ROWS, show_rows
from allocation.ui.markdown import plain
from allocation.ui.pages import draw_pages, open_page

if TYPE_CHECKING:
    import pandas as pd

    from allocation.runs import Run


@dataclass(frozen=True, slots=True)
class _Facts:
    """What does not change while kinds are chosen."""

    numbers: dict[str, int]
    telling: tuple[str, ...]
    receipts_are_ids: bool
    has_names: bool


def public_section(run: Run) -> None:
    """Draw choice and downloads on the left, the list as it will be on the right."""
    facts = _facts(run.run_id)
    if not facts.numbers:
        frame.empty("app_handout_no_awards", "app_handout_to_awards", "views/awards.py")
        return
    left, right = st.columns([4, 9], gap="medium")
    with left:
        selection = _choose(run, facts)
        _downloads(run, selection)
        _rules()
        public_pack(run)
    with right:
        _preview(run, selection)


def _choose(run: Run, facts: _Facts) -> Selection:
    names = kind_names(run.scenario, address.lang())
    chosen = st.pills(
        frame.say("app_handout_kinds"),
        list(facts.numbers),
        selection_mode="multi",
        default=list(facts.numbers),
        format_func=lambda kind: frame.say(
            "app_handout_kind", kind=plain(names[kind]), n=frame.count(facts.numbers[kind])
        ),
        key=f"handout.kinds.{run.run_id}",
        wrap=True,
    )
    # In the order of the list, not of the clicks, so that a choice has one name.
    kinds = tuple(kind for kind in facts.numbers if kind in chosen)
    telling = tuple(kind for kind in facts.telling if kind in kinds)
    if facts.receipts_are_ids:
        st.warning(frame.say("app_handout_receipts"))
    if not facts.has_names:
        st.caption(frame.say("app_handout_no_names"))
        return Selection(kinds)
    if not telling:
        return Selection(kinds)
    listed = frame.listed(names[kind] for kind in telling)
    place = st.container()
    named = st.checkbox(
        frame.say("app_handout_named"), key=f"handout.named.{run.run_id}", wrap=True
    )
    code = "app_handout_named_on" if named else "app_handout_telling"
    place.warning(frame.say(code, kinds=listed))
    return Selection(kinds, telling if named else ())


def _downloads(run: Run, selection: Selection) -> None:
    lang, nothing = address.lang(), not selection.kinds
    download_button(
        frame.say("app_handout_xlsx"),
        public_file_name(run, "xlsx", lang),
        partial(write_public_xlsx, run, lang=lang, selection=selection),
        key="handout.public.xlsx",
        width="stretch",
        main=True,
        disabled=nothing,
    )
    download_button(
        frame.say("app_handout_csv"),
        public_file_name(run, "csv", lang),
        partial(write_public_csv, run, lang=lang, selection=selection),
        key="handout.public.csv",
        width="stretch",
        disabled=nothing,
    )


def _rules() -> None:
    for code in ("app_handout_masking", "app_handout_never"):
        st.markdown(f"**{frame.say(code)}**")
        st.caption(frame.say(f"{code}_is"))


def _preview(run: Run, selection: Selection) -> None:
    if not selection.kinds:
        with st.container(border=True):
            st.markdown(frame.say("app_handout_no_kinds"))
        return
    kinds, named = tuple(selection.kinds), tuple(selection.named)
    rows, facts = _listed(run.run_id, address.lang(), kinds, named)
    with st.container(border=True):
        title = public_title(run, address.lang())
        st.subheader(plain(title), anchor=False, text_alignment="center")
        st.caption("  \n".join(f"**{label}**　{plain(said)}" for label, said in facts))
        _page(rows, f"handout.page.{run.run_id}.{'.'.join(kinds)}")


def _page(rows: pd.DataFrame, key: str) -> None:
    """Draw one page of the list: the whole of it would be some megabytes."""
    page = open_page(key, len(rows), ROWS)
    show_rows(rows.iloc[page.rows], frame.say("app_handout_preview"))
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_pages(page)
        st.caption(page.place())


@store.remembered()
def _facts(run: Run) -> _Facts:
    numbers = run.awards["kind"].value_counts()
    return _Facts(
        numbers={kind: int(numbers[kind]) for kind in run.scenario.kinds if kind in numbers},
        telling=reveals_disability(run),
        receipts_are_ids=receipts_are_ids(run),
        has_names=bool(run.tables.applicants["name"].notna().any()),
    )


@store.remembered()
def _listed(
    run: Run, lang: Lang, kinds: tuple[str, ...], named: tuple[str, ...]
) -> tuple[pd.DataFrame, tuple[tuple[str, str], ...]]:
    rows = public_list(run, lang, Selection(kinds, named))
    return rows, public_facts(run, rows, lang)
