"""Lotteries over award lists, sealed before the seed.

Where award lists are drawn by their chances (``egalitarian``) the seed alone does not say
who wins: it is applied to a lottery, and the order of its arcs alone gives other winners.
So the lottery is sealed as well, wherever it is known before the seed.  It is where
nothing before it looks at the seed: no stage but those by order of acceptance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocation.canonical import dump_json, text_sha256

if TYPE_CHECKING:
    from allocation.scenario import Scenario

_BY_LOT = "egalitarian"
_UNSEEDED = frozenset({"queue"})
"""Mechanisms that never look at the seed."""


@dataclass(frozen=True, slots=True)
class LotteryDigest:
    """Hashes of one stage's chances and lottery, bare in the office and salted outside it.

    Attributes
    ----------
    chances
        Of ``chances.csv`` with the lines of this stage alone.
    lottery
        Of the stage's entry in ``lottery.json`` without its drawings, as canonical JSON.
    """

    stage: str
    chances: str
    lottery: str

    def salted(self, salt: str) -> LotteryDigest:
        """Hash the hashes with a salt, as those of the tables are (:mod:`.seal`)."""
        mine = (text_sha256(f"{salt}\n{digest}\n") for digest in (self.chances, self.lottery))
        return LotteryDigest(self.stage, *mine)

    def record(self) -> dict[str, str]:
        """Return it ready for JSON."""
        return {"stage": self.stage, "chances": self.chances, "lottery": self.lottery}


@dataclass(frozen=True, slots=True)
class Unpinned:
    """A stage whose lottery cannot be known before the seed, and the stage that is why."""

    stage: str
    after: str


@dataclass(frozen=True, slots=True)
class Lots:
    """What a commitment says of the lotteries of a scenario, by order of stages.

    Attributes
    ----------
    pinned
        Salted hashes of those known before the seed.
    unpinned
        Those that the seed shapes itself.
    """

    pinned: tuple[LotteryDigest, ...]
    unpinned: tuple[Unpinned, ...]

    def record(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "pinned": [each.record() for each in self.pinned],
            "unpinned": [{"stage": each.stage, "after": each.after} for each in self.unpinned],
        }


def lots_of(record: Mapping[str, Any]) -> Lots:
    """Read what :meth:`Lots.record` wrote.

    Raises
    ------
    KeyError, TypeError
        For anything else.
    """
    return Lots(
        tuple(digest_of(each) for each in record["pinned"]),
        tuple(Unpinned(str(each["stage"]), str(each["after"])) for each in record["unpinned"]),
    )


def digest_of(record: Mapping[str, Any]) -> LotteryDigest:
    """Read what :meth:`LotteryDigest.record` wrote."""
    return LotteryDigest(*(str(record[key]) for key in ("stage", "chances", "lottery")))


def digest_lottery(chances: str, record: Mapping[str, Any]) -> LotteryDigest:
    """Hash the lottery of one stage, drawn or not.

    Parameters
    ----------
    chances
        Text of ``chances.csv`` with this stage alone.
    record
        The stage's entry in ``lottery.json``.
    """
    parts = [
        {key: value for key, value in part.items() if key != "drawing"} for part in record["parts"]
    ]
    undrawn = {key: value for key, value in record.items() if key != "drawn"} | {"parts": parts}
    return LotteryDigest(record["stage"], text_sha256(chances), text_sha256(dump_json(undrawn)))


def seal_lots(scenario: Scenario, known: Iterable[LotteryDigest], salt: str) -> Lots | None:
    """Say of every lottery of a scenario what is sealed of it; None where nothing is by lot.

    Parameters
    ----------
    known
        Bare hashes of those that :func:`pinnable_stages` names.
    """
    if not any(stage.mechanism == _BY_LOT for stage in scenario.stages):
        return None
    bare = {each.stage: each for each in known}
    pinned = tuple(bare[name].salted(salt) for name in pinnable_stages(scenario))
    return Lots(pinned, unpinned_stages(scenario))


def pinnable_stages(scenario: Scenario) -> tuple[str, ...]:
    """Name the stages by lot whose lottery does not depend on the seed: the first, at most."""
    return tuple(
        stage.name
        for number, stage in enumerate(scenario.stages)
        if stage.mechanism == _BY_LOT and _first_seeded(scenario, number) is None
    )


def unpinned_stages(scenario: Scenario) -> tuple[Unpinned, ...]:
    """Name the other stages by lot, each with the first stage before it that uses the seed."""
    return tuple(
        Unpinned(stage.name, after)
        for number, stage in enumerate(scenario.stages)
        if stage.mechanism == _BY_LOT and (after := _first_seeded(scenario, number)) is not None
    )


def _first_seeded(scenario: Scenario, before: int) -> str | None:
    """Name the first stage before one that looks at the seed."""
    earlier = scenario.stages[:before]
    return next((stage.name for stage in earlier if stage.mechanism not in _UNSEEDED), None)
