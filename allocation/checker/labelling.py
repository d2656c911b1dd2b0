"""Which award uses which reserve unit: as the checker finds it, and as the list says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.labels import label_awards, opened_sites, reserves_of, units_of
from allocation.checker.plans import all_opened

if TYPE_CHECKING:
    import pandas as pd

    from allocation.checker.listing import Listing
    from allocation.checker.stable_view import StableView
    from allocation.instance import Instance, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Labelling:
    """The checker's own labels.

    Attributes
    ----------
    labels
        Reserve of the unit each award uses, -1 for none; shape (k,).
    units
        Units of every reserve of the instance.
    """

    labels: Ints
    units: tuple[int, ...]

    def users(self, instance: Instance, kind: str) -> set[int]:
        """Return the awards that use a unit of a reserve of a kind."""
        mine = reserves_of(instance, kind)
        return set(np.flatnonzero(np.isin(self.labels, mine)).tolist())


def own_labelling(instance: Instance, rows: Ints, views: Collection[StableView]) -> Labelling:
    """Label a list.

    By the choice rules of places where these give out a kind, else by the largest
    labelling, the best one by tier, then draw.
    """
    labels = np.full(len(instance.applications.place), -1, dtype=np.int64)
    matched = {kind for view in views for kind in view.standing.stage.kinds}
    for kind in sorted({reserve.kind for reserve in instance.reserves} - matched):
        for row, g in label_awards(instance, kind, rows).items():
            labels[row] = g
    for view in views:
        labels = np.maximum(labels, view.labels)
    opened = opened_sites(instance, rows) | all_opened(instance, [view.plan for view in views])
    units = (units_of(r, int(opened[r.places].sum())) for r in instance.reserves)
    return Labelling(labels, tuple(units))


def units_kept(own: Labelling, views: Collection[StableView]) -> list[int]:
    """Count the units of each reserve that others cannot have.

    Where choice rules of places give out a kind, the units that stand at its places: a
    reserve may ask for more, where its sites are closed or another reserve came first.
    """
    kept = list(own.units)
    for view in views:
        at_places: Counter[int] = Counter()
        for rule in view.rules.values():
            at_places.update(rule.reserves)
        for g, reserve in enumerate(view.instance.reserves):
            if reserve.kind in view.standing.stage.kinds:
                kept[g] = at_places[g]
    return kept


def listed_labels(
    instance: Instance, awards: pd.DataFrame, listing: Listing, own: Labelling
) -> Ints:
    """Read the reserve each award is said to use, -1 for none; shape (k,).

    A list that does not say is taken to mean the checker's own labels.
    """
    if "reserve_used" not in awards:
        return own.labels
    labels = np.full(len(instance.applications.place), -1, dtype=np.int64)
    names = {reserve.name: g for g, reserve in enumerate(instance.reserves)}
    listed = awards["reserve_used"].to_numpy(dtype=object)[listing.lines]
    labels[listing.rows] = [names.get(name, -1) for name in listed]
    return labels
