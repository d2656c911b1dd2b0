"""The two records of a draw: the commitment before the seed, the reveal after it.

A commitment has a public part and one that stays in the office.  Its hash is the
SHA-256 of the public part as a file, so that ``sha256sum`` is all anybody needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from allocation.canonical import dump_json, text_sha256
from allocation.draw.lots import Lots, LotteryDigest, digest_of, lots_of
from allocation.draw.moments import as_text, moment
from allocation.draw.seal import Program
from allocation.draw.sources import Announcement, announcement_of
from allocation.messages import DrawError
from allocation.read.digest import Digest

COMMITMENT_FORMAT = "allocation-commitment-2"
REVEAL_FORMAT = "allocation-reveal-1"


def file_text(content: Mapping[str, Any]) -> str:
    """Write a record as its file has it, byte for byte."""
    return dump_json(content, indent=2) + "\n"


@dataclass(frozen=True)
class Commitment:
    """What is fixed before the seed, as it is published.

    Attributes
    ----------
    scenario, title
        Name and title of the scenario.
    method, round
        How the order comes from the seed.
    committed_at
        When it was made; what proves the time is its publication.
    n, list_sha256
        Number of receipt numbers, and the hash of their list.
    holders
        Salted hash of whose receipt number is which; corrections keep the salt, so that
        equal hashes mean that nobody's number changed.
    inputs
        Salted hash of all inputs.
    scenario_sha256, policy_sha256
        Hashes of the rules.
    program
        Version and hash of the program.
    announced
        The value that will be the seed; None where the method needs none, and in a
        correction that keeps the draw of the commitment it corrects.
    corrects, reason
        Hash of the commitment this one takes the place of, and why; else empty.
    lots
        The lotteries over award lists that the seed is applied to; None where there are
        none.
    """

    scenario: str
    title: str
    method: str
    round: str
    committed_at: datetime
    n: int
    list_sha256: str
    holders: str
    inputs: str
    scenario_sha256: str
    policy_sha256: str
    program: Program
    announced: Announcement | None = None
    corrects: str = ""
    reason: str = ""
    lots: Lots | None = None

    @cached_property
    def content(self) -> dict[str, Any]:
        """The public part, ready for JSON."""
        found: dict[str, Any] = {
            "format": COMMITMENT_FORMAT,
            "scenario": self.scenario,
            "title": self.title,
            "method": self.method,
            "round": self.round,
            "committed_at": as_text(self.committed_at),
            "list": {"n": self.n, "sha256": self.list_sha256, "holders": self.holders},
            "sealed": {
                "inputs": self.inputs,
                "scenario": self.scenario_sha256,
                "policy": self.policy_sha256,
                "program": self.program.sha256,
                "version": self.program.version,
            },
        }
        if self.lots is not None:
            found["lots"] = self.lots.record()
        if self.announced is not None:
            found["announcement"] = self.announced.record()
        if self.corrects:
            found["corrects"] = {"commitment": self.corrects, "reason": self.reason}
        return found

    @cached_property
    def sha256(self) -> str:
        """The commitment itself: SHA-256 of the public part as a file."""
        return text_sha256(file_text(self.content))

    @property
    def decides(self) -> tuple[object, ...]:
        """All that says, together with the seed, who stands where and who wins.

        List with its holders, method, round and the lotteries.  One that the seed shapes
        before it is applied cannot be sealed itself, so what shapes it counts: everything.
        """
        is_open = self.lots is not None and self.lots.unpinned
        shaping = self.content["sealed"] if is_open else None
        return self.list_sha256, self.holders, self.method, self.round, self.lots, shaping

    def same_draw(self, other: Commitment) -> bool:
        """Tell whether one seed gives both the same order and the same winners."""
        return self.decides == other.decides

    def same_occasion(self, other: Commitment) -> bool:
        """Tell whether both are for one draw: one round of a scenario, or the very same list."""
        mine, theirs = ((each.scenario, each.round) for each in (self, other))
        return mine == theirs or self.list_sha256 == other.list_sha256


@dataclass(frozen=True)
class Sealed:
    """A commitment with what stays in the office, needed for the official run.

    Attributes
    ----------
    salt
        What the hash of the inputs was salted with.
    inputs, sections
        Hashes of each table and of each section of the scenario, to say what differs.
    lotteries
        Bare hashes of the lotteries whose salted ones are published.
    earlier
        Commitments it corrects, the first one first.
    """

    commitment: Commitment
    salt: str
    inputs: Mapping[str, Digest]
    sections: Mapping[str, str]
    lotteries: tuple[LotteryDigest, ...] = ()
    earlier: tuple[Commitment, ...] = ()

    @property
    def drawn_for(self) -> Commitment:
        """The commitment whose announcement holds: the last of the line that has one."""
        line = (*self.earlier, self.commitment)
        return next((each for each in reversed(line) if each.announced is not None), line[-1])

    def record(self) -> dict[str, Any]:
        """Return all of it, ready for JSON; only ``public`` may leave the office."""
        return {
            "commitment": self.commitment.sha256,
            "public": self.commitment.content,
            "private": {
                "salt": self.salt,
                "inputs": {
                    name: {"rows": digest.rows, "sha256": digest.sha256}
                    for name, digest in self.inputs.items()
                },
                "scenario": dict(self.sections),
                "lotteries": [each.record() for each in self.lotteries],
            },
            "earlier": [each.content for each in self.earlier],
        }


@dataclass(frozen=True)
class Reveal:
    """The value that was drawn, by whom it was seen, and the seed it gives.

    Attributes
    ----------
    commitment
        What the value was drawn for.
    value
        In its one form, see :func:`allocation.draw.sources.canonical_value`.
    drawn_at, recorded_at
        When the value came, and when this record was made.
    witnesses, record_no
        Who saw it, and the number of the minutes or of the notary's record.
    """

    commitment: Commitment
    value: str
    seed: str
    drawn_at: datetime
    recorded_at: datetime
    witnesses: tuple[str, ...] = ()
    record_no: str = ""

    @cached_property
    def content(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return {
            "format": REVEAL_FORMAT,
            "commitment": self.commitment.sha256,
            "committed": self.commitment.content,
            "value": self.value,
            "seed": self.seed,
            "drawn_at": as_text(self.drawn_at),
            "recorded_at": as_text(self.recorded_at),
            "witnesses": list(self.witnesses),
            "record_no": self.record_no,
        }


def commitment_of(content: Mapping[str, Any]) -> Commitment:
    """Read the public part of a commitment.

    Raises
    ------
    DrawError
        ``draw_commitment_damaged``, also when it says anything this version does not
        know, because its hash could not be confirmed.
    """
    try:
        listed, sealed = content["list"], content["sealed"]
        corrects = content.get("corrects", {})
        found = Commitment(
            scenario=str(content["scenario"]),
            title=str(content["title"]),
            method=str(content["method"]),
            round=str(content["round"]),
            committed_at=moment(content["committed_at"]),
            n=int(listed["n"]),
            list_sha256=str(listed["sha256"]),
            holders=str(listed["holders"]),
            inputs=str(sealed["inputs"]),
            scenario_sha256=str(sealed["scenario"]),
            policy_sha256=str(sealed["policy"]),
            program=Program(str(sealed["version"]), str(sealed["program"])),
            corrects=str(corrects.get("commitment", "")),
            reason=str(corrects.get("reason", "")),
            lots=lots_of(content["lots"]) if "lots" in content else None,
        )
        if "announcement" in content:
            found = replace(found, announced=announcement_of(content["announcement"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DrawError("draw_commitment_damaged") from None
    if found.content != content:
        raise DrawError("draw_commitment_damaged")
    return found


def sealed_of(record: Mapping[str, Any]) -> Sealed:
    """Read the office's file of a commitment.

    Raises
    ------
    DrawError
        ``draw_commitment_damaged``, ``draw_commitment_altered`` when its hash is not the
        one it names, or ``draw_commitment_public`` for a file without the private part.
    """
    if record.get("format") == COMMITMENT_FORMAT:
        raise DrawError("draw_commitment_public")
    try:
        private = record["private"]
        found = Sealed(
            commitment=commitment_of(record["public"]),
            salt=str(private["salt"]),
            inputs={
                str(name): Digest(str(row["sha256"]), int(row["rows"]))
                for name, row in private["inputs"].items()
            },
            sections={str(name): str(digest) for name, digest in private["scenario"].items()},
            lotteries=tuple(map(digest_of, private.get("lotteries", ()))),
            earlier=tuple(map(commitment_of, record["earlier"])),
        )
        named = record["commitment"]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise DrawError("draw_commitment_damaged") from None
    line = (*found.earlier, found.commitment)
    linked = [each.corrects for each in line] == ["", *(each.sha256 for each in line[:-1])]
    if named != found.commitment.sha256 or not linked:
        raise DrawError("draw_commitment_altered")
    return found


def reveal_of(record: Mapping[str, Any]) -> Reveal:
    """Read a reveal record.

    Raises
    ------
    DrawError
        ``draw_reveal_damaged``, or ``draw_reveal_altered`` when the commitment in it is
        not the one it names.
    """
    try:
        found = Reveal(
            commitment=commitment_of(record["committed"]),
            value=str(record["value"]),
            seed=str(record["seed"]),
            drawn_at=moment(record["drawn_at"]),
            recorded_at=moment(record["recorded_at"]),
            witnesses=tuple(map(str, record["witnesses"])),
            record_no=str(record["record_no"]),
        )
        named = record["commitment"]
    except (AttributeError, DrawError, KeyError, TypeError, ValueError):
        raise DrawError("draw_reveal_damaged") from None
    if named != found.commitment.sha256 or found.content != dict(record):
        raise DrawError("draw_reveal_altered")
    return found
