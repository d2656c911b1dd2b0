"""How the tests are shared out among workers, and what every test run says at its end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# The same examples at every run, however long one of them takes on a busy machine.  New
# ones are looked for with ``pytest --hypothesis-profile default``.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")

NO_BROWSER = "NO BROWSER"
"""Begins the reason of a test that was skipped for want of a browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a module's tests on one worker, where what they share is built once.

    The tests in a browser are one group of their own: see ``tests/browser/conftest.py``.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one place, and loudly, that the app was not tried in a browser."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", ())
        if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section(NO_BROWSER, sep="*", red=True, bold=True)
        terminalreporter.line(
            f"{len(skipped)} tests were skipped: the app was not tried in a browser. "
            "`make browser` installs one where it may.",
            red=True,
        )
