"""Long lists, page by page: one page is sent to the browser, and its place in the whole said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from allocation.ui.frame import count, say


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list.

    Attributes
    ----------
    number
        From 1.
    size
        Most rows of a page.
    n_rows
        Rows of the whole list.
    key
        Of the widget that turns the pages.
    """

    number: int
    size: int
    n_rows: int
    key: str = ""

    @property
    def n_pages(self) -> int:
        """Pages of the list; an empty one has one."""
        return max(1, -(-self.n_rows // self.size))

    @property
    def rows(self) -> slice:
        """Where the rows of the page stand in the list."""
        return slice((self.number - 1) * self.size, self.number * self.size)

    @property
    def first(self) -> int:
        """Number of the first row, from 1; 0 in an empty list."""
        return min((self.number - 1) * self.size + 1, self.n_rows)

    @property
    def last(self) -> int:
        """Number of the last row."""
        return min(self.number * self.size, self.n_rows)

    def place(self) -> str:
        """Say in words which rows these are, of how many."""
        rows = {"first": self.first, "last": self.last, "n": self.n_rows}
        return say("app_rows_of", **{name: count(number) for name, number in rows.items()})


def open_page(key: str, n_rows: int, size: int) -> Page:
    """Return the page of a list that is open; one of another length starts over."""
    pages = Page(1, size, n_rows)
    key = f"{key}.{pages.n_pages}"
    return Page(int(st.session_state.get(key) or 1), size, n_rows, key)


def draw_pages(page: Page, **look: Any) -> None:
    """Draw what turns the pages, where there are several."""
    if page.n_pages > 1:
        st.pagination(page.n_pages, key=page.key, **look)
