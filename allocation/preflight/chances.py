"""Which applications may still end in an award, and how many of them at the very most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, NumberLimit


class Chances:
    """Eligible applications of people whom no award held from before bars.

    Attributes
    ----------
    is_open
        Shape (k,): whether an application is one of them.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.applicant = instance.applications.applicant
        self.place = instance.applications.place
        kinds = instance.places.kind.astype(str)
        # The first group a kind is in, -1 where it excludes nothing.
        group = np.full(len(kinds), -1, dtype=np.int64)
        barred = np.zeros(len(self.place), dtype=np.bool_)
        for column, members in reversed(list(enumerate(instance.exclusive_groups))):
            inside = np.isin(kinds, members)
            group[inside] = column
            barred |= inside[self.place] & instance.applicants.holds[self.applicant, column]
        self.group: Ints = group[self.place]
        self.is_open: Bools = instance.applications.eligible & ~barred

    def at(self, places: Ints, people: Bools | None = None) -> Ints:
        """Return the rows at some places, of some people."""
        chosen = np.zeros(len(self.instance.places.id), dtype=np.bool_)
        chosen[places] = True
        wanted = self.is_open & chosen[self.place]
        if people is not None:
            wanted &= people[self.applicant]
        return np.flatnonzero(wanted)

    def people(self, rows: Ints) -> int:
        """Count the people of some rows."""
        return len(np.unique(self.applicant[rows]))

    def most(self, rows: Ints) -> int:
        """Bound the awards among some rows, by units and by people."""
        return min(self.most_by_units(rows), self.most_by_people(rows))

    def most_by_people(self, rows: Ints) -> int:
        """Count one award per person and exclusive group, any number where none excludes."""
        grouped = rows[self.group[rows] >= 0]
        n_groups = len(self.instance.exclusive_groups)
        pairs = np.unique(self.applicant[grouped] * n_groups + self.group[grouped])
        return len(pairs) + len(rows) - len(grouped)

    def most_by_units(self, rows: Ints) -> int:
        """Fill each place with those who want it, as far as openings and numbers allow."""
        places = self.instance.places
        wanted = np.bincount(self.place[rows], minlength=len(places.id))
        filled = np.minimum(wanted, places.capacity)
        kinds = np.unique(places.kind[np.flatnonzero(filled)].astype(str)).tolist()
        return sum(
            self._most_of_kind(np.where(np.equal(places.kind, kind), filled, 0)) for kind in kinds
        )

    def _most_of_kind(self, filled: Ints) -> int:
        """Take the strictest kind of cap on places that open by being awarded."""
        caps = [
            limit
            for limit in self.instance.limits
            if limit.centre < 0 and not limit.extra_disabled and filled[limit.members].any()
        ]
        by_code = ([cap for cap in caps if cap.code == code] for code in {cap.code for cap in caps})
        return min((_most_within(filled, alike) for alike in by_code), default=int(filled.sum()))


def _most_within(filled: Ints, caps: list[NumberLimit]) -> int:
    """Fill the fullest places each cap lets open, the tightest cap first, and all others."""
    rest, most = filled.copy(), 0
    for cap in sorted(caps, key=lambda cap: cap.maximum - cap.existing):
        if np.any(rest[cap.members] != filled[cap.members]):
            continue  # it overlaps one that counted already
        room = max(0, cap.maximum - cap.existing)
        most += int(np.sort(filled[cap.members])[::-1][:room].sum())
        rest[cap.members] = 0
    return most + int(rest.sum())
