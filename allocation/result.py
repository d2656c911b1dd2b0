"""What a mechanism returns: awards, and for each level its value and its bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from allocation.instance import Bools, Ints, Reason
from allocation.lottery import Chances
from allocation.set_proof import SetProof


class Status(StrEnum):
    """How a stage ended."""

    OPTIMAL = "optimal"
    """Every level is proven and the list is unique."""
    FEASIBLE = "feasible"
    """A time limit ended it; the best so far is kept, with its gap."""
    STOPPED = "stopped"
    """A person ended it; the best so far is kept, with its gap."""
    INFEASIBLE = "infeasible"
    """Hard rules clash; nothing is awarded."""
    COMPLETE = "complete"
    """A mechanism without levels (``queue``, ``stable``) went through."""
    UNDRAWN = "undrawn"
    """Chances are published and the draw is not held, or waits for one before it."""


class Claim(StrEnum):
    """What one step of a proof says of all lists that reach the levels above."""

    BOUND = "bound"
    """The level has at most this value."""
    CASE = "case"
    """The same where some rows are limited; of scale 0, that no list keeps these limits."""
    SAME_PEOPLE = "same_people"
    """All lists that reach the level's value serve the same people; the solver's word."""


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step of the proof of a stage's levels, for the checker to confirm.

    Attributes
    ----------
    level
        Number of the level, from 1 as listed; 0 is the maximum number of awards, which
        stands beside the levels.
    scale
        What the level's coefficients are multiplied by.
    multipliers
        Rule, item and multiplier of every row that takes part.
    suppositions
        What a case supposes, in order: rule and item of a row, 1 for at most or -1 for at
        least, and the limit.
    person
        Id of an applicant: the step bounds the wishes they rank better than what they
        chose, with everybody earlier in turn holding what they hold; else empty.
    part, value
        Number of the part that the step is about, from 1, and what the level comes to over
        the columns that rows of the part's steps hold; 0 and ``None`` where there is one
        part, the whole.
    """

    claim: Claim
    level: int
    scale: int
    multipliers: tuple[tuple[str, str, int], ...]
    suppositions: tuple[tuple[str, str, int, int], ...] = ()
    person: str = ""
    part: int = 0
    value: int | None = None


@dataclass(frozen=True, slots=True)
class LevelResult:
    """One level of the lexicographic objective.

    Attributes
    ----------
    code
        Level name of the scenario (``reserve_shortfall``, ``tier``, ...), or ``key``
        and ``unique`` for the last ones.
    params
        What the level is about: ``kind``, ``tier``, ``quota``, ``word``.
    sense
        Whether ``value`` is minimised or maximised.
    value, bound
        Integers; ``bound`` is the proven limit of ``value`` given the levels above.
    route
        How it was settled: ``lp`` and ``flow`` (integer dual certificate), ``cases`` (one
        for each case), ``mip`` (solver's bound), ``fixed`` (nothing was left to decide),
        ``turns`` (people chose, each choice tested), ``open`` (not settled); of a site
        plan ``spacing`` (spacing alone allows no better, by arithmetic) and ``cp_sat``
        (solver's word).
    proven
        ``bound == value`` after inward rounding.
    """

    code: str
    params: Mapping[str, Any]
    sense: Literal["min", "max"]
    value: int
    bound: int
    route: str
    proven: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class SpacingProof:
    """Why spacing alone allows no better value of a level of a site plan.

    Attributes
    ----------
    level
        Number of the level, from 1 as listed.
    worth
        What a site counts: the steps bound the sum over a plan of this, less the word of
        the key where the level is one.
    steps
        About the choices of the plan, by their numbers.
    """

    level: int
    worth: int
    steps: SetProof


@dataclass(frozen=True, slots=True, eq=False)
class SitePlan:
    """Candidate sites fixed before a match: which open, and for which class of holder.

    Attributes
    ----------
    places
        Opened candidate sites, ascending.
    reserved_disabled
        Same length: disabled holders only, with their relaxed spacing; otherwise any
        holder may have the site, which keeps the full spacing.
    levels
        What the plan maximises or minimises, in order.
    choices, choices_reserved
        Sites, with the class each could have, from which the plan was made; some stand
        twice.
    proofs
        Of the levels that spacing alone decides.
    """

    places: Ints
    reserved_disabled: Bools
    levels: tuple[LevelResult, ...]
    choices: Ints
    choices_reserved: Bools
    proofs: tuple[SpacingProof, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StageResult:
    """Outcome of one stage.

    Attributes
    ----------
    awards
        Indices of the awarded applications, ascending.
    max_awards, max_awards_bound
        Most awards any lawful list of this stage could hold (price of the order of
        levels), or ``None`` where not computed.
    clash
        For ``infeasible``: the hard rules that cannot hold together.
    reserve_used
        One per award: index into ``instance.reserves``, -1 for an open or reverted unit;
        ``None`` where the awards are labelled afterwards.
    log
        What happened inside the rule and is to be published, such as each reversion.
    plan
        The site plan of ``stable``.
    chances
        For ``egalitarian``: the lottery, and how it was drawn.
    proof
        Steps that prove the levels' bounds, in order.
    n_parts
        Parts that no rule ties to each other and that were solved apart; 1 for the whole.
    """

    name: str
    mechanism: str
    status: Status
    levels: tuple[LevelResult, ...]
    awards: Ints
    max_awards: int | None
    max_awards_bound: int | None
    clash: tuple[Reason, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    reserve_used: Ints | None = None
    log: tuple[Reason, ...] = ()
    plan: SitePlan | None = None
    chances: Chances | None = None
    proof: tuple[ProofStep, ...] = ()
    n_parts: int = 1

    @property
    def is_lottery_proven(self) -> bool:
        """Whether there is a lottery, and the levels above it and every chance are proven."""
        levels = all(level.proven for level in self.levels)
        return levels and self.chances is not None and self.chances.is_proven


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Outcome of all stages.

    Attributes
    ----------
    awards
        Indices of the awarded applications, ascending.
    reserve_used
        Same length: index into ``instance.reserves`` of the unit an award uses, -1
        for an open or reverted unit.
    """

    stages: tuple[StageResult, ...]
    awards: Ints
    reserve_used: Ints

    @property
    def is_reproducible(self) -> bool:
        """Whether every stage ended with a proof, so that any machine finds this list."""
        return all(stage.status in _PROVEN for stage in self.stages)


_PROVEN = (Status.OPTIMAL, Status.COMPLETE, Status.UNDRAWN)
