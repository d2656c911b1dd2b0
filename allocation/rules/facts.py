"""Facts about an applicant that tiers and repeat groups name, one function each.

Each returns true only where the fact is known to hold on the decision date: what is
unknown never scores (日政办字〔2023〕18号 is silent; design rule of the office).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.messages import ScenarioError
from allocation.rules import columns
from allocation.rules.age import add_months, age_on, day_of, fill_class, retirement_date
from allocation.scenario.models import Priority

if TYPE_CHECKING:
    import datetime as dt

    from allocation.instance import Bools, Ints, Strings
    from allocation.scenario import Scenario

Fact = Callable[[pd.DataFrame, "Scenario"], "Bools"]

PLACED = ("employed", "student", "pensioner", "fiscal_payroll")
"""Employment status of people who are not looking for work they cannot find."""


def disabled(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Disabled person with a certificate: 山东省就业促进条例 第四十二条第六项."""
    return columns.is_word(applicants, "group", "disabled")


def severe(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Severe disability: level 1 or 2, by 残联厅函〔2022〕63号 (seen).

    With ``priority.severe_rule = "level_2_or_type56_level_3"`` also level 3 of
    intellectual and mental disability, as some subsidy programmes do (placeholder).
    """
    is_disabled = disabled(applicants, scenario)
    columns.require(applicants, "applicants", "disability_level", "severe", concerned=is_disabled)
    level = columns.numbers(applicants, "disability_level")
    result: Bools = level <= 2
    if _priority(scenario).severe_rule == "level_2_or_type56_level_3":
        columns.require(
            applicants, "applicants", "disability_type", "severe", concerned=is_disabled
        )
        kind = columns.text(applicants, "disability_type")
        result |= (level == 3) & ((kind == "intellectual") | (kind == "mental"))
    return result


def zero_employment_household(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Household without anybody in work: 就业促进法 第五十六条, 山东省就业促进条例 第四十七条."""
    return _recorded(applicants, "zero_employment_household")


def min_livelihood(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Minimum livelihood allowance (低保): 山东省就业促进条例 第四十二条."""
    return _recorded(applicants, "min_livelihood")


def extreme_hardship(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Support for extreme hardship (特困): order of tiers to be confirmed (placeholder)."""
    return _recorded(applicants, "extreme_hardship")


def near_min_livelihood(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Just above the minimum livelihood line (低保边缘): placeholder."""
    return _recorded(applicants, "near_min_livelihood")


def antipoverty_monitored(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Watch against return to poverty (防止返贫监测): 日政办字〔2023〕18号 第15条."""
    return _recorded(applicants, "antipoverty_monitored")


def elderly_supporting_disabled(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Elderly parents who support a disabled child (老养残): placeholder.

    山东省实施残疾人保障法办法 第四十七条 names families with elderly disabled members,
    which is near it and not the same.
    """
    return _recorded(applicants, "elderly_supporting_disabled")


def multi_disabled_household(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Household with several disabled members (一户多残): 山东省实施残疾人保障法办法 第四十七条.

    Counted among the applicants, each person once however often registered; where the
    office states ``household_disabled_count``, members who do not apply count too.
    """
    least = _priority(scenario).multi_disabled_members
    stated = columns.numbers(applicants, "household_disabled_count")
    if np.isnan(stated).all():
        columns.require(applicants, "applicants", "household_id", "multi_disabled_household")
    household = columns.text(applicants, "household_id")
    counted = disabled(applicants, scenario)
    key = person_key(applicants)
    key[~counted] = None
    counted = counted & ~repeats(key)
    members = pd.Series(household[counted], dtype=object).dropna().value_counts()
    several = pd.Series(household).isin(members.index[members >= least])
    result: Bools = several.to_numpy(dtype=np.bool_) | (stated >= least)
    return result


def near_retirement(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """At most five years before retirement: 山东省就业促进条例 第四十六条.

    The years are ``priority.near_retirement_years``; whoever has reached the date is no
    longer before it.  A woman whose retirement class is unknown counts only where she is
    near retirement in either class.
    """
    decision = day_of(decision_day(scenario, "near_retirement"))
    early = _retirement(applicants, scenario, "female_50", "near_retirement")
    late = _retirement(applicants, scenario, "female_55", "near_retirement")
    years = _priority(scenario).near_retirement_years
    result: Bools = (early > decision) & (add_months(late, -12 * years) <= decision)
    return result


def graduate_last_resort(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Graduate whom the market could not place: 日政办字〔2023〕18号 第20条."""
    columns.require(applicants, "applicants", "graduate_status", "graduate_last_resort")
    return columns.is_word(applicants, "graduate_status", "last_resort")


def hard_to_employ(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Person hard to employ (就业困难人员): 山东省就业促进条例 第四十二条.

    Disabled people with a certificate, members of zero-employment households, people on
    minimum livelihood, and women from 40 and men from 50 up to retirement.  Whoever is
    known to work, study or draw a pension is not one.  Single parents, people without
    land and the long-term unemployed are in the statute too; no table records them.
    """
    columns.require(applicants, "applicants", "employment_status", "hard_to_employ")
    status = columns.text(applicants, "employment_status")
    result = disabled(applicants, scenario) | _older_worker(applicants, scenario)
    for column in ("zero_employment_household", "min_livelihood"):
        result |= columns.is_word(applicants, column, "yes")
    return result & ~np.isin(status.astype(str), PLACED)


FACTS: Mapping[str, Fact] = {
    fact.__name__: fact
    for fact in (
        disabled,
        severe,
        zero_employment_household,
        min_livelihood,
        near_min_livelihood,
        extreme_hardship,
        antipoverty_monitored,
        multi_disabled_household,
        elderly_supporting_disabled,
        near_retirement,
        graduate_last_resort,
        hard_to_employ,
    )
}
"""Fact name of the scenario -> rule."""


def any_fact(names: tuple[str, ...], applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    """Tell for whom at least one of the named facts is known to hold."""
    result = np.zeros(len(applicants), dtype=np.bool_)
    for name in names:
        result |= FACTS[name](applicants, scenario)
    return result


def decision_day(scenario: Scenario, rule: str) -> dt.date:
    """Return the decision date.

    Raises
    ------
    ScenarioError
        ``rule_needs_decision_date``.
    """
    if scenario.decision_date is None:
        raise ScenarioError("rule_needs_decision_date", rule=rule)
    return scenario.decision_date


def person_key(applicants: pd.DataFrame) -> Strings:
    """Return what identifies the person behind an application, ``None`` where unknown.

    The identity number, or the first 18 digits of the certificate number, which are the
    identity number again.  For comparison in memory only; it never leaves this package.
    """
    identity = columns.number_text(applicants, "identity_no")
    certificate = columns.number_text(applicants, "certificate_no")
    key = identity.fillna(certificate.where(certificate.str.len() >= 20).str[:18])
    values: Strings = key.to_numpy(dtype=object, copy=True)
    values[key.isna().to_numpy()] = None
    return values


def first_of(key: Strings) -> Ints:
    """Return the first row with the key of each row; one without a key stands alone."""
    rows = np.arange(len(key), dtype=np.int64)
    codes, known = pd.factorize(key)
    first = np.empty(len(known) + 1, dtype=np.int64)
    # Of several rows written to one place the last stays: backwards, that is the first.
    first[codes[::-1]] = rows[::-1]
    return np.where(codes < 0, rows, first[codes])


def repeats(key: Strings) -> Bools:
    """Tell which rows repeat the key of an earlier row; unknown keys repeat nothing."""
    repeated: Bools = first_of(key) != np.arange(len(key))
    return repeated


def _recorded(applicants: pd.DataFrame, column: str) -> Bools:
    columns.require(applicants, "applicants", column, column)
    return columns.is_word(applicants, column, "yes")


def _priority(scenario: Scenario) -> Priority:
    return scenario.priority or Priority()


def _retirement(
    applicants: pd.DataFrame, scenario: Scenario, woman: str, rule: str
) -> columns.Dates:
    columns.require(applicants, "applicants", "birth_date", rule)
    classes = fill_class(
        columns.text(applicants, "retirement_class"), columns.text(applicants, "sex"), woman
    )
    birth = columns.dates(applicants, "birth_date")
    return retirement_date(birth, classes, decision_day(scenario, rule))


def _older_worker(applicants: pd.DataFrame, scenario: Scenario) -> Bools:
    rule = "hard_to_employ"
    decision = decision_day(scenario, rule)
    before_retirement = _retirement(applicants, scenario, "female_50", rule) > day_of(decision)
    columns.require(applicants, "applicants", "sex", rule)
    sex = columns.text(applicants, "sex")
    age = age_on(columns.dates(applicants, "birth_date"), decision)
    settings = _priority(scenario)
    old_man = (sex == "male") & (age >= settings.hard_to_employ_age_male)
    old_woman = (sex == "female") & (age >= settings.hard_to_employ_age_female)
    result: Bools = (old_man | old_woman) & before_retirement
    return result
