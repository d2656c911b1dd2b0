"""Who may be awarded what: the list of rules in published order, and their judgement.

Each rule is one function with one reason code, its name.  An application is refused by
the first rule it breaks.  A rule refuses on what is known: an empty cell lets an
application pass and is counted, because design 4.7 refuses nobody for what an office
has not recorded; only the certificate must be there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.rules import columns
from allocation.rules.admission import (
    disability_not_served,
    employment_excluded,
    group_not_admitted,
    licence_held,
    place_disabled_only,
    residence,
    terms_used,
)
from allocation.rules.age_limits import age_above, age_below
from allocation.rules.case import Case, Finding
from allocation.rules.certificate import (
    certificate_expired,
    certificate_mismatch,
    certificate_missing,
    certificate_not_valid,
)
from allocation.rules.registration import double_registration, duplicate_application
from allocation.rules.suitability import needs_accommodation, not_suitable
from allocation.scenario.models import EligibilityRule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from allocation.instance import Bools, Ints, Strings
    from allocation.scenario import Scenario

FILING_RULES: tuple[Callable[[pd.DataFrame, pd.DataFrame], Finding], ...] = (
    double_registration,
    duplicate_application,
)
"""Rules about the filing, for all kinds together."""

KIND_RULES: tuple[Callable[[Case], Finding | None], ...] = (
    group_not_admitted,
    place_disabled_only,
    certificate_missing,
    certificate_mismatch,
    certificate_not_valid,
    certificate_expired,
    disability_not_served,
    age_below,
    age_above,
    residence,
    employment_excluded,
    terms_used,
    licence_held,
    not_suitable,
)
"""Rules of one kind, in published order; a rule without its setting answers ``None``."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Outcome of all rules, one entry per application.

    Attributes
    ----------
    code
        Reason code of the first rule broken, ``None`` where eligible.
    params
        Application row -> parameters of its reason, plain values ready for JSON.
    needs_accommodation
        Suitable, but only with an accommodation.
    unverified
        Rule -> number of eligible applications that passed it only because a cell is
        empty or unknown; an office checks these before it publishes.
    """

    code: Strings
    params: Mapping[int, Mapping[str, Any]]
    needs_accommodation: Bools
    unverified: Mapping[str, int]


def judge(
    applicants: pd.DataFrame,
    places: pd.DataFrame,
    applications: pd.DataFrame,
    held_awards: pd.DataFrame,
    scenario: Scenario,
) -> Judgement:
    """Judge every application by the published rules of its kind.

    Parameters
    ----------
    applicants, places
        Sorted by id, with a range index.
    applications
        Sorted by applicant, rank, place, with row positions in the columns
        ``applicant`` and ``place``.
    held_awards
        Awards from before this run; only licences among them count here.
    scenario
        Its ``eligibility`` and ``decision_date``.  A kind without settings has only the
        rules about the filing and the place's own ``disabled_only``.

    Raises
    ------
    ScenarioError
        ``rule_needs_column`` where a rule needs a column that is not there.
    """
    applicant = columns.positions(applications, "applicant")
    place = columns.positions(applications, "place")
    verdict = _Verdict.empty(len(applications))
    for filing_rule in FILING_RULES:
        everything = np.arange(len(applications))
        verdict.add(filing_rule.__name__, everything, filing_rule(applicants, applications))
    kinds = columns.text(places, "kind")
    for kind in sorted(set(kinds[place])):
        rows = np.flatnonzero(pd.isna(verdict.code) & (kinds[place] == kind))
        case = Case(
            kind=kind,
            settings=scenario.eligibility.get(kind, EligibilityRule()),
            scenario=scenario,
            applicants=applicants,
            places=places,
            held_awards=held_awards,
            rows=rows,
            applicant=applicant[rows],
            place=place[rows],
        )
        for rule in KIND_RULES:
            finding = rule(case)
            if finding is not None:
                verdict.add(rule.__name__, case.rows, finding)
                case = case.without(finding.refuses)
        verdict.accommodated[case.rows] = needs_accommodation(case)
    return verdict.close()


@dataclass(slots=True, eq=False)
class _Verdict:
    """The judgement while rules are being run."""

    code: Strings
    params: dict[int, dict[str, Any]]
    accommodated: Bools
    unknown: dict[str, list[Ints]]

    @classmethod
    def empty(cls, n: int) -> _Verdict:
        return cls(np.full(n, None, dtype=object), {}, np.zeros(n, dtype=np.bool_), {})

    def add(self, rule: str, rows: Ints, finding: Finding) -> None:
        """Record what a rule found about some rows; an earlier reason stays."""
        refused = np.flatnonzero(finding.refuses)
        refused = refused[pd.isna(self.code[rows[refused]])]
        self.code[rows[refused]] = rule
        for at in refused.tolist():
            self.params[int(rows[at])] = finding.params_at(at)
        self.unknown.setdefault(rule, []).append(rows[finding.unknown])

    def close(self) -> Judgement:
        """End the judgement; who was refused by a later rule need not be verified."""
        passed = pd.isna(self.code)
        unverified = {
            rule: int(passed[np.concatenate(parts)].sum()) for rule, parts in self.unknown.items()
        }
        return Judgement(
            code=self.code,
            params=self.params,
            needs_accommodation=self.accommodated,
            unverified={rule: count for rule, count in unverified.items() if count},
        )
