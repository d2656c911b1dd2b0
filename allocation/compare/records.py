"""What a comparison is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Number = int | float
Unit = Literal["count", "rank", "share", "metres"]
Better = Literal["more", "less", "neither"]

_DIGITS: Mapping[Unit, int] = {"count": 0, "rank": 2, "share": 3, "metres": 0}


@dataclass(frozen=True, slots=True)
class RunHead:
    """Which run it is and how it was made.

    Attributes
    ----------
    mechanisms
        Mechanism of each stage, in order.
    """

    run_id: str
    name: str
    title_zh: str
    title_en: str
    official: bool
    status: str
    not_reproducible: bool
    n_awards: int
    mechanisms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a value rests, as the scenario of its run said."""

    title: str = ""
    unit: str = ""
    status: str = ""
    legal_basis: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that was not set alike in all runs.

    Attributes
    ----------
    group
        What it is about: one of :data:`allocation.compare.settings.GROUPS`.
    key
        Dotted key of the scenario; for an input its table, for a version its package.
    values
        Value in each run as the canonical scenario writes it; None where it is not set.
    bases
        Basis of each value; None where the run states none.
    """

    group: str
    key: str
    values: tuple[Any, ...]
    bases: tuple[Basis | None, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number in every run.

    Attributes
    ----------
    code
        What is measured.
    about
        Ids it is about: kind, kind and district, tier, rule, quota or stage.
    better
        Whether more or less of it is better, where that can be said.
    values
        Value in each run; None where the run has no such number; a share is one of 1.
    """

    code: str
    values: tuple[Number | None, ...]
    about: tuple[str, ...] = ()
    unit: Unit = "count"
    better: Better = "neither"

    @property
    def shown(self) -> tuple[Number | None, ...]:
        """Values rounded as people are shown them."""
        return tuple(self._rounded(value) for value in self.values)

    @property
    def differences(self) -> tuple[Number | None, ...]:
        """Difference of each shown value to the base; None where there is nothing to take."""
        base = self.shown[0]
        return tuple(
            None if value is None or base is None else self._rounded(value - base)
            for value in self.shown
        )

    @property
    def is_same(self) -> bool:
        """Tell whether all runs show the same."""
        return all(value == self.shown[0] for value in self.shown)

    def _rounded(self, value: Number | None) -> Number | None:
        if value is None or isinstance(value, int):
            return value
        return round(value, _DIGITS[self.unit] or None)


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader of the comparison must know; ``params`` hold no personal data."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Who and what changed from the base to one other run.

    Attributes
    ----------
    people
        One row per applicant and group of kinds that exclude one another; columns of
        :data:`allocation.compare.people.COLUMNS`.
    places
        One row per place whose holders are not the same; columns of
        :data:`allocation.compare.places.COLUMNS`.
    only_in
        How many applicants and places only one of the two runs knows:
        ``applicants_base``, ``applicants_other``, ``places_base``, ``places_other``.
    """

    run_id: str
    people: pd.DataFrame
    places: pd.DataFrame
    only_in: Mapping[str, int]

    def n_people(self, change: str) -> int:
        """Count the applicants with a change of one class."""
        return int(self.people.loc[self.people["change"] == change, "applicant_id"].nunique())

    def n_places(self, direction: str) -> int:
        """Count the places with more holders, fewer, or others."""
        return int((self.places["direction"] == direction).sum())

    def n_sites(self, site: str) -> int:
        """Count the candidate sites that only opened, or only stayed closed, in the other run."""
        return int((self.places["site"] == site).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Runs side by side, the base first.

    Attributes
    ----------
    settings
        What the runs do not share: settings, inputs, draw, versions.
    measures
        The measures of the runs as a whole, by rule and by quota.
    price
        The measures that tell what one mechanism or setting costs against another.
    areas
        Awards per kind, and per kind and district.
    moves
        One per run after the base.
    kinds, rules, quotas
        Names: kind -> (Chinese, English), reserve rule -> kind, quota -> Chinese title.
    """

    runs: tuple[RunHead, ...]
    settings: tuple[Setting, ...]
    measures: tuple[Measure, ...]
    price: tuple[Measure, ...]
    areas: tuple[Measure, ...]
    moves: tuple[Moves, ...]
    notes: tuple[Note, ...]
    kinds: Mapping[str, tuple[str, str]]
    rules: Mapping[str, str]
    quotas: Mapping[str, str]
