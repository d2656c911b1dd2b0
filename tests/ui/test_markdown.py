"""Text that came with the data is shown as it is, never read as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocation.ui.data import choose, uploads
from allocation.ui.markdown import plain, plain_lines
from tests.ui.conftest import OpenPage

ODD = "[摊位](x) *10 %* :red[红] `a`"


@pytest.fixture
def odd_title(home: Path) -> None:
    """Give the run a title full of signs, as somebody may well type it."""
    for path in (home / "runs").glob("*/manifest.json"):
        content = path.read_text(encoding="utf-8")
        path.write_text(content.replace("小镇方案", ODD), encoding="utf-8")


def test_signs_are_escaped() -> None:
    assert plain(" *a*\n b　c ") == r"\*a\* b　c"
    assert plain_lines("*a*\n1. b") == "\\*a\\*  \n1\\. b"


def test_a_unit_in_brackets_is_read_out_as_it_is() -> None:
    assert plain("Share reserved (%)") == "Share reserved (%)"


@pytest.mark.usefixtures("odd_title")
class TestTitle:
    """The title of a scenario, which anybody types."""

    @pytest.mark.parametrize("view", ["run", "map", "awards", "compare", "handout"])
    def test_among_the_chips(self, open_page: OpenPage, view: str) -> None:
        shown = [item.value for item in open_page(view).markdown]
        assert f":blue-badge[{plain(ODD)}]" in shown

    def test_in_the_manifest(self, open_page: OpenPage) -> None:
        page = open_page("handout")
        page.button_group(key="handout.section").set_value("manifest").run()
        cells = page.table[0].value.iloc[:, 1].tolist()
        assert plain(ODD) in cells


def test_names_of_uploaded_files() -> None:
    def script() -> None:
        import streamlit as st

        from allocation.ui.data import choose

        st.session_state["data.said"] = st.session_state.pop("said")
        choose.messages()

    from streamlit.testing.v1 import AppTest

    page = AppTest.from_function(script)
    taken = uploads.Intake(Path("x"), (("*a*.csv", "places"),), ("_b_.csv",))
    page.session_state["said"] = choose._said(taken)
    page.run()
    assert r"\*a\*\.csv" in page.info[0].value
    assert r"\_b\_\.csv" in page.warning[0].value
