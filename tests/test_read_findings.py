"""Every kind of bad cell is found, named by file, row and column, and never repeated."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from allocation.messages import LANGS, InputError, describe
from allocation.messages import reading as texts
from allocation.read import BadInput, Finding, findings_table, read_tables, validate_tables
from tests.reading_helper import ANN, BOB, Town, identity, scenario, town, write_folder

if TYPE_CHECKING:
    from collections.abc import Callable

BROKEN = Path(__file__).parent / "data" / "broken"
WRONG_DIGIT = ANN[:17] + ("1" if ANN[17] != "1" else "2")
BOB_WRONG_DIGIT = BOB[:17] + ("1" if BOB[17] != "1" else "2")


@dataclass(frozen=True)
class Bad:
    """One bad cell: what is done to the flawless town, and what must be found."""

    code: str
    table: str
    row: int | None
    column: str
    spoil: Callable[[Town], None]

    def __str__(self) -> str:
        return f"{self.code}-{self.column}"


def cell(code: str, table: str, row: int, column: str, value: str) -> Bad:
    """Write one bad value into a cell; rows count from the header, which is row 1."""

    def spoil(tables: Town) -> None:
        tables[table][row - 2][column] = value

    return Bad(code, table, row, column, spoil)


def change(
    code: str, table: str, row: int | None, column: str, spoil: Callable[[Town], None]
) -> Bad:
    """Do something else to the town."""
    return Bad(code, table, row, column, spoil)


def drop_column(table: str, column: str) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        for row in tables[table]:
            del row[column]

    return spoil


def add_column(table: str, column: str, value: str) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        for row in tables[table]:
            row[column] = value

    return spoil


def both(one: Callable[[Town], None], other: Callable[[Town], None]) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        one(tables)
        other(tables)

    return spoil


def add_row(table: str, like: int, **changes: str) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        tables[table].append({**tables[table][like - 2], **changes})

    return spoil


def drop_table(table: str) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        del tables[table]

    return spoil


def rename_applicant(value: str) -> Callable[[Town], None]:
    """Use another id for the first applicant everywhere."""

    def spoil(tables: Town) -> None:
        for rows in tables.values():
            for row in rows:
                if row.get("申请人编号") == "A1":
                    row["申请人编号"] = value

    return spoil


def several(table: str, row: int, **values: str) -> Callable[[Town], None]:
    def spoil(tables: Town) -> None:
        tables[table][row - 2].update(values)

    return spoil


BAD_CELLS = [
    # Tables, columns, rows.
    change("missing_table", "applications", None, "", drop_table("applications")),
    change("missing_column", "places", None, "名额数", drop_column("places", "名额数")),
    change("duplicate_header", "places", None, "capacity", add_column("places", "capacity", "1")),
    change(
        "duplicate_header",
        "places",
        None,
        "Remarks",
        both(add_column("places", "remarks", "x"), add_column("places", "Remarks", "y")),
    ),
    # Empty and double.
    cell("empty_cell", "applicants", 3, "申请人类别", ""),
    cell("empty_cell", "places", 3, "名额类型", " \u3000"),
    cell("empty_cell", "applications", 2, "志愿序号", ""),
    change(
        "duplicate_key", "applicants", 5, "申请人编号", add_row("applicants", 2, 受理回执号="R-9")
    ),
    change(
        "duplicate_key",
        "applicants",
        5,
        "申请人编号",
        both(add_row("applicants", 2, 姓名="某人"), drop_column("applicants", "受理回执号")),
    ),
    change("duplicate_key", "places", 4, "名额编号", add_row("places", 2, 名额数="3")),
    change("duplicate_key", "townships", 3, "名称", add_row("townships", 2, 人口="7")),
    change(
        "duplicate_key",
        "measured_distances",
        3,
        "名额编号乙",
        add_row("measured_distances", 2, 名额编号甲="O1", 名额编号乙="P2"),
    ),
    cell("duplicate_receipt", "applicants", 4, "受理回执号", "R-15"),
    cell("duplicate_rank", "applications", 3, "志愿序号", "1"),
    # References.
    cell("unknown_reference", "applications", 4, "申请人编号", "A9"),
    cell("unknown_reference", "applications", 4, "名额编号", "P9"),
    cell("unknown_reference", "places", 2, "场所编号", "V9"),
    cell("unknown_reference", "measured_distances", 2, "名额编号甲", "P9"),
    cell("same_place", "measured_distances", 2, "名额编号乙", "P2"),
    # Numbers.
    cell("not_integer", "places", 2, "名额数", "2.5"),
    cell("not_number", "places", 2, "名额数", "两个"),
    cell("below_minimum", "places", 2, "名额数", "-1"),
    cell("above_maximum", "places", 2, "名额数", "99999999999999999999"),
    cell("below_minimum", "applications", 2, "志愿序号", "0"),
    cell("below_minimum", "applications", 2, "志愿序号", "-1"),
    cell("above_maximum", "applications", 2, "名额排序", "1000001"),
    cell("not_number", "places", 2, "月费(元)", "120元"),
    cell("below_minimum", "places", 2, "月费(元)", "-120"),
    cell("not_number", "places", 2, "月费(元)", "nan"),
    cell("not_positive", "measured_distances", 2, "实测距离(米)", "0"),
    cell("not_positive", "measured_distances", 2, "实测距离(米)", "-291.4"),
    # Values from a list.
    cell("above_maximum", "applicants", 2, "残疾等级", "5"),
    cell("below_minimum", "applicants", 2, "残疾等级", "0"),
    cell("unknown_value", "applicants", 2, "残疾等级", "重度"),
    cell("unknown_value", "applicants", 2, "残疾类别", "视立"),
    cell("unknown_value", "applicants", 2, "低保", "申请中"),
    cell("unknown_value", "places", 2, "区域类别", "郊区"),
    cell("unknown_kind", "places", 2, "名额类型", "书摊"),
    cell("not_boolean", "places", 2, "需久站", "也许"),
    # Dates.
    cell("bad_date", "held_awards", 2, "授予日期", "去年"),
    cell("bad_date", "held_awards", 2, "授予日期", "2023-12"),
    cell("bad_date", "held_awards", 2, "授予日期", "1/12/2023"),
    cell("impossible_date", "held_awards", 2, "授予日期", "2023-02-30"),
    cell("impossible_date", "held_awards", 2, "授予日期", "20231301"),
    cell("impossible_date", "held_awards", 2, "授予日期", "0203-12-01"),
    cell("dates_reversed", "held_awards", 2, "有效期至", "2021-12-31"),
    cell("bad_timestamp", "applications", 2, "受理时间", "2023-11-21"),
    cell("bad_timestamp", "applications", 2, "受理时间", "上午九点"),
    cell("impossible_time", "applications", 2, "受理时间", "2023-11-21 24:30:00"),
    cell("impossible_date", "applications", 2, "受理时间", "2023-11-31 09:30:00"),
    # Identity and certificate numbers.
    cell("identity_length", "applicants", 3, "身份证号", BOB[:17]),
    cell("identity_length", "applicants", 3, "身份证号", "371199911103007"),
    cell("identity_characters", "applicants", 3, "身份证号", BOB[:5] + "O" + BOB[6:]),
    cell("identity_date", "applicants", 3, "身份证号", identity("19910230", 7)),
    cell("identity_check_digit", "applicants", 3, "身份证号", BOB_WRONG_DIGIT),
    cell("number_damaged", "applicants", 3, "身份证号", "3.71199E+17"),
    cell("certificate_form", "applicants", 2, "残疾人证号", ANN),
    cell("certificate_form", "applicants", 2, "残疾人证号", f"{ANN}83"),
    cell("certificate_form", "applicants", 2, "残疾人证号", f"{ANN}431"),
    cell("certificate_identity_differs", "applicants", 2, "残疾人证号", f"{WRONG_DIGIT}43"),
    cell("certificate_type_differs", "applicants", 2, "残疾人证号", f"{ANN}13"),
    cell("certificate_level_differs", "applicants", 2, "残疾人证号", f"{ANN}41"),
    change(
        "certificate_check_digit",
        "applicants",
        2,
        "残疾人证号",
        several("applicants", 2, 身份证号="", 残疾人证号=f"{WRONG_DIGIT}43"),
    ),
    change(
        "certificate_date",
        "applicants",
        2,
        "残疾人证号",
        several("applicants", 2, 身份证号="", 残疾人证号=f"{identity('19801315', 12)}43"),
    ),
    cell("birth_date_differs", "applicants", 3, "出生日期", "1991-11-04"),
    cell("sex_differs", "applicants", 3, "性别", "女"),
    # Positions.
    cell("coordinate_alone", "applicants", 2, "纬度", ""),
    cell("coordinate_alone", "places", 2, "经度", ""),
    cell("coordinate_out_of_range", "places", 2, "经度", "219.5"),
    cell("outside_bounds", "places", 2, "经度", "121.47"),
    cell("outside_bounds", "places", 2, "纬度", "31.23"),
    change(
        "coordinates_in_metres",
        "places",
        2,
        "经度",
        several("places", 2, 经度="457406.1", 纬度="3917930.2"),
    ),
    change(
        "coordinates_swapped",
        "places",
        2,
        "经度",
        several("places", 2, 经度="35.3921", 纬度="119.5310"),
    ),
    # Texts and ids.
    change("personal_number", "applicants", 2, "申请人编号", rename_applicant(ANN)),
    change("personal_number", "applicants", 2, "申请人编号", rename_applicant(f"{ANN}43")),
    change("personal_number", "applicants", 2, "申请人编号", rename_applicant("19900000000")),
    change("personal_number", "applicants", 2, "申请人编号", rename_applicant("138-0633-0000")),
    change("personal_number", "applicants", 2, "申请人编号", rename_applicant(f"日照{ANN}")),
    cell("personal_number", "applicants", 2, "受理回执号", "19900000000"),
    cell("formula_like", "applicants", 2, "受理回执号", "=1+1"),
    cell("formula_like", "existing_outlets", 2, "网点编号", "@O2"),
    cell("formula_like", "places", 2, "名称", '=HYPERLINK("x")'),
    cell("control_characters", "places", 2, "名称", "东\n排"),
    cell("text_too_long", "places", 2, "名称", "长" * 201),
    cell("undecodable", "places", 2, "名称", "石\ufffd早市"),
]
CITY_BOX = (118.4, 35.0, 120.0, 36.1)


@pytest.mark.parametrize("bad", BAD_CELLS, ids=str)
def test_one_bad_cell_is_one_finding(bad: Bad, tmp_path: Path) -> None:
    tables = town()
    bad.spoil(tables)
    if bad.column == "网点编号":
        # The measurement speaks of the outlet by its old id.
        tables["measured_distances"][0]["名额编号乙"] = "P1"
    found = validate_tables(scenario(write_folder(tmp_path, tables), bounds=CITY_BOX))
    assert [(f.code, f.table, f.row, f.column) for f in found] == [
        (bad.code, bad.table, bad.row, bad.column)
    ]
    assert found[0].file == ("" if bad.code == "missing_table" else f"{bad.table}.csv")
    for lang in LANGS:
        assert found[0].problem(lang)
        assert found[0].mend(lang)


def test_the_list_of_bad_cells_is_long() -> None:
    assert len({bad.code for bad in BAD_CELLS}) >= 40


def test_the_flawless_town_has_no_finding(tmp_path: Path) -> None:
    assert validate_tables(scenario(write_folder(tmp_path, town()), bounds=CITY_BOX)) == []


PERSONAL = [
    cell("", "applicants", 3, "身份证号", BOB[:16] + "??"),
    cell("", "applicants", 2, "残疾人证号", f"{ANN}99"),
    cell("", "applicants", 2, "残疾类别", "视立残疾"),
    cell("", "applicants", 2, "残疾等级", "九级"),
    cell("", "applicants", 2, "低保", "低保二档"),
    cell("", "applicants", 2, "姓名", "=安某某"),
    cell("", "applicants", 2, "经度", "19.530188"),
    cell("", "applicants", 2, "受理回执号", "19900000000"),
    cell("", "applications", 2, "申请人编号", "1990000-0000"),
    cell("", "places", 2, "名称", f"=摊主{ANN}"),
    cell("", "places", 2, "区域类别", "电话19900000000"),
    cell("", "places", 2, "区域类别", "电话１９９００００００００"),
    change("", "applicants", 2, "申请人编号", rename_applicant(ANN)),
    change("", "applicants", 2, "", add_column("applicants", ANN, "x")),
]


@pytest.mark.parametrize("bad", PERSONAL, ids=str)
def test_personal_values_are_never_repeated(bad: Bad, tmp_path: Path) -> None:
    tables = town()
    before = {text for rows in tables.values() for row in rows for text in row.values()}
    bad.spoil(tables)
    after = {text for rows in tables.values() for row in rows for text in (*row, *row.values())}
    secrets = {text for text in after - before if len(text) > 3} | {ANN, BOB, "安某"}
    given = scenario(write_folder(tmp_path, tables), bounds=CITY_BOX)
    found = validate_tables(given)
    shown = [findings_table(found, lang).to_csv() for lang in LANGS]
    shown += [repr(found)]
    if found:
        with pytest.raises(BadInput) as caught:
            read_tables(given)
        shown += [str(caught.value), repr(caught.value), repr(caught.value.params)]
    else:
        shown += [repr(read_tables(given).notices)]
    headers = {text for rows in town().values() for row in rows for text in row}
    for secret in secrets - headers:
        assert not any(secret in text for text in shown), "a personal value was repeated"


def test_hidden_cells_say_so(tmp_path: Path) -> None:
    tables = town()
    tables["applicants"][0]["残疾类别"] = "视立"
    found = validate_tables(scenario(write_folder(tmp_path, tables)))
    assert found[0].shown() == "（不显示）"
    assert found[0].shown("en") == "(not shown)"
    assert found[0].value == ""


def test_a_list_of_findings_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    tables = town()
    tables["places"][0] |= {"名称": '=HYPERLINK("x")', "名额数": "-1"}
    found = findings_table(validate_tables(scenario(write_folder(tmp_path, tables))))
    assert list(found["单元格"]) == ["-1", '\'=HYPERLINK("x")']


def test_bad_input_carries_every_finding_through_pickle(tmp_path: Path) -> None:
    tables = town()
    tables["places"][0]["名额数"] = "-1"
    tables["applications"][1]["志愿序号"] = "x"
    given = scenario(write_folder(tmp_path, tables))
    with pytest.raises(InputError) as caught:
        read_tables(given)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  our own
    assert isinstance(error, BadInput)
    assert error.exit_code == 2
    assert error.findings == validate_tables(given)
    assert [finding.code for finding in error.findings] == ["below_minimum", "not_number"]
    assert "2" in describe(error)


def test_all_bad_cells_are_found_at_once_in_the_order_of_the_files() -> None:
    """The folder of broken files: every table read, every bad cell found once."""
    found = validate_tables(scenario(BROKEN, bounds=CITY_BOX))
    listed = [
        tuple(line.split("\t"))
        for line in (BROKEN / "expected.tsv").read_text(encoding="utf-8").splitlines()[1:]
    ]
    got = [(f.table, "" if f.row is None else str(f.row), f.column, f.code) for f in found]
    assert got == listed
    assert len({finding.code for finding in found}) >= 20


def test_findings_can_be_laid_out_for_people(tmp_path: Path) -> None:
    tables = town()
    tables["places"][0]["区域类别"] = "郊区"
    found = validate_tables(scenario(write_folder(tmp_path, tables)))
    row = findings_table(found).iloc[0]
    assert row["文件"] == "places.csv"
    assert row["表"] == "名额"
    assert (row["行"], row["列"], row["单元格"]) == ("2", "区域类别", "郊区")
    assert row["修改办法"] == "请改为：城区、镇区、乡村"
    assert findings_table(found, "en").iloc[0]["mend"] == "write one of: urban, town, rural"
    assert "修改办法" in findings_table([]).columns


def test_every_finding_says_how_to_mend_it() -> None:
    findings = {code for code in texts.TEXTS if f"{code}_mend" in texts.TEXTS}
    mends = {code for code in texts.TEXTS if code.endswith("_mend")}
    assert {f"{code}_mend" for code in findings} == mends
    assert all(chinese and english for chinese, english in texts.TEXTS.values())


def test_a_whole_file_in_the_wrong_system_is_one_finding(tmp_path: Path) -> None:
    tables = town()
    places = tables["places"]
    places.append({**places[0], "名额编号": "P3"})
    for row in places:
        row["经度"], row["纬度"] = "457406.1", "3917930.2"
    found = validate_tables(scenario(write_folder(tmp_path, tables)))
    assert [(f.code, f.row, f.params["n"]) for f in found] == [
        ("coordinates_in_metres_all", None, 3)
    ]


def test_a_finding_without_a_table_can_be_told(tmp_path: Path) -> None:
    workbook = tmp_path / "data.xlsx"
    workbook.write_bytes(b"no workbook")
    found = validate_tables(scenario(workbook))
    assert found == [Finding("file_damaged", file="data.xlsx")]
    assert found[0].problem()
    assert len(findings_table(found, "en")) == 1
