"""The register of packs handed to auditors and courts: who, when, why, which.

One line of JSON an export, appended and never rewritten, in the folder of runs.  Each
line holds the hash of the line before, so that a line taken out or changed shows.  It
names the official who asks and holds nothing about applicants.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.canonical import dump_json, text_sha256
from allocation.draw.moments import as_text
from allocation.messages import RunError
from allocation.messages.problems import Problem, raise_problems
from allocation.packs.secret import OFFICE, WAIT_S
from allocation.processes import alone
from allocation.tables.patterns import holds_personal_number

if TYPE_CHECKING:
    from allocation.runs import Run

REGISTER = "register.jsonl"
"""Name of the register in what the office keeps about packs."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who takes a pack out of the office, and why.

    Attributes
    ----------
    confirmed
        What was typed to confirm: the scenario's name.
    by, reason
        Name and office of who asks, and the file or case it is for.
    """

    confirmed: str
    by: str
    reason: str

    def refuse_unless_right(self, scenario: str) -> None:
        """Refuse what is not confirmed, not signed or not explained.

        Raises
        ------
        RunError
            ``pack_several`` or the one thing that is wrong.
        """
        raise_problems(list(self._problems(scenario)), RunError, "pack_several")

    def _problems(self, scenario: str) -> Iterator[Problem]:
        if self.confirmed.strip() != scenario:
            yield Problem("pack_confirm", {"name": scenario})
        if not self.by.strip():
            yield Problem("pack_by_missing")
        if not self.reason.strip():
            yield Problem("pack_reason_missing")
        if self.holds_personal_data:
            yield Problem("pack_text_personal")

    def is_right(self, scenario: str) -> bool:
        """Tell whether nothing stands in the way."""
        return next(self._problems(scenario), None) is None

    @property
    def holds_personal_data(self) -> bool:
        """Whether a text holds what a register may not."""
        texts = (self.by, self.reason)
        return any(map(holds_personal_number, texts)) or not all(map(str.isprintable, texts))


def enter(runs: Path, entry: Mapping[str, Any]) -> None:
    """Append an entry, with the hash of the line before.

    Raises
    ------
    RunError
        ``pack_register_broken`` where the register is not whole, and
        ``pack_register_unusable`` where it cannot be read or written.
    """
    folder = runs / OFFICE
    try:
        with alone(folder, WAIT_S):
            lines = _lines(folder / REGISTER)
            previous = text_sha256(lines[-1]) if lines else ""
            line = dump_json({**entry, "previous": previous}) + "\n"
            handle = os.open(folder / REGISTER, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8", newline="\n") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise RunError("pack_register_unusable", file=REGISTER) from error


def entry_of(handing: Handing, run_id: str, digest: str, now: datetime) -> dict[str, Any]:
    """Return what is entered for one pack."""
    return {
        "at": as_text(now),
        "by": handing.by.strip(),
        "reason": handing.reason.strip(),
        "run_id": run_id,
        "pack": digest,
    }


def register_of(run: Run) -> Path:
    """Name the register that packs of a run are entered in."""
    return run.path.parent / OFFICE / REGISTER


def entries(runs: Path) -> tuple[dict[str, Any], ...]:
    """Read the register, oldest entry first; empty where there is none.

    Raises
    ------
    RunError
        ``pack_register_broken`` where a line is not followed by its hash.
    """
    return tuple(json.loads(line) for line in _lines(runs / OFFICE / REGISTER))


def _lines(path: Path) -> list[str]:
    """Read the lines and see that each names the hash of the one before."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        named = [json.loads(line)["previous"] for line in lines]
    except (ValueError, KeyError, TypeError):
        raise RunError("pack_register_broken", file=REGISTER) from None
    if named != ["", *map(text_sha256, lines)][: len(lines)]:
        raise RunError("pack_register_broken", file=REGISTER)
    return lines
