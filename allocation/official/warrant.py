"""What lets a run be official: commitment, reveal, approval, and no draw behind a draw.

个人信息保护法 第二十四条 gives people the right to an explanation, and to refuse a
decision that a program alone has made.  So an official run names the person who
approves it, with a reason, and both are kept with the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from allocation.canonical import text_sha256
from allocation.draw.moments import as_text
from allocation.draw.protocol import (
    input_problems,
    lottery_problems,
    reveal_problems,
    rule_problems,
)
from allocation.draw.records import Reveal, Sealed, file_text
from allocation.draw.seal import program, seal_inputs, seal_rules
from allocation.messages import DrawError
from allocation.messages.problems import Problem, problems_of, raise_problems
from allocation.official import files
from allocation.policy import Parameter
from allocation.runs import official_manifests
from allocation.tables.patterns import holds_personal_number, names_a_person

if TYPE_CHECKING:
    from allocation.draw.lots import LotteryDigest
    from allocation.read import Tables
    from allocation.scenario import Scenario

LAW = ("中华人民共和国个人信息保护法", "第二十四条")
"""Why a person approves an official run: no decision by a system alone."""

_Record = TypeVar("_Record", Sealed, Reveal)

_SEED = "draw.seed"
_SEVERAL = "official_several"


@dataclass(frozen=True, slots=True)
class Official:
    """What a person hands over to have a run made officially.

    Attributes
    ----------
    commit, reveal
        Files of the commitment and of the reveal record.
    approver, reason
        Who approves the run, with the office, and why.
    redraw_reason
        Why the round is run officially once more; empty for the first time.
    """

    commit: Path | None = None
    reveal: Path | None = None
    approver: str = ""
    reason: str = ""
    redraw_reason: str = ""

    def judge(self, scenario: Scenario, runs: Path) -> Warrant:
        """Judge everything that can be judged before the tables are read.

        Parameters
        ----------
        scenario
            The scenario as it is to be run.
        runs
            Folder of all runs, where an earlier official one would be.

        Raises
        ------
        AllocationError
            ``official_several`` or the one thing that stands in the way.
        """
        problems = [*scenario.official_problems(), *self._approval_problems()]
        sealed = _read(files.read_commitment, self.commit, problems)
        reveal = _read(files.read_reveal, self.reveal, problems)
        earlier: tuple[dict[str, Any], ...] = ()
        if sealed is not None:
            if reveal is not None or self.reveal is None:
                problems += reveal_problems(sealed, reveal)
            problems += rule_problems(sealed, seal_rules(scenario), program())
            try:
                earlier = tuple(self._earlier(runs, scenario, sealed))
            except DrawError as error:
                problems += problems_of(error)
            problems += self._redraw_problems(earlier, sealed, reveal)
        elif self.commit is None:
            problems.append(Problem("official_commit_missing"))
        raise_problems(problems, DrawError, _SEVERAL)
        assert sealed is not None  # noqa: S101 - a commitment that is not there is a problem
        return Warrant(self, sealed, reveal, tuple(run["run_id"] for run in earlier))

    def _approval_problems(self) -> Iterator[Problem]:
        if not self.approver.strip():
            yield Problem("official_approver_missing")
        elif not names_a_person(self.approver):
            yield Problem("official_approver_nobody")
        if not self.reason.strip():
            yield Problem("official_reason_missing")
        texts = (self.approver, self.reason, self.redraw_reason)
        if any(map(holds_personal_number, texts)) or not all(map(str.isprintable, texts)):
            yield Problem("official_text_personal")

    def _earlier(self, runs: Path, scenario: Scenario, sealed: Sealed) -> Iterator[dict[str, Any]]:
        """Find official runs of this round, or of this very list under another name.

        They are looked for in the folder of runs, and beside the commitment, where they
        are entered wherever their folder went.
        """
        commitment = sealed.commitment
        found = {run["run_id"]: run for run in official_manifests(runs)}
        if self.commit is not None:
            entered = files.official_runs(self.commit.parent)
            found = {entry["run_id"]: entry for entry in entered} | found
        for run in found.values():
            draw = run["draw"]
            same_round = (run["name"], draw["round"]) == (scenario.name, commitment.round)
            if same_round or draw["list_sha256"] == commitment.list_sha256:
                yield run

    def _redraw_problems(
        self, earlier: Sequence[dict[str, Any]], sealed: Sealed, reveal: Reveal | None
    ) -> Iterator[Problem]:
        """Refuse to draw again what was drawn already."""
        if earlier and not self.redraw_reason.strip():
            runs = ", ".join(run["run_id"] for run in earlier)
            yield Problem("official_redraw_reason", {"runs": runs})
        commitment = sealed.commitment
        seed = reveal.seed if reveal else None
        mine = (seed, commitment.method, commitment.round)
        line = {each.sha256: each for each in (*sealed.earlier, commitment)}
        for run in earlier:
            draw, params = run["draw"], {"runs": run["run_id"]}
            # Hashes compare under one salt, which only a line of corrections shares.
            before = line.get(draw["commitment"]["commitment"], commitment)
            is_same = draw["list_sha256"] == commitment.list_sha256
            if not (is_same and before.same_draw(commitment)):
                if seed is not None and draw["seed"] == seed:
                    yield Problem("official_redraw_old_seed", params)
            elif (draw["seed"], draw.get("method", "seed"), draw["round"]) != mine:
                yield Problem("official_redraw_seed", params)


@dataclass(frozen=True, slots=True)
class Warrant:
    """Leave to make one official run.

    Attributes
    ----------
    earlier
        Ids of earlier official runs of the round; they stay.
    """

    order: Official
    sealed: Sealed
    reveal: Reveal | None
    earlier: tuple[str, ...] = ()

    def with_seed(self, scenario: Scenario) -> Scenario:
        """Put the revealed seed in the place of the one for trials."""
        if self.reveal is None or scenario.draw is None:
            return scenario
        draw = scenario.draw.model_copy(update={"seed": self.reveal.seed})
        name = self.order.reveal.name if self.order.reveal else ""
        source = Parameter(name=_SEED, value=self.reveal.seed, status="scenario", origin=name)
        sources = {**scenario.sources, _SEED: source}
        return scenario.model_copy(update={"draw": draw, "sources": sources})

    def refuse_changed(
        self, tables: Tables, receipt_nos: Sequence[str], scenario: Scenario
    ) -> None:
        """Refuse inputs that are not as they were sealed.

        Raises
        ------
        DrawError
            ``official_several``, ``official_inputs_changed`` or ``official_list_changed``.
        """
        inputs = seal_inputs(tables, scenario)
        raise_problems(list(input_problems(self.sealed, inputs, receipt_nos)), DrawError, _SEVERAL)

    def refuse_other_lottery(self, known: Sequence[LotteryDigest]) -> None:
        """Refuse a lottery that is not as it was sealed.

        Parameters
        ----------
        known
            Bare hashes of the lotteries the run has found so far.

        Raises
        ------
        DrawError
            ``official_several`` or ``official_lottery_changed``.
        """
        raise_problems(list(lottery_problems(self.sealed, known)), DrawError, _SEVERAL)

    def record(self, now: datetime) -> dict[str, Any]:
        """Return what the manifest keeps: who approved, why, and what came before."""
        found: dict[str, Any] = {
            "approval": {
                "approver": self.order.approver.strip(),
                "reason": self.order.reason.strip(),
                "at": as_text(now),
                "legal_basis": LAW[0],
                "article": LAW[1],
            }
        }
        if self.earlier:
            reason = self.order.redraw_reason.strip()
            found["redraw"] = {"reason": reason, "earlier": list(self.earlier)}
        return found

    def enter(self, manifest: Mapping[str, Any]) -> None:
        """Keep beside the commitment that this run was made of it.

        Raises
        ------
        DrawError
            Where the folder of the commitment cannot be written.
        """
        assert self.order.commit is not None  # noqa: S101 - judge() sees to it
        files.enter_run(self.order.commit, manifest)

    def draw_record(self) -> dict[str, Any]:
        """Return commitment and reveal as the manifest keeps them under ``draw``."""
        found: dict[str, Any] = {"commitment": self.sealed.record(), "reveal": None}
        if self.reveal is not None:
            content = self.reveal.content
            # That of the published file, so that sha256sum tells whether it is the same one.
            found |= {"reveal": content, "reveal_sha256": text_sha256(file_text(content))}
        return found


def _read(
    reader: Callable[[Path], _Record], path: Path | None, problems: list[Problem]
) -> _Record | None:
    """Read a file, or note what is wrong with it."""
    try:
        return reader(path) if path is not None else None
    except DrawError as error:
        problems += problems_of(error)
        return None
