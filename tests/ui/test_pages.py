"""Long lists, page by page."""

from __future__ import annotations

import pytest

from allocation.ui.pages import Page


@pytest.mark.parametrize(
    ("number", "n_rows", "pages", "first", "last"),
    [(1, 0, 1, 0, 0), (1, 1, 1, 1, 1), (1, 100, 1, 1, 100), (2, 101, 2, 101, 101)],
)
def test_the_place_of_a_page(number: int, n_rows: int, pages: int, first: int, last: int) -> None:
    page = Page(number, 100, n_rows)
    assert (page.n_pages, page.first, page.last) == (pages, first, last)
    shown = list(range(1, n_rows + 1))[page.rows]
    assert (shown[:1], shown[-1:]) == (([first], [last]) if n_rows else ([], []))


def test_it_is_said_in_words() -> None:
    assert Page(3, 1000, 2500).place() == "第 2,001–2,500 条，共 2,500 条"
