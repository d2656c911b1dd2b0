"""What all pages share: words, header, chips, and designed empty and error states."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
import streamlit as st

from allocation.messages import AllocationError, Lang, RunError, describe, text
from allocation.messages.labels import phrase
from allocation.summary import scenario_title
from allocation.ui import address, store
from allocation.ui.markdown import plain, plain_lines
from allocation.ui.navigation import RUN_SECTION
from allocation.ui.page_language import declare_language

if TYPE_CHECKING:
    from pandas.io.formats.style_render import CSSDict
    from streamlit.delta_generator import DeltaGenerator

    from allocation.runs import Run, RunInfo

_LOGGER = logging.getLogger(__name__)

Tone = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "primary"]


@dataclass(frozen=True, slots=True)
class Chip:
    """A small label below the title; ``help`` explains it on hover and focus.

    Both are shown as they are: many come from data.
    """

    label: str
    tone: Tone = "gray"
    help: str | None = None


def say(code: str, /, **params: object) -> str:
    """Render a code in the language of the page."""
    return text(code, address.lang(), **params)


def word(code: str, /, **params: object) -> str:
    """Render a code that data brought along; an unknown one stands for itself."""
    return phrase(code, address.lang(), **params)


def listed(items: Iterable[str]) -> str:
    """Join words as the language of the page lists them."""
    return say("app_comma").join(items)


def strung(items: Iterable[str]) -> str:
    """Join clauses as the language of the page strings them together."""
    return say("app_semicolon").join(items)


def count(number: float | None) -> str:
    """Write a number with thousands apart, a missing one as a dash."""
    return "–" if number is None else f"{number:,}"


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share of 0–1 in percent."""
    return "–" if share is None else f"{share * 100:.{digits}f} %"


def chips(items: Sequence[Chip]) -> None:
    """Draw a row of chips."""
    with st.container(horizontal=True, gap="small"):
        for item in items:
            # Not as a badge of its own, which would escape some signs a second time.
            st.markdown(
                f":{item.tone}-badge[{plain(item.label)}]",
                width="content",
                help=None if item.help is None else plain(item.help),
            )


def run_chips(run: Run) -> tuple[Chip, ...]:
    """Say which run a page shows: scenario, round, mode, status, id."""
    lang, result = address.lang(), run.result
    official = bool(result["official"])
    found = [
        Chip(scenario_title(run.scenario, lang), "blue", help=run.scenario.name),
        Chip(
            text("mode_official" if official else "mode_trial", lang),
            "primary" if official else "gray",
            help=say("app_help_official" if official else "app_help_trial"),
        ),
        Chip(text(f"status_{result['status']}", lang), status_tone(result["status"])),
    ]
    if draw := run.manifest["draw"]["round"]:
        found.append(Chip(say("app_chip_round", round=draw)))
    if result["n_violations"]:
        found.append(Chip(say("app_chip_violations", n=result["n_violations"]), "red"))
    else:
        found.append(Chip(say("app_chip_checked"), "green", help=say("app_help_checked")))
    found.append(Chip(run.run_id, help=say("app_help_run_id")))
    return tuple(found)


def status_tone(status: str) -> Tone:
    """Colour of a status; its word is always written beside it."""
    tones: dict[str, Tone] = {
        "optimal": "green",
        "complete": "green",
        "undrawn": "blue",
        "feasible": "orange",
        "stopped": "orange",
        "infeasible": "red",
    }
    return tones.get(status, "gray")


def facts_table(facts: Mapping[str, str], alt: str) -> None:
    """Draw names and values side by side, as they are; names stay whole."""
    table = pd.DataFrame(
        {"name": list(map(plain, facts)), "value": list(map(plain, facts.values()))}
    )
    whole: CSSDict = {"selector": "td.col0 *", "props": "white-space: nowrap !important"}
    st.table(
        table.style.set_table_styles([whole]),
        border="horizontal",
        hide_index=True,
        hide_header=True,
        alt=alt,
    )


def verdict_row() -> DeltaGenerator:
    """Return a row for what was found out and, at its right, the one thing to do next."""
    return st.container(horizontal=True, vertical_alignment="center")


def folded(label: str, key: str, draw: Callable[[], object]) -> None:
    """Draw a part folded away; only once it is opened it is worked out and sent."""
    part = st.expander(label, key=key, on_change="rerun")
    if part.open:
        with part:
            draw()


def empty(code: str, button: str, action: Callable[[], None] | str, **params: object) -> None:
    """Draw an empty state: one sentence and one button that says what to do next.

    Parameters
    ----------
    code
        Code of the sentence.
    button
        Code of the button's label.
    action
        Called on click, or the page file to go to, such as ``views/run.py``.
    """
    with st.container(border=True, horizontal_alignment="center"):
        st.space("small")
        st.markdown(say(code, **params), text_alignment="center")
        _button(say(button), action, key=f"empty.{code}")
        st.space("small")


def problem(error: AllocationError, button: str, action: Callable[[], None] | str) -> None:
    """Draw an error state: what is wrong, and one button that says what to do next."""
    with verdict_row():
        st.error(reason(error), icon=":material/error:")
        _button(say(button), action, key=f"problem.{error.code}")


def unusable_run(error: AllocationError) -> None:
    """Draw the state of a run that cannot be shown: the way to another one, or to a new one."""
    runs = [info.run_id for info in store.finished_runs()]
    here = address.get("run")
    other = next((run_id for run_id in runs if run_id != here), None)
    if other is not None:
        is_newest = other == runs[0]
        problem(
            error,
            "app_newest_run" if is_newest else "app_other_run",
            lambda: address.put(run=other, place=None, applicant=None),
        )
        return
    with verdict_row():
        st.error(reason(error), icon=":material/error:")
        if st.button(
            say("app_go_run"),
            key=f"problem.{error.code}",
            type="primary",
            on_click=lambda: st.session_state.update({RUN_SECTION: "new"}),
        ):
            st.switch_page("views/run.py")


def reason(error: AllocationError) -> str:
    """Say in the language of the page what is wrong, as it is: it may quote names from files."""
    return plain_lines(describe(error, address.lang()))


def broken(error: Exception) -> None:
    """Draw the state after a bug; its message could quote data and is never shown or logged."""
    log_bug(error)
    with verdict_row():
        st.error(say("app_broken", kind=type(error).__name__), icon=":material/error:")
        if st.button(say("app_again"), key="broken.again", type="primary"):
            st.rerun()


def log_bug(error: BaseException) -> None:
    """Log kind and place of a bug, without its message."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        "?"
        if trace is None
        else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    )
    _LOGGER.error("%s at %s", type(error).__name__, place)


def current_run() -> Run:
    """Return the run the address names, the newest one where it names none.

    Where there is none, draw the designed state and end the page.
    """
    run_id = address.get("run")
    if not run_id:
        newest = next(iter(store.finished_runs()), None)
        if newest is None:
            if store.is_running():
                empty("app_first_running", "app_follow_run", "views/run.py")
            else:
                empty("app_no_runs", "app_go_run", "views/run.py")
            st.stop()
        run_id = newest.run_id
        address.put(run=run_id)
    try:
        return store.open_run(run_id)
    except RunError as error:
        unusable_run(error)
        st.stop()


def run_picker() -> None:
    """Draw the choice of the run a page shows."""
    infos = {info.run_id: info for info in store.finished_runs()}
    here = address.get("run")
    ids = list(infos)
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = run_labels(infos)
    key = "frame.run"
    # An id the address made up stays out of the list; the page says that it is unknown.
    st.session_state[key] = here if here in infos else (ids[0] if ids and not here else None)

    def chosen() -> None:
        address.put_chosen(infos, run=st.session_state[key], place=None, applicant=None)

    st.selectbox(
        say("app_run_picker"),
        ids,
        key=key,
        format_func=labels.__getitem__,
        on_change=chosen,
        placeholder=say("app_run_picker_empty"),
        label_visibility="collapsed",
        width=310,
    )


def run_labels(infos: Mapping[str, RunInfo]) -> dict[str, str]:
    """Name runs in a list, by id: time, scenario, mode."""
    return told_apart({run_id: _run_label(info) for run_id, info in infos.items()})


def told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """Add the end of its key to every label that several keys share.

    The browser answers with the label, so that no two options of a list may share one.
    """
    shared = {label for label, n in Counter(labels.values()).items() if n > 1}
    alike = [key for key, label in labels.items() if label in shared]
    tail = next(n for n in itertools.count(4) if len({key[-n:] for key in alike}) == len(alike))
    return {
        key: f"{label}　{key[-tail:]}" if label in shared else label
        for key, label in labels.items()
    }


def _run_label(info: RunInfo) -> str:
    moment = f"{info.run_id[4:6]}-{info.run_id[6:8]} {info.run_id[9:11]}:{info.run_id[11:13]}"
    mode = say("mode_official" if info.official else "mode_trial")
    return f"{moment}　{info.name}　{mode}"


def language_switch() -> None:
    """Draw the switch between Chinese and English."""
    key = "frame.lang"
    st.session_state[key] = address.lang()

    def chosen() -> None:
        value: Lang | None = st.session_state[key]
        address.put(lang=None if value in (None, "zh") else value)

    # Without a gap: what tells the page its language takes no room.
    with st.container(width="content", gap=None):
        st.segmented_control(
            say("app_language"),
            ("zh", "en"),
            key=key,
            format_func=lambda code: "中文" if code == "zh" else "English",
            on_change=chosen,
            label_visibility="collapsed",
            required=True,
        )
        declare_language(address.lang())


def _button(label: str, action: Callable[[], None] | str, key: str) -> None:
    if isinstance(action, str):
        if st.button(label, key=key, type="primary"):
            st.switch_page(action)
    else:
        st.button(label, key=key, type="primary", on_click=action)
