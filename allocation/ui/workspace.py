"""The folders an office works in: scenarios, data, uploads and runs.

The root is ``ALLOCATION_HOME``, else the folder the server was started in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from allocation.official.files import FOLDER as DRAWS
from allocation.read.sources import may_hold_table, table_named
from allocation.read.workbooks import WORKBOOKS
from allocation.serving import ROOT_VARIABLE

__all__ = ["DEMO_SCENARIO", "ROOT_VARIABLE", "Workspace", "current_workspace"]

DEMO_SCENARIO = "rizhao-2023-18"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Folders of one office."""

    root: Path

    @property
    def scenarios(self) -> Path:
        """Scenario files, one level deep; profiles lie in ``policies`` below."""
        return self.root / "scenarios"

    @property
    def data(self) -> Path:
        """Folders of input tables that came with the system or were put there by hand."""
        return self.root / "data"

    @property
    def uploads(self) -> Path:
        """Input tables uploaded through the app, one folder each; personal data, 0700."""
        return self.root / "uploads"

    @property
    def runs(self) -> Path:
        """Run folders."""
        return self.root / "runs"

    @property
    def draws(self) -> Path:
        """Commitments and reveal records of public draws."""
        return self.root / DRAWS

    def scenario_files(self) -> tuple[Path, ...]:
        """List the scenario files, the demonstration first, then by name."""
        found = sorted(self.scenarios.glob("*.toml"))
        return tuple(sorted(found, key=lambda path: (path.stem != DEMO_SCENARIO, path.stem)))

    def scenario_file(self, stem: str) -> Path | None:
        """Find a scenario by its file name without ending; None for an unknown one."""
        return next((path for path in self.scenario_files() if path.stem == stem), None)

    def data_sources(self) -> tuple[Path, ...]:
        """List folders and workbooks of input tables: data first, then uploads, newest first."""
        here = [path for path in _listed(self.data) if _is_source(path)]
        uploaded = [path for path in reversed(_listed(self.uploads)) if _is_source(path)]
        return (*here, *uploaded)

    def key_of(self, source: Path) -> str:
        """Name a source in an address: its path from the root on; one from elsewhere, its name."""
        is_here = source.is_relative_to(self.root)
        return source.relative_to(self.root).as_posix() if is_here else source.name

    def data_source(self, key: str) -> Path | None:
        """Find a source by its name in an address; no other path is ever opened."""
        return next((path for path in self.data_sources() if self.key_of(path) == key), None)


def current_workspace() -> Workspace:
    """Return the workspace of this server."""
    return Workspace(Path(os.environ.get(ROOT_VARIABLE) or Path.cwd()).resolve())


def _listed(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _is_source(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    if path.is_dir():
        return any(map(_holds_tables, path.iterdir()))
    return path.suffix.casefold() in WORKBOOKS


def _holds_tables(path: Path) -> bool:
    """Tell a file named after a table, in Chinese or in English, and any workbook."""
    named = path.suffix.casefold() in WORKBOOKS or table_named(path.stem) is not None
    return named and may_hold_table(path)
