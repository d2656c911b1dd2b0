"""Spacing: the class of a holder, and the distance a place asks of each class.

日政办字〔2023〕18号 第7条: number and spacing of lottery outlets are relaxed for disabled
people, and their first application for a tobacco licence is free of the spacing rule.
The measure names no metres and no factor: all of these are placeholders of the profile.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np

from allocation.instance import HOLDER_CLASSES
from allocation.messages import InputError
from allocation.rules import columns
from allocation.rules.queue import acceptance_rank, queue_kinds

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Bools, Ints, Strings
    from allocation.scenario import Scenario

GENERAL, DISABLED, DISABLED_FIRST = range(len(HOLDER_CLASSES))

TOBACCO = "tobacco"


def holder_class(
    applicants: pd.DataFrame,
    applications: pd.DataFrame,
    places: pd.DataFrame,
    scenario: Scenario,
) -> Ints:
    """Give each application the holder class that spacing rules look at.

    日政办字〔2023〕18号 第7条.  The class belongs to the application: a disabled person is
    ``disabled``, and ``disabled_first`` where it is known to be their first application
    for a licence.  Family members have no relaxation; the measure names disabled people.

    Returns
    -------
    Ints
        Index into :data:`allocation.instance.HOLDER_CLASSES`.
    """
    applicant = columns.positions(applications, "applicant")
    kind = columns.text(places, "kind")[columns.positions(applications, "place")]
    disabled = columns.is_word(applicants, "group", "disabled")[applicant]
    result = np.where(disabled, DISABLED, GENERAL).astype(np.int64)
    licences = np.isin(kind.astype(str), [TOBACCO, *queue_kinds(scenario)])
    concerned = licences & disabled
    if not concerned.any():
        return result
    columns.require(applicants, "applicants", "first_tobacco_application", "first_application")
    first = is_first_application(applicants)[applicant] & concerned
    for name in sorted(set(kind[first])):
        rule = scenario.eligibility.get(name)
        if rule is not None and rule.one_first_application:
            first &= ~_later_ones(applicant, applications, first & (kind == name))
    result[first] = DISABLED_FIRST
    return result


def is_first_application(applicants: pd.DataFrame) -> Bools:
    """Tell for whom an application is known to be the first for a tobacco licence.

    日政办字〔2023〕18号 第7条 ("首次申请").  Whoever holds a licence has applied before.
    """
    first = columns.is_word(applicants, "first_tobacco_application", "yes")
    result: Bools = first & ~columns.is_word(applicants, "holds_licence", "yes")
    return result


def required_mm(scenario: Scenario, kind: str, zones: Strings, holder_classes: Ints) -> Ints:
    """Return the distance that places ask of a holder class, in whole millimetres.

    日政办字〔2023〕18号 第7条; metres and factors are placeholders.

    Parameters
    ----------
    kind
        Kind of place; without ``[spacing.KIND]`` every distance is 0.
    zones
        ``urban``, ``town`` or ``rural`` of each place.
    holder_classes
        Index into :data:`allocation.instance.HOLDER_CLASSES`, one per place.

    Returns
    -------
    Ints
        One per place, 0 where no distance is asked.

    Raises
    ------
    InputError
        ``zone_missing`` when the zone decides and a place has none.
    """
    rule = scenario.spacing.get(kind)
    required = np.zeros(len(zones), dtype=np.int64)
    if rule is None:
        return required
    metres = {"urban": rule.urban_m, "town": rule.town_m, "rural": rule.rural_m}
    factors = {
        GENERAL: Fraction(1),
        DISABLED: rule.disabled_factor,
        DISABLED_FIRST: rule.disabled_first_factor,
    }
    unknown = ~np.isin(np.asarray(zones).astype(str), list(metres))
    if unknown.any() and len(set(metres.values())) > 1:
        raise InputError("zone_missing", kind=kind, count=int(unknown.sum()))
    for zone, length in metres.items():
        here = unknown | (zones == zone)
        for holder, factor in factors.items():
            required[here & (holder_classes == holder)] = _millimetres(length * factor)
    return required


def school_buffer_mm(scenario: Scenario, kind: str) -> int | None:
    """Return the least distance from schools in millimetres, ``None`` for no rule.

    未成年人保护法 第五十九条 bars tobacco and lottery outlets around schools and
    kindergartens without naming metres (placeholder); it is relaxed for nobody.
    """
    rule = scenario.spacing.get(kind)
    if rule is None or not rule.school_buffer_m:
        return None
    return _millimetres(rule.school_buffer_m)


def _millimetres(metres: Fraction) -> int:
    return floor(metres * 1000 + Fraction(1, 2))


def _later_ones(applicant: Ints, applications: pd.DataFrame, of_kind: Bools) -> Bools:
    """Tell which of a person's applications of a kind follow the first one accepted."""
    rows = np.flatnonzero(of_kind)
    rows = rows[np.argsort(acceptance_rank(applications)[rows], kind="stable")]
    seen = np.zeros(len(applications), dtype=np.bool_)
    _, earliest = np.unique(applicant[rows], return_index=True)
    seen[np.delete(rows, earliest)] = True
    return seen
