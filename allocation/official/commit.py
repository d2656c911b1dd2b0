"""Sealing a draw: read and validate everything as a run would, then write what is published."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allocation.build import build_instance
from allocation.canonical import dump_json
from allocation.draw.lots import pinnable_stages
from allocation.draw.protocol import seal_draw
from allocation.draw.records import Sealed, file_text
from allocation.draw.seal import list_text
from allocation.mechanisms import solve
from allocation.messages import DrawError, Lang
from allocation.messages.problems import raise_problems
from allocation.official import files
from allocation.official.notices import commit_notice
from allocation.publishing import lottery_digests
from allocation.read import read_tables
from allocation.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.draw.lots import LotteryDigest
    from allocation.draw.sources import Announcement
    from allocation.instance import Instance
    from allocation.progress import Progress

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Committed:
    """What a commitment left on disk.

    Attributes
    ----------
    file
        Stays in the office; the official run needs it.
    public, receipts, notice
        To be published.
    n_ids
        Receipt numbers that are no more than the internal id of their applicant.
    """

    sealed: Sealed
    file: Path
    public: Path
    receipts: Path
    notice: Path
    n_ids: int


def commit_draw(
    scenario_path: Path,
    announced: Announcement | None,
    now: datetime,
    out: Path | None = None,
    overrides: Sequence[str] = (),
    corrects: Path | None = None,
    reason: str = "",
    lang: Lang = "zh",
    progress: Progress | None = None,
) -> Committed:
    """Seal the draw of a scenario and write its four files, all or none.

    A lottery over award lists is computed here, where no seed is known yet, and sealed.

    Parameters
    ----------
    announced
        The value that will be the seed; None where none is needed.
    now
        The moment of the commitment.
    out
        The office's file; the others stand beside it.
    corrects, reason
        File of the commitment this one takes the place of, and why.
    progress
        Hears the phases of a lottery and may ask for a stop.

    Raises
    ------
    AllocationError
        For what would stop an official run, a lottery that is not there or not proven
        among it, for a draw that may not be held so, and for a second commitment beside
        one that it does not correct.
    """
    scenario = load_scenario(scenario_path, overrides)
    raise_problems(scenario.official_problems())
    earlier = files.read_commitment(corrects) if corrects else None
    tables = read_tables(scenario)
    instance = build_instance(tables, scenario)
    people = instance.applicants
    receipts = people.receipt_no.tolist()
    salt = secrets.token_hex(_SALT_BYTES)
    lotteries = _known_lotteries(instance, progress)
    sealed = seal_draw(scenario, tables, receipts, announced, now, salt, earlier, reason, lotteries)
    commitment = sealed.commitment
    file = out or files.FOLDER / f"{_safe(commitment.scenario)}-{_safe(commitment.round)}.json"
    files.refuse_second_commitment(sealed, file.parent)
    found = Committed(
        sealed=sealed,
        file=file,
        public=files.beside(file, files.PUBLIC),
        receipts=files.beside(file, files.RECEIPTS),
        notice=files.beside(file, files.NOTICE),
        n_ids=int((people.receipt_no == people.id).sum()),
    )
    files.write_new(
        {
            found.notice: commit_notice(sealed, found.public, found.receipts, lang),
            found.receipts: list_text(receipts),
            found.public: file_text(commitment.content),
            found.file: dump_json(sealed.record(), indent=2) + "\n",
        }
    )
    return found


def _known_lotteries(instance: Instance, progress: Progress | None) -> tuple[LotteryDigest, ...]:
    """Find the lottery that stands before the seed, if there is one, as a run will find it.

    Raises
    ------
    DrawError
        ``draw_lottery_missing`` where no list is lawful, ``draw_lottery_unproven``.
    """
    names = pinnable_stages(instance.scenario)
    if not names:
        return ()
    limit = instance.scenario.solver.time_limit_s
    result = solve(
        instance,
        progress=progress,
        time_limit_s=None if limit is None else float(limit),
        draw=False,
    )
    found = {stage.name: stage for stage in result.stages}
    for name in names:
        stage = found.get(name)
        if stage is None or stage.chances is None:
            raise DrawError("draw_lottery_missing", stage=name)
        if not stage.is_lottery_proven:
            raise DrawError("draw_lottery_unproven", stage=name)
    return lottery_digests(instance, [found[name] for name in names])


def _safe(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "draw"
