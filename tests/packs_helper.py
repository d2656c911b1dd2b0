"""Packs of small runs, unpacked and judged."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from allocation import pipeline
from allocation.measures import result_record
from allocation.packs import verify_audit, verify_public
from allocation.packs.audit import audit_pack
from allocation.runs import Run, load_run
from tests.draw_helper import hold_draw
from tests.instances_helper import award_frame
from tests.solved import Record, best_lists, sample
from tests.town import SCENARIO, write_town

if TYPE_CHECKING:
    from allocation.instance import Instance
    from allocation.packs.container import Pack

SECRET = bytes(range(32))
ABOUT = {"run_id": "made-up", "official": False, "scenario_sha256": "", "commitment": ""}
Files = Mapping[str, bytes]
Verdicts = dict[str, str]


def write_town_with_receipts(folder: Path, scenario: str = SCENARIO) -> Path:
    """Write the town, a receipt number for everybody that says nothing about the id."""
    path = write_town(folder, scenario=scenario)
    file = folder / "data" / "applicants.csv"
    people = pd.read_csv(file, dtype=str, keep_default_na=False)
    numbers = [f"H{7919 * (n + 3) % 10_007:05}" for n in range(len(people))]
    people.assign(receipt_no=numbers).to_csv(file, index=False)
    return path


def trial_run(folder: Path, scenario: str = SCENARIO) -> Run:
    """Run the town as a trial."""
    return load_run(pipeline.run(write_town_with_receipts(folder, scenario), folder / "runs"))


def official_run(folder: Path) -> Run:
    """Run the town officially, after a public draw."""
    path = write_town_with_receipts(folder)
    return load_run(pipeline.run(path, folder / "runs", official=hold_draw(path, folder)))


def unpack(files: Files, folder: Path) -> Path:
    """Write the files of a pack into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def assert_every_byte_counts(
    files: Files, step: int, intact: Callable[[Callable[[str], bytes]], None]
) -> None:
    """See that a changed bit of any file is caught: every byte, every ``step``-th of verify.py.

    ``intact`` reads files by name and raises when anything is not as it was sealed.
    """
    intact(files.__getitem__)
    for name, data in files.items():
        for at in range(0, len(data), step if name == "verify.py" else 1):
            flipped = bytearray(data)
            flipped[at] ^= 1 << (at % 7)
            changed = {**files, name: bytes(flipped)}
            try:
                intact(changed.__getitem__)
            except Exception:  # noqa: S112 - whatever is raised, the change is caught
                continue
            raise AssertionError(f"{name}, byte {at}")


def run_alone(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run ``verify.py`` as a stranger would: no environment, no packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), *args],
        env={},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def public_verdicts(folder: Path) -> Verdicts:
    """Judge an unpacked public pack: English title -> PASS, SKIP or FAIL."""
    return _verdicts(verify_public.judge(verify_public.Pack(folder)))


def audit_verdicts(files: Files, folder: Path) -> Verdicts:
    """Judge an audit pack: English title -> PASS, SKIP or FAIL."""
    return _verdicts(verify_audit.judge(verify_audit.Case(unpack(files, folder))))


def _verdicts(found: object) -> Verdicts:
    return {title.split(" / ")[1]: mark[-4:] for mark, _, title in found}  # type: ignore[attr-defined]


def pack_of(instance: Instance, rows: object, refusals: pd.DataFrame, record: Record) -> Pack:
    """Build the audit pack of any list over a problem."""
    frame = award_frame(instance, sorted(rows))  # type: ignore[call-overload]
    return audit_pack(instance, frame, refusals, record, SECRET, ABOUT)


def solved_sample(seed: int) -> tuple[Instance, list[int], pd.DataFrame, Record] | None:
    """Return a random problem, its best list, the reasons and the record; None: no list."""
    instance, result, refusals = sample(seed)
    if not result.is_reproducible:
        return None
    rows, levels = best_lists(instance)
    record = result_record(instance, result)
    for stage, solved in zip(record["stages"], levels["stages"], strict=True):
        stage["levels"] = solved.get("levels", [])
    return instance, rows, refusals, record


def edited(data: bytes, change: Callable[[list[dict[str, str]]], None]) -> bytes:
    """Change the rows of a table in place and write it again."""
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    header = list(rows[0])
    change(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
