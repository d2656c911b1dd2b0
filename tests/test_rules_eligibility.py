"""Rules of eligibility: for each one a case that passes and a case that refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from allocation.messages import CATALOGUE, ScenarioError
from allocation.policy import Parameter
from allocation.rules.eligibility import FILING_RULES, KIND_RULES, judge
from tests.rules_helper import (
    code_of,
    frame,
    judge_one,
    people,
    scenario_of,
    sentence,
    spots,
    wishes,
)

if TYPE_CHECKING:
    from allocation.scenario import Scenario

IDENTITY = "37119919800101001X"
CERTIFICATE = {
    "identity_no": IDENTITY,
    "certificate_no": IDENTITY + "43",
    "certificate_status": "valid",
    "certificate_valid_to": "2030-01-01",
    "disability_type": "physical",
    "disability_level": 3,
}
CERTIFIED = {"certificate_required": True}
SERVES_RUKANG = {
    "disability": [
        {"disability_type": ["intellectual", "mental"]},
        {"disability_type": "physical", "severe": True},
    ]
}


# Each line: rule, its settings, applicant, place; and whether the applicant passes.
PAIRS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], bool]] = [
    ("group_not_admitted", {"groups": ["disabled"]}, {}, {}, True),
    ("group_not_admitted", {"groups": ["disabled"]}, {"group": "general"}, {}, False),
    ("group_not_admitted", {"groups": ["disabled"]}, {"group": None}, {}, False),
    ("group_not_admitted", {"groups": ["general"]}, {"group": None}, {}, True),
    ("place_disabled_only", {}, {}, {"disabled_only": True}, True),
    ("place_disabled_only", {}, {"group": "household_member"}, {"disabled_only": False}, True),
    ("place_disabled_only", {}, {"group": "household_member"}, {"disabled_only": True}, False),
    ("certificate_missing", CERTIFIED, CERTIFICATE, {}, True),
    ("certificate_missing", CERTIFIED, {**CERTIFICATE, "certificate_no": " "}, {}, False),
    ("certificate_mismatch", CERTIFIED, CERTIFICATE, {}, True),
    (
        "certificate_mismatch",
        CERTIFIED,
        {**CERTIFICATE, "certificate_no": IDENTITY.lower() + "43B1"},
        {},
        True,
    ),
    ("certificate_mismatch", CERTIFIED, {**CERTIFICATE, "disability_level": 2}, {}, False),
    ("certificate_mismatch", CERTIFIED, {**CERTIFICATE, "disability_type": "visual"}, {}, False),
    (
        "certificate_mismatch",
        CERTIFIED,
        {**CERTIFICATE, "identity_no": "371199198001010028"},
        {},
        False,
    ),
    ("certificate_mismatch", CERTIFIED, {**CERTIFICATE, "certificate_no": "371199"}, {}, False),
    (
        "certificate_mismatch",
        CERTIFIED,
        {
            **CERTIFICATE,
            "identity_no": None,
            "disability_type": None,
            "disability_level": None,
        },
        {},
        True,
    ),
    ("certificate_not_valid", CERTIFIED, CERTIFICATE, {}, True),
    (
        "certificate_not_valid",
        CERTIFIED,
        {**CERTIFICATE, "certificate_status": "frozen"},
        {},
        False,
    ),
    (
        "certificate_not_valid",
        CERTIFIED,
        {**CERTIFICATE, "certificate_status": "cancelled"},
        {},
        False,
    ),
    (
        "certificate_expired",
        CERTIFIED,
        {**CERTIFICATE, "certificate_valid_to": "2023-12-01"},
        {},
        True,
    ),
    (
        "certificate_expired",
        CERTIFIED,
        {**CERTIFICATE, "certificate_valid_to": "2023-11-30"},
        {},
        False,
    ),
    ("certificate_expired", CERTIFIED, {**CERTIFICATE, "certificate_status": "expired"}, {}, False),
    (
        "disability_not_served",
        SERVES_RUKANG,
        {"disability_type": "mental", "disability_level": 4},
        {},
        True,
    ),
    (
        "disability_not_served",
        SERVES_RUKANG,
        {"disability_type": "physical", "disability_level": 2},
        {},
        True,
    ),
    (
        "disability_not_served",
        SERVES_RUKANG,
        {"disability_type": "physical", "disability_level": 3},
        {},
        False,
    ),
    (
        "disability_not_served",
        SERVES_RUKANG,
        {"disability_type": "visual", "disability_level": 1},
        {},
        False,
    ),
    ("age_below", {"age_min": 16}, {"birth_date": "2007-12-01"}, {}, True),
    ("age_below", {"age_min": 16}, {"birth_date": "2007-12-02"}, {}, False),
    ("age_above", {"age_max": 65}, {"birth_date": "1957-12-02"}, {}, True),
    ("age_above", {"age_max": 65}, {"birth_date": "1957-12-01"}, {}, False),
    # One year left before retirement, to the day (law of 2023: 60 for men).
    (
        "age_above",
        {"age_max": "statutory_retirement-1"},
        {"birth_date": "1964-12-01", "sex": "male"},
        {},
        True,
    ),
    (
        "age_above",
        {"age_max": "statutory_retirement-1"},
        {"birth_date": "1964-11-30", "sex": "male"},
        {},
        False,
    ),
    (
        "age_above",
        {"age_max": "statutory_retirement"},
        {"birth_date": "1973-12-02", "retirement_class": "female_50"},
        {},
        True,
    ),
    (
        "age_above",
        {"age_max": "statutory_retirement"},
        {"birth_date": "1973-12-01", "retirement_class": "female_50"},
        {},
        False,
    ),
    (
        "age_above",
        {"age_max": 50, "age_max_rural": 65},
        {"birth_date": "1960-01-01"},
        {"zone": "rural"},
        True,
    ),
    (
        "age_above",
        {"age_max": 50, "age_max_rural": 65},
        {"birth_date": "1960-01-01"},
        {"zone": "town"},
        False,
    ),
    ("residence", {"hukou_or_residence": True}, {"hukou_local": "yes"}, {}, True),
    ("residence", {"hukou_or_residence": True}, {"hukou_local": "no"}, {}, False),
    (
        "residence",
        {"hukou_or_residence": True, "residence_months_min": 6},
        {"hukou_local": "no", "residence_months": 6},
        {},
        True,
    ),
    (
        "residence",
        {"hukou_or_residence": True, "residence_months_min": 6},
        {"hukou_local": "no", "residence_months": 5},
        {},
        False,
    ),
    ("residence", {"residence_months_min": 6}, {"residence_months": 6}, {}, True),
    (
        "residence",
        {"residence_months_min": 6},
        {"residence_months": 5, "hukou_local": "yes"},
        {},
        False,
    ),
    (
        "employment_excluded",
        {"excluded_employment": ["student"]},
        {"employment_status": "unemployed"},
        {},
        True,
    ),
    (
        "employment_excluded",
        {"excluded_employment": ["student"]},
        {"employment_status": "student"},
        {},
        False,
    ),
    ("terms_used", {"max_total_months": 36}, {"post_months_used": 35}, {}, True),
    ("terms_used", {"max_total_months": 36}, {"post_months_used": 36}, {}, False),
    (
        "terms_used",
        {"max_total_months": 36, "repeat_groups": ["severe"]},
        {"post_months_used": 36, "disability_level": 2},
        {},
        True,
    ),
    ("terms_used", {"max_placements": 2}, {"post_placements": 1}, {}, True),
    (
        "terms_used",
        {"max_placements": 2, "repeat_groups": ["severe"]},
        {"post_placements": 2, "disability_level": 2},
        {},
        False,
    ),
    ("licence_held", {"exclude_licence_holders": True}, {"holds_licence": "no"}, {}, True),
    ("licence_held", {"exclude_licence_holders": True}, {"holds_licence": "yes"}, {}, False),
    (
        "not_suitable",
        {"suitability": True},
        {"can_stand": "able", "can_see": "unable"},
        {"requires_standing": True},
        True,
    ),
    (
        "not_suitable",
        {"suitability": True},
        {"can_stand": "unable"},
        {"requires_standing": True},
        False,
    ),
    ("not_suitable", {"civil_capacity": True}, {"has_civil_capacity": "able"}, {}, True),
    ("not_suitable", {"civil_capacity": True}, {"has_civil_capacity": "unable"}, {}, False),
    (
        "not_suitable",
        {"civil_capacity": True},
        {"has_civil_capacity": "able", "can_stand": "unable"},
        {"requires_standing": True},
        True,
    ),
]


@pytest.mark.parametrize(
    ("rule", "settings", "applicant", "place", "passes"),
    PAIRS,
    ids=[f"{pair[0]}-{'passes' if pair[4] else 'refuses'}-{i}" for i, pair in enumerate(PAIRS)],
)
def test_rule(
    rule: str,
    settings: dict[str, Any],
    applicant: dict[str, Any],
    place: dict[str, Any],
    passes: bool,
) -> None:
    """A rule refuses exactly what it says, and its reason renders in both languages."""
    judgement = judge_one(settings, applicant, place)
    assert code_of(judgement) == (None if passes else rule)
    if not passes:
        for lang in ("zh", "en"):
            assert "{" not in sentence(judgement, lang=lang)


def test_every_rule_of_a_kind_has_a_passing_and_a_refusing_case() -> None:
    """The table above forgets no rule."""
    for passes in (True, False):
        covered = {pair[0] for pair in PAIRS if pair[4] is passes}
        assert covered == {rule.__name__ for rule in KIND_RULES}


def test_every_rule_has_texts_and_cites_its_basis() -> None:
    """The name of a rule is its code, and its docstring names an article or a document."""
    for rule in (*FILING_RULES, *KIND_RULES):
        assert rule.__name__ in CATALOGUE
        doc = rule.__doc__ or ""
        assert any(mark in doc for mark in ("第", "〔", "placeholder", "seen", "Rule of")), rule


def test_rules_without_settings_do_not_run() -> None:
    """An empty policy refuses nobody."""
    assert code_of(judge_one({}, {"group": "general", "birth_date": "1900-01-01"})) is None


def test_without_a_decision_date_dated_rules_do_not_run() -> None:
    """A trial without a date runs, and judges what needs none."""
    old = {**CERTIFICATE, "birth_date": "1900-01-01", "certificate_valid_to": "1999-01-01"}
    rules = {**CERTIFIED, "age_max": 65, "age_min": 16}
    assert code_of(judge_one(rules, old, decision_date=None)) is None
    assert code_of(judge_one(rules, {**old, "certificate_status": "frozen"}, decision_date=None))


class TestFiling:
    """Rules about the filing run for every kind, without any policy."""

    def judge(self, applicants: Any, applications: Any) -> Any:
        """Judge applications to two stalls without any setting."""
        scenario = scenario_of(decision_date=None)
        return judge(applicants, spots({}, {}), applications, frame("held_awards"), scenario)

    def test_a_place_listed_twice_keeps_the_better_rank(self) -> None:
        """The reason names both ranks."""
        judgement = self.judge(people({}), wishes((0, 0, 1), (0, 1, 2), (0, 0, 3)))
        assert judgement.code.tolist() == [None, None, "duplicate_application"]
        assert judgement.params[2] == {"preference_rank": 3, "kept_rank": 1}

    def test_two_people_may_list_one_place(self) -> None:
        """The pair counts, not the place."""
        judgement = self.judge(people({}, {}), wishes((0, 0, 1), (1, 0, 1)))
        assert judgement.code.tolist() == [None, None]

    def test_second_registration_of_one_identity_is_refused_whole(self) -> None:
        """The smaller id stays; every application of the other one goes."""
        twins = people(
            {"identity_no": IDENTITY, "receipt_no": "R9"}, {"identity_no": IDENTITY.lower()}
        )
        judgement = self.judge(twins, wishes((0, 0, 1), (1, 0, 1), (1, 1, 2)))
        assert judgement.code.tolist() == [None, "double_registration", "double_registration"]
        assert judgement.params[1] == {"kept_receipt_no": "R9"}

    def test_identity_inside_a_certificate_number_counts(self) -> None:
        """Digits 1 to 18 of the certificate are the identity number."""
        twins = people({"identity_no": IDENTITY}, {"certificate_no": IDENTITY + "43"})
        judgement = self.judge(twins, wishes((0, 0, 1), (1, 1, 1)))
        assert judgement.code.tolist() == [None, "double_registration"]
        assert judgement.params[1] == {"kept_receipt_no": "A1"}

    def test_unknown_identities_are_not_one_person(self) -> None:
        """Two empty cells prove nothing."""
        judgement = self.judge(people({}, {}), wishes((0, 0, 1), (1, 1, 1)))
        assert judgement.code.tolist() == [None, None]

    def test_reason_never_shows_the_number(self) -> None:
        """Neither parameters nor texts repeat an identity number."""
        twins = people({"identity_no": IDENTITY}, {"identity_no": IDENTITY})
        judgement = self.judge(twins, wishes((0, 0, 1), (1, 0, 1)))
        shown = str(judgement.params[1]) + sentence(judgement, 1) + sentence(judgement, 1, "en")
        assert IDENTITY[:12] not in shown


class TestUnknown:
    """A rule refuses on known facts only; what it let through unverified is counted."""

    @pytest.mark.parametrize(
        ("rule", "settings", "applicant", "other"),
        [
            ("age_below", {"age_min": 16}, {}, {"birth_date": "1980-01-01"}),
            ("age_above", {"age_max": 65}, {}, {"birth_date": "1980-01-01"}),
            (
                "residence",
                {"hukou_or_residence": True, "residence_months_min": 6},
                {"hukou_local": "unknown", "residence_months": 2},
                {"hukou_local": "yes"},
            ),
            (
                "residence",
                {"hukou_or_residence": True, "residence_months_min": 6},
                {"hukou_local": "no"},
                {"hukou_local": "yes"},
            ),
            (
                "employment_excluded",
                {"excluded_employment": ["student"]},
                {},
                {"employment_status": "unemployed"},
            ),
            (
                "licence_held",
                {"exclude_licence_holders": True},
                {"holds_licence": "unknown"},
                {"holds_licence": "no"},
            ),
            ("not_suitable", {"civil_capacity": True}, {}, {"has_civil_capacity": "able"}),
            (
                "not_suitable",
                {"civil_capacity": True},
                {"has_civil_capacity": "unknown"},
                {"has_civil_capacity": "able"},
            ),
            (
                "disability_not_served",
                SERVES_RUKANG,
                {"disability_type": "physical"},
                {"disability_type": "mental", "disability_level": 2},
            ),
            (
                "certificate_expired",
                CERTIFIED,
                {**CERTIFICATE, "certificate_valid_to": None},
                {**CERTIFICATE, "identity_no": "371199198001010028", "certificate_no": None},
            ),
        ],
    )
    def test_unknown_passes_and_is_counted(
        self, rule: str, settings: Any, applicant: Any, other: Any
    ) -> None:
        """The first applicant's cell is empty or unknown; the second one's is not."""
        other_date = {"certificate_valid_to": "2030-01-01"} if rule.startswith("cert") else {}
        judgement = judge(
            people(applicant, {**other, **other_date}),
            spots({}),
            wishes((0, 0, 1), (1, 0, 1)),
            frame("held_awards"),
            scenario_of(eligibility={"stall": settings}),
        )
        assert judgement.code[0] is None
        assert judgement.unverified == {rule: 1}

    def test_who_is_refused_anyway_is_not_counted(self) -> None:
        """An office verifies only those who may be awarded."""
        judgement = judge_one(
            {"groups": ["disabled"], "civil_capacity": True}, {"group": "general"}
        )
        assert code_of(judgement) == "group_not_admitted"
        assert judgement.unverified == {}

    def test_unknown_zone_refuses_only_where_both_limits_do(self) -> None:
        """A post that is urban or rural: 58 passes the rural limit, 70 passes none."""
        judgement = judge(
            people({"birth_date": "1965-01-01"}, {"birth_date": "1953-01-01"}),
            spots({"zone": None}, {"zone": "rural"}),
            wishes((0, 0, 1), (1, 0, 1)),
            frame("held_awards"),
            scenario_of(eligibility={"stall": {"age_max": 50, "age_max_rural": 65}}),
        )
        assert judgement.code.tolist() == [None, "age_above"]
        assert judgement.unverified == {"age_above": 1}

    def test_unknown_retirement_class_of_a_woman_is_the_later_one(self) -> None:
        """At 52 a woman may still be of the class that retires at 55."""
        rule = {"age_max": "statutory_retirement"}
        assert code_of(judge_one(rule, {"birth_date": "1971-06-01", "sex": "female"})) is None
        old = judge_one(rule, {"birth_date": "1968-06-01", "sex": "female"})
        assert code_of(old) == "age_above"


class TestMissingColumn:
    """A rule that needs a column which is not there names it."""

    @pytest.mark.parametrize(
        ("settings", "column"),
        [
            ({"age_min": 16}, "birth_date"),
            ({"age_max": 65}, "birth_date"),
            ({"certificate_required": True}, "certificate_no"),
            ({"hukou_or_residence": True}, "hukou_local"),
            ({"residence_months_min": 6}, "residence_months"),
            ({"excluded_employment": ["student"]}, "employment_status"),
            ({"max_total_months": 36}, "post_months_used"),
            ({"max_placements": 2}, "post_placements"),
            ({"exclude_licence_holders": True}, "holds_licence"),
            (SERVES_RUKANG, "disability_type"),
        ],
    )
    def test_empty_column_is_an_error(self, settings: Any, column: str) -> None:
        """Nobody has the fact, though the rule is about somebody."""
        with pytest.raises(ScenarioError) as caught:
            judge_one(settings, {})
        assert caught.value.code == "rule_needs_column"
        assert caught.value.params["column"] == column
        assert caught.value.params["kind"] == "stall"

    def test_column_that_is_not_in_the_frame_is_an_error(self) -> None:
        """The same for a frame made without it."""
        bare = people({}).drop(columns="birth_date")
        with pytest.raises(ScenarioError, match="birth_date"):
            judge(
                bare,
                spots({}),
                wishes((0, 0, 1)),
                frame("held_awards"),
                scenario_of(eligibility={"stall": {"age_min": 16}}),
            )

    def test_a_rule_about_nobody_needs_no_column(self) -> None:
        """Certificates are asked of disabled applicants only."""
        assert code_of(judge_one({"certificate_required": True}, {"group": "general"})) is None


class TestReasons:
    """What an applicant reads."""

    def test_first_rule_in_published_order_gives_the_reason(self) -> None:
        """Group stands before age."""
        rules = {"groups": ["disabled"], "age_max": 65}
        judgement = judge_one(rules, {"group": "general", "birth_date": "1940-01-01"})
        assert code_of(judgement) == "group_not_admitted"

    def test_age_in_years(self) -> None:
        """Own age and the limit."""
        text = sentence(judge_one({"age_max": 65}, {"birth_date": "1950-05-01"}))
        assert text == "决定日已满73周岁，超过65周岁的年龄上限。"

    def test_age_before_retirement(self) -> None:
        """Own retirement date and the years asked for."""
        text = sentence(
            judge_one(
                {"age_max": "statutory_retirement-1"},
                {"birth_date": "1964-06-01", "retirement_class": "male"},
            )
        )
        assert text == "决定日已满59周岁，距法定退休日期（2024-06-01）不足1年。"

    def test_basis_and_placeholder_come_from_the_policy(self) -> None:
        """Document and article are named; an example value says that it is one."""
        source = Parameter(
            name="eligibility.stall.age_max",
            value=65,
            legal_basis="日人社规〔2024〕1号",
            article="第6条",
            status="placeholder",
        )
        scenario: Scenario = scenario_of(eligibility={"stall": {"age_max": 65}})
        scenario = scenario.model_copy(update={"sources": {source.name: source}})
        judgement = judge(
            people({"birth_date": "1950-05-01"}),
            spots({}),
            wishes((0, 0, 1)),
            frame("held_awards"),
            scenario,
        )
        assert sentence(judgement).endswith("（依据：日人社规〔2024〕1号第6条〔示例值〕）。")

    def test_requirement_in_words(self) -> None:
        """The first requirement not met, and its article."""
        judgement = judge_one(
            {"suitability": True},
            {"can_hear": "unable", "can_travel": "unable"},
            {"requires_hearing": True, "requires_travel": True},
        )
        assert judgement.params[0]["requirement"] == "requires_hearing"
        assert sentence(judgement) == (
            "该名额要求具备听辨能力，职业能力评估结论为不能胜任（依据：日政办字〔2023〕18号第3、26条）。"
        )

    def test_params_are_plain_values(self) -> None:
        """They go into a JSON column."""
        refused = [judge_one(*pair[1:4]) for pair in PAIRS if not pair[4]]
        for judgement in refused:
            for value in judgement.params[0].values():
                assert type(value) in (str, int, float, bool)


def test_judging_costs_each_further_application_next_to_nothing() -> None:
    """A city has 130,000: rules judge columns, and only a refusal is put into words one by one."""
    n, k = 200, 1300
    rows = [
        {**CERTIFICATE, "birth_date": "1980-01-01", "sex": "male", "can_stand": ability}
        | {"hukou_local": "no", "residence_months": months, "employment_status": "unemployed"}
        | {"post_months_used": 0, "post_placements": 0, "holds_licence": "no"}
        for ability, months in (("able", 12), ("aided", 12), ("unable", 12), ("able", 3))
    ]
    applicants = people(*rows).iloc[np.arange(n) % 4].reset_index(drop=True)
    applicants["identity_no"] = None
    applicants["certificate_no"] = [f"37119919{row:09d}X43" for row in range(n)]
    places = spots(*[{"requires_standing": True, "zone": "rural"}] * 100)
    applications = pd.DataFrame(
        {
            "applicant": np.arange(2 * k) % n,
            "place": np.arange(2 * k) // n,
            "preference_rank": np.ones(2 * k, dtype=np.int64),
        }
    )
    settings = {
        "groups": ["disabled"],
        "certificate_required": True,
        "age_min": 16,
        "age_max": "statutory_retirement-1",
        "age_max_rural": 65,
        "hukou_or_residence": True,
        "residence_months_min": 6,
        "excluded_employment": ["student"],
        "max_total_months": 36,
        "max_placements": 2,
        "repeat_groups": ["severe"],
        "suitability": True,
        "exclude_licence_holders": True,
    }
    scenario, held = scenario_of(eligibility={"stall": settings}), frame("held_awards")

    def judged(applications: pd.DataFrame) -> set[str | None]:
        return set(judge(applicants, places, applications, held, scenario).code.tolist())

    assert judged(applications) == {None, "residence", "not_suitable"}
    half = n_calls(lambda: judged(applications.iloc[:k]))
    whole = n_calls(lambda: judged(applications))
    # Half of them are refused.  One call for each of the ten rules would come to 13,000.
    assert whole - half < 4 * k


def n_calls(work: Callable[[], object]) -> int:
    """Count the calls of functions written in Python: the same on every machine."""
    count = 0

    def called(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_aided_needs_accommodation_and_stays_eligible() -> None:
    """Help at work is no ground for refusal."""
    judgement = judge_one({"suitability": True}, {"can_see": "aided"}, {"requires_sight": True})
    assert code_of(judgement) is None
    assert judgement.needs_accommodation.tolist() == [True]


def test_able_needs_no_accommodation() -> None:
    """Nor does an ability the place does not ask for."""
    judgement = judge_one(
        {"suitability": True}, {"can_see": "able", "can_hear": "aided"}, {"requires_sight": True}
    )
    assert judgement.needs_accommodation.tolist() == [False]


def test_licence_on_record_counts_while_it_is_valid() -> None:
    """A held award of a queue kind is a licence, whatever the applicant said."""
    stages = [
        {"name": "queue", "kinds": ["tobacco"], "mechanism": "queue"},
        {"name": "joint", "kinds": ["stall"], "mechanism": "optimal"},
    ]
    rule, says_no = {"exclude_licence_holders": True}, {"holds_licence": "no"}
    held = {"applicant_id": "A1", "kind": "tobacco"}
    live = judge_one(rule, says_no, held=held, stage=stages)
    over = judge_one(rule, says_no, held={**held, "valid_to": "2023-11-30"}, stage=stages)
    undated = judge_one(
        rule,
        says_no,
        held={**held, "valid_to": "2023-11-30"},
        stage=stages,
        decision_date=None,
    )
    assert code_of(live) == "licence_held"
    assert code_of(over) is None
    assert code_of(undated) == "licence_held"


def test_licence_under_another_registration_counts() -> None:
    """A licence on record under a second number is the same person's licence."""
    same = {"identity_no": "37119919800101001X", "holds_licence": "no"}
    settings = scenario_of(
        eligibility={"stall": {"exclude_licence_holders": True}},
        stage=[
            {"name": "queue", "kinds": ["tobacco"], "mechanism": "queue"},
            {"name": "joint", "kinds": ["stall"], "mechanism": "optimal"},
        ],
    )
    judgement = judge(
        people(same, same, {"holds_licence": "no"}),
        spots({}),
        wishes((0, 0, 1), (2, 0, 1)),
        frame("held_awards", {"applicant_id": "A2", "kind": "tobacco"}),
        settings,
    )
    assert judgement.code.tolist() == ["licence_held", None]


def test_disability_type_refuses_nobody_without_that_rule() -> None:
    """残疾人就业条例 第四条: no rule but that of 如康家园 looks at the type."""
    settings = {"age_min": 16, "suitability": True, "civil_capacity": True}
    for kind in ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"):
        applicant = {"disability_type": kind, "disability_level": 1, "birth_date": "1990-01-01"}
        assert code_of(judge_one(settings, applicant, {"requires_sight": True})) is None


def test_kinds_are_judged_by_their_own_settings() -> None:
    """One person, two kinds, two answers."""
    scenario = scenario_of(
        stage=[{"name": "joint", "kinds": ["stall", "kiosk"], "mechanism": "optimal"}],
        eligibility={"stall": {"age_max": 50}, "kiosk": {"age_max": 80}},
    )
    judgement = judge(
        people({"birth_date": "1960-01-01"}),
        spots({"kind": "stall"}, {"kind": "kiosk"}),
        wishes((0, 0, 1), (0, 1, 2)),
        frame("held_awards"),
        scenario,
    )
    assert judgement.code.tolist() == ["age_above", None]


def test_no_applications_is_an_empty_judgement() -> None:
    """An empty city is no crash."""
    judgement = judge(people({}), spots({}), wishes(), frame("held_awards"), scenario_of())
    assert judgement.code.shape == (0,)
