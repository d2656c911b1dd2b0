"""Take a picture of every page of the app, in both languages, from the real app.

    python -m docs.screenshots [--width 1280] [--scheme light] [--out docs/screenshots]

The app is started on a workspace of its own with the demonstration city and two finished
runs, the city's scenario and 12 % of stalls; runs of this clone are used where it has them.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from allocation.messages import LANGS, Lang
from allocation.runs import list_runs, load_run
from tools.browsing import Planner, find_browser, open_browser, sit_down, start_server

ROOT = Path(__file__).resolve().parents[1]
BASE, VARIANT = "rizhao-2023-18", "rizhao-stalls-12"
HEIGHT = 900
LARGEST_BYTES = 200_000
DRAWING_MS = 2500
"""What a map or a chart may take to be drawn after the page is at rest."""


@dataclass(frozen=True)
class Shot:
    """One picture: page, what its address says, and how far down it begins."""

    view: str
    address: Mapping[str, str] = field(default_factory=dict)

    def file(self, lang: Lang) -> str:
        """Name of the picture."""
        return f"{self.view}.{lang}.png"


def main(arguments: Sequence[str] | None = None) -> None:
    """Take all pictures."""
    chosen = _parse(arguments)
    path = find_browser()
    if path is None:
        raise SystemExit("no browser: install chromium, or name one in ALLOCATION_BROWSER")
    chosen.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        shots = _shots(*_workspace(home), home)
        server = start_server(home, Path(scratch) / "server.log")
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
                    for shot in shots:
                        if chosen.only in (None, shot.view):
                            _take(planner, shot, lang, chosen.out, full=chosen.full)
                    planner.context.close()
        finally:
            server.stop()


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots", description=__doc__)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", help="one page")
    parser.add_argument("--full", action="store_true", help="whole page, not one screen")
    return parser.parse_args(arguments)


def _workspace(home: Path) -> tuple[str, str]:
    """Make a workspace with the city and its two runs; return their ids."""
    for name in ("data", "scenarios"):
        shutil.copytree(ROOT / name, home / name)
    runs = []
    for scenario in (BASE, VARIANT):
        found = _finished(ROOT / "runs", scenario)
        if found is None:
            subprocess.run(  # noqa: S603 - our own command
                [
                    *(sys.executable, "-m", "allocation", "run"),
                    *(f"scenarios/{scenario}.toml", "--out", "runs"),
                ],
                cwd=home,
                check=True,
            )
            found = _finished(home / "runs", scenario)
        else:
            shutil.copytree(found, home / "runs" / found.name)
        if found is None:
            raise SystemExit(f"{scenario} did not finish")
        runs.append(found.name)
    return runs[0], runs[1]


def _finished(runs: Path, scenario: str) -> Path | None:
    found = [
        info.path for info in list_runs(runs) if info.name == scenario and info.status == "optimal"
    ]
    return found[-1] if found else None


def _shots(base: str, variant: str, home: Path) -> list[Shot]:
    """Say what to take; a stall and an applicant with something to tell are looked up."""
    run = load_run(home / "runs" / base)
    stall = run.awards.loc[run.awards["kind"] == "stall", "place_id"].iloc[0]
    told = run.refusals.loc[run.refusals["reason_code"] == "outranked", "applicant_id"].iloc[0]
    return [
        Shot("data", {"data": "rizhao"}),
        Shot("scenario", {"scenario": VARIANT}),
        Shot("run", {"run": base}),
        Shot("map", {"run": base, "place": stall}),
        Shot("awards", {"run": base, "applicant": told}),
        Shot("compare", {"run": base, "others": variant}),
        Shot("handout", {"run": base}),
    ]


def _take(planner: Planner, shot: Shot, lang: Lang, out: Path, *, full: bool) -> None:
    page = planner.goto("" if shot.view == "run" else shot.view, lang=lang, **shot.address)
    page.wait_for_timeout(DRAWING_MS)
    planner.settled()
    # The caret blinks and the pointer hovers: neither belongs in a picture.
    page.mouse.move(0, 0)
    picture = page.screenshot(full_page=full, animations="disabled", caret="hide")
    target = out / shot.file(lang)
    target.write_bytes(_small(picture))
    print(f"{target}  {target.stat().st_size // 1000} kB")


def _small(picture: bytes) -> bytes:
    """Reduce a picture to a palette, fewer colours where it is still too large."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        packed = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST_BYTES:
            break
    return packed.getvalue()


if __name__ == "__main__":
    main()
