"""The straight line: files, tables, instance, result, check, reasons, run folder.

Command line and app call the same :func:`run`; whoever has a scenario and a way to its
tables calls :func:`walk`, as another machine does.  Nothing reaches the folder of runs
before everything is written; see :mod:`allocation.runs`.
"""

from __future__ import annotations

import contextlib
import logging
import platform
import traceback
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from allocation.build import build_instance
from allocation.canonical import dump_each, file_sha256, text_sha256, write_csv, write_json
from allocation.checker import (
    CheckReport,
    Violation,
    check_awards,
    check_draw,
    check_lottery,
    check_pins,
    check_waitlist,
    envy_by_kind,
)
from allocation.draw.seal import list_text
from allocation.measures import Record, assured_stages, envy_by_stage, result_record
from allocation.mechanisms import solve
from allocation.messages import AllocationError
from allocation.progress import Progress, Silent
from allocation.publishing import chance_table, lottery_digests, lottery_record
from allocation.read import Tables, read_tables
from allocation.reasons import explain_awards
from allocation.records import (
    award_table,
    plan_proof_record,
    proof_table,
    refusal_table,
    waitlist_table,
)
from allocation.reporting import Composite, FileReporter, LogReporter, PhaseClock
from allocation.result import StageResult, Status
from allocation.runs import (
    COLUMNS,
    INPUTS_FOLDER,
    LOTTERY,
    MANIFEST,
    PLAN_PROOFS,
    RESULT,
    WorkFolder,
    create_work,
    discard_work,
    file_hashes,
    seal_run,
)
from allocation.scenario import Scenario, load_scenario
from allocation.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from allocation.instance import Instance
    from allocation.mechanisms.settling import Settle
    from allocation.official import Official, Warrant

RUNS = Path("runs")
"""Default folder of all runs."""

PACKAGES = (
    "geopandas",
    "numpy",
    "ortools",
    "pandas",
    "pandera",
    "pyarrow",
    "pydantic",
    "pyproj",
    "scipy",
    "shapely",
)
"""Packages whose version could matter to a result."""

_LOGGER = logging.getLogger(__name__)


def run(
    scenario_path: Path,
    out: Path | None = None,
    overrides: Sequence[str] = (),
    official: Official | None = None,
    progress: Progress | None = None,
    draw: bool = True,
) -> Path:
    """Run a scenario from its files to a sealed run folder.

    Parameters
    ----------
    scenario_path
        The scenario file.
    out
        Folder of all runs; ``runs`` when not given.
    overrides
        Settings such as ``reserve.stall.share=0.12``, stronger than the file.
    official
        Ask for an official run: the draw it rests on and who approves it.  It is refused
        before the work when anything stands in its way, and when the tables are not as
        they were sealed; afterwards, when the list is not proven or not lawful, the run
        is kept as a trial and says why.
    progress
        Hears the phases and may ask for a stop.
    draw
        Whether to draw what goes by lot; otherwise the run ends with the chances of the
        first such stage.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    AllocationError
        For bad files and bad scenarios; no run folder is left behind.
    """
    scenario = load_scenario(scenario_path, overrides)
    runs = out or RUNS
    warrant = None if official is None else official.judge(scenario, runs)
    if warrant is not None:
        scenario = warrant.with_seed(scenario)
    order = Order(
        scenario,
        read=lambda: read_tables(scenario),
        told={"scenario_file": scenario_path.name, "overrides": list(overrides)},
        warrant=warrant,
        draw=draw,
    )
    return walk(order, create_work(runs, scenario.name), progress or Silent())


@dataclass(frozen=True, slots=True)
class Order:
    """A run that is asked for.

    Attributes
    ----------
    read
        Reads the input tables: from the office's files, or as another machine sealed them.
    told
        What the manifest says about how the run was asked for.
    warrant
        Of an official run.
    draw
        Whether to draw what goes by lot.
    settle
        Settles the parts of a stage that no rule ties to each other; ``None`` for this
        process.
    """

    scenario: Scenario
    read: Callable[[], Tables]
    told: Record = field(default_factory=dict)
    warrant: Warrant | None = None
    draw: bool = True
    settle: Settle | None = None


def walk(order: Order, work: WorkFolder, progress: Progress) -> Path:
    """Make the run that is asked for in its work folder, and seal it.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    AllocationError
        As :func:`run`.
    """
    reporter = FileReporter(work.path)
    clock = PhaseClock()
    warrant = order.warrant
    with _logged(work):
        try:
            heard = Composite(clock, reporter, LogReporter(), progress)
            line = _Line(order, work, heard, clock)
            line.go()
            if warrant is not None and line.manifest["official"]:
                # Before the run is in its place: no official run may stand unregistered.
                warrant.enter(line.manifest)
        except AllocationError:
            discard_work(work)
            raise
        except Exception as error:
            _log_failure(error)
            reporter.failed(type(error).__name__)
            raise
        except BaseException:
            discard_work(work)
            raise
    return seal_run(work)


class _Line:
    """One walk along the line; each step writes its part of the record."""

    def __init__(
        self, order: Order, work: WorkFolder, progress: Progress, clock: PhaseClock
    ) -> None:
        self.order = order
        self.scenario = order.scenario
        self.warrant = order.warrant
        self.work = work
        self.progress = progress
        self.clock = clock
        self.manifest: Record = {**order.told}

    def go(self) -> None:
        """Walk it."""
        self.progress.phase("phase_read")
        tables = self.order.read()
        self.progress.phase("phase_build")
        instance = build_instance(tables, self.scenario)
        if self.warrant is not None:
            receipts = instance.applicants.receipt_no.tolist()
            self.warrant.refuse_changed(tables, receipts, self.scenario)
        self.progress.phase("phase_solve")
        limit = self.scenario.solver.time_limit_s
        result = solve(
            instance,
            progress=self.progress,
            time_limit_s=None if limit is None else float(limit),
            publish=lambda stages: self._publish(instance, stages),
            draw=self.order.draw,
            settle=self.order.settle,
        )
        self.progress.phase("phase_check")
        awards = award_table(instance, result)
        record = result_record(instance, result)
        proofs = proof_table(result)
        plan_proofs = plan_proof_record(instance, result)
        lottery = self._save_lottery(instance, result.stages)
        waitlist = waitlist_table(instance, result)
        report = self._check(instance, awards, waitlist, record, proofs, plan_proofs, lottery)
        self.progress.phase("phase_explain")
        refusals = refusal_table(explain_awards(instance, result))
        self.progress.phase("phase_save")
        record["counts"] |= {"n_refusals": len(refusals), "n_waitlist": len(waitlist)}
        self._save_tables(
            awards=awards,
            waitlist=waitlist,
            refusals=refusals,
            violations=violation_table(report.violations),
            findings=violation_table(report.findings),
            proofs=proofs,
        )
        if plan_proofs["stages"]:
            write_json(self.work.record / PLAN_PROOFS, plan_proofs, indent=None)
        tables.save(self.work.record / INPUTS_FOLDER)
        self._save_result(instance, record, report)
        self._save_manifest(tables, record)

    def _check(
        self,
        instance: Instance,
        awards: pd.DataFrame,
        waitlist: pd.DataFrame,
        record: Record,
        proofs: pd.DataFrame,
        plan_proofs: Record,
        lottery: tuple[pd.DataFrame, Record] | None,
    ) -> CheckReport:
        """Judge the list, who comes next, the lottery it was drawn from and its draw."""
        self.manifest["draw"] = self._draw_record(instance)
        if self.warrant is not None:
            self.manifest |= self.warrant.record(datetime.now().astimezone())
        report = check_awards(instance, awards, record, proofs, plan_proofs)
        published = lottery or (None, None)
        report = report.beside(check_lottery(instance, awards, *published))
        told = {**self.manifest, "official": self.warrant is not None}
        drawn = [*check_draw(instance, told), *check_pins(instance, told, *published)]
        waiting = check_waitlist(instance, awards, waitlist, record)
        return replace(report, violations=[*report.violations, *drawn, *waiting])

    def _draw_record(self, instance: Instance) -> Record:
        draw = self.scenario.draw
        receipts = instance.applicants.receipt_no.tolist()
        record: Record = {
            "method": draw.method if draw else "ids",
            "seed": draw.seed if draw else None,
            "round": draw.round if draw else "",
            "n": len(receipts),
            # The sealed list is what a seed is drawn for: receipt numbers, one a line.
            "list_sha256": text_sha256(list_text(receipts)),
        }
        return record | (self.warrant.draw_record() if self.warrant else {})

    def _publish(self, instance: Instance, stages: Sequence[StageResult]) -> None:
        """Write what must be known before a draw, which an official run draws as sealed."""
        self._save_lottery(instance, stages)
        if self.warrant is not None:
            self.warrant.refuse_other_lottery(lottery_digests(instance, stages))

    def _save_lottery(
        self, instance: Instance, stages: Sequence[StageResult]
    ) -> tuple[pd.DataFrame, Record] | None:
        """Write chances and lotteries as far as they are known; again once drawn."""
        if all(stage.chances is None for stage in stages):
            return None
        chances = chance_table(instance, stages)
        lottery = lottery_record(instance, stages)
        self._save_tables(chances=chances)
        # A line for each would make a long list of arcs ten times as long.
        write_json(self.work.record / LOTTERY, lottery, indent=None)
        return chances, lottery

    def _save_tables(self, **frames: pd.DataFrame) -> None:
        for name, frame in frames.items():
            write_csv(self.work.record / f"{name}.csv", frame, COLUMNS[name])

    def _save_result(self, instance: Instance, record: Record, report: CheckReport) -> None:
        official = self.warrant is not None
        refused = official_refusal(record, len(report.violations)) if official else None
        self.clock.stop()
        record |= {
            "run_id": self.work.run_id,
            "name": self.scenario.name,
            "official": official and refused is None,
            "official_refused": refused,
            "n_violations": len(report.violations),
            "seconds": [
                {"step": step, "seconds": value} for step, value in self.clock.seconds.items()
            ],
        }
        record["counts"] |= report.counts
        stages = envy_by_stage(record["stages"], envy_by_kind(instance, report))
        record["stages"] = assured_stages(stages, report.assurance)
        write_json(self.work.record / RESULT, record)

    def _save_manifest(self, tables: Tables, record: Record) -> None:
        self.manifest |= {
            "run_id": self.work.run_id,
            "name": self.scenario.name,
            "official": record["official"],
            "official_refused": record["official_refused"],
            "not_reproducible": record["not_reproducible"],
            "finished_at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "scenario": self.scenario.canonical(),
            "scenario_sha256": self.scenario.scenario_hash,
            "basis": {
                key: {
                    "title": parameter.title,
                    "value": parameter.value,
                    "status": parameter.status,
                    "legal_basis": parameter.legal_basis,
                    "article": parameter.article,
                    "note": parameter.note,
                }
                for key, parameter in self.scenario.sources.items()
            },
            "inputs": [
                {
                    "table": source.table,
                    "file": source.file,
                    "sheet": source.sheet,
                    "sha256": source.sha256,
                    "rows": source.n_rows,
                    "crs": source.crs,
                }
                for source in tables.sources
            ],
            "versions": package_versions(),
            "platform": platform.platform(),
            "awards_sha256": file_sha256(self.work.record / "awards.csv"),
            "files": file_hashes(self.work.record),
        }
        write_json(self.work.record / MANIFEST, self.manifest)


def official_refusal(record: Record, n_violations: int) -> str | None:
    """Name the reason why a finished run may not be official, if there is one."""
    if record["status"] == Status.INFEASIBLE:
        return "official_infeasible"
    if record["not_reproducible"]:
        return "official_not_reproducible"
    if n_violations:
        return "official_violations"
    return None


def violation_table(violations: Sequence[Violation]) -> pd.DataFrame:
    """Bring violations, or findings that are none, into the form of the file."""
    return pd.DataFrame(
        {
            "code": [violation.code for violation in violations],
            "applicant_id": [str(item.params.get("applicant_id", "")) for item in violations],
            "place_id": [str(item.params.get("place_id", "")) for item in violations],
            "params": dump_each([violation.params for violation in violations]),
        },
        dtype="str",
    )


def package_versions() -> dict[str, str]:
    """Name the versions of Python, this package and those it computes with."""
    versions = {"python": platform.python_version(), "allocation": __version__}
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


@contextlib.contextmanager
def _logged(work: WorkFolder) -> Iterator[None]:
    """Write what the package logs into the log of the run."""
    handler = logging.FileHandler(work.log, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("allocation")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
        handler.close()


def _log_failure(error: Exception) -> None:
    """Log where a bug struck; its message is left out, as it could quote data."""
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    _LOGGER.error("%s at %s", type(error).__name__, places)
