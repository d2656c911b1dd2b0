"""What every test run says at its end."""

from __future__ import annotations

import pytest

NO_BROWSER = "NO BROWSER"
"""Begins the reason of a test that was skipped for want of a browser."""


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
