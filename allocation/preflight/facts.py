"""What is known before a run, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from allocation.instance import Reason
from allocation.messages.problems import Problem


@dataclass(frozen=True, slots=True)
class KindNumbers:
    """What is on offer of one kind, and who wants it.

    Attributes
    ----------
    n_units
        Units of places that are open already.
    n_applicants, n_eligible
        People who listed such a place; those of them who may be awarded one.
    n_conflicts
        Pairs of its places that keep too little distance for some of their applicants.
    n_unwanted
        Places that nobody who may be awarded one listed.
    most_awards
        No lawful list awards more, by counting.
    n_vacant
        Open units that stay vacant in every lawful list, by counting; None where places
        open by being awarded.
    """

    kind: str
    n_places: int
    n_units: int
    n_candidates: int
    n_applicants: int
    n_eligible: int
    n_conflicts: int
    n_unwanted: int
    most_awards: int
    n_vacant: int | None


@dataclass(frozen=True, slots=True)
class ReserveNumbers:
    """What one reserve rule keeps, over all its scopes.

    Attributes
    ----------
    required
        Units to keep; for a share of what opens, before any site opens.
    grows
        Whether more are kept with every site that opens.
    wanting
        Beneficiaries who listed a place in scope and may be awarded it.
    short
        Units that no lawful list fills, by counting.
    """

    rule: str
    kind: str
    n_scopes: int
    required: int
    grows: bool
    wanting: int
    short: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A reserve or quota that every lawful list misses, at least by ``short``.

    Attributes
    ----------
    name
        Name of the reserve in the instance, the rule where all its scopes together are
        short, or the quota.
    scope, scope_id
        Where; both empty for a whole rule.
    hard
        Whether the run will find no lawful list because of it.
    """

    about: Literal["reserve", "quota"]
    name: str
    kind: str
    scope: str
    scope_id: str
    short: int
    hard: bool
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preflight:
    """Numbers of a run before it starts.

    Attributes
    ----------
    n_eligible
        Applications that may be awarded as far as rules about the pair alone go.
    n_eligible_applicants
        People with such an application who hold no award that bars them.
    kinds
        In order of the stages.
    official_problems
        Why an official run is refused; empty when it may be one.
    """

    n_applicants: int
    n_eligible_applicants: int
    n_applications: int
    n_eligible: int
    n_places: int
    n_units: int
    n_candidates: int
    n_conflicts: int
    kinds: tuple[KindNumbers, ...]
    reserves: tuple[ReserveNumbers, ...]
    shortages: tuple[Shortage, ...]
    official_problems: tuple[Problem, ...]
    notices: tuple[Reason, ...]

    @property
    def required(self) -> int:
        """Units to be kept by all reserve rules together."""
        return sum(reserve.required for reserve in self.reserves)

    @property
    def is_hopeless(self) -> bool:
        """Whether a hard requirement cannot be met, so that no list is lawful."""
        return any(shortage.hard for shortage in self.shortages)
