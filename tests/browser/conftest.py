"""The app in a real browser, on a small town whose people carry tell-tale names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser
from stdnum.cn import ric

import allocation
from tests.browser.gossip import ID_PREFIX, TELL_TALE, receipt, told
from tests.ui.conftest import town_home
from tools.browsing import (
    BROWSER_VARIABLE,
    NewPlanner,
    Planner,
    Server,
    find_browser,
    open_browser,
    sit_down,
    start_server,
)

__all__ = ["town_home"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser's tests on one worker: one server and one browser serve them all."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Path of Chromium; loud where there is none, and a failure under CI."""
    found = find_browser()
    if found is not None:
        return found
    missing = (
        f"NO BROWSER: the app was not tried in a browser. Install chromium, "
        f"or name one in {BROWSER_VARIABLE}."
    )
    if os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


# The sync API keeps an event loop in its thread; it ends with this package, before it
# can be in the way of another test on the same worker.
@pytest.fixture(scope="package")
def browser(browser_path: str) -> Iterator[Browser]:
    """Headless Chromium."""
    with open_browser(browser_path) as launched:
        yield launched


@pytest.fixture(scope="package")
def browser_home(town_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace of the town with names and identity numbers, and one finished run."""
    home = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(town_home, home)
    shutil.rmtree(home / "runs")
    name_everybody(home / "data" / "town" / "applicants.csv")
    allocation.run(home / "scenarios" / "town.toml", out=home / "runs")
    return home


def name_everybody(applicants: Path) -> None:
    """Give all applicants of a file a receipt, and a name and number that tell on them."""
    frame = pd.read_csv(applicants, dtype=str, keep_default_na=False)
    bodies = [f"{ID_PREFIX}70010100{i}" for i in range(len(frame))]
    frame["receipt_no"] = [receipt(applicant) for applicant in frame["applicant_id"]]
    frame["name"] = [TELL_TALE + "甲乙丙丁戊己庚辛壬癸"[i] for i in range(len(frame))]
    frame["id_number"] = [body + ric.calc_check_digit(body) for body in bodies]
    frame.to_csv(applicants, index=False, lineterminator="\n")


@pytest.fixture(scope="package")
def server(browser_path: str, browser_home: Path) -> Iterator[Server]:
    """Serve the app from the town's workspace."""
    started = start_server(browser_home, browser_home.parent / "server.log")
    yield started
    started.stop()


@pytest.fixture
def new_planner(server: Server, browser: Browser) -> Iterator[NewPlanner]:
    """Seat planners: ``new_planner()``, each with a window and a session of their own.

    Afterwards no window may have asked a foreign host or met an error, and the server
    may not have written about anybody.
    """
    seated: list[Planner] = []

    def seat(**options: object) -> Planner:
        seated.append(sit_down(server, browser, **options))
        return seated[-1]

    yield seat
    for planner in seated:
        planner.context.close()
    assert [url for planner in seated for url in planner.foreign()] == []
    assert [error for planner in seated for error in planner.errors] == []
    assert not told(server.log())


@pytest.fixture
def planner(new_planner: NewPlanner) -> Planner:
    """One planner."""
    return new_planner()
