"""From a receipt number to the reasons, the letter, and a finding overruled."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from allocation.runs import load_run
from tests.browser.acts import download, like, new_run, rows_of, say, table
from tests.browser.gossip import ID_PREFIX, TELL_TALE, receipt, told
from tests.browser.office import Office, identity_number
from tests.chinese_fonts import MAY_SKIP, WHY
from tools.browsing import Planner


def find(page: Page, typed: str) -> None:
    """Type into the search."""
    field = page.get_by_role("searchbox", name=say("app_awards_search"))
    field.fill(typed)
    field.press("Enter")


def open_reasons(page: Page, applicant: str) -> None:
    """Go to the reasons of an applicant by the receipt number."""
    find(page, receipt(applicant))
    page.get_by_role("button", name=say("app_awards_why")).click()
    expect(page.get_by_role("heading", name=receipt(applicant))).to_be_visible()


def text_of(pdf: Path) -> str:
    """Read a PDF as text without blanks."""
    document = pypdfium2.PdfDocument(pdf)
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


def test_why_an_applicant_was_refused(planner: Planner, office: Office) -> None:
    page = planner.goto("awards", run=office.run)
    open_reasons(page, "A04")
    expect(page.get_by_role("heading", name="哨*丁")).to_be_visible()
    for n in (1, 2, 9):
        expect(page.get_by_text(say("app_awards_wish", n=n), exact=True)).to_be_visible()
    outranked = page.get_by_text(receipt("A06")).first
    expect(outranked).to_contain_text("“抽签号”一项")
    page.get_by_text(say("app_awards_rules_broken", n=3, broken=1)).click()
    rules = page.get_by_role("table", name=say("app_awards_rules_alt", n=1))
    broken = rules.get_by_role("row").filter(has_text=say("app_awards_rule_broken"))
    expect(broken).to_have_count(1)


@pytest.mark.skipif(MAY_SKIP, reason=WHY)
def test_the_letter_speaks_to_one_person_of_themselves(
    planner: Planner, office: Office, tmp_path: Path
) -> None:
    page = planner.goto("awards", run=office.run, applicant=receipt("A04"))
    path = download(planner, page.get_by_role("button", name=say("app_awards_letter")), tmp_path)
    letter = text_of(path)
    assert receipt("A04") in letter
    # Their own name once, in the address; nobody else's, and no number of a document.
    assert letter.count(TELL_TALE) == letter.count(f"{TELL_TALE}丁") == 1
    assert ID_PREFIX not in letter
    assert not told(path.name)


def test_the_lists_show_and_give_no_name(planner: Planner, office: Office, tmp_path: Path) -> None:
    page = planner.goto("awards", run=office.run)
    awards = rows_of(table(page, say("app_awards_alt", list=say("app_awards_awards"))), 7)
    assert [row[1] for row in awards].count(receipt("A01")) == 1
    assert not told("\n".join(map("".join, awards)))

    page.get_by_role("button", name=say("app_awards_download"), exact=True).click()
    workbook = page.get_by_role("button", name=say("app_awards_xlsx"))
    sheets = openpyxl.load_workbook(download(planner, workbook, tmp_path)).worksheets
    cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    assert {"A01", "S1"} <= set(cells)
    assert not told("\n".join(cells))
    listed = page.get_by_role("button", name=say("app_awards_csv", list=say("app_awards_awards")))
    written = download(planner, listed, tmp_path).read_text(encoding="utf-8-sig")
    assert "A01" in written
    assert not told(written)


def test_a_number_of_a_document_is_not_kept(planner: Planner, office: Office) -> None:
    page = planner.goto("awards", run=office.run)
    find(page, identity_number(0))
    expect(page.get_by_text(say("app_personal"))).to_be_visible()
    expect(page.get_by_role("searchbox", name=say("app_awards_search"))).to_have_value("")
    assert ID_PREFIX not in page.content()


def test_a_finding_is_overruled_by_a_named_person(planner: Planner, office: Office) -> None:
    base = (office.scenarios / "town.toml").read_bytes()
    page = planner.goto("awards", run=office.run, applicant=receipt("A04"))
    page.get_by_role("button", name=say("app_awards_overrule")).click()
    dialog = page.get_by_role("dialog")
    save = dialog.get_by_role("button", name=say("app_awards_overrule_save"))
    save.click()
    expect(dialog.get_by_text(say("app_awards_overrule_blank"))).to_be_visible()
    dialog.get_by_role("textbox", name=say("app_awards_by")).fill("王某（市残联）")
    reason = dialog.get_by_role("textbox", name=say("app_awards_reason"))
    reason.fill(f"见 {identity_number(3)}")
    save.click()
    expect(dialog.get_by_text(say("app_awards_overrule_numbers"))).to_be_visible()
    reason.fill("复评可坐姿经营")
    save.click()
    expect(dialog.get_by_text(like("app_awards_overrule_saved"))).to_be_visible()
    assert (office.scenarios / "town.toml").read_bytes() == base

    # The finished run stays; the new scenario makes a new one that keeps who and why.
    dialog.get_by_role("button", name=say("app_go_run")).click()
    known = office.runs()
    page.get_by_role("button", name=say("app_run_start_trial")).click()
    run = load_run(office.home / "runs" / new_run(page, known))
    page.get_by_role("button", name=say("app_run_see_awards")).click()
    expect(page).to_have_url(re.compile(rf"/awards\b.*[?&]run={re.escape(run.run_id)}\b"))
    (kept,) = run.manifest["scenario"]["overruling"]
    assert (kept["by"], kept["reason"]) == ("王某（市残联）", "复评可坐姿经营")
