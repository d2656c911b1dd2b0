"""Scenario files and sources of input tables as every page names them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from allocation.messages import InputError, Lang, ScenarioError
from allocation.toml import read_toml
from allocation.ui import address, frame
from allocation.ui.data import uploads
from allocation.ui.workspace import Workspace


def scenario_labels(home: Workspace) -> dict[str, str]:
    """Name the scenario files in a list, by their names without ending: name and title."""
    lang = address.lang()
    titles = {path.stem: _title_now(path, lang) for path in home.scenario_files()}
    return {stem: f"{stem}　{title}" if title else stem for stem, title in titles.items()}


def source_labels(home: Workspace, paths: Iterable[Path]) -> dict[str, str]:
    """Name sources of input tables in a list, by their names in an address."""
    return frame.told_apart({home.key_of(path): _source_label(home, path) for path in paths})


def _source_label(home: Workspace, path: Path) -> str:
    moment = uploads.uploaded_at(path) if uploads.is_upload(home, path) else None
    n_files = len(uploads.source_files(path))
    if moment is not None:
        return frame.say("app_data_uploaded", moment=f"{moment:%Y-%m-%d %H:%M:%S}", n=n_files)
    name = home.key_of(path)
    if path.is_dir():
        return frame.say("app_data_folder", name=name, n=n_files)
    return frame.say("app_data_workbook", name=name)


def data_picker(home: Workspace, own: Path | None, label: str, key: str) -> str:
    """Draw the choice of the input tables, among them those of the scenario itself.

    Parameters
    ----------
    own
        Where the scenario says that its tables are.
    label
        Code of what the field is called.
    key
        Of the widget.

    Returns
    -------
    str
        Name of other tables in the address, empty for those of the scenario.  It may be
        none of those here; then nothing is chosen and the page has to say so.
    """
    others = [path for path in home.data_sources() if path != own]
    own_name = frame.say("app_data_own_none") if own is None else home.key_of(own)
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = {"": frame.say("app_data_own", data=own_name)} | source_labels(home, others)
    given = address.get("data")
    wanted = "" if own is not None and given == home.key_of(own) else given
    st.session_state[key] = wanted if wanted in labels else None
    st.selectbox(
        frame.say(label),
        list(labels),
        key=key,
        format_func=labels.__getitem__,
        on_change=lambda: address.put_chosen(labels, data=st.session_state[key] or None),
        placeholder=frame.say("app_choose"),
    )
    return wanted


def data_override(source: Path, scenario_file: Path) -> str:
    """Write the setting that takes the tables from another folder or workbook."""
    try:
        path = Path(os.path.relpath(source, scenario_file.parent)).as_posix()
    except ValueError:  # another drive
        path = source.as_posix()
    key = "workbook" if source.is_file() else "folder"
    return f"data.{key}={json.dumps(path, ensure_ascii=False)}"


def unknown_scenario() -> None:
    """Draw that the address names a scenario that is not here."""
    error = ScenarioError("app_scenario_unknown")
    frame.problem(error, "app_scenario_default", lambda: address.put(scenario=None))


def unknown_data() -> None:
    """Draw that the address names data that are not here."""
    error = InputError("app_data_unknown")
    frame.problem(error, "app_data_default", lambda: address.put(data=None))


def _title_now(path: Path, lang: Lang) -> str:
    try:
        return _title(str(path), path.stat().st_mtime_ns, lang)
    except FileNotFoundError:  # taken away since it was listed
        return ""


@st.cache_data(max_entries=500, show_spinner=False)
def _title(path: str, changed_at: int, lang: Lang) -> str:
    """Read the title of a scenario file as it was at a time, without all it rests on.

    Empty where it has none or cannot be read.
    """
    del changed_at
    try:
        raw = read_toml(Path(path), "scenario_missing")
    except ScenarioError:
        return ""
    return str(raw.get("title_en" if lang == "en" else "title") or raw.get("title") or "")
