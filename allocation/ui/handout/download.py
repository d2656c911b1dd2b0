"""Download buttons whose file is made on the click and lies on the disk no longer than that."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from allocation.messages import RunError
from allocation.ui import frame

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
GPKG = "application/geopackage+sqlite3"
GEOJSON = "application/geo+json"
JSON = "application/json"


def download_button(
    label: str,
    name: str,
    mime: str,
    write: Callable[[Path], None],
    *,
    key: str,
    main: bool = False,
    disabled: bool = False,
) -> None:
    """Draw a download button.

    Parameters
    ----------
    label, name
        Label of the button and name of the file, in words.
    write
        Writes the file.  It runs outside the page, so it must not ask for its language.
    main
        Whether this is what most people come for.
    disabled
        The server then knows of no file behind the button.
    """
    kind: Literal["primary", "secondary"] = "primary" if main else "secondary"
    st.download_button(
        label,
        lambda: file_bytes(write, Path(name).suffix),
        file_name=name,
        mime=mime,
        key=key,
        type=kind,
        icon=":material/download:",
        on_click="ignore",
        disabled=disabled,
        width="stretch",
    )


def file_bytes(write: Callable[[Path], None], suffix: str) -> bytes:
    """Write a file in a folder of its own (0700), read it back and leave nothing behind.

    Raises
    ------
    RunError
        ``app_handout_failed`` for anything that goes wrong: the server logs what is raised
        here with its trace, and the message of an error may quote data.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="handout-") as folder:
            path = Path(folder, f"file{suffix}")
            write(path)
            return path.read_bytes()
    except Exception as error:
        frame.log_bug(error)
    raise RunError("app_handout_failed")
