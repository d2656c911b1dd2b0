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
from allocation.rules.overruling import overruling_of
from allocation.rules.registration import double_registration, duplicate_application
from allocation.rules.suitability import needs_accommodation, not_suitable
from allocation.scenario.models import EligibilityRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    overruled
        A rule is broken and a named person has overruled it.
    """

    code: Strings
    params: Mapping[int, Mapping[str, Any]]
    needs_accommodation: Bools
    unverified: Mapping[str, int]
    overruled: Bools


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
    verdict = _Verdict.empty(len(applications))
    for filing_rule in FILING_RULES:
        everything = np.arange(len(applications))
        verdict.add(filing_rule.__name__, everything, filing_rule(applicants, applications))
    for case in cases(applicants, places, applications, held_awards, scenario):
        case = case.without(pd.notna(verdict.code[case.rows]))
        for rule in KIND_RULES:
            finding = rule(case)
            if finding is not None:
                verdict.add(rule.__name__, case.rows, finding)
                case = case.without(finding.refuses)
        verdict.accommodated[case.rows] = needs_accommodation(case)
    return verdict.close()


def cases(
    applicants: pd.DataFrame,
    places: pd.DataFrame,
    applications: pd.DataFrame,
    held_awards: pd.DataFrame,
    scenario: Scenario,
) -> Iterator[Case]:
    """Give the applications of each kind as a case, by kind; tables as in :func:`judge`."""
    applicant = columns.positions(applications, "applicant")
    place = columns.positions(applications, "place")
    overruled = overruling_of(applicants, places, applications, scenario) >= 0
    kind_of = columns.text(places, "kind")[place]
    people = columns.Cells(applicants)
    for kind in sorted(set(kind_of)):
        rows = np.flatnonzero(kind_of == kind)
        yield Case(
            kind=kind,
            settings=scenario.eligibility.get(kind, EligibilityRule()),
            scenario=scenario,
            people=people,
            places=places,
            held_awards=held_awards,
            rows=rows,
            applicant=applicant[rows],
            place=place[rows],
            overruled=overruled[rows],
        )


@dataclass(slots=True, eq=False)
class _Verdict:
    """The judgement while rules are being run."""

    code: Strings
    params: dict[int, dict[str, Any]]
    accommodated: Bools
    overruled: Bools
    unknown: dict[str, list[Ints]]

    @classmethod
    def empty(cls, n: int) -> _Verdict:
        nowhere = np.zeros(n, dtype=np.bool_)
        return cls(np.full(n, None, dtype=object), {}, nowhere, nowhere.copy(), {})

    def add(self, rule: str, rows: Ints, finding: Finding) -> None:
        """Record what a rule found about some rows; an earlier reason stays."""
        refused = np.flatnonzero(finding.refuses)
        refused = refused[pd.isna(self.code[rows[refused]])]
        self.code[rows[refused]] = rule
        self.params.update(zip(rows[refused].tolist(), finding.params_of(refused), strict=True))
        self.unknown.setdefault(rule, []).append(rows[finding.unknown])
        if finding.overruled is not None:
            self.overruled[rows[finding.overruled]] = True

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
            overruled=self.overruled & passed,
        )
