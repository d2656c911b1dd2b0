"""What a planner does and sees, beyond what a role and a name find.

Tables, the map and plans are drawn on canvas or as shapes.  A table's cells are told to
screen readers, so that tests read those; the map tells of a place when the pointer rests
on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from allocation.messages import CATALOGUE, Lang, text
from tools.browsing import Planner

RUN_MS = 120_000
"""How long a run may take on a busy machine before a test gives it up."""

ROW_PX = 35
"""Height of a table's row and of its header; Streamlit's own."""

CLICK_MS = 100
"""How long a hand keeps a button down; the map takes a click of no length for none."""

_RUN = re.compile(r"[?&]run=([\w.-]+)")
_TRIES = 300
_TRY_MS = 100
_LIST_MS = 5_000
_CLICKS = 6


def say(code: str, /, lang: Lang = "zh", **params: object) -> str:
    """Return a text of the app as the page shows it, without marks."""
    return _shown(text(code, lang, **params))


def like(code: str, /, lang: Lang = "zh", **params: object) -> re.Pattern[str]:
    """Return what a text of the app looks like when some of its parameters are not known."""
    template = _shown(CATALOGUE[code][0 if lang == "zh" else 1])
    parts = re.split(r"(\{\w+[^}]*\})", template)
    made = []
    for part in parts:
        name = re.fullmatch(r"\{(\w+)[^}]*\}", part)
        if name is None:
            made.append(re.escape(part))
        else:
            made.append(re.escape(str(params[name[1]])) if name[1] in params else ".+?")
    return re.compile("".join(made))


def _shown(words: str) -> str:
    return words.replace("**", "")


def table(page: Page, name: str | re.Pattern[str]) -> Locator:
    """Find a table by the words it has for those who do not see it."""
    return page.get_by_role("region", name=name)


def rows_of(found: Locator, number: int) -> list[list[str]]:
    """Read the cells of a table's rows, once it shows that many."""
    rows = found.locator('[role="row"]:has([role="gridcell"])')
    expect(rows).to_have_count(number)
    return [
        row.get_by_role("gridcell", include_hidden=True).all_text_contents() for row in rows.all()
    ]


def expect_chosen(found: Locator, first_cell: str) -> None:
    """Wait until exactly the row that begins with a word is chosen in a table."""
    chosen = found.locator('[role="row"][aria-selected="true"]')
    expect(chosen).to_have_count(1)
    expect(chosen.get_by_role("gridcell", include_hidden=True).first).to_have_text(first_cell)


def click_row(page: Page, found: Locator, number: int) -> None:
    """Tick a row of a table, from 1."""
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 12, box["y"] + ROW_PX * (number + 0.5), delay=CLICK_MS)


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    """Choose from a list of options; a page drawn again meanwhile closes the list."""
    field = page.get_by_role("combobox", name=label, exact=True)
    for _ in range(_CLICKS):
        field.click()
        with suppress(TookTooLong):
            page.get_by_role("option", name=option).click(timeout=_LIST_MS)
            return
    raise AssertionError(f"no option {option} of {label}")


def choose_by_keys(page: Page, name: re.Pattern[str], address: re.Pattern[str]) -> None:
    """Take an option of the list one has typed into, until the address says so."""
    option = page.get_by_role("option", name=name)
    for _ in range(_CLICKS):
        with suppress(TookTooLong):
            option.wait_for(timeout=_LIST_MS)
            page.keyboard.press("Enter")
            page.wait_for_url(address, timeout=_LIST_MS)
            return
        # A page drawn again meanwhile closes the list and keeps what was typed.
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no option {name}")


def run_in(page: Page) -> str:
    """Return the id of the run the address names, once it names one."""
    expect(page).to_have_url(_RUN)
    found = _RUN.search(page.url)
    assert found is not None
    return found[1]


def new_run(page: Page, known: Iterable[str]) -> str:
    """Wait until the run that was started has ended and its result is shown; return its id.

    Parameters
    ----------
    known
        Ids of the runs there were before it was started.
    """
    old = "|".join(re.escape(run) for run in known)
    ended = re.compile(rf"^(?!.*[?&]job=).*[?&]run=(?!({old})(&|$))[\w.-]+")
    expect(page).to_have_url(ended, timeout=RUN_MS)
    return run_in(page)


def download(planner: Planner, button: Locator, folder: Path) -> Path:
    """Click a download button and keep the file under the name it came with.

    Streamlit may throw a file away before the browser comes to fetch it, when pages are
    drawn at that moment; who gets no file clicks again.
    """
    for _ in range(_CLICKS):
        with planner.page.expect_download() as waited:
            button.click()
        if waited.value.failure() is None:
            path = folder / waited.value.suggested_filename
            waited.value.save_as(path)
            return path
    raise AssertionError(waited.value.failure())


def click_on_map(page: Page, east_px: float, words: str) -> None:
    """Point at a place some pixels east of the map's middle until it says who it is; click."""
    chart = page.get_by_role("figure")
    told = page.locator(".deck-tooltip", has_text=words)
    for i in range(_TRIES):
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2 + east_px, box["y"] + box["height"] / 2
        # The map hears of a pointer that moves, once it is drawn.
        page.mouse.move(x + i % 2, y)
        if told.is_visible():
            page.mouse.click(x, y, delay=CLICK_MS)
            return
        page.wait_for_timeout(_TRY_MS)
    raise AssertionError(f"the map shows nothing called {words} there")
