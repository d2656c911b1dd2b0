"""The run folder: create, seal, load, list.

A run is a folder ``<root>/<run_id>``.  While it is made, everything lives under
``<root>/.work/<run_id>``: ``pid``, ``progress.json``, the stop file, ``log.txt``
and, in ``run/``, the files of the record.  Sealing moves ``run/`` into place in one
rename, so that a run folder is whole or absent.  A work folder whose process is
gone is an interrupted run.

The record is internal: folders are 0700, files 0600.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from allocation import canonical
from allocation.messages import RunError
from allocation.processes import marked_process, process_mark
from allocation.tables import OUTPUT_TABLES

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance
    from allocation.read import Tables
    from allocation.scenario import Scenario

WORK_FOLDER = ".work"
RECORD_FOLDER = "run"
INPUTS_FOLDER = "inputs"
MANIFEST = "manifest.json"
RESULT = "result.json"
LOTTERY = "lottery.json"
PLAN_PROOFS = "plan_proofs.json"
LOG = "log.txt"
PROGRESS_FILE = "progress.json"
STOP_FILE = "stop"
PID_FILE = "pid"

COLUMNS: dict[str, canonical.Dtypes] = {
    name: {
        # Whole numbers are never missing, except a distance nothing could measure.
        column.name: "int64"
        if column.type == "integer" and column.name != "distance_m"
        else column.dtype
        for column in table.columns
    }
    for name, table in OUTPUT_TABLES.items()
}
COLUMNS["findings"] = COLUMNS["violations"]
"""Tables of the record: columns in file order with their dtypes; ``params`` is JSON."""

_ADDED: dict[str, dict[str, int]] = {"proofs": {"part": 0}}
"""Columns that came later, and what they would have said of every line before."""


class RunState(StrEnum):
    """What became of a run."""

    FINISHED = "finished"
    RUNNING = "running"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One line of the list of runs.

    Attributes
    ----------
    path
        Run folder; the work folder where the run is not finished.
    status
        Status of the result, empty while there is none.
    progress
        Content of ``progress.json``, empty for a finished run.
    """

    run_id: str
    path: Path
    state: RunState
    name: str
    official: bool
    status: str
    progress: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WorkFolder:
    """A run being made: ``path`` is its work folder, ``record`` what will be sealed."""

    run_id: str
    root: Path

    @property
    def path(self) -> Path:
        """Folder of the run while it is made."""
        return self.root / WORK_FOLDER / self.run_id

    @property
    def record(self) -> Path:
        """Folder that becomes the run folder."""
        return self.path / RECORD_FOLDER

    @property
    def log(self) -> Path:
        """Log of the run while it is made."""
        return self.path / LOG

    def make(self) -> bool:
        """Make it, empty; return False when there is a run of its id already.

        Raises
        ------
        RunError
            ``runs_folder_unusable`` when nothing can be written there.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (self.root / self.run_id).exists() or not _made(self.path):
                return False
            self.record.mkdir(mode=0o700)
            (self.path / PID_FILE).write_text(process_mark(os.getpid()), encoding="ascii")
        except OSError as error:
            raise RunError("runs_folder_unusable", folder=str(self.root)) from error
        return True


def create_work(root: Path, name: str) -> WorkFolder:
    """Make an empty work folder with a new run id.

    Parameters
    ----------
    root
        Folder of all runs; made when it is missing.
    name
        Name of the scenario, part of the id.

    Raises
    ------
    RunError
        ``runs_folder_unusable`` when nothing can be written there.
    """
    while True:
        # The last four digits separate runs of one second; a repeat tries again.
        work = WorkFolder(_new_id(name), root)
        if work.make():
            return work


def seal_run(work: WorkFolder) -> Path:
    """Move the finished record into place and remove the work folder.

    Returns
    -------
    Path
        The run folder.
    """
    if work.log.exists():
        shutil.copyfile(work.log, work.record / LOG)
    for folder, _, names in os.walk(work.record):
        for name in names:
            file = Path(folder, name)
            file.chmod(0o600)
            _flush(file)
        Path(folder).chmod(0o700)
    target = work.root / work.run_id
    work.record.rename(target)
    _flush(work.root)
    discard_work(work)
    return target


def discard_work(work: WorkFolder) -> None:
    """Remove a work folder and all that is in it."""
    shutil.rmtree(work.path, ignore_errors=True)


def request_stop(work_path: Path) -> None:
    """Ask the run of a work folder to stop and keep its best."""
    (work_path / STOP_FILE).touch(mode=0o600)


class Run:
    """A finished run, read from its folder; tables are read when first asked for.

    Attributes
    ----------
    path
        The run folder.
    manifest, result
        Content of the two JSON files.
    """

    def __init__(self, path: Path, manifest: dict[str, Any], result: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest
        self.result = result

    @property
    def run_id(self) -> str:
        """Id of the run, as sealed."""
        return str(self.manifest["run_id"])

    @cached_property
    def awards(self) -> pd.DataFrame:
        """Awards, by applicant and place."""
        return self._table("awards")

    @cached_property
    def waitlist(self) -> pd.DataFrame:
        """Waitlist, by place and waitlist rank."""
        return self._table("waitlist")

    @cached_property
    def refusals(self) -> pd.DataFrame:
        """Refused applications with reason code and parameters (JSON text)."""
        return self._table("refusals")

    @cached_property
    def violations(self) -> pd.DataFrame:
        """What the checker found when the run was made."""
        return self._table("violations")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the checker counted and listed without failing the list, such as envy."""
        return self._table("findings")

    @cached_property
    def chances(self) -> pd.DataFrame | None:
        """Chances published before a draw; None where nothing is drawn by lot."""
        return self._table("chances") if (self.path / "chances.csv").is_file() else None

    @cached_property
    def lottery(self) -> dict[str, Any] | None:
        """The lotteries and how they were drawn; None where nothing is drawn by lot."""
        return self._record(LOTTERY) if (self.path / LOTTERY).is_file() else None

    @cached_property
    def proofs(self) -> pd.DataFrame:
        """Steps that prove the levels; without the file none, so that nothing is proven."""
        if (self.path / "proofs.csv").is_file():
            return self._table("proofs")
        import pandas as pd

        return pd.DataFrame(columns=list(COLUMNS["proofs"])).astype(dict(COLUMNS["proofs"]))

    @cached_property
    def plan_proofs(self) -> dict[str, Any]:
        """What proves levels of site plans; without the file nothing does."""
        return self._record(PLAN_PROOFS) if (self.path / PLAN_PROOFS).is_file() else {}

    @cached_property
    def tables(self) -> Tables:
        """Input tables as sealed."""
        from allocation.read import load_sealed_tables

        return load_sealed_tables(self.path / INPUTS_FOLDER)

    @cached_property
    def scenario(self) -> Scenario:
        """Scenario after overrides, as sealed."""
        from allocation.scenario import scenario_from_canonical

        return scenario_from_canonical(self.manifest["scenario"])

    @cached_property
    def instance(self) -> Instance:
        """The problem in numbers, built again from the sealed tables."""
        from allocation.build import build_instance

        return build_instance(self.tables, self.scenario)

    def altered_files(self) -> tuple[str, ...]:
        """Name the files of the record that are not as they were sealed."""
        sealed: dict[str, str] = self.manifest["files"]
        return tuple(
            name
            for name, digest in sorted(sealed.items())
            if not (self.path / name).is_file() or canonical.file_sha256(self.path / name) != digest
        )

    def _record(self, name: str) -> dict[str, Any]:
        try:
            return canonical.read_json(self.path / name)
        except (OSError, ValueError) as error:
            raise RunError("run_damaged", folder=str(self.path), file=name) from error

    def _table(self, name: str) -> pd.DataFrame:
        path = self.path / f"{name}.csv"
        try:
            frame = canonical.read_csv(path, COLUMNS[name])
        except (OSError, ValueError) as error:
            raise RunError("run_damaged", folder=str(self.path), file=path.name) from error
        added = {c: said for c, said in _ADDED.get(name, {}).items() if c not in frame.columns}
        frame = frame.assign(**added)
        if missing := [column for column in COLUMNS[name] if column not in frame.columns]:
            raise RunError("run_table_lacks", file=path.name, columns=", ".join(missing))
        return frame


def load_run(path: Path) -> Run:
    """Open a run folder.

    Raises
    ------
    RunError
        ``run_missing`` when there is no run folder, ``run_damaged`` when a file of it
        cannot be read.
    """
    if not (path / MANIFEST).is_file():
        raise RunError("run_missing", folder=str(path))
    contents = []
    for name in (MANIFEST, RESULT):
        try:
            contents.append(canonical.read_json(path / name))
        except (OSError, ValueError) as error:
            raise RunError("run_damaged", folder=str(path), file=name) from error
    return Run(path, *contents)


def list_runs(root: Path) -> tuple[RunInfo, ...]:
    """List finished, running, failed and interrupted runs, oldest first."""
    found = {}
    for path in _folders(root / WORK_FOLDER):
        found[path.name] = _work_info(path)
    for path in _folders(root):
        # A finished folder beside a work folder: the run died while it tidied up.
        if (path / MANIFEST).is_file() and (info := _finished_info(path)) is not None:
            found[path.name] = info
    return tuple(found[run_id] for run_id in sorted(found, key=_by_time))


def official_manifests(root: Path) -> tuple[dict[str, Any], ...]:
    """Read the manifests of the official runs in a folder of runs, oldest first."""
    official = [info.path / MANIFEST for info in list_runs(root) if info.official]
    return tuple(map(canonical.read_json, official))


def file_hashes(record: Path) -> dict[str, str]:
    """Hash every file of a record except the manifest and the log."""
    return {
        file.relative_to(record).as_posix(): canonical.file_sha256(file)
        for file in sorted(record.rglob("*"))
        if file.is_file() and file.name not in (MANIFEST, LOG)
    }


def _new_id(name: str) -> str:
    """Build ``YYYYMMDD-HHMMSS-<name>-<4 hex>``; the digits are the part of the second."""
    safe = re.sub(r"[^\w-]+", "-", name).strip("-") or RECORD_FOLDER
    now = datetime.now()
    return f"{now:%Y%m%d-%H%M%S}-{safe[:60]}-{now.microsecond * 65536 // 1_000_000:04x}"


def _made(folder: Path) -> bool:
    """Make a folder for its owner alone, unless it is there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        return True
    return False


def _by_time(run_id: str) -> tuple[str, str, str]:
    """Sort key of an id: second, part of the second, name."""
    return run_id[:15], run_id[-4:], run_id


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return [path for path in root.iterdir() if path.is_dir() and path.name != WORK_FOLDER]


def _finished_info(path: Path) -> RunInfo | None:
    try:
        changed = [(path / name).stat().st_mtime_ns for name in (MANIFEST, RESULT)]
        name, official, status = _sealed_facts(str(path), *changed)
    except (OSError, ValueError):
        return None
    return RunInfo(
        run_id=path.name,
        path=path,
        state=RunState.FINISHED,
        name=name,
        official=official,
        status=status,
        progress={},
    )


@lru_cache(maxsize=4096)
def _sealed_facts(path: str, manifest_ns: int, result_ns: int) -> tuple[str, bool, str]:
    """Read name, mode and status of a finished run; once, as long as its files stay.

    A manifest is long, and a list of all runs is asked for often.
    """
    manifest, result = (canonical.read_json(Path(path, name)) for name in (MANIFEST, RESULT))
    return (
        str(manifest.get("name", "")),
        bool(manifest.get("official")),
        str(result.get("status", "")),
    )


def _work_info(path: Path) -> RunInfo:
    try:
        progress = canonical.read_json(path / PROGRESS_FILE)
    except (OSError, ValueError):
        progress = {}
    if progress.get("state") == RunState.FAILED:
        state = RunState.FAILED
    elif run_process(path) is not None:
        state = RunState.RUNNING
    else:
        state = RunState.INTERRUPTED
    return RunInfo(
        run_id=path.name,
        path=path,
        state=state,
        name=path.name[16:-5],
        official=False,
        status="",
        progress=progress,
    )


def run_process(work_path: Path) -> psutil.Process | None:
    """Find the process that makes the run of a work folder; None when it has ended."""
    try:
        mark = (work_path / PID_FILE).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None
    return marked_process(mark)


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk, so that a rename never outruns its content."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders and keeps their entries in order itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
