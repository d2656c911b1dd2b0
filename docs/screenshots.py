"""Take the pictures of README and handbook, in both languages, from the real app.

    python -m docs.screenshots [--width 1280] [--scheme light] [--out docs/screenshots]

The app is started on a workspace of its own with the demonstration city and two finished
runs, the city's scenario and 12 % of stalls; runs of this clone are used where it has them.
Before some of the pictures a planner does something: uploads a broken workbook, sets 12 %,
starts a run, prints a letter.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pypdfium2
from PIL import Image
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TookTooLong

from allocation.messages import CATALOGUE, LANGS, Lang, text
from allocation.runs import Run, list_runs, load_run
from allocation.scenario import load_scenario
from allocation.scenario.fields import settings_of
from allocation.ui.scenario.wording import labelled
from tools.browsing import Planner, find_browser, open_browser, sit_down, start_server

ROOT = Path(__file__).resolve().parents[1]
BASE, VARIANT = "rizhao-2023-18", "rizhao-stalls-12"
HEIGHT = 900
LARGEST_BYTES = 120_000
DRAWING_MS = 2500
"""What a map or a chart may take to be drawn after the page is at rest."""
RUN_MS = 180_000
"""What a run may take to get as far as its levels, on a busy machine."""
LETTER_SCALE = 1.25
TRIES = 6
"""Times a page is waited for: a busy machine may need more than a person would wait."""


@dataclass(frozen=True)
class Office:
    """What the pictures are taken of.

    Attributes
    ----------
    base, variant
        Ids of the two runs.
    stall
        A stall given to somebody from the reserve.
    person
        Somebody with an award, and with a finding "not suitable" near the top of the list.
    workbook
        Tables with errors in them.
    """

    home: Path
    base: str
    variant: str
    stall: str
    person: str
    workbook: Path


@dataclass(frozen=True)
class Scene:
    """A planner in front of the app, who reads one language."""

    planner: Planner
    lang: Lang
    office: Office

    def say(self, code: str, **params: object) -> str:
        """Return a text of the app as this planner reads it."""
        return text(code, self.lang, **params).replace("**", "")

    def click(self, role: str, code: str, **params: object) -> None:
        """Click a button or a choice by its words."""
        name = self.say(code, **params)
        self.planner.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]


Act = Callable[[Scene], bytes | None]
"""What the planner does once the page is there; a picture, or None for one of the page."""


@dataclass(frozen=True)
class Shot:
    """One picture: its name, page and address, what is done there, and how tall it is."""

    name: str
    view: str
    address: Mapping[str, str] = field(default_factory=dict)
    act: Act | None = None
    height: int = HEIGHT

    def file(self, lang: Lang) -> str:
        """Name of the picture."""
        return f"{self.name}.{lang}.png"


def main(arguments: Sequence[str] | None = None) -> None:
    """Take all pictures."""
    chosen = _parse(arguments)
    path = find_browser()
    if path is None:
        raise SystemExit("no browser: install chromium, or name one in ALLOCATION_BROWSER")
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        office = _office(Path(scratch))
        server = start_server(office.home, Path(scratch) / "server.log")
        try:
            with open_browser(path) as browser:
                for lang in LANGS:
                    planner = sit_down(
                        server,
                        browser,
                        locale="zh-CN" if lang == "zh" else "en-GB",
                        viewport={"width": chosen.width, "height": HEIGHT},
                        color_scheme=chosen.scheme,
                        reduced_motion="reduce",
                    )
                    for shot in shots(office):
                        if chosen.only in (None, shot.name):
                            _take(Scene(planner, lang, office), shot, chosen)
                    planner.context.close()
        finally:
            server.stop()
    pictures = list(chosen.out.glob("*.png"))
    print(f"{len(pictures)} pictures, {sum(p.stat().st_size for p in pictures) / 1e6:.1f} MB")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description=__doc__)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", help="one picture, by its name without language and ending")
    parser.add_argument("--full", action="store_true", help="whole page, not one screen")
    return parser.parse_args(arguments)


def shots(office: Office) -> list[Shot]:
    """Say what is taken."""
    run = {"run": office.base}
    return [
        Shot("data", "data", {"data": "data/rizhao"}),
        Shot("data-errors", "data", {"data": "data/rizhao"}, _bring_broken_workbook, 1060),
        Shot("scenario", "scenario", {"scenario": BASE}, _set_12_percent),
        Shot("run-new", "run", {"scenario": VARIANT}, _count_ahead),
        Shot("run-live", "run", {"scenario": VARIANT}, _follow_a_run, 420),
        Shot("run", "run", run),
        Shot("map", "map", run, height=1080),
        Shot("map-stall", "map", {**run, "place": office.stall}),
        Shot("map-coverage", "map", run, _colour_by_coverage, 1080),
        Shot("awards", "awards", run),
        Shot("awards-why", "awards", {**run, "applicant": office.person}),
        Shot("awards-overrule", "awards", {**run, "applicant": office.person}, _overrule, 640),
        Shot("letter", "awards", {**run, "applicant": office.person}, _print_letter),
        Shot("compare", "compare", {**run, "others": office.variant}, height=1080),
        Shot("handout", "handout", run),
        Shot("handout-manifest", "handout", run, _look_at_manifest, 960),
    ]


def _bring_broken_workbook(scene: Scene) -> None:
    page = scene.planner.page
    page.set_input_files('input[type="file"]', scene.office.workbook)
    page.get_by_text(scene.office.workbook.name).first.wait_for()
    scene.click("button", "app_data_submit")
    page.wait_for_url("**uploads**", timeout=RUN_MS)


def _set_12_percent(scene: Scene) -> None:
    scenario = load_scenario(scene.office.home / "scenarios" / f"{BASE}.toml")
    label = labelled(settings_of(scenario)["reserve.stall.share"], scenario, scene.lang)
    scene.click("radio", "app_scenario_group_stalls")
    _settle(scene.planner)
    share = scene.planner.page.get_by_label(label)
    share.fill("12")
    share.press("Enter")
    # Neither a caret nor a selected word belongs in a picture.
    share.blur()


def _count_ahead(scene: Scene) -> None:
    page = scene.planner.page
    page.get_by_text(scene.say("app_run_conflicts"), exact=True).first.wait_for(timeout=RUN_MS)


def _follow_a_run(scene: Scene) -> bytes:
    """Start a run, take its picture while it searches, and throw it away."""
    page = scene.planner.page
    scene.click("button", "app_run_start_trial")
    before, _, after = CATALOGUE["app_run_step"][LANGS.index(scene.lang)].partition("{step}")
    searching = re.compile(f"{re.escape(before)}[6-8]{re.escape(after.partition('{')[0])}")
    page.get_by_text(searching).first.wait_for(timeout=RUN_MS)
    # The page is drawn anew every second; while it is, what is old is pale.
    page.wait_for_function("document.querySelector('[data-stale=\"true\"]') === null")
    picture = _screenshot(scene)
    scene.click("button", "app_run_abort")
    scene.click("button", "app_run_abort_sure")
    page.wait_for_url(lambda url: "job=" not in url, timeout=RUN_MS)
    return picture


def _colour_by_coverage(scene: Scene) -> None:
    scene.click("radio", "app_map_shade_coverage")


def _overrule(scene: Scene) -> None:
    scene.click("button", "app_awards_overrule")
    scene.planner.page.get_by_role("dialog").wait_for()


def _print_letter(scene: Scene) -> bytes:
    with scene.planner.page.expect_download() as waited:
        scene.click("button", "app_awards_letter")
    document = pypdfium2.PdfDocument(waited.value.path())
    try:
        picture = io.BytesIO()
        document[0].render(scale=LETTER_SCALE).to_pil().save(picture, "PNG")
    finally:
        document.close()
    return picture.getvalue()


def _look_at_manifest(scene: Scene) -> None:
    scene.click("radio", "app_handout_manifest")


def _take(scene: Scene, shot: Shot, chosen: argparse.Namespace) -> None:
    page = scene.planner.page
    page.set_viewport_size({"width": chosen.width, "height": shot.height})
    view = "" if shot.view == "run" else shot.view
    with contextlib.suppress(TookTooLong):
        scene.planner.goto(view, lang=scene.lang, **shot.address)
    _settle(scene.planner)
    picture = None if shot.act is None else shot.act(scene)
    if picture is None:
        picture = _rested(scene, full=chosen.full, width=chosen.width)
    target = chosen.out / shot.file(scene.lang)
    target.write_bytes(_small(picture))
    print(f"{target}  {target.stat().st_size // 1000} kB", flush=True)


def _rested(scene: Scene, *, full: bool, width: int) -> bytes:
    """Take the page once it is drawn; all of it where that is asked for."""
    page = _settle(scene.planner)
    if full:
        # The page scrolls within its window, so the window is made as tall as the page.
        tall = page.locator('[data-testid="stMain"]').evaluate("main => main.scrollHeight")
        page.set_viewport_size({"width": width, "height": int(tall)})
    page.wait_for_timeout(DRAWING_MS)
    _settle(scene.planner)
    return _screenshot(scene)


def _settle(planner: Planner) -> Page:
    for _ in range(TRIES - 1):
        with contextlib.suppress(TookTooLong):
            return planner.settled()
    return planner.settled()


def _screenshot(scene: Scene) -> bytes:
    page = scene.planner.page
    # The caret blinks and the pointer hovers: neither belongs in a picture.
    page.mouse.move(0, 0)
    return page.screenshot(animations="disabled", caret="hide")


def _small(picture: bytes) -> bytes:
    """Reduce a picture to a palette, fewer colours where it is still too large.

    The palette covers the range of colours first: a few dots of an own colour keep it.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        packed = io.BytesIO()
        reduced = image.quantize(
            colours, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
        )
        reduced.save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST_BYTES:
            break
    return packed.getvalue()


def _office(scratch: Path) -> Office:
    """Make a workspace with the city and its two runs, and look up who and what to show."""
    home = scratch / "home"
    for name in ("data", "scenarios"):
        shutil.copytree(ROOT / name, home / name)
    base, variant = (_run_of(scenario, home) for scenario in (BASE, VARIANT))
    run = load_run(home / "runs" / base)
    reserved = run.awards[(run.awards["kind"] == "stall") & (run.awards["reserve_used"] != "")]
    workbook = scratch / "2024.xlsx"
    _break_tables(home / "data" / "rizhao", workbook)
    return Office(home, base, variant, reserved["place_id"].iloc[0], _person(run), workbook)


def _run_of(scenario: str, home: Path) -> str:
    """Take a run of this clone, or make one; return its id."""
    found = _finished(ROOT / "runs", scenario)
    if found is not None:
        shutil.copytree(found, home / "runs" / found.name)
        return found.name
    subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "allocation", "run"),
            *(f"scenarios/{scenario}.toml", "--out", "runs"),
        ],
        cwd=home,
        check=True,
    )
    found = _finished(home / "runs", scenario)
    if found is None:
        raise SystemExit(f"{scenario} did not finish")
    return found.name


def _finished(runs: Path, scenario: str) -> Path | None:
    found = [
        info.path for info in list_runs(runs) if info.name == scenario and info.status == "optimal"
    ]
    return found[-1] if found else None


def _person(run: Run) -> str:
    """Find somebody found "not suitable" for an early wish who got a later one."""
    refused = run.refusals.merge(
        run.tables.applications[["applicant_id", "place_id", "preference_rank"]],
        on=["applicant_id", "place_id"],
    )
    unsuitable = refused[refused["reason_code"] == "not_suitable"]
    got = unsuitable[unsuitable["applicant_id"].isin(run.awards["applicant_id"])]
    order = ["preference_rank", "applicant_id"]
    second = got[got["preference_rank"] == 2].sort_values(order)
    return str((second if len(second) else got.sort_values(order))["applicant_id"].iloc[0])


def _break_tables(data: Path, workbook: Path) -> None:
    """Write the first applicants with all they need as one workbook, and spoil some cells."""
    applicants = pd.read_csv(data / "applicants.csv", dtype=str, encoding="utf-8-sig").head(300)
    wishes = pd.read_csv(data / "applications.csv", dtype=str, encoding="utf-8-sig")
    wishes = wishes[wishes["申请人编号"].isin(applicants["申请人编号"])].reset_index(drop=True)
    places = pd.read_csv(data / "places.csv", dtype=str, encoding="utf-8-sig")
    places = places[places["名额编号"].isin(wishes["名额编号"])].reset_index(drop=True)
    applicants.loc[3, "申请人类别"] = "残疾"
    applicants.loc[5, "身份证号"] = "3.71199E+17"
    applicants.loc[7, "残疾等级"] = "五级"
    applicants.loc[9, "出生日期"] = "1990-02-30"
    applicants.loc[11, "残疾人证有效期至"] = "长期"
    swapped = applicants.loc[12, ["纬度", "经度"]].to_list()
    applicants.loc[12, ["经度", "纬度"]] = swapped
    places.loc[2, "名额数"] = "三个"
    wishes.loc[6, "名额编号"] = "P9999"
    wishes.loc[8, "志愿序号"] = "0"
    with pd.ExcelWriter(workbook) as writer:
        for name, table in (("申请人", applicants), ("名额", places), ("申请", wishes)):
            table.to_excel(writer, sheet_name=name, index=False)


if __name__ == "__main__":
    main()
