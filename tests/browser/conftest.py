"""The app in a real browser, on a small town whose people carry tell-tale names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from allocation.ui.jobs.queue import JobQueue
from tests.browser.gossip import told
from tests.browser.office import Office, furnish
from tests.conftest import NO_BROWSER
from tools.browsing import (
    BROWSER_VARIABLE,
    WAIT_MS,
    NewPlanner,
    Planner,
    Server,
    find_browser,
    open_browser,
    sit_down,
    start_server,
)

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
        f"{NO_BROWSER}: the app was not tried in a browser. Install chromium, "
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
    expect.set_options(timeout=WAIT_MS)
    with open_browser(browser_path) as launched:
        yield launched


@pytest.fixture(scope="package")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Workspace of the app, with finished runs; tests add to it and take nothing away."""
    return furnish(tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="package")
def server(browser_path: str, office: Office) -> Iterator[Server]:
    """Serve the app from the office's workspace."""
    started = start_server(office.home, office.home.parent / "server.log")
    yield started
    started.stop()


@pytest.fixture(scope="package")
def window(server: Server, browser: Browser) -> Iterator[Planner]:
    """Open a browser window for all tests: each takes seconds to open."""
    seated = sit_down(server, browser)
    yield seated
    seated.context.close()


@pytest.fixture
def planner(window: Planner) -> Iterator[Planner]:
    """One planner at the window; each page loaded by its address is a session of its own."""
    window.asked.clear()
    window.errors.clear()
    yield window
    assert_discreet([window])


@pytest.fixture
def new_planner(server: Server, browser: Browser) -> Iterator[NewPlanner]:
    """Seat further planners: ``new_planner()``, each with a browser of their own."""
    seated: list[Planner] = []

    def seat(**options: object) -> Planner:
        seated.append(sit_down(server, browser, **options))
        return seated[-1]

    yield seat
    for planner in seated:
        planner.context.close()
    assert_discreet(seated)


@pytest.fixture(autouse=True)
def _quiet_queue(browser_path: str, office: Office) -> Iterator[None]:
    """See to it that no run of a test, failed or not, keeps those of others waiting."""
    yield
    queue = JobQueue(office.home / "runs")
    for job in queue.active():
        queue.cancel(job.job_id)
        queue.abort(job.job_id)


def assert_discreet(planners: Sequence[Planner]) -> None:
    """Check what holds after every test.

    No window asked a foreign host or met an error, and the server wrote about nobody.
    """
    for planner in planners:
        assert planner.foreign() == []
        assert planner.errors == []
        assert not told(planner.server.log())
