"""What a check returns: violations, findings that are no violation, and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """Something an award list does that it must not, as a code and parameters.

    Attributes
    ----------
    code
        A key of the message catalogue (``check_...``).
    params
        The template's fields; ``applicant_id`` and ``place_id`` where one is meant.
    """

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assurance:
    """On what the optimality of a stage rests.

    Attributes
    ----------
    levels
        Per level of the record: ``certified`` (confirmed by arithmetic), ``solver`` (the
        solver's word) or ``open`` (not settled).
    max_awards
        The same of the most awards any lawful list could hold: that it is no more;
        ``None`` for a stage of which no proof says so.
    plan
        Of the levels of its site plan.
    """

    levels: tuple[str, ...]
    max_awards: str | None = None
    plan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Outcome of checking an award list.

    Attributes
    ----------
    violations
        What makes the list fail, in the order of the checks.
    findings
        Counted and listed, but no failure: justified envy, claims on unfilled reserve
        units, equal conditions, reverted units, improvements of unproven levels.
    counts
        Numbers of all of these and of the list itself.
    assurance
        By stage, on what the optimality of its levels rests; empty where no proof was
        there to be judged.
    """

    violations: list[Violation]
    counts: dict[str, int]
    findings: list[Violation] = field(default_factory=list)
    assurance: Mapping[str, Assurance] = field(default_factory=dict)

    def beside(self, other: CheckReport) -> CheckReport:
        """Return both reports as one."""
        return CheckReport(
            [*self.violations, *other.violations],
            {**self.counts, **other.counts},
            [*self.findings, *other.findings],
            {**self.assurance, **other.assurance},
        )

    @property
    def is_lawful(self) -> bool:
        """Whether nothing makes the list fail."""
        return not self.violations
