"""The frame of the app: address, language, states."""

from __future__ import annotations

import pytest

from allocation.ui.navigation import VIEWS
from tests.ui.conftest import OpenPage


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_page_opens_in_both_languages(open_page: OpenPage, view: str, lang: str) -> None:
    page = open_page(view, lang=lang)
    assert not page.exception
    assert not page.error
    assert page.title
