"""Scenario files and sources of input tables as every page names them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from allocation.messages import InputError, Lang, ScenarioError
from allocation.toml import read_toml
from allocation.ui import address, frame
from allocation.ui.workspace import Workspace


def scenario_labels(home: Workspace) -> dict[str, str]:
    """Name the scenario files in a list, by their names without ending: name and title."""
    lang = address.lang()
    titles = {path.stem: _title_now(path, lang) for path in home.scenario_files()}
    return {stem: f"{stem}　{title}" if title else stem for stem, title in titles.items()}


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
