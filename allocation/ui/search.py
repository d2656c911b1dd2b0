"""The field in which every page searches; it keeps no number of a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from allocation.tables.patterns import is_personal_number
from allocation.ui.frame import say

LONGEST = 64


def search_field(
    key: str, label: str, hint: str, *, changed: Callable[[], None] | None = None, **look: Any
) -> str:
    """Draw a field to search in and return what is asked for.

    Parameters
    ----------
    key
        Of the widget.
    label, hint
        Codes: what the field is for, and what it takes.
    changed
        Called when another word is asked for.
    **look
        Handed on to Streamlit.
    """

    def searched() -> None:
        # Out of the field at once: neither kept nor shown.
        refused = is_personal_number(st.session_state[key] or "")
        st.session_state[_refused(key)] = refused
        if refused:
            st.session_state[key] = ""
        if changed is not None:
            changed()

    st.text_input(
        say(label),
        key=key,
        type="search",
        placeholder=say(hint),
        icon=":material/search:",
        on_change=searched,
        max_chars=LONGEST,
        autocomplete="off",
        **look,
    )
    return str(st.session_state.get(key) or "").strip()


def search_notice(key: str) -> None:
    """Say that what was typed last was taken out of a field, where it was."""
    if st.session_state.get(_refused(key)):
        st.warning(say("app_personal"), icon=":material/shield_person:")


def _refused(key: str) -> str:
    return f"{key}.refused"
