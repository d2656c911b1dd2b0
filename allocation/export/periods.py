"""The periods of publication and objection, as letters, lists and pages say them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.messages.labels import placeholder_mark
from allocation.scenario.words import SettingWords, day_unit

if TYPE_CHECKING:
    from allocation.messages import Lang
    from allocation.runs import Run

PERIODS = ("days", "objection_reply_days", "reconsideration_days")
"""Of publication, to answer an objection, to ask for reconsideration."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period that a scenario sets.

    Attributes
    ----------
    words
        Number and kind of days.
    mark
        Says that the number is a placeholder, empty where it is none.
    basis
        Legal basis and article, empty where none is named.
    """

    words: str
    mark: str = ""
    basis: str = ""

    @property
    def said(self) -> str:
        """The period with its mark."""
        return self.words + self.mark


def period_of(run: Run, name: str, lang: Lang) -> Period | None:
    """Put one of :data:`PERIODS` into words; ``None`` where the scenario sets none."""
    publicity = run.scenario.publicity
    days = getattr(publicity, name)
    if days is None:
        return None
    source = run.scenario.sources.get(f"publicity.{name}")
    unit = day_unit(name, source.unit if source else "", publicity.day_type)
    words = SettingWords.of(run.scenario, lang).number(unit, days)
    if source is None:
        return Period(words)
    mark = placeholder_mark(source.status, lang)
    return Period(words, mark, f"{source.legal_basis}{source.article}")
