"""What a page shows stands in its address: ``?run=…&place=…&lang=…``.

The address is the only truth.  Streamlit drops all of it when a person goes to another
page; :func:`settle` then puts back what the session last knew.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Literal, get_args

import streamlit as st

from allocation.messages import Lang
from allocation.ui.page_language import known_lang

Key = Literal["lang", "run", "place", "applicant", "scenario", "data", "job", "others"]
KEYS: tuple[Key, ...] = get_args(Key)

_PREFIX = "address."


def settle() -> None:
    """Bring address and session together.

    An address that says anything says all: a person who went back with the browser left
    behind what it no longer names.
    """
    known = {key: st.session_state.get(_PREFIX + key) for key in KEYS}
    if not any(key in st.query_params for key in KEYS):
        # At once: each change of the address is a step of the browser's Back.
        st.query_params.update({key: value for key, value in known.items() if value})
    for key in KEYS:
        st.session_state[_PREFIX + key] = st.query_params.get(key)


def get(key: Key) -> str:
    """Return what the address says, empty for nothing."""
    return str(st.session_state.get(_PREFIX + key) or "")


def put(**values: str | None) -> None:
    """Change keys of the address; None or an empty text takes one out."""
    for key, value in values.items():
        if key not in KEYS:
            raise KeyError(key)
        st.session_state[_PREFIX + key] = value or None
        if value:
            st.query_params[key] = value
        elif key in st.query_params:
            del st.query_params[key]


def put_chosen(known: Container[str], **chosen: str | None) -> None:
    """Put what was chosen of a list.

    A window that shows labels of the language before this one answers with a label, which
    names nothing; then the address stays.
    """
    if all(value is None or value in known for value in chosen.values()):
        put(**chosen)


def lang() -> Lang:
    """Return the language of the page; Chinese unless the address says otherwise."""
    return known_lang(get("lang"))
