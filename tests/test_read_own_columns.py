"""Columns a scenario declares, from the file to the sealed table and its hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocation.read import load_sealed_tables, read_tables, validate_tables
from allocation.read.digest import table_digests
from allocation.read.review import review_tables
from allocation.scenario import scenario_from_mapping
from allocation.scenario.models import Scenario

COLUMNS = [
    {"name": "age_band", "table": "applicants", "zh": "年龄段", "en": "age band"},
    {"name": "years", "table": "applicants", "type": "integer"},
    {"name": "is_remote", "table": "places", "type": "boolean", "zh": "农村"},
]
HEADER = "applicant_id,年龄段,years"


def town(folder: Path, header: str = HEADER, people: str = "A1,甲,5\nA2,,\n") -> Scenario:
    """Write three tables and make the scenario that reads them."""
    texts = {
        "applicants": f"{header}\n{people}",
        "places": "place_id,kind,capacity,农村\nP1,panel,1,是\nP2,panel,1,否\n",
        "applications": "applicant_id,place_id,preference_rank\nA1,P1,1\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = {
        "name": "own",
        "data": {"folder": "."},
        "stage": [{"kinds": ["panel"]}],
        "column": COLUMNS,
    }
    return scenario_from_mapping(settings, folder)


@pytest.mark.parametrize("written", ["年龄段", "age_band", "Age Band"])
def test_any_of_the_three_headers_is_read(tmp_path: Path, written: str) -> None:
    read = read_tables(town(tmp_path, f"applicant_id,{written},years"))
    people, places = read.applicants, read.places
    assert people["age_band"].fillna("–").tolist() == ["甲", "–"]
    assert people["years"].astype(object).fillna(0).tolist() == [5, 0]
    assert places["is_remote"].tolist() == [True, False]
    types = (people["age_band"].dtype, people["years"].dtype, places["is_remote"].dtype)
    assert list(map(str, types)) == ["str", "Int64", "boolean"]


def test_a_declared_column_must_be_there(tmp_path: Path) -> None:
    [finding] = validate_tables(town(tmp_path, "applicant_id,years", "A1,5\nA2,\n"))
    assert (finding.code, finding.field) == ("missing_column", "age_band")
    for lang in ("zh", "en"):
        assert "年龄段" in finding.problem(lang) + finding.mend(lang)


def test_a_bad_cell_is_found_and_never_repeated(tmp_path: Path) -> None:
    """All at once, with those of the columns that the program knows before them."""
    people = f"A1,{'长' * 2000},secret\nA 2!,甲,2.5\n"
    findings = validate_tables(town(tmp_path, people=people))
    found = [(f.row, f.field, f.code) for f in findings]
    assert (2, "years", "not_number") in found
    assert (3, "years", "not_integer") in found
    assert {field for row, field, _ in found if row == 2} == {"age_band", "years"}
    assert found[-1][1] != "applicant_id"
    for finding in findings:
        assert "secret" not in str(finding.record())
        assert finding.problem("zh")
        assert finding.mend("en")


def test_an_undeclared_column_is_left_out_with_a_notice(tmp_path: Path) -> None:
    read = read_tables(town(tmp_path, f"{HEADER},shoe_size", "A1,甲,5,43\n"))
    assert "shoe_size" not in read.applicants
    assert [notice.params["columns"] for notice in read.notices] == [["shoe_size"]]


def test_sealing_keeps_the_columns_and_the_hash_depends_on_them(tmp_path: Path) -> None:
    read = read_tables(town(tmp_path))
    read.save(tmp_path / "sealed")
    again = load_sealed_tables(tmp_path / "sealed")
    for name, frame in read.frames.items():
        assert list(again.frames[name].columns) == list(frame.columns)
        assert again.frames[name].dtypes.equals(frame.dtypes)
    before = table_digests(read)
    assert table_digests(again) == before
    changed = table_digests(read_tables(town(tmp_path, people="A1,乙,5\nA2,,\n")))
    assert changed["applicants"] != before["applicants"]
    assert changed["places"] == before["places"]


def test_a_review_counts_the_rows_of_an_extended_table(tmp_path: Path) -> None:
    review = review_tables(town(tmp_path, people="A1,甲,five\nA2,乙,3\n"))
    assert review.tables["applicants"].n_refused == 1
    assert review.tables["applicants"].accepted["age_band"].tolist() == ["乙"]
