"""A workspace with the small town, and pages opened in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import allocation
from allocation.ui.workspace import ROOT_VARIABLE
from tests.patience import PATIENCE_S
from tests.town import write_town

MAIN = Path(allocation.__file__).parent / "ui" / "main.py"

OpenPage = Callable[..., AppTest]


def unescaped(shown: str) -> str:
    """Return what a person reads where the page keeps signs from being Markdown."""
    return re.sub(r"\\(.)", r"\1", shown)


@pytest.fixture(scope="session", autouse=True)
def _packages_looked_through_once() -> Iterator[None]:
    """Spare pages most of their time: each looks for components in all installed packages."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def town_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspace with the town's scenario, data and one finished run; never written to."""
    root = tmp_path_factory.mktemp("home")
    scenario = write_town(root)
    (root / "scenarios").mkdir(exist_ok=True)
    (root / "data").rename(root / "town")
    (root / "data").mkdir()
    (root / "town").rename(root / "data" / "town")
    text = scenario.read_text(encoding="utf-8").replace(
        'folder = "data"', 'folder = "../data/town"'
    )
    scenario.unlink()
    (root / "scenarios" / "town.toml").write_text(text, encoding="utf-8")
    allocation.run(root / "scenarios" / "town.toml", out=root / "runs")
    return root


@pytest.fixture
def home(town_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the town's workspace of one's own, in use by the app."""
    root = tmp_path / "home"
    shutil.copytree(town_home, root)
    monkeypatch.setenv(ROOT_VARIABLE, str(root))
    return root


@pytest.fixture
def open_page(home: Path) -> OpenPage:
    """Open a page of the app: ``open_page("map", place="S1", lang="en")``."""

    def opened(view: str, **address: str) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        for key, value in address.items():
            page.query_params[key] = value
        return page.switch_page(f"views/{view}.py").run()

    return opened
