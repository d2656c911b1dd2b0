"""The schemas as data: complete, unambiguous, with words in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from allocation import tables
from allocation.tables import INPUT_TABLES, OUTPUT_TABLES, Column, Table, token
from allocation.tables.patterns import (
    holds_personal_number,
    names_a_person,
    reference_holds_personal_number,
)
from allocation.tables.schemas import schema_of

EVERY_TABLE = [*INPUT_TABLES.values(), *OUTPUT_TABLES.values()]
COLUMNS = [(table, column) for table in EVERY_TABLE for column in table.columns]
NEEDED_IN_EVERY_RUN = {
    "applicants": {"applicant_id"},
    "places": {"place_id", "kind", "capacity"},
    "applications": {"applicant_id", "place_id", "preference_rank"},
}


def names(value: object) -> str | None:
    return value.name if isinstance(value, (Table, Column)) else None


@pytest.mark.parametrize("table", EVERY_TABLE, ids=names)
def test_headers_of_a_table_name_one_column_each(table: Table) -> None:
    for column in table.columns:
        for header in (column.name, column.zh, *column.headers):
            assert table.by_header[token(header)] == column.name, header
    assert len(table.by_name) == len(table.columns)
    assert len({column.zh for column in table.columns}) == len(table.columns)
    assert set(table.key) <= set(table.by_name)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=names)
def test_labels_of_a_column_mean_one_value_each(table: Table, column: Column) -> None:
    writings = [token(text) for pair in column.labels.items() for text in pair]
    writings += [token(text) for text in column.also]
    meant = [column.lookup[writing] for writing in writings]
    pairs = set(zip(writings, meant, strict=True))
    assert len({writing for writing, _ in pairs}) == len(pairs)
    assert set(meant) <= set(column.labels)
    assert all(column.about), table.name


def test_names_of_files_and_sheets_mean_one_table_each() -> None:
    every_name = [name for table in INPUT_TABLES.values() for name in set(table.names)]
    assert len(every_name) == len(set(every_name))


def test_the_columns_every_run_needs_are_the_required_ones_of_required_tables() -> None:
    needed = {
        name: {column.name for column in table.columns if column.required}
        for name, table in INPUT_TABLES.items()
        if table.required
    }
    assert needed == NEEDED_IN_EVERY_RUN


def test_references_lead_to_tables_with_a_single_key() -> None:
    for table in INPUT_TABLES.values():
        for column in table.columns:
            for name in column.refers:
                assert len(INPUT_TABLES[name].key) == 1
                assert INPUT_TABLES[name].unique


def test_health_income_and_identity_of_applicants_are_personal() -> None:
    public = {column.name for column in INPUT_TABLES["applicants"].columns if not column.personal}
    assert public == {"applicant_id", "receipt_no", "district", "township"}


def test_headers_come_in_both_languages() -> None:
    assert tables.header("places", "monthly_pay") == "月补贴(元)"
    assert tables.header("places", "monthly_pay", "en") == "monthly_pay"
    with pytest.raises(KeyError):
        tables.header("places", "no_such_column")


@pytest.mark.parametrize(
    ("table", "column", "value", "zh", "en"),
    [
        ("applicants", "disability_type", "visual", "视力", "visual"),
        ("applicants", "disability_level", 1, "一级", "1"),
        ("applicants", "min_livelihood", "unknown", "不详", "unknown"),
        ("applicants", "group", "household_member", "残疾人家庭成员", "household member"),
        ("places", "is_candidate", True, "是", "yes"),
        ("places", "kind", "bookstall", "bookstall", "bookstall"),
        ("places", "capacity", 12, "12", "12"),
        ("places", "fee", float("nan"), "", ""),
        ("places", "disabled_only", pd.NA, "", ""),
    ],
)
def test_labels_come_in_both_languages(
    table: str, column: str, value: object, zh: str, en: str
) -> None:
    assert tables.label(table, column, value) == zh
    assert tables.label(table, column, value, "en") == en


def test_a_whole_column_gets_its_labels() -> None:
    levels = pd.Series([1, None, 4], dtype="Int64")
    assert list(tables.labels("applicants", "disability_level", levels)) == ["一级", "", "四级"]
    flags = pd.Series([True, None, False], dtype="boolean")
    assert list(tables.labels("places", "disabled_only", flags, "en")) == ["yes", "", "no"]
    kinds = pd.Series(["stall", "bookstall"], dtype="str")
    words = tables.labels("places", "kind", kinds, more={"bookstall": "书摊"})
    assert list(words) == ["摊位", "书摊"]


@pytest.mark.parametrize("table", INPUT_TABLES.values(), ids=names)
def test_an_empty_frame_fits_its_schema(table: Table) -> None:
    frame = tables.empty_frame(table.name)
    assert list(frame.columns) == [column.name for column in table.columns]
    schema_of(table).validate(frame, lazy=True)


def test_the_schema_names_every_failure_by_the_code_of_a_finding() -> None:
    frame = tables.empty_frame("places").reindex(range(3))
    frame["place_id"] = pd.Series(["P1", "=P2", None], dtype="str")
    frame["kind"] = pd.Series(["stall"] * 3, dtype="str")
    frame["capacity"] = pd.Series([1, -1, 0], dtype="Int64")
    with pytest.raises(Exception) as caught:  # noqa: PT011  pandera's own class
        schema_of(INPUT_TABLES["places"]).validate(frame, lazy=True)
    cases = caught.value.failure_cases  # type: ignore[attr-defined]
    found = set(zip(cases["column"], cases["check"], cases["index"], strict=True))
    assert found == {
        ("place_id", "formula_like", 1),
        ("place_id", "not_nullable", 2),
        ("capacity", "below_minimum", 1),
    }


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("371199199001011234", True),
        ("37119919900101123X44", True),
        ("电话 138-0013-8000", True),
        ("371199900101123", True),
        ("A000123", False),
        ("20231201", False),
        ("119.523412", False),
    ],
)
def test_official_numbers_are_seen_inside_any_text(text: str, holds: bool) -> None:
    assert holds_personal_number(text) is holds


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("371199199001011234", True),
        ("（2023）日证民字第 17 号，371199 19900101 123X", True),
        ("13800001111", True),
        ("公证处 +86 138-0000-1111", True),
        ("（2023）日证民字第 1234 号", False),
        ("2023-鲁日-0000001380000111122", False),
    ],
)
def test_a_record_number_may_be_long_but_not_personal(text: str, holds: bool) -> None:
    assert reference_holds_personal_number(text) is holds


@pytest.mark.parametrize(
    ("text", "is_person"),
    [
        ("王五（市残联）", True),
        ("系统科 王五", True),
        ("Ai Weiwei", True),
        ("Tester, J. (system office)", True),
        ("系统", False),
        ("系统（市残联）", False),
        ("ＳＹＳＴＥＭ", False),
        ("auto-approved by system", False),
        ("auto by system", False),
        ("系统管理员01", False),
        ("自动审批程序", False),
        ("admin", False),
        ("王", False),
        ("（市残联）", False),
        ("  ", False),
    ],
)
def test_a_signature_is_that_of_a_person(text: str, is_person: bool) -> None:
    assert names_a_person(text) is is_person
