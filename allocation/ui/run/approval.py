"""An official run: which draw it rests on, and who approves it with which reason."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.draw.moments import in_words
from allocation.messages import DrawError
from allocation.official import Official
from allocation.official.files import Held, held_draws, official_runs
from allocation.ui import address, frame, store
from allocation.ui.workspace import current_workspace

_COMMIT, _REVEAL = "run.commit", "run.reveal"
_APPROVER, _REASON, _REDRAW = "run.approver", "run.reason", "run.redraw_reason"
_SHORT = 12


def draw(name: str) -> Official | None:
    """Draw the fields of an official run.

    Parameters
    ----------
    name
        Name of the scenario.

    Returns
    -------
    Official | None
        What was given, None while anything needed is missing.
    """
    held = held_draws(current_workspace().draws)
    if not held:
        st.info(frame.say("app_run_no_draws", folder=current_workspace().draws.name))
        return None
    left, right = st.columns(2)
    with left:
        chosen = _choose_commitment(held)
    with right:
        reveal = _choose_reveal(chosen)
    with left:
        approver = _text(_APPROVER, "app_run_approver", "app_run_approver_help")
    with right:
        reason = _text(_REASON, "app_run_reason_why", "app_run_reason_why_help")
    earlier = {info.name for info in store.finished_runs() if info.official}
    earlier |= _entered(chosen.file.parent)
    again = _text(_REDRAW, "app_run_redraw", "app_run_redraw_help") if earlier else ""
    needed = [approver, reason, *([again] if name in earlier else [])]
    needs_reveal = chosen.sealed.drawn_for.announced is not None
    if not all(needed) or (needs_reveal and reveal is None):
        return None
    return Official(chosen.file, reveal, approver, reason, again)


def clear() -> None:
    """Empty what was typed: it was for one run alone."""
    for key in (_APPROVER, _REASON, _REDRAW):
        if key in st.session_state:
            st.session_state[key] = ""


def _entered(folder: Path) -> set[str]:
    """Name the scenarios run officially before, wherever those runs are now."""
    try:
        return {entry["name"] for entry in official_runs(folder)}
    except DrawError:
        # The run says so when it is refused.
        return set()


def _choose_commitment(held: tuple[Held, ...]) -> Held:
    known = {each.file.name: each for each in held}
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = {name: _label(each) for name, each in known.items()}
    if st.session_state.get(_COMMIT) not in known:
        st.session_state[_COMMIT] = next(iter(known))
    return known[
        st.selectbox(
            frame.say("app_run_commit"),
            list(labels),
            key=_COMMIT,
            format_func=labels.__getitem__,
            help=frame.say("app_run_commit_help"),
        )
    ]


def _choose_reveal(chosen: Held) -> Path | None:
    if chosen.sealed.drawn_for.announced is None:
        st.caption(frame.say("app_run_no_seed"))
        return None
    known = {file.name: file for file in chosen.reveals}
    if st.session_state.get(_REVEAL) not in known:
        st.session_state[_REVEAL] = next(iter(known), None)
    name = st.selectbox(
        frame.say("app_run_reveal"),
        list(known),
        key=_REVEAL,
        placeholder=frame.say("app_run_no_reveals"),
        help=frame.say("app_run_reveal_help"),
    )
    return known.get(name) if name else None


def _label(held: Held) -> str:
    commitment = held.sealed.commitment
    when = in_words(commitment.committed_at, address.lang())
    return f"{held.file.name}　{commitment.sha256[:_SHORT]}　{when}"


def _text(key: str, label: str, about: str) -> str:
    typed = st.text_input(
        frame.say(label), key=key, live=True, help=frame.say(about), autocomplete="off"
    )
    return (typed or "").strip()
