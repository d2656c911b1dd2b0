"""The list for publication: what is on it, in which order, and that nothing else is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.cli import app
from allocation.export import (
    write_csv,
    write_geojson,
    write_gpkg,
    write_public_csv,
    write_public_xlsx,
    write_xlsx,
)
from allocation.export.disclosure import reveals_disability
from allocation.export.manifest import overrulings_left_out, write_manifest
from allocation.export.public import (
    Selection,
    list_digest,
    public_counts,
    public_facts,
    public_file_name,
    public_list,
    receipts_are_ids,
)
from allocation.messages import Lang
from allocation.runs import MANIFEST, Run, load_run
from allocation.scenario import EligibilityRule
from allocation.scenario.models import Publicity
from tests.town import write_town

if TYPE_CHECKING:
    from collections.abc import Callable

HEADERS = (
    "名额类型",
    "区县",
    "名额编号",
    "名额名称",
    "受理回执号",
    "姓名（隐去部分字）",
    "结果",
)
NAMES = {
    "A01": "张三",
    "A02": "张晓明",
    "A03": "欧阳小明",
    "A04": "买买提·阿布都拉",
    "A05": "李四",
    "A06": "王",
    "A07": "John Smith",
}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the town."""
    folder = tmp_path_factory.mktemp("town")
    return load_run(pipeline.run(write_town(folder), folder / "runs"))


@pytest.fixture
def town(sealed: Run) -> Run:
    """Give the town's run with names and receipt numbers, as a copy to change."""
    people = sealed.tables.applicants
    return with_tables(
        sealed,
        applicants=people.assign(
            name=people["applicant_id"].map(NAMES),
            receipt_no="R" + people["applicant_id"].str[::-1],
        ),
    )


def with_tables(run: Run, **frames: pd.DataFrame) -> Run:
    """Copy a run and exchange input tables."""
    copy = Run(run.path, run.manifest, dict(run.result))
    copy.__dict__["instance"] = run.instance
    copy.__dict__["tables"] = replace(run.tables, frames={**run.tables.frames, **frames})
    for name in ("awards", "waitlist", "refusals", "scenario"):
        copy.__dict__[name] = getattr(run, name)
    return copy


def with_scenario(run: Run, **settings: Any) -> Run:
    """Copy a run and change settings of its scenario."""
    copy = with_tables(run)
    copy.__dict__["scenario"] = run.scenario.model_copy(update=settings)
    return copy


def official(run: Run) -> Run:
    """Copy a run as an official one."""
    copy = with_tables(run)
    copy.result["official"] = True
    return copy


def only_for_disabled(run: Run, kind: str) -> Run:
    """Copy a run under a scenario that admits disabled people only to a kind."""
    rules = {kind: EligibilityRule(groups=("disabled",))}
    return with_scenario(run, eligibility=rules)


class TestList:
    """Rows, columns and order."""

    def test_one_row_per_award_and_nothing_but_the_allowed_columns(self, town: Run) -> None:
        """The columns are the allow-list, the rows the awards."""
        frame = public_list(town)
        assert tuple(frame.columns) == HEADERS
        assert len(frame) == len(town.awards)
        pairs = set(zip(frame["名额编号"], frame["受理回执号"], strict=True))
        assert pairs == {
            (place, "R" + who[::-1])
            for who, place in zip(town.awards["applicant_id"], town.awards["place_id"], strict=True)
        }

    def test_names_are_masked(self, town: Run) -> None:
        """Every name on the list is the masked one of its receipt."""
        frame = public_list(town)
        shown = dict(zip(frame["受理回执号"], frame["姓名（隐去部分字）"], strict=True))
        masked = {"R10A": "张*", "R20A": "张*明", "R30A": "欧**明", "R40A": "买*", "R50A": "李*"}
        assert {receipt: shown[receipt] for receipt in masked if receipt in shown} == {
            receipt: name for receipt, name in masked.items() if receipt in shown
        }
        assert len(set(masked) & set(shown)) >= 3
        assert not set(shown.values()) & {name for name in NAMES.values() if len(name) > 1}

    def test_order_says_nothing(self, town: Run) -> None:
        """Kind, district, place, receipt: the run's own order leaves no trace."""
        frame = public_list(town)
        shuffled = with_tables(town)
        shuffled.__dict__["awards"] = town.awards.sample(frac=1, random_state=3)
        pd.testing.assert_frame_equal(public_list(shuffled), frame)
        kinds = list(dict.fromkeys(frame["名额类型"]))
        assert kinds == [
            town.scenario.kinds[kind].zh
            for kind in town.scenario.kinds
            if kind in set(town.awards["kind"])
        ]
        keys = frame[["名额类型", "区县", "名额编号", "受理回执号"]]
        for _, part in keys.groupby("名额类型"):
            rows = list(part.itertuples(index=False, name=None))
            assert rows == sorted(rows)

    def test_kinds_can_be_left_out(self, town: Run) -> None:
        """Only the kinds asked for are listed and counted."""
        chosen = Selection(kinds=("stall",))
        frame = public_list(town, "zh", chosen)
        assert set(frame["名额类型"]) == {"摊位"}
        assert public_counts(town, "zh", chosen).values.tolist() == [["摊位", len(frame)]]
        assert public_list(town, "zh", Selection(kinds=())).empty

    def test_counts_add_up(self, town: Run) -> None:
        """The counts of all kinds are the rows of the list."""
        assert public_counts(town)["个数"].sum() == len(public_list(town))

    def test_trial_and_official_rows(self, town: Run) -> None:
        """A trial says so in every row, so that no copied row passes for a decision."""
        assert set(public_list(town)["结果"]) == {"试算稿"}
        assert set(public_list(official(town))["结果"]) == {"拟获批"}
        assert "试算稿" in public_file_name(town, "xlsx")
        assert "试算稿" not in public_file_name(official(town), "xlsx")

    def test_english(self, town: Run) -> None:
        """English headers and kinds."""
        frame = public_list(town, "en")
        assert "receipt_no" in frame
        assert "stall" in set(frame["kind"])
        assert set(frame["outcome"]) == {"trial"}

    def test_nameless_applicants_stay_nameless(self, sealed: Run) -> None:
        """Without names in the data the column is empty and never ``nan``."""
        assert set(public_list(sealed)["姓名（隐去部分字）"]) == {""}

    def test_receipts_that_are_ids_are_noticed(self, sealed: Run, town: Run) -> None:
        """The town has no receipt numbers of its own; the ids stand in for them."""
        assert receipts_are_ids(sealed)
        assert not receipts_are_ids(town)


class TestPlaceNames:
    """A place's name must not undo the masking."""

    @pytest.mark.parametrize(
        ("person", "name", "shown"),
        [
            ("张晓明", "张晓明便利店", "张*明便利店"),
            ("张　晓明 ", "张晓明便利店", "张*明便利店"),
            ("张晓明", "张 晓 明便利店", "张*明便利店"),
            ("张晓明", "好再来便利店", "好再来便利店"),
            ("张晓明", "便利店13912345678", "M1"),
        ],
    )
    def test_owner_and_number_in_a_name(
        self, town: Run, person: str, name: str, shown: str
    ) -> None:
        """A shop is often called after its owner."""
        winner, place = first_at(town, "S1")
        people, places = town.tables.applicants, town.tables.places
        changed = with_tables(
            town,
            applicants=people.assign(
                name=people["name"].mask(people["applicant_id"] == winner, person)
            ),
            places=places.assign(name=places["name"].mask(places["place_id"] == place, name)),
            venues=town.tables.venues.assign(name="M1"),
        )
        cell = public_list(changed).set_index("名额编号")["名额名称"].loc[[place]].iloc[0]
        assert cell in (shown, f"M1 {shown}")

    def test_venue_comes_first(self, town: Run) -> None:
        """A stall's number alone would name one in every market."""
        venues = town.tables.venues
        named = with_tables(
            town, venues=venues.assign(name=venues["venue_id"].map({"M1": "东市", "C1": ""}))
        )
        cells = public_list(named).set_index("名额编号")["名额名称"]
        # The name of S1 says its market already; S2 has no name of its own.
        assert set(cells.loc[["S1"]]) == {"东市甲区"}
        if "S2" in cells:
            assert set(cells.loc[["S2"]]) == {"东市"}


def first_at(run: Run, place: str) -> tuple[str, str]:
    """Return the first awarded applicant of a place."""
    row = run.awards[run.awards["place_id"] == place].iloc[0]
    return str(row["applicant_id"]), place


class TestDisclosure:
    """Kinds whose list itself tells that a holder is disabled."""

    def test_open_kinds_tell_nothing(self, town: Run) -> None:
        """Kinds that anybody may hold are not told of, whoever holds them in fact."""
        assert reveals_disability(town) == ()

    def test_kinds_for_disabled_people(self, town: Run) -> None:
        """The rule decides."""
        closed = only_for_disabled(town, "public_welfare_post")
        assert reveals_disability(closed) == ("public_welfare_post",)

    def test_household_members_count(self, town: Run) -> None:
        """A household member's award tells of somebody at home."""
        rules = {"stall": EligibilityRule(groups=("disabled", "household_member"))}
        assert reveals_disability(with_scenario(town, eligibility=rules)) == ("stall",)

    def test_one_place_for_disabled_people_is_enough(self, town: Run) -> None:
        """Names are left out for the whole kind, so that no row is marked by it."""
        places = town.tables.places
        marked = with_tables(town, places=places.assign(disabled_only=(places["place_id"] == "S2")))
        assert reveals_disability(marked) == ("stall",)

    def test_sites_kept_by_a_plan_count(self, town: Run) -> None:
        """The plan is published before anybody applies; it keeps a site for some alone."""
        result = json.loads(json.dumps(town.result))
        result["stages"][1]["plan"] = {"places": ["L1"], "reserved_disabled": [False]}
        assert reveals_disability(Run(town.path, town.manifest, result)) == ()
        result["stages"][1]["plan"]["reserved_disabled"] = [True]
        planned = Run(town.path, town.manifest, result)
        assert reveals_disability(planned) == ("welfare_lottery",)

    def test_hard_units_of_places_that_choose_count(self, town: Run) -> None:
        """Under ``stable`` a single place may be reserved whole."""
        half = town.scenario.reserves["stall"].model_copy(update={"mode": "hard"})
        stages = [
            stage.model_copy(update={"mechanism": "stable"}) if stage.name == "joint" else stage
            for stage in town.scenario.stages
        ]
        loose = with_scenario(town, reserves={"stall": half}, stages=tuple(stages))
        assert reveals_disability(loose) == ("stall",)

    def test_hard_reserves_and_quotas(self, town: Run) -> None:
        """Units that only beneficiaries may hold tell of them when they are all units."""
        reserve = town.scenario.reserves["stall"].model_copy(update={"mode": "hard", "share": 1})
        hard = with_scenario(town, reserves={"stall": reserve})
        hard.__dict__.pop("instance")
        assert reveals_disability(hard) == ("stall",)
        half = town.scenario.reserves["stall"].model_copy(update={"mode": "hard"})
        loose = with_scenario(town, reserves={"stall": half})
        loose.__dict__.pop("instance")
        assert reveals_disability(loose) == ()
        quota = town.scenario.quotas[0].model_copy(
            update={"hard": True, "min": None, "min_share": 1, "denominator": "awarded"}
        )
        assert reveals_disability(with_scenario(town, quotas=(quota,))) == ("public_welfare_post",)

    @pytest.mark.parametrize(
        ("change", "telling"),
        [
            ({"min": 10_000}, True),
            ({"min": 1}, False),
            ({"min": None, "max": 0, "applicant": {"group": ("general",)}}, True),
            ({"min": None, "max": 0, "applicant": {"group": ("disabled",)}}, False),
            ({"min": None, "max_share": 0, "applicant": {"disability_level": (1,)}}, True),
        ],
    )
    def test_hard_quotas_by_number(
        self, town: Run, change: dict[str, object], telling: bool
    ) -> None:
        """A minimum of every unit, and a maximum of none, say as much as a share of all."""
        quota = town.scenario.quotas[0].model_copy(update={"hard": True, **change})
        found = reveals_disability(with_scenario(town, quotas=(quota,)))
        assert found == (("public_welfare_post",) if telling else ())

    def test_a_kind_for_some_disabilities_tells_the_type(self, town: Run) -> None:
        rules = {"stall": EligibilityRule(disability=({"disability_type": ("visual",)},))}
        assert reveals_disability(with_scenario(town, eligibility=rules)) == ("stall",)

    def test_names_are_left_out_unless_asked_for(self, town: Run) -> None:
        """By default such a kind is listed by receipt number only."""
        closed = only_for_disabled(town, "public_welfare_post")
        names = public_list(closed).groupby("名额类型")["姓名（隐去部分字）"].agg(set)
        assert names["公益性岗位"] == {"不公开"}
        assert "不公开" not in names["摊位"]
        asked = public_list(closed, "zh", Selection(named=("public_welfare_post",)))
        assert "不公开" not in set(asked["姓名（隐去部分字）"])

    def test_a_second_award_does_not_give_the_name_away(self, town: Run) -> None:
        """One receipt number in two kinds would join the name to the fact."""
        closed = only_for_disabled(town, "public_welfare_post")
        post = town.awards[town.awards["kind"] == "public_welfare_post"].iloc[0]
        second = post.to_frame().T.assign(place_id="T2", kind="tobacco").astype(town.awards.dtypes)
        closed.__dict__["awards"] = pd.concat([town.awards, second], ignore_index=True)
        frame = public_list(closed).set_index("受理回执号")
        mine = frame.loc["R" + str(post["applicant_id"])[::-1]]
        assert len(mine) == 2
        assert set(mine["姓名（隐去部分字）"]) == {"不公开"}


class TestWorkbook:
    """The workbook to print."""

    def test_reopens_with_head_and_rows(self, town: Run, tmp_path: Path) -> None:
        """Title, facts, header, rows, counts and print set-up."""
        write_public_xlsx(town, tmp_path / "a.xlsx")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames == ["公示名单", "分类统计"]
        sheet = book["公示名单"]
        assert sheet["A1"].value == "名额分配结果名单（试算稿，不得公示）"
        facts = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2, max_row=9)}
        assert facts["方案"] == "小镇方案"
        assert facts["决定日期"] == "2023-12-01"
        assert facts["名额数"] == str(len(town.awards))
        assert "公示期" not in facts
        assert list_digest(public_list(town)) in facts["名单校验码"]
        start = next(row[0].row for row in sheet.iter_rows() if row[0].value == HEADERS[0])
        written = [[cell.value or "" for cell in row] for row in sheet.iter_rows(min_row=start)]
        assert written[0] == list(HEADERS)
        assert written[1:] == public_list(town).values.tolist()
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == f"${start}:${start}"
        assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
        assert "不得公示" in sheet.oddHeader.center.text

    def test_official_copy_is_not_marked(self, town: Run, tmp_path: Path) -> None:
        """No trial mark on an official list; the period is said where it is set."""
        run = with_scenario(official(town), publicity=Publicity(days=7, day_type="calendar"))
        run.result["official"] = True
        write_public_xlsx(run, tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["公示名单"]
        assert sheet["A1"].value == "名额分配结果公示名单"
        assert sheet.oddHeader.center.text is None
        assert dict(public_facts(run, public_list(run)))["公示期"] == "7 日"

    def test_csv_carries_the_digest(self, town: Run, tmp_path: Path) -> None:
        """The checksum in the workbook is that of the CSV file."""
        write_public_csv(town, tmp_path / "a.csv")
        data = (tmp_path / "a.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert hashlib.sha256(data).hexdigest() == list_digest(public_list(town))
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert tuple(rows[0]) == HEADERS
        assert len(rows) == len(town.awards) + 1

    def test_names_are_no_formulas(self, town: Run, tmp_path: Path) -> None:
        """A stall called ``=HYPERLINK(1)`` stays a text in both files."""
        places = town.tables.places.assign(name='=HYPERLINK("x")')
        forged = with_tables(town, places=places, venues=town.tables.venues.assign(name=None))
        write_public_xlsx(forged, tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["公示名单"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        write_public_csv(forged, tmp_path / "a.csv")
        assert set(pd.read_csv(tmp_path / "a.csv")["名额名称"]) == {'\'=HYPERLINK("x")'}

    def test_command(self, sealed: Run, tmp_path: Path) -> None:
        """``allocation export --format public-xlsx`` and ``public-csv``."""
        for form, ending in (("public-xlsx", "xlsx"), ("public-csv", "csv")):
            done = CliRunner().invoke(
                app, ["export", str(sealed.path), "--format", form, "--out", str(tmp_path)]
            )
            assert done.exit_code == 0, done.output
            assert (tmp_path / f"{sealed.run_id}-public.{ending}").is_file()


MARK = "SENTINEL"
KEPT = {"applicants": {"applicant_id", "receipt_no"}, "places": {"place_id", "kind"}}
SHOWN = {"places": {"name", "district", "capacity", "is_candidate", "venue_id", "lon", "lat"}}
SHOWN_INSIDE = {"places": {"township", "zone"}}
"""Columns of places that the GIS layers show; none of them is about a person."""


def planted(run: Run, *, but: set[str]) -> Run:
    """Copy a run with a sentinel in every cell of people, and of places ``but`` some columns."""
    people, places = run.tables.applicants, run.tables.places
    forged = with_tables(
        run,
        applicants=sentinels(people, KEPT["applicants"]),
        places=sentinels(places, KEPT["places"] | SHOWN["places"] | but),
    )
    for name in ("awards", "waitlist", "refusals"):
        frame = getattr(run, name)
        hidden = {"priority_tier", "distance_m", "reserve_used", "params"} & set(frame.columns)
        forged.__dict__[name] = sentinels(frame, set(frame.columns) - hidden)
    return forged


def sentinels(frame: pd.DataFrame, but: set[str]) -> pd.DataFrame:
    """Put a sentinel into every column ``but`` some: a word, or a rare number."""
    fresh = frame.copy()
    for position, column in enumerate(frame.columns):
        if column in but:
            continue
        if column == "params":
            fresh[column] = json.dumps({"value": MARK})
        elif column == "reserve_used" or not pd.api.types.is_numeric_dtype(frame[column]):
            fresh[column] = f"{MARK}{position}"
        else:
            fresh[column] = 918_273_645 + position
    return fresh


def leaked(path: Path) -> list[str]:
    """Find sentinels in the bytes of a file, unpacked where it is an archive."""
    parts = {"": path.read_bytes()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            parts |= {name: archive.read(name) for name in archive.namelist()}
    # Sentinels in UTF-8 and UTF-16, the numbers as decimals.
    wanted = (MARK.encode(), MARK.encode("utf-16-le"), b"9182736")
    return [name for name, data in parts.items() for word in wanted if word in data]


WRITERS: dict[str, Callable[[Run, Path, Lang], None]] = {
    "public.xlsx": write_public_xlsx,
    "public.csv": write_public_csv,
    "masked.xlsx": write_xlsx,
    "awards.csv": lambda run, path, lang: write_csv(run, path, lang, name="awards"),
    "waitlist.csv": lambda run, path, lang: write_csv(run, path, lang, name="waitlist"),
    "refusals.csv": lambda run, path, lang: write_csv(run, path, lang, name="refusals"),
    "layers.gpkg": lambda run, path, lang: write_gpkg(run, path),
    "places.geojson": lambda run, path, lang: write_geojson(run, path),
}


class TestLeaks:
    """Nothing sensitive in any byte of what leaves the office."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", list(WRITERS))
    def test_no_sentinel_gets_out(self, town: Run, tmp_path: Path, name: str, lang: Lang) -> None:
        """Every column about people, and every hidden one of the record, is planted."""
        public = name.startswith("public")
        run = planted(town, but=set() if public else SHOWN_INSIDE["places"])
        path = tmp_path / name
        WRITERS[name](run, path, lang)
        # A masked name shows the first letter of the sentinel and no more.
        assert leaked(path) == []

    def test_the_search_would_find_one(self, town: Run, tmp_path: Path) -> None:
        """The working copy holds them, and the test sees it."""
        run = planted(town, but=SHOWN_INSIDE["places"])
        write_xlsx(run, tmp_path / "a.xlsx", internal=True)
        assert leaked(tmp_path / "a.xlsx")
        write_csv(run, tmp_path / "a.csv", internal=True)
        assert leaked(tmp_path / "a.csv")

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_no_word_of_tiers_or_reserves(self, town: Run, tmp_path: Path, lang: Lang) -> None:
        """Neither headers nor cells of a public file speak of what it does not hold."""
        write_public_xlsx(town, tmp_path / "a.xlsx", lang)
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        write_public_csv(town, tmp_path / "a.csv", lang)
        said = " ".join(str(cell) for cell in cells) + (tmp_path / "a.csv").read_text("utf-8-sig")
        for word in ("预留", "层级", "残疾", "低保", "reserve", "tier", "disab", "livelihood"):
            assert word not in said

    def test_real_numbers_and_names_stay_inside(self, tmp_path: Path) -> None:
        """People of the demonstration city: no number, no full name, nobody refused."""
        from allocation.demo import make_demo_city

        make_demo_city(tmp_path / "data", 60, 7)
        scenario = tmp_path / "city.toml"
        scenario.write_text(CITY, encoding="utf-8")
        run = load_run(pipeline.run(scenario, tmp_path / "runs"))
        frame = public_list(run)
        assert len(frame) > 10
        people = run.tables.applicants
        write_public_csv(run, tmp_path / "a.csv")
        write_public_xlsx(run, tmp_path / "a.xlsx")
        said = (tmp_path / "a.csv").read_text("utf-8-sig")
        with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
            said += "".join(archive.read(name).decode() for name in archive.namelist())
        for column in ("identity_no", "certificate_no", "name", "applicant_id"):
            assert not [value for value in people[column].dropna() if value in said]
        refused = set(people["receipt_no"]) - set(frame["受理回执号"])
        assert not [receipt for receipt in refused if receipt in said]


CITY = """
name = "city"
title = "演示"
decision_date = 2023-12-01

[data]
folder = "data"

[[stage]]
name = "joint"
kinds = ["public_welfare_post", "stall", "kiosk"]

[draw]
seed = "1"
"""


class TestManifest:
    """The manifest outside the office."""

    def test_is_the_sealed_file(self, town: Run, tmp_path: Path) -> None:
        """Byte for byte, so that its hash stays good."""
        write_manifest(town, tmp_path / "m.json")
        assert (tmp_path / "m.json").read_bytes() == (town.path / MANIFEST).read_bytes()
        assert overrulings_left_out(town) == 0

    def test_overrulings_stay_inside(self, town: Run, tmp_path: Path) -> None:
        """Who was found unsuitable and why that was overruled is nobody else's business."""
        rule = {"applicant_id": "A01", "place_id": "P1", "by": MARK, "reason": MARK}
        key = "overruling.A01/P1.reason"
        scenario = {
            **town.manifest["scenario"],
            "overruling": [rule],
            "sources": {**town.manifest["scenario"]["sources"], key: {"value": MARK}},
        }
        told = Run(
            town.path,
            {
                **town.manifest,
                "scenario": scenario,
                "basis": {**town.manifest["basis"], key: {"value": MARK}},
                "overrides": [f"{key}={MARK}", "reserve.stall.share=0.12"],
            },
            town.result,
        )
        assert overrulings_left_out(told) == 1
        write_manifest(told, tmp_path / "m.json")
        text = (tmp_path / "m.json").read_text(encoding="utf-8")
        assert MARK not in text
        written = json.loads(text)
        assert written["left_out"] == ["overruling"]
        assert written["overrides"] == ["reserve.stall.share=0.12"]
        assert written["awards_sha256"] == town.manifest["awards_sha256"]
