"""The lists as files, written when somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from allocation.export import write_csv, write_gpkg, write_xlsx
from allocation.messages import Lang
from allocation.ui import address, frame
from allocation.ui.downloads import download_button

if TYPE_CHECKING:
    from allocation.runs import Run
    from allocation.ui.awards.listing import ListName


def draw_downloads(run: Run, name: ListName) -> None:
    """Draw the downloads: workbook, the list on the screen as CSV, map layers."""
    lang = address.lang()
    # Places left over are no list of people; the CSV then is that of the awards.
    listed = "awards" if name == "vacant" else name
    files: list[tuple[str, Callable[[Path], None]]] = [
        ("xlsx", partial(_xlsx, run, lang)),
        ("csv", partial(_csv, run, lang, listed)),
        ("gpkg", partial(write_gpkg, run)),
    ]
    with st.popover(frame.say("app_awards_download"), icon=":material/download:"):
        st.caption(frame.say("app_awards_download_help"))
        for code, write in files:
            download_button(
                frame.say(f"app_awards_{code}", list=frame.say(f"app_awards_{listed}")),
                f"{run.run_id}{'-' + listed if code == 'csv' else ''}.{code}",
                write,
                key=f"awards.file.{code}",
                width="stretch",
            )


def _xlsx(run: Run, lang: Lang, path: Path) -> None:
    write_xlsx(run, path, lang)


def _csv(run: Run, lang: Lang, name: str, path: Path) -> None:
    write_csv(run, path, lang, name=name)
