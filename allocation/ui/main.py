"""The script of the app: address, navigation, header, then one page.

``app.py`` wraps it; tests run it alone.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.ui import address, frame
from allocation.ui.navigation import VIEWS, View

HERE = Path(__file__).parent


def main() -> None:
    """Draw the app."""
    st.set_page_config(
        page_title="allocation", page_icon=str(HERE / "assets" / "icon.png"), layout="wide"
    )
    address.settle()
    pages = {
        view.name: st.Page(
            view.file,
            title=frame.say(f"app_page_{view.name}"),
            help=frame.say(f"app_task_{view.name}"),
            url_path=view.name,
            default=view.is_first,
        )
        for view in VIEWS
    }
    page = st.navigation(list(pages.values()), position="top")
    view = next(view for view in VIEWS if pages[view.name] == page)
    header(view)
    try:
        page.run()
    except Exception as error:
        frame.broken(error)


def header(view: View) -> None:
    """Draw the title with its task, the run picker and the language switch."""
    left, right = st.columns([5, 4], vertical_alignment="bottom")
    with left:
        st.title(frame.say(f"app_page_{view.name}"), anchor=False)
        st.caption(frame.say(f"app_task_{view.name}"))
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        if view.shows_run:
            frame.run_picker()
        frame.language_switch()


main()
