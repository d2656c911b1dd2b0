"""No request leaves the machine, and a request that did would be seen."""

from __future__ import annotations

import socket
import time

import pytest
from playwright.sync_api import Browser, expect

from allocation.ui.navigation import VIEWS
from tests.patience import PATIENCE_S
from tools.browsing import NewPlanner, Server, sit_down

FOREIGN = {
    "a picture": "new Image().src = 'http://tiles.example/1.png'",
    "a statistics call": "navigator.sendBeacon('http://statistics.example/visit', '1')",
    "a socket": "new WebSocket('ws://push.example/all')",
}


def test_the_browser_asks_no_foreign_host(new_planner: NewPlanner) -> None:
    """Over every page, from a cold cache: scripts, fonts, map and statistics are all local."""
    planner = new_planner()
    for view in VIEWS:
        page = planner.goto("" if view.is_first else view.name)
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
        until = time.monotonic() + PATIENCE_S
        while not planner.foreign() and time.monotonic() < until:
            planner.page.wait_for_timeout(10)
        assert len(planner.foreign()) == 1
    finally:
        planner.context.close()


def test_the_browser_itself_lets_a_page_ask_nobody_else(server: Server, browser: Browser) -> None:
    planner = sit_down(server, browser)
    try:
        planner.goto("map")
        asked = "fetch('http://tiles.example/1').then(() => 'sent', () => 'refused')"
        with planner.page.expect_console_message(
            lambda message: "Content Security Policy" in message.text
        ):
            assert planner.page.evaluate(asked) == "refused"
    finally:
        planner.context.close()


def socket_status(server: Server, host: str, origin: str) -> int:
    """Ask for the app's socket as a page of some site would; return the status."""
    name, port = server.host.split(":")
    lines = (
        *("GET /_stcore/stream HTTP/1.1", f"Host: {host}", f"Origin: {origin}"),
        *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: streamlit"),
    )
    with socket.create_connection((name, int(port)), timeout=PATIENCE_S) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        return int(connection.recv(64).split()[1])


def test_a_page_of_another_site_cannot_open_the_app(server: Server) -> None:
    own, port = server.host, server.host.split(":")[1]
    assert socket_status(server, own, f"http://{own}") == 101
    assert socket_status(server, f"localhost:{port}", f"http://localhost:{port}") == 101
    assert socket_status(server, own, "http://evil.example") == 403
    # Its own name was made to lead to this machine, so that host and origin agree.
    assert socket_status(server, f"evil.example:{port}", f"http://evil.example:{port}") == 403
