"""Download buttons whose file is made on the click and lies on the disk no longer than that.

The server makes such a file outside the page and logs what goes wrong with its trace and
message, and the browser shows a line of its own.  So nothing but an error without a datum
leaves here, and the page says beside the button what happened when it is next drawn.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from allocation.messages import AllocationError, RunError, describe
from allocation.ui import address, frame

_MIME = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".gpkg": "application/geopackage+sqlite3",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
_FAILED = "downloads.failed"

Failures = dict[tuple[str, str], AllocationError]
"""What went wrong in this session: key of the button and name of the file -> why."""


def download_button(
    label: str,
    name: str,
    write: Callable[[Path], None],
    *,
    key: str,
    main: bool = False,
    disabled: bool = False,
    unable: AllocationError | None = None,
    explained: str | None = None,
    icon: str = ":material/download:",
    width: Literal["stretch", "content"] = "content",
) -> None:
    """Draw a download button, and what went wrong with its file the last time.

    Parameters
    ----------
    label, name
        Label of the button and name of the file, in words; its ending says what it is.
    write
        Writes the file.  It runs outside the page, so it must not ask for its language.
    main
        Whether this is what most people come for.
    disabled
        The server then knows of no file behind the button.
    unable
        Why the file cannot be made on this machine; disables the button and is said.
    explained
        Said on hover and focus.
    """
    failures: Failures = st.session_state.setdefault(_FAILED, {})
    st.download_button(
        label,
        lambda: made(write, name, key, failures),
        file_name=name,
        mime=_MIME[Path(name).suffix],
        key=key,
        type="primary" if main else "secondary",
        icon=icon,
        help=explained,
        on_click="ignore",
        disabled=disabled or unable is not None,
        width=width,
    )
    fault = unable or failures.get((key, name))
    if fault is not None:
        st.error(describe(fault, address.lang()), icon=":material/error:")


def made(write: Callable[[Path], None], name: str, key: str, failures: Failures) -> bytes:
    """Write a file in a folder of its own (0700), read it back and leave nothing behind.

    Parameters
    ----------
    failures
        Remembers what goes wrong, until the file is made after all.

    Raises
    ------
    RunError
        ``app_download_failed`` for anything that goes wrong; the message of what was
        raised may quote data.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="download-") as folder:
            path = Path(folder, f"file{Path(name).suffix}")
            write(path)
            content = path.read_bytes()
        failures.pop((key, name), None)
        return content
    except AllocationError as error:
        failures[key, name] = error.with_traceback(None)
    except Exception as error:
        frame.log_bug(error)
        failures[key, name] = RunError("app_download_failed")
    raise RunError("app_download_failed")
