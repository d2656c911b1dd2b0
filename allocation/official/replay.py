"""Replaying a draw: the order again, from what is published or from a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from allocation.canonical import text_sha256
from allocation.checker import check_drawing
from allocation.draw.methods import METHODS, Entrants, method_in_use, number_entrants
from allocation.draw.protocol import record_problems
from allocation.draw.seal import list_text
from allocation.messages import DrawError
from allocation.messages.problems import raise_problems
from allocation.official import files

if TYPE_CHECKING:
    from allocation.checker import Violation
    from allocation.draw.methods import Ints
    from allocation.runs import Run


@dataclass(frozen=True, slots=True)
class Replayed:
    """An order, computed again.

    Attributes
    ----------
    order
        Receipt numbers, the first drawn first.
    hashes
        What ranked them, empty where no hash did.
    list_sha256, sealed_sha256
        Hash of the list as it is, and as it was sealed.
    n_compared, n_different
        Draw numbers of a run compared with this order, and how many are others.
    n_lots, lots
        Stages of a run that go by lot, and what is wrong with their draws.
    """

    order: tuple[str, ...]
    hashes: tuple[str, ...]
    list_sha256: str
    sealed_sha256: str
    n_compared: int = 0
    n_different: int = 0
    n_lots: int = 0
    lots: tuple[Violation, ...] = ()

    @property
    def is_confirmed(self) -> bool:
        """Whether list and numbers are those that were sealed."""
        same_list = self.list_sha256 == self.sealed_sha256
        return same_list and not self.n_different and not self.lots


def replay_record(path: Path, receipts: Path | None = None) -> Replayed:
    """Compute the order of a reveal record from the published list.

    Raises
    ------
    DrawError
        When a file cannot be read, the list is not the one that was sealed, or the record
        does not hold: a seed that is not that of its value, a beacon nobody signed, a
        value before its time.
    """
    reveal = files.read_reveal(path)
    commitment = reveal.commitment
    if not METHODS[commitment.method].needs_seed:
        raise DrawError("draw_replay_needs_run")
    raise_problems(list(record_problems(reveal)), DrawError, "draw_several")
    file = receipts or files.beside(path, files.RECEIPTS)
    try:
        listed = file.read_text(encoding="utf-8").split("\n")[:-1]
    except (OSError, ValueError):
        raise DrawError("draw_file_missing", file=str(file)) from None
    found = text_sha256(list_text(listed))
    if found != commitment.list_sha256:
        raise DrawError("draw_receipts_other", file=file.name)
    numbers = number_entrants(commitment.method, Entrants(listed), reveal.seed, commitment.round)
    return Replayed(
        *_ordered(listed, numbers, commitment.method, reveal.seed, commitment.round),
        list_sha256=found,
        sealed_sha256=commitment.list_sha256,
    )


def replay_run(run: Run) -> Replayed:
    """Compute the order of a run again and compare it with every number the run recorded.

    Stages that go by lot are drawn again step by step and compared with the awards.
    """
    draw, people = run.scenario.draw, run.instance.applicants
    method = method_in_use(draw.method, draw.seed) if draw else "ids"
    seed, round_ = (draw.seed or "", draw.round) if draw else ("", "")
    listed = people.receipt_no.tolist()
    numbers = people.draw_number
    if method != "acceptance":
        numbers = number_entrants(method, Entrants(listed), seed, round_)
    mine = dict(zip(people.id.tolist(), numbers.tolist(), strict=True))
    tables = [frame[["applicant_id", "draw_number"]] for frame in (run.awards, run.waitlist)]
    recorded = [
        (applicant, number)
        for frame in tables
        for applicant, number in zip(frame["applicant_id"], frame["draw_number"], strict=True)
    ]
    return Replayed(
        *_ordered(listed, numbers, method, seed, round_),
        list_sha256=text_sha256(list_text(listed)),
        sealed_sha256=run.manifest["draw"]["list_sha256"],
        n_compared=len(recorded),
        n_different=sum(mine.get(applicant) != number for applicant, number in recorded),
        n_lots=sum(stage.mechanism == "egalitarian" for stage in run.instance.stages),
        lots=tuple(check_drawing(run.instance, run.awards, run.chances, run.lottery)),
    )


def _ordered(
    listed: Sequence[str], numbers: Ints, method: str, seed: str, round_: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    order = tuple(listed[row] for row in np.argsort(numbers).tolist())
    if method not in ("seed", "ids"):
        return order, ("",) * len(order)
    prefix = f"{seed}\n{round_}\n" if method == "seed" else ""
    return order, tuple(sha256(f"{prefix}{receipt}".encode()).hexdigest() for receipt in order)
