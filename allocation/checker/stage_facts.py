"""What the certificates of one stage are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.hard import HardRules, Pairs
from allocation.checker.order import criterion_values, pool_ranks
from allocation.checker.standing import Exchanges, Standing
from allocation.checker.valuation import Valuation
from allocation.checker.waste import own_awards

if TYPE_CHECKING:
    from allocation.checker.certify_rules import Claim
    from allocation.checker.space import Space
    from allocation.instance import Instance, Ints, NumberLimit, Stage


class StageFacts:
    """What the certificates of one stage are held against."""

    def __init__(
        self,
        instance: Instance,
        stage: Stage,
        awards: Ints,
        labels: Ints,
        space: Space,
        caps: Sequence[NumberLimit],
        chances: Mapping[str, Fraction],
    ) -> None:
        self.instance = instance
        self.stage = stage
        self.standing = Standing.of(instance, stage, awards)
        self.labels = labels
        self.space = space
        self.caps = tuple(caps)
        self.chances = chances
        self._values: dict[str, Ints] = {}

    @cached_property
    def pairs(self) -> Pairs:
        """The checker's own conflicts."""
        near = self.space.conflicts
        return Pairs.of(near.place_a, near.class_a, near.place_b, near.class_b)

    @cached_property
    def rules(self) -> HardRules:
        """Hard rules around the list."""
        return HardRules(self.standing, self.pairs, self.caps)

    @cached_property
    def valuation(self) -> Valuation:
        """Levels around the list."""
        return Valuation(self.standing)

    @cached_property
    def ranks(self) -> tuple[Ints, Ints]:
        """Ranks of all applications in the reserved and in the open order of their kind."""
        return pool_ranks(self.instance, self.stage.kinds)

    def values(self, criterion: str) -> Ints:
        """Return what a criterion looks at, smaller first; shape (k,)."""
        if criterion not in self._values:
            self._values[criterion] = criterion_values(self.instance, criterion)
        return self._values[criterion]

    def taking(self, claims: Sequence[Claim]) -> Exchanges:
        """Each applicant takes the place and leaves what they have."""
        rows = np.array([claim.row for claim in claims], dtype=np.int64)
        return Exchanges(own_awards(self.standing, rows), rows[:, None])
