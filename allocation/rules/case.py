"""What a rule of eligibility reads and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.messages.labels import placeholder_mark
from allocation.rules import columns
from allocation.rules.facts import decision_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from allocation.instance import Bools, Floats, Ints, Strings
    from allocation.scenario import Scenario
    from allocation.scenario.models import EligibilityRule


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Applications to places of one kind; arrays have one entry per application.

    Attributes
    ----------
    settings
        ``[eligibility.KIND]``; a setting left out is a rule not run.
    people
        The table of applicants, the same for all kinds.
    rows
        Row positions in the table of applications: those no rule has refused yet.
    applicant, place
        Row positions in ``applicants`` and ``places``.
    overruled
        A named person has overruled the finding "not suitable" about the application.
    """

    kind: str
    settings: EligibilityRule
    scenario: Scenario
    people: columns.Cells
    places: pd.DataFrame
    held_awards: pd.DataFrame
    rows: Ints
    applicant: Ints
    place: Ints
    overruled: Bools

    def without(self, refused: Bools) -> Case:
        """Return the case without some of its applications."""
        if not refused.any():
            return self
        kept = ~refused
        return replace(
            self,
            rows=self.rows[kept],
            applicant=self.applicant[kept],
            place=self.place[kept],
            overruled=self.overruled[kept],
        )

    @property
    def applicants(self) -> pd.DataFrame:
        """The table of applicants."""
        return self.people.frame

    @property
    def decision_date(self) -> dt.date:
        """The day on which all conditions must hold."""
        return decision_day(self.scenario, "eligibility")

    def require(self, column: str, rule: str, concerned: Bools | None = None) -> None:
        """Refuse to go on where the applicants lack a column; see :func:`columns.require`."""
        rows = np.zeros(len(self.applicants), dtype=np.bool_)
        rows[self.applicant if concerned is None else self.applicant[concerned]] = True
        columns.require(self.applicants, "applicants", column, rule, self.kind, rows)

    def text(self, column: str) -> Strings:
        """Return a text column of applicants, one cell per application."""
        return self.people.text(column)[self.applicant]

    def numbers(self, column: str) -> Floats:
        """Return a number column of applicants, one cell per application."""
        return self.people.numbers(column)[self.applicant]

    def dates(self, column: str) -> columns.Dates:
        """Return a date column of applicants, one cell per application."""
        return self.people.dates(column)[self.applicant]

    def is_word(self, column: str, *words: str) -> Bools:
        """Tell where a text column of applicants holds one of the words."""
        return self.people.is_word(column, *words)[self.applicant]

    def basis(self, key: str, otherwise: str = "") -> str:
        """Return document and article of a setting, marked where it is a placeholder.

        Parameters
        ----------
        key
            Setting below ``eligibility.KIND``.
        otherwise
            Basis of the rule itself, where the policy profile names none.
        """
        source = self.scenario.sources.get(f"eligibility.{self.kind}.{key}")
        if source is None or not source.legal_basis:
            return otherwise
        # An article that is a number joins the document; a remark about it stands apart.
        joint = "" if source.article.startswith("第") or not source.article else "，"
        basis = f"{source.legal_basis}{joint}{source.article}"
        # Documents are named in Chinese in every language, and so is the mark behind them.
        return basis + placeholder_mark(source.status, "zh")


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What a rule found, one entry per application of the case.

    Attributes
    ----------
    refuses
        The rule is known to be broken.
    unknown
        A cell the rule reads is empty, so the application passes unverified.
    params
        Parameters of the reason: one value for all, or an array with one per
        application.
    overruled
        The rule is broken, and only an overruling keeps it from refusing; None where no
        overruling can.
    """

    refuses: Bools
    unknown: Bools
    params: Mapping[str, Any] = field(default_factory=dict)
    overruled: Bools | None = None

    def params_of(self, at: Ints) -> list[dict[str, Any]]:
        """Return the parameters of some applications, by their position, as plain values."""
        columns = [_plain(value, at) for value in self.params.values()]
        if not columns:
            return [{} for _ in at]
        return [
            dict(zip(self.params, values, strict=True)) for values in zip(*columns, strict=True)
        ]


def _plain(value: Any, at: Ints) -> list[Any]:
    if not isinstance(value, np.ndarray):
        return [value] * len(at)
    cells = value[at]
    if cells.dtype.kind == "M":
        cells = np.where(np.isnat(cells), "-", cells.astype(str))
    plain: list[Any] = cells.tolist()
    return plain
