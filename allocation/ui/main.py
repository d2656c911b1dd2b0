"""The script of the app: address, navigation, header, then one page.

``app.py`` wraps it; tests run it alone.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.messages import AllocationError, RunError
from allocation.ui import address, frame
from allocation.ui.navigation import VIEWS, View
from allocation.ui.signpost import LOST

HERE = Path(__file__).parent


def draw_app() -> None:
    """Draw the app."""
    st.set_page_config(page_icon=str(HERE / "assets" / "icon.png"), layout="wide")
    st.logo(str(HERE / "assets" / "icon.png"))
    address.settle()
    pages = {
        view.name: st.Page(
            view.file,
            title=frame.say(f"app_page_{view.name}"),
            help=frame.say(f"app_task_{view.name}"),
            url_path=view.name,
            default=view.is_first,
            visibility="visible" if view.is_listed else "hidden",
        )
        for view in VIEWS
    }
    page = st.navigation(list(pages.values()), position="top")
    view = next(view for view in VIEWS if pages[view.name] == page)
    st.set_page_config(page_title=f"{page.title} · {frame.say('app_name')}")
    header(view, pages["handbook"])
    lost()
    try:
        page.run()
    except AllocationError as error:
        refused(error, view)
    except Exception as error:
        frame.broken(error)


def refused(error: AllocationError, view: View) -> None:
    """Say what a page could not work with, such as a file of a run that is gone."""
    if view.shows_run or isinstance(error, RunError):
        frame.unusable_run(error)
    else:
        frame.problem(error, "app_again", lambda: None)


def header(view: View, handbook: st.Page) -> None:
    """Draw title and task, run picker, handbook and language switch, all in one line."""
    left, right = st.columns([1, 1] if view.shows_run else [3, 1], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center"):
        st.title(frame.say(f"app_page_{view.name}"), anchor=False, width="content")
        st.caption(frame.say(f"app_task_{view.name}"), width="stretch")
    with (
        right,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        if view.shows_run:
            frame.run_picker()
        if view.is_listed:
            st.page_link(handbook, label=frame.say("app_page_handbook"))
        frame.language_switch()


def lost() -> None:
    """Say once that the address named no page."""
    if LOST in st.query_params:
        del st.query_params[LOST]
        st.warning(frame.say("app_lost"), icon=":material/wrong_location:")


draw_app()
