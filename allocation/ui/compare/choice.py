"""Which runs the page Compare puts side by side, and what it says of them at a glance."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from allocation.compare import (
    Comparison,
    compare_runs,
    n_better,
    note_text,
    only_differences,
    run_label,
    run_title,
)
from allocation.export import write_comparison
from allocation.messages import Lang, RunError, text
from allocation.ui import address, frame, store
from allocation.ui.downloads import download_button
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.runs import Run, RunInfo

MOST_OTHERS = 3
"""Runs beside the base; more columns would not fit the width of an office screen."""

_NOTHING = "-"
"""What the address says where somebody took out the last run to compare with."""


def chosen_comparison(run: Run) -> tuple[Comparison, Comparison]:
    """Draw the choice of the other runs; return the comparison, whole and as filtered.

    Where there is nothing to compare, draw the designed state and end the page.
    """
    infos = {info.run_id: info for info in store.finished_runs() if info.run_id != run.run_id}
    if not infos:
        frame.empty("app_compare_one_run", "app_go_scenario", "views/scenario.py")
        st.stop()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    others = _others(infos)
    with left:
        _picker(infos, others)
    if not others:
        frame.empty("app_compare_none_chosen", "app_compare_newest", _reset)
        st.stop()
    try:
        # The run of the page is the one opened last, lest two of three push it out.
        runs = [store.open_run(run_id) for run_id in (*others, run.run_id)]
        with st.spinner(frame.say("app_compare_working")):
            whole = _compared(tuple(str(opened.path) for opened in (runs[-1], *runs[:-1])))
    except RunError as error:
        if not _is_whole(run):
            raise
        _unusable(error, [run_id for run_id in infos if run_id not in others])
        st.stop()
    with (
        right,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        is_filtered = st.toggle(
            frame.say("app_compare_only"),
            key="compare.only",
            help=frame.say("app_compare_only_help"),
            persist_state="session",
        )
        _download(whole)
    return whole, only_differences(whole) if is_filtered else whole


def _is_whole(run: Run) -> bool:
    try:
        compare_runs([run, run])
    except RunError:
        return False
    return True


def _unusable(error: RunError, left: Sequence[str]) -> None:
    """Draw that a run to compare with cannot be read, and the way to one of those left."""
    if left:
        frame.problem(error, "app_compare_another", lambda: address.put(others=left[0]))
    else:
        frame.problem(error, "app_go_scenario", "views/scenario.py")


def _others(infos: Mapping[str, RunInfo]) -> tuple[str, ...]:
    """Return the runs the address names; the official or newest other one by default."""
    given = [part for part in address.get("others").split(",") if part]
    known = [run_id for run_id in dict.fromkeys(given) if run_id in infos][:MOST_OTHERS]
    if given == [_NOTHING]:
        return ()
    if strangers := [part for part in given if not _is_run(part)]:
        st.warning(frame.say("app_compare_ignored", n=len(strangers)))
    if not known:
        official = [run_id for run_id, info in infos.items() if info.official]
        known = [(official or list(infos))[0]]
        address.put(others=known[0])
    return tuple(known)


def _is_run(run_id: str) -> bool:
    return run_id in {info.run_id for info in store.finished_runs()}


def _reset() -> None:
    address.put(others=None)


def _picker(infos: Mapping[str, RunInfo], others: Sequence[str]) -> None:
    key = "compare.others"
    st.session_state[key] = list(others)
    labels = frame.run_labels(infos)

    def chosen() -> None:
        picked = st.session_state[key]
        # As everywhere, a label of the language before this one names nothing.
        if all(run_id in infos for run_id in picked):
            address.put(others=",".join(picked) or _NOTHING)

    st.multiselect(
        frame.say("app_compare_others"),
        list(infos),
        key=key,
        format_func=labels.__getitem__,
        on_change=chosen,
        max_selections=MOST_OTHERS,
        placeholder=frame.say("app_compare_others_empty"),
        select_all=False,
    )


def _download(comparison: Comparison) -> None:
    lang = address.lang()
    download_button(
        frame.say("app_compare_download"),
        f"{frame.say('app_compare_file')}-{comparison.runs[0].run_id}.xlsx",
        partial(write_comparison, comparison, lang=lang),
        key="compare.file",
        explained=frame.say("app_compare_download_help"),
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _compared(paths: tuple[str, ...]) -> Comparison:
    """Compare finished runs, named by their folders; these never change."""
    return compare_runs([store.open_run(Path(path).name) for path in paths])


def findings(comparison: Comparison) -> None:
    """Say in a sentence per run what became of the awards, and what a reader must mind."""
    lang = address.lang()
    for index in range(len(comparison.moves)):
        st.markdown(finding(comparison, index, lang))
    for note in comparison.notes:
        st.info(plain(note_text(note, lang)), icon=":material/info:")


def focus(comparison: Comparison) -> int:
    """Draw the choice of the run whose moves are shown, where there are several."""
    indices = range(1, len(comparison.runs))
    if len(indices) == 1:
        return 1
    lang = address.lang()
    chosen: int = st.segmented_control(
        frame.say("app_compare_focus"),
        indices,
        default=1,
        format_func=lambda index: plain(
            f"{run_label(comparison, index, lang)}　{comparison.runs[index].name}"
        ),
        key=f"compare.focus.{len(indices)}",
        required=True,
    )
    return chosen


def finding(comparison: Comparison, index: int, lang: Lang) -> str:
    """Say what became of the awards in one of the other runs."""
    moves, run = comparison.moves[index], comparison.runs[index + 1]
    change = run.n_awards - comparison.runs[0].n_awards
    code = "as_many" if not change else ("more" if change > 0 else "fewer")
    sentence = text(
        "app_compare_finding",
        lang,
        run=plain(run_title(run, lang)),
        awards=text(f"app_compare_{code}", lang, n=f"{abs(change):,}"),
        **{change: f"{moves.n_people(change):,}" for change in ("gained", "lost", "moved")},
    )
    if not moves.n_people("moved"):
        return sentence
    up, down = n_better(moves)
    return sentence + text("app_compare_better", lang, up=f"{up:,}", down=f"{down:,}")
