"""Selectors: which rows of a table a reserve or a quota is about.

A selector names columns and what their cells must hold: one value, a list of values,
or a range ``{min, max}`` with both ends included.  All columns must match.  An empty
cell never matches, so an unknown fact selects nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api import types

from allocation.messages import ScenarioError
from allocation.rules import priority
from allocation.rules.age import age_on
from allocation.rules.columns import dates, require
from allocation.scenario import Range

if TYPE_CHECKING:
    from allocation.instance import Bools
    from allocation.scenario import Scenario

DERIVED = ("tier", "severe", "age")
"""Columns of applicants that rules compute; they need a scenario."""


def select(
    frame: pd.DataFrame, selector: Mapping[str, Any], scenario: Scenario | None = None
) -> Bools:
    """Tell which rows a selector is about; an empty selector is about all.

    Parameters
    ----------
    frame
        Applicants or places.
    selector
        Column -> value, list of values or ``{min, max}``.
    scenario
        Needed for the derived columns ``tier``, ``severe`` and ``age`` of applicants.

    Returns
    -------
    Bools
        One per row of ``frame``.

    Raises
    ------
    ScenarioError
        ``selector_column`` for an unknown column, ``selector_value`` for a value of the
        wrong type, ``rule_needs_column`` or ``rule_needs_decision_date`` for a derived
        column that cannot be computed.
    """
    chosen = np.ones(len(frame), dtype=np.bool_)
    for column, wanted in selector.items():
        cells = _column(frame, column, scenario)
        chosen &= _matches(cells, column, wanted)
    return chosen


def _column(frame: pd.DataFrame, column: str, scenario: Scenario | None) -> pd.Series[Any]:
    # A derived column beats one of the same name in a file: the rule decides it.
    if scenario is not None and column in DERIVED and "place_id" not in frame:
        return _derived(frame, column, scenario)
    if column not in frame:
        known = [str(name) for name in frame.columns] + list(DERIVED)
        near = get_close_matches(column, known, n=1, cutoff=0.0)
        raise ScenarioError("selector_column", column=column, nearest=near[0])
    return frame[column]


def _derived(applicants: pd.DataFrame, column: str, scenario: Scenario) -> pd.Series[Any]:
    if column == "tier":
        return pd.Series(priority.tiers(applicants, scenario)[0])
    if column == "severe":
        return pd.Series(priority.is_severe(applicants, scenario))
    if scenario.decision_date is None:
        raise ScenarioError("rule_needs_decision_date", rule="age")
    require(applicants, "applicants", "birth_date", "age")
    age = pd.Series(age_on(dates(applicants, "birth_date"), scenario.decision_date), dtype="Int64")
    return age.mask(age < 0)


def _matches(cells: pd.Series[Any], column: str, wanted: Any) -> Bools:
    if isinstance(wanted, Range):
        return _within(cells, column, {"min": wanted.min, "max": wanted.max})
    if isinstance(wanted, Mapping):
        return _within(cells, column, wanted)
    values = list(wanted) if isinstance(wanted, tuple | list) else [wanted]
    for value in values:
        _check_type(cells, column, value)
    found: Bools = cells.isin(values).to_numpy(dtype=np.bool_)
    return found


def _within(cells: pd.Series[Any], column: str, bounds: Mapping[str, Any]) -> Bools:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    numeric = types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells)
    if not given or not set(given) <= {"min", "max"} or not numeric:
        raise ScenarioError("selector_value", column=column, value=str(dict(bounds)))
    values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
    least, most = given.get("min", -np.inf), given.get("max", np.inf)
    inside: Bools = (values >= least) & (values <= most)
    return inside


def _check_type(cells: pd.Series[Any], column: str, value: Any) -> None:
    """Refuse a value the column can never hold; it would silently select nobody."""
    if types.is_bool_dtype(cells):
        fits = isinstance(value, bool)
    elif types.is_numeric_dtype(cells):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        # A column of objects may hold anything; only a column of text is judged.
        fits = isinstance(value, str) or types.infer_dtype(cells, skipna=True) != "string"
    if not fits:
        raise ScenarioError("selector_value", column=column, value=str(value))
