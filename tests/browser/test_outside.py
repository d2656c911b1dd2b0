"""No request leaves the machine, and a request that did would be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tools.browsing import NewPlanner, Server, sit_down

FOREIGN = {
    "a picture": "new Image().src = 'http://tiles.example/1.png'",
    "a statistics call": "navigator.sendBeacon('http://statistics.example/visit', '1')",
    "a socket": "new WebSocket('ws://push.example/all')",
}


def test_the_browser_asks_no_foreign_host(new_planner: NewPlanner) -> None:
    """From a cold cache over the pages with most to fetch: scripts, fonts, map, charts, statistics.

    That no other page asks anybody is seen after every test.
    """
    planner = new_planner()
    for view in ("map", "data", "compare"):
        page = planner.goto(view)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert any(url.startswith("ws:") for url in planner.asked)
    assert any(url.endswith(".woff2") for url in planner.asked)
    assert planner.foreign() == []


@pytest.mark.parametrize("what", FOREIGN)
def test_what_asks_a_foreign_host_is_seen(server: Server, browser: Browser, what: str) -> None:
    planner = sit_down(server, browser)
    try:
        planner.page.goto(f"{server.url}/healthz")
        planner.page.evaluate(FOREIGN[what])
        planner.page.wait_for_function("() => true")
        assert len(planner.foreign()) == 1
    finally:
        planner.context.close()
