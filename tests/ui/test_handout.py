"""The page that hands out: previews, the typed confirmation, marks of a trial."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from allocation.export.public import list_digest, public_list
from allocation.messages import RunError, text
from allocation.packs.lines import CODES_FILE
from allocation.packs.public import written_digest
from allocation.packs.register import entries, register_of
from allocation.read import Tables
from allocation.runs import MANIFEST, RESULT, Run, load_run
from allocation.ui.downloads import made
from allocation.ui.handout.apart import export_apart
from tests.patience import PATIENCE_S
from tests.ui.conftest import MAIN, OpenPage, unescaped

SECTION = "handout.section"
PACK = "下载公开复核包"


@pytest.fixture
def run(home: Path) -> Run:
    """Return the workspace's run."""
    return load_run(next(path for path in (home / "runs").iterdir() if path.name[0] != "."))


def show(page: AppTest, section: str) -> AppTest:
    """Choose a section of the page."""
    page.button_group(key=SECTION).set_value(section)
    return page.run()


def downloads(page: AppTest) -> dict[str, bool]:
    """Label of every download button -> whether it is disabled."""
    return {button.proto.label: button.proto.disabled for button in page.get("download_button")}


def said(page: AppTest) -> str:
    """All sentences of the page."""
    parts = [
        *page.subheader,
        *page.markdown,
        *page.caption,
        *page.warning,
        *page.info,
        *page.error,
        *page.success,
    ]
    return unescaped("\n".join(str(part.value) for part in parts))


def exported(run: Run, form: str, *options: str) -> bytes:
    """Return what a download writes in a process of its own."""
    name = "a.xlsx" if form == "xlsx" else "a.zip"
    return made(lambda path: export_apart(run.path, path, form, *options), name, "", {})


def make_official(home: Path, run: Run) -> None:
    """Turn the sealed run into an official one."""
    for name in (MANIFEST, RESULT):
        file = run.path / name
        content = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(content | {"official": True}), encoding="utf-8")


class TestPublicList:
    """What may be published."""

    def test_preview_is_the_list(self, open_page: OpenPage, run: Run) -> None:
        """The table is what will be written, N of M, with its checksum."""
        page = open_page("handout")
        assert not page.exception
        expected = public_list(run)
        assert page.dataframe[0].value.values.tolist() == expected.values.tolist()
        assert f"第 1–{len(expected)} 条，共 {len(expected)} 条" in said(page)
        assert list_digest(expected) in said(page)
        assert downloads(page) == {"下载 XLSX": False, "下载 CSV": False, PACK: False}

    def test_a_trial_says_so(self, open_page: OpenPage) -> None:
        """A warning above, and the mark in the title and in every row."""
        page = open_page("handout")
        assert text("app_handout_trial") in [warning.value for warning in page.warning]
        assert "名额分配结果名单（试算稿，不得公示）" in said(page)
        assert set(page.dataframe[0].value["结果"]) == {"试算稿"}

    def test_an_official_run_is_not_marked(self, open_page: OpenPage, home: Path, run: Run) -> None:
        """No mark of a trial; who decides is said instead."""
        make_official(home, run)
        page = open_page("handout")
        assert "试算稿" not in said(page)
        assert text("app_handout_official") in [info.value for info in page.info]
        assert set(page.dataframe[0].value["结果"]) == {"拟获批"}

    def test_kinds_can_be_left_out(self, open_page: OpenPage, run: Run) -> None:
        """The preview follows the choice; without a kind nothing can be downloaded."""
        page = open_page("handout")
        key = f"handout.kinds.{run.run_id}"
        page.button_group(key=key).set_value(["stall"])
        page.run()
        assert set(page.dataframe[0].value["名额类型"]) == {"摊位"}
        page.button_group(key=key).set_value([])
        page.run()
        assert not page.dataframe
        assert downloads(page) == {"下载 XLSX": True, "下载 CSV": True, PACK: False}

    def test_missing_receipt_numbers_are_said(self, open_page: OpenPage) -> None:
        """The town has none of its own."""
        page = open_page("handout")
        assert text("app_handout_receipts") in [warning.value for warning in page.warning]

    def test_kinds_for_disabled_people_warn(
        self, open_page: OpenPage, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Names stay out until the office says that it has a basis."""
        rule = {**run.manifest["scenario"]}
        rule["eligibility"] = {"public_welfare_post": {"groups": ["disabled"]}}
        manifest = {**run.manifest, "scenario": rule}
        (run.path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        named = with_names(run.tables)
        monkeypatch.setattr("allocation.read.load_sealed_tables", lambda _: named)
        page = open_page("handout")
        assert any("公益性岗位只安排残疾人" in warning.value for warning in page.warning)
        names = page.dataframe[0].value.groupby("名额类型")["姓名（隐去部分字）"].agg(set)
        assert names["公益性岗位"] == {"不公开"}
        assert names["摊位"] == {"张*明"}
        page.checkbox(key=f"handout.named.{run.run_id}").check().run()
        assert any("公示即披露" in warning.value for warning in page.warning)
        assert set(page.dataframe[0].value["姓名（隐去部分字）"]) == {"张*明"}

    def test_english(self, open_page: OpenPage) -> None:
        """The page and the list are in English."""
        page = open_page("handout", lang="en")
        assert "receipt_no" in page.dataframe[0].value
        public = ["Download XLSX", "Download CSV", "Download the public pack"]
        assert list(downloads(page)) == public
        assert text("app_handout_trial", "en") in [warning.value for warning in page.warning]


def with_names(tables: Tables) -> Tables:
    """Give everybody a name."""
    people = tables.applicants.assign(name="张晓明")
    return replace(tables, frames={**tables.frames, "applicants": people})


class TestInternalWorkbook:
    """The working copy behind a typed confirmation."""

    LABEL = "下载内部工作簿"

    def test_opens_with_the_scenarios_name_only(self, open_page: OpenPage, run: Run) -> None:
        """Nothing, a wrong name, another case: disabled; the name: enabled."""
        page = show(open_page("handout"), "internal")
        assert downloads(page) == {self.LABEL: True}
        box = page.text_input(key=f"handout.confirm.{run.run_id}")
        for wrong in ("tow", "Town", "小镇方案", run.run_id):
            box.set_value(wrong).run()
            assert downloads(page) == {self.LABEL: True}
            assert text("app_handout_confirm_wrong") in said(page)
        box.set_value("town").run()
        assert downloads(page) == {self.LABEL: False}
        box.set_value("").run()
        assert downloads(page) == {self.LABEL: True}

    def test_previews_sheets_without_their_content(self, open_page: OpenPage, run: Run) -> None:
        """Names of sheets and columns with the numbers of rows, no person."""
        page = show(open_page("handout"), "internal")
        sheets = page.table[0].value
        numbers = dict(zip(sheets["工作表"], sheets["行数"], strict=True))
        assert numbers["分配结果"] == len(run.awards)
        assert numbers["未获名额"] == len(run.refusals)
        assert not page.dataframe
        assert "占用预留" in sheets["列"].iloc[0]

    def test_english(self, home: Path) -> None:
        """The English page asks for the same name."""
        page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        page.query_params["lang"] = "en"
        page.session_state[SECTION] = "internal"
        page.switch_page("views/handout.py").run()
        assert downloads(page) == {"Download the internal workbook": True}
        assert "Type `town` exactly" in said(page)

    def test_is_written_by_a_process_of_its_own(self, run: Run) -> None:
        """With tier and reserve, as the command line writes it."""
        data = exported(run, "xlsx", "--internal")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.xlsx")
            path.write_bytes(data)
            header = [cell.value for cell in openpyxl.load_workbook(path)["分配结果"][1]]
        assert header[-3:] == ["优先层级", "距离(米)", "占用预留"]


class TestPublicPack:
    """The pack that anybody may have, and the codes that go with it."""

    def test_previews_its_files(self, open_page: OpenPage, run: Run) -> None:
        """Files with their rows; the page itself builds nothing."""
        page = open_page("handout")
        files = dict(page.table[0].value.iloc[:, :2].values.tolist())
        assert files["awards.csv"] == len(run.awards)
        assert "verify.py" in files
        assert not (run.path / CODES_FILE).exists()

    def test_codes_are_behind_the_confirmation(self, open_page: OpenPage, run: Run) -> None:
        """They are there once a pack was made, and only for who types the name."""
        label = text("app_handout_codes")
        page = show(open_page("handout"), "internal")
        assert label not in downloads(page)
        data = exported(run, "public-pack")
        assert data[:2] == b"PK"
        assert written_digest(run) in [code.value for code in open_page("handout").code]
        page = show(open_page("handout"), "internal")
        assert downloads(page)[label]
        page.text_input(key=f"handout.confirm.{run.run_id}").set_value("town").run()
        assert not downloads(page)[label]


class TestAuditPack:
    """The pack for an auditor: confirmed, signed for, registered."""

    LABEL = "登记并下载审计复核包"

    def test_opens_when_all_three_are_given(self, open_page: OpenPage, run: Run) -> None:
        """The scenario's name, a person and a reason, none of them with a number."""
        page = show(open_page("handout"), "audit")
        assert text("app_handout_audit_warn") in [warning.value for warning in page.warning]
        assert downloads(page) == {self.LABEL: True}
        for field, value in (("confirm", "town"), ("by", "赵六（市审计局）"), ("reason", "核查")):
            assert downloads(page) == {self.LABEL: True}
            page.text_input(key=f"handout.audit.{field}.{run.run_id}").set_value(value).run()
        assert downloads(page) == {self.LABEL: False}
        page.text_input(key=f"handout.audit.by.{run.run_id}").set_value("13906331234").run()
        assert downloads(page) == {self.LABEL: True}
        assert text("pack_text_personal") in said(page)

    def test_previews_its_tables(self, open_page: OpenPage, run: Run) -> None:
        page = show(open_page("handout"), "audit")
        files = dict(page.table[0].value.iloc[:, :2].values.tolist())
        assert files["people.csv"] == len(run.tables.applicants)
        assert files["refusals.csv"] == len(run.refusals)

    def test_shows_who_had_it(self, open_page: OpenPage, run: Run) -> None:
        """The register of this run, once a pack was handed out."""
        options = ("--confirm=town", "--by=赵六（市审计局）", "--reason=鲁审通〔2023〕5号")
        exported(run, "audit-pack", *options)
        assert len(entries(run.path.parent)) == 1
        page = show(open_page("handout"), "audit")
        assert "登记簿（1 次）" in said(page)
        assert page.dataframe[0].value["领取人"].tolist() == ["赵六（市审计局）"]

    def test_a_damaged_register_is_said(self, open_page: OpenPage, run: Run) -> None:
        register = register_of(run)
        register.parent.mkdir(exist_ok=True)
        register.write_text('{"previous":"somebody\'s"}\n', encoding="utf-8")
        page = show(open_page("handout"), "audit")
        assert not page.exception
        assert "登记簿 register.jsonl 被改动或缺行" in said(page)

    def test_nothing_is_handed_out_unconfirmed(self, run: Run) -> None:
        with pytest.raises(RunError):
            exported(run, "audit-pack")
        assert entries(run.path.parent) == ()

    def test_english(self, home: Path) -> None:
        page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        page.query_params["lang"] = "en"
        page.session_state[SECTION] = "audit"
        page.switch_page("views/handout.py").run()
        assert not page.exception
        assert downloads(page) == {"Register and download the audit pack": True}


class TestMapFiles:
    """Layers for a GIS."""

    def test_previews_each_layer(self, open_page: OpenPage, run: Run) -> None:
        """Rows, numbers and the coordinate system; conflicts once they are asked for."""
        page = show(open_page("handout"), "gis")
        assert list(page.dataframe[0].value["place_id"]) == sorted(run.tables.places["place_id"])
        assert "EPSG:4490" in said(page)
        assert len(downloads(page)) == 2
        assert page.table[0].value["要素数"].isna().tolist() == [False, False, True]
        for layer, column in (("awards", "applicant_id"), ("conflicts", "required_m")):
            page.button_group(key="handout.layer").set_value(layer)
            page.run()
            assert not page.exception
            assert column in page.dataframe[0].value
        assert page.table[0].value["要素数"].notna().all()


class TestManifest:
    """The manifest in readable form."""

    def test_says_what_made_the_run(self, open_page: OpenPage, run: Run) -> None:
        """Scenario, inputs with rows and checksums, the checksum of the awards."""
        page = show(open_page("handout"), "manifest")
        facts = dict(page.table[0].value.map(unescaped).values.tolist())
        assert facts["运行编号"] == run.run_id
        assert facts["抽签种子"] == "2023-12-01"
        assert run.manifest["awards_sha256"] in [code.value for code in page.code]
        inputs = page.dataframe[0].value
        assert dict(zip(inputs["表"], inputs["行数"], strict=True))["申请人"] == 8
        assert set(inputs["校验码"]) == {row["sha256"] for row in run.manifest["inputs"]}

    def test_says_who_approved_an_official_run(self, open_page: OpenPage, run: Run) -> None:
        """Approver and reason, and the commitment that was published."""
        approval = {"approver": "王五（市残联）", "reason": "名单经集体研究通过"}
        draw = {**run.manifest["draw"], "commitment": {"commitment": "c0ffee" * 8}}
        manifest = {**run.manifest, "approval": approval, "draw": draw}
        (run.path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        page = show(open_page("handout"), "manifest")
        facts = dict(page.table[0].value.map(unescaped).values.tolist())
        assert (facts["批准人"], facts["批准理由"]) == tuple(approval.values())
        assert "c0ffee" * 8 in [code.value for code in page.code]

    def test_tells_altered_files(self, open_page: OpenPage, run: Run) -> None:
        """On a click: intact, or the names of the files that are not."""
        page = show(open_page("handout"), "manifest")
        page.button(key="handout.verify").click().run()
        assert "文件未被改动" in page.success[0].value
        with (run.path / "awards.csv").open("a", encoding="utf-8") as file:
            file.write("\n")
        page.button(key="handout.verify").click().run()
        assert not page.success
        assert "awards.csv" in unescaped(page.error[0].value)


def test_notices_have_their_place_and_no_dead_button(open_page: OpenPage) -> None:
    """What will be there is said; nothing can be pressed that does nothing."""
    page = show(open_page("handout"), "notices")
    assert text("app_handout_notices_are") in said(page)
    assert not downloads(page)
    assert [button.key for button in page.button if "handout" in str(button.key)] == []
