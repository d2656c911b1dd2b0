"""What the map remembers between two drawings."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def drawn_twice() -> None:
    """Draw a part, let the rows change, draw it again."""
    import streamlit as st

    from allocation.ui.map import memory

    before = memory.drawn("table", 1), memory.drawn("pages")
    st.write(*map(memory.is_drawn, before))
    memory.filters_changed()
    after = memory.drawn("table", 1)
    st.write(*map(memory.is_drawn, (*before, after)))


def test_a_part_that_was_replaced_is_not_heard_any_more() -> None:
    """Its last state comes along with what a person does next, as if it were new."""
    page = AppTest.from_function(drawn_twice).run()
    assert not page.exception
    assert [element.value for element in page.markdown] == [
        "`True` `True`",
        "`False` `True` `True`",
    ]
