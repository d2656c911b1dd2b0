"""The choice rules: whom a place takes of those who ask for it.

With q units, reserve t of r_t units (together at most q) and two published orders, one
for reserved and one for open units (scores, smaller first), the rules are

``minimum_guarantee``
    1. Go through the applicants in the reserved order and take whoever raises the number
       of reserve units put to use, a unit serving one person and a person using one
       unit; this is the greedy of a transversal matroid, so categories may overlap.
    2. Fill the units that are left, unused reserve units included, in the open order.
``over_and_above``
    1. Fill the q - sum(r) open units in the open order, from all.
    2. Put the reserve units to use among the rest as above.
    3. Fill what is left of them in the open order.
``hard``
    As the minimum guarantee, but unused reserve units stay empty.

Filling unused reserve units in the open order is their reversion; it happens inside the
rule, so nobody is better off for hiding a category.  Every rule has the substitutes
property, obeys the law of aggregate demand and does not heed rejected applicants (tests
hold it to that), which is what makes deferred acceptance stable and strategy-proof
(Hatfield and Milgrom 2005, AER; Aygün and Sönmez 2012).  The minimum guarantee is the
meritorious rule of Sönmez and Yenmez (2022, Econometrica).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from heapq import heappop, heappush, heappushpop
from typing import NamedTuple

NO_BAR = 2**63 - 1
"""Score that everybody beats."""


class Mode(IntEnum):
    """What happens to reserve units."""

    MINIMUM_GUARANTEE = 0
    OVER_AND_ABOVE = 1
    HARD = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """The choice rule of one place.

    Attributes
    ----------
    mode
        The same for all reserves of the place.
    capacity
        Units of the place.
    units
        Units of each of its reserves; together at most the capacity.
    """

    mode: Mode
    capacity: int
    units: tuple[int, ...] = ()


class Offer(NamedTuple):
    """An applicant who asks for a place.

    Scores are smaller first and differ between applicants; ``usable`` are the reserves
    of the place (positions in :attr:`Rule.units`) the applicant is a beneficiary of.
    """

    who: int
    open_score: int
    reserved_score: int
    usable: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Outcome of a choice rule.

    Attributes
    ----------
    labels
        Those taken, with the reserve whose unit they use, -1 for an open or reverted one.
    unused
        Per reserve the units that no beneficiary uses.
    """

    labels: dict[int, int]
    unused: tuple[int, ...]


def choose(rule: Rule, offers: Iterable[Offer]) -> Choice:
    """Choose among all who ask.

    Parameters
    ----------
    rule
        The place's rule.
    offers
        In any order; the outcome does not depend on it.
    """
    book = Book(rule)
    for offer in sorted(offers, key=lambda each: each.reserved_score):
        book.offer(offer)
    return book.choice()


class Book:
    """A place's choice while offers come in one after the other.

    Because the rules have the substitutes property and do not heed rejected applicants,
    keeping only the present choice loses nothing: after any sequence of offers the book
    holds what :func:`choose` takes of all of them.  An offer turns down at most one.
    """

    __slots__ = ("_first", "_first_seats", "_rest", "_rest_seats", "_reverts", "_rule", "_use")

    def __init__(self, rule: Rule) -> None:
        n_open = rule.capacity - sum(rule.units)
        above = rule.mode is Mode.OVER_AND_ABOVE
        self._rule = rule
        self._use = ReserveUse(rule.units)
        self._first: list[tuple[int, Offer]] = []
        self._first_seats = n_open if above else 0
        self._rest: list[tuple[int, Offer]] = []
        # Seats by the open order; every reserve unit put to use takes one off a soft rule.
        self._rest_seats = {
            Mode.MINIMUM_GUARANTEE: rule.capacity,
            Mode.OVER_AND_ABOVE: rule.capacity - n_open,
            Mode.HARD: n_open,
        }[rule.mode]
        self._reverts = rule.mode is not Mode.HARD

    def offer(self, offer: Offer) -> Offer | None:
        """Consider an offer; return the one turned down for it, maybe itself."""
        moving = _seat(self._first, self._first_seats, offer) if self._first_seats else offer
        if moving is None:
            return None
        if moving.usable:
            displaced = self._use.offer(moving)
            if displaced is None:
                return self._one_seat_less() if self._reverts else None
            moving = displaced
        return _seat(self._rest, self._rest_seats, moving)

    def choice(self) -> Choice:
        """Return the present choice."""
        labels = {offer.who: -1 for seats in (self._first, self._rest) for _, offer in seats}
        for reserve, users in enumerate(self._use.users):
            labels |= {offer.who: reserve for offer in users}
        unused = (n - len(used) for n, used in zip(self._rule.units, self._use.users, strict=True))
        return Choice(labels, tuple(unused))

    def open_bar(self) -> int:
        """Return the worst open score seated, :data:`NO_BAR` with a seat to spare.

        Who does not stand before it gets no seat by the open order, now or later.
        """
        if len(self._first) + len(self._rest) < self._first_seats + self._rest_seats:
            return NO_BAR
        # By the open order whoever has one of the first seats stands before the rest.
        seats = self._rest or self._first
        return -seats[0][0] if seats else -1

    def reserved_bar(self) -> int:
        """Return the worst reserved score of a unit's user, :data:`NO_BAR` with one to spare.

        Who does not stand before it gets no reserve unit, now or later.
        """
        return self._use.bar()

    def _one_seat_less(self) -> Offer | None:
        self._rest_seats -= 1
        return heappop(self._rest)[1] if len(self._rest) > self._rest_seats else None


class ReserveUse:
    """A largest set of applicants that reserve units can serve, best by reserved order.

    The sets that units can serve are the independent sets of a transversal matroid; an
    applicant more makes one circuit, whose worst member leaves.

    Attributes
    ----------
    users
        Per reserve the applicants who use its units.
    """

    __slots__ = ("_units", "users")

    def __init__(self, units: tuple[int, ...]) -> None:
        self._units = units
        self.users: list[list[Offer]] = [[] for _ in units]

    def offer(self, offer: Offer) -> Offer | None:
        """Let an applicant compete; return who is left without a unit, maybe the same."""
        came: dict[int, tuple[int, Offer] | None] = dict.fromkeys(offer.usable)
        queue = list(came)
        worst, where = offer, -1
        for reserve in queue:
            if len(self.users[reserve]) < self._units[reserve]:
                self._shift(offer, reserve, came)
                return None
            for user in self.users[reserve]:
                if user.reserved_score > worst.reserved_score:
                    worst, where = user, reserve
                for other in user.usable:
                    if other not in came:
                        came[other] = (reserve, user)
                        queue.append(other)
        if where >= 0:
            self.users[where].remove(worst)
            self._shift(offer, where, came)
        return worst

    def bar(self) -> int:
        """Return the worst score of a user, :data:`NO_BAR` where a unit has none."""
        if any(len(used) < n for n, used in zip(self._units, self.users, strict=True)):
            return NO_BAR
        return max((user.reserved_score for used in self.users for user in used), default=-1)

    def _shift(self, offer: Offer, free: int, came: dict[int, tuple[int, Offer] | None]) -> None:
        """Fill a free unit from the back of the path that leads to it."""
        step = came[free]
        while step is not None:
            reserve, user = step
            self.users[reserve].remove(user)
            self.users[free].append(user)
            free, step = reserve, came[reserve]
        self.users[free].append(offer)


def _seat(seats: list[tuple[int, Offer]], limit: int, offer: Offer) -> Offer | None:
    """Seat an offer by the open order; return the worst where there is no room for all.

    ``seats`` is a heap with the worst on top.
    """
    if len(seats) < limit:
        heappush(seats, (-offer.open_score, offer))
        return None
    return heappushpop(seats, (-offer.open_score, offer))[1] if limit else offer
