"""A lottery over award lists: what is published before a draw, and what a draw was.

A lottery falls into parts that share no applicant and are drawn one by one.  A part is a
choice between *plans* with exact weights; a plan serves some people for certain and
others by a *flow* whose arcs carry fractions.  The flow is rounded circuit by circuit
(:mod:`allocation.mechanisms.egalitarian.rounding` does it, :mod:`allocation.checker.lots`
repeats it): each step moves the fractions of one circuit up or down, with chances that
leave every expectation as it is, until nothing is a fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

_BITS = 256


@dataclass(frozen=True, slots=True)
class Flow:
    """Fractions on the arcs of a graph; what goes in and out of a node differs by whole numbers.

    Attributes
    ----------
    tail, head
        Nodes of each arc, numbered from 0.
    value
        Numerators, each more than 0 and less than the denominator.
    applicant
        Whose chance an arc carries, as an index; -1 for an arc that is nobody's.
    """

    tail: tuple[int, ...]
    head: tuple[int, ...]
    value: tuple[int, ...]
    applicant: tuple[int, ...]
    denominator: int


NO_FLOW = Flow((), (), (), (), 1)
"""Nothing is left to chance."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One way a part may turn out, up to the rounding of its flow.

    Attributes
    ----------
    weight
        Chance of the plan; the plans of a part have 1 in all.
    served
        Applicants (indices) served for certain, ascending.
    """

    weight: Fraction
    served: tuple[int, ...]
    flow: Flow = NO_FLOW


@dataclass(frozen=True, slots=True)
class Part:
    """Applicants who are drawn together.

    Attributes
    ----------
    route
        ``flow``: one plan whose flow was found on a network; ``plans``: weighted plans
        found by column generation.
    """

    applicants: tuple[int, ...]
    plans: tuple[Plan, ...]
    route: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A bound that holds a tight set down.

    Attributes
    ----------
    rule, item
        Which bound: a word of :data:`RULE_WORDS` and an index into the instance's
        applicants, households, places, reserves, ... (-1 for none).
    sign
        1 for the most that may be used, -1 for the least that must be.
    units
        The bound, applications that every list awards included.
    """

    rule: str
    item: int
    sign: int
    units: int


RULE_WORDS = (
    "award",
    "household",
    "capacity",
    "number",
    "label",
    "reserve",
    "hard_reserve",
    "quota",
    "wish",
    "level",
)
"""What a rule of a tight set may be; ``wish`` is one application, used at most once, and
``level`` a bound that a level above the lottery has set."""


@dataclass(frozen=True, slots=True)
class TightSet:
    """People of one chance who could only have more if others with no more had less.

    Attributes
    ----------
    bound
        The most the smallest open chance could be here; equal to ``chance`` when proven.
    others
        Applicants of earlier sets who count in the rules as well, with 1 or -1.
    route
        ``flow``: the rules say so; ``solver``: a solver's bound; ``levels``: the levels
        above the lottery leave these people no place; ``certain``: every list serves them.
    """

    chance: Fraction
    bound: Fraction
    applicants: tuple[int, ...]
    route: str
    rules: tuple[Rule, ...] = ()
    others: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a part was drawn.

    Attributes
    ----------
    plan
        Index of the plan drawn.
    numbers
        The public numbers used, the plan's first, then one a step.
    served
        Applicants who won, ascending.
    """

    plan: int
    numbers: tuple[int, ...]
    served: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chances:
    """What an egalitarian stage publishes before its draw, and the draw.

    Attributes
    ----------
    applicants
        Everybody with an application the stage may still award, ascending.
    chance
        Their exact chances of any award.
    tight_set
        Index into ``sets`` for each.  Sets stand in the order in which their proofs
        build on each other, so that chances ascend.
    closed
        Applications of theirs that levels above the lottery or earlier awards close.
    fixed
        Those that every list of the lottery awards.
    drawings
        One a part; empty before the draw.
    is_drawn
        Whether the draw was held.
    """

    applicants: tuple[int, ...]
    chance: tuple[Fraction, ...]
    tight_set: tuple[int, ...]
    sets: tuple[TightSet, ...]
    parts: tuple[Part, ...]
    closed: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    is_drawn: bool = False

    @property
    def is_proven(self) -> bool:
        """Whether no chance below a proven bound is left."""
        return all(each.chance == each.bound for each in self.sets)


def public_number(text: Sequence[str | int], below: int) -> int:
    """Return the number from 0 to ``below`` - 1 that a text stands for, all equally likely.

    The text's parts are joined by line feeds, followed by a counter of attempts from 0
    and a counter of blocks from 0; as many SHA-256 blocks as ``below`` has bits give a
    number, which counts if it is under the largest multiple of ``below``, so that no
    remainder is likelier than another.
    """
    n_blocks = -(-max(1, below.bit_length()) // _BITS)
    limit = (1 << (_BITS * n_blocks)) // below * below
    attempt = 0
    while True:
        digest = b"".join(
            sha256("\n".join(str(part) for part in (*text, attempt, block)).encode()).digest()
            for block in range(n_blocks)
        )
        number = int.from_bytes(digest, "big")
        if number < limit:
            return number % below
        attempt += 1
