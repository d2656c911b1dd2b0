"""One stage as the reasons look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.hard import HardRules, Pairs
from allocation.checker.valuation import Valuation
from allocation.reasons.pools import Criteria
from allocation.rules.order import Pool

if TYPE_CHECKING:
    from allocation.checker.standing import Standing
    from allocation.instance import Instance, Ints, Stage


class PoolView:
    """Awards of a stage with the published orders at their places.

    Attributes
    ----------
    standing
        Counts of the awards.
    labels
        Reserve of the unit an award uses, -1 for none; shape (k,).
    reserved_rank, open_rank
        Rank of each application in the two published orders of its kind; shape (k,).
    """

    def __init__(self, standing: Standing, labels: Ints) -> None:
        self.instance: Instance = standing.instance
        self.stage: Stage = standing.stage
        self.standing = standing
        self.labels = labels
        self.criteria = Criteria(self.instance)
        self.reserved_rank = self._ranks("reserved")
        self.open_rank = self._ranks("open")

    def receipt_of(self, row: int) -> str:
        """Return the receipt number of an application's applicant."""
        applicant = self.instance.applications.applicant[row]
        return str(self.instance.applicants.receipt_no[applicant])

    def place_of(self, row: int) -> str:
        """Return the id of an application's place."""
        return str(self.instance.places.id[self.instance.applications.place[row]])

    def _ranks(self, pool: Pool) -> Ints:
        ranks = np.zeros(len(self.instance.applications.place), dtype=np.int64)
        for kind in self.stage.kinds:
            ranks += self.criteria.ranks(kind, pool)
        return ranks


class StageView(PoolView):
    """Awards of an ``optimal`` stage with everything that is asked about them.

    Attributes
    ----------
    rules, valuation
        Hard rules and levels around the awards.
    """

    def __init__(self, standing: Standing, labels: Ints) -> None:
        super().__init__(standing, labels)
        near = self.instance.conflicts
        pairs = Pairs.of(near.place_a, near.class_a, near.place_b, near.class_b)
        self.rules = HardRules(self.standing, pairs, self.instance.limits)
        self.valuation = Valuation(self.standing)
