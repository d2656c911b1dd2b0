"""The documentation says what the code says, and its links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from allocation.cli import Format, app
from allocation.messages import CATALOGUE, LANGS, Lang
from allocation.scenario import Scenario, load_scenario
from allocation.scenario.fields import settings_of
from allocation.tables import INPUT_TABLES
from allocation.ui.handbook import Part, handbook_file, parts
from allocation.ui.scenario.wording import labelled

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
MOST_BYTES = 4_000_000
"""All pictures together, so that a clone stays small."""
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/**/*.md")])
GUIDES = [ROOT / "README.md", *(handbook_file(lang) for lang in LANGS)]
STATUSES = {"law": "法定", "seen": "待核原文", "placeholder": "示例值"}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _render() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render", ROOT / "docs" / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _city() -> Scenario:
    return load_scenario(ROOT / "scenarios" / "rizhao-2023-18.toml")


def _handbook(lang: Lang) -> list[Part]:
    file = handbook_file(lang)
    return list(parts(file.read_text(encoding="utf-8"), file.parent))


def test_rendered_pages_are_up_to_date() -> None:
    """After a change of tables, profile or messages: ``python docs/render.py``."""
    for name, page in _render().pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page, name


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_resolve(page: Path) -> None:
    """Every link to a file of the repository finds it."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", GUIDES, ids=_name)
def test_named_commands_and_targets_exist(page: Path) -> None:
    """Commands, formats, make targets and settings named in README and handbook are there."""
    text = page.read_text(encoding="utf-8")
    commands = {
        command.name or getattr(command.callback, "__name__", "")
        for command in app.registered_commands
    } | {str(group.name) for group in app.registered_groups}
    named = set(re.findall(r"^(?: {4}|.*?`)allocation ([a-z]+(?:-[a-z]+)?)", text, re.M))
    assert named
    assert named <= commands
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:^ {4}|`)make ([a-z-]+)", text, re.M)) <= targets
    assert set(re.findall(r"--format ([a-z-]+)", text)) <= {form.value for form in Format}
    assert set(re.findall(r"--set ([a-z_.]+)=", text)) <= set(settings_of(_city()))


@pytest.mark.parametrize("page", GUIDES, ids=_name)
def test_named_files_exist(page: Path) -> None:
    """Files of the repository that README and handbook name are there."""
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:docs|scenarios|data|allocation|tools)/[\w./-]*\w)", text))
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


def test_extras_are_installed_from_the_clone_everywhere() -> None:
    """The public registry has another package of this name; the extras named are ours."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = [page.read_text(encoding="utf-8") for page in PAGES]
    said += [words for pair in CATALOGUE.values() for words in pair]
    advice = [rest for words in said for rest in re.findall(r"pip install ([^`。\n]*)", words)]
    named = [re.match(r"-c constraints\.txt -e '\.\[(\w+)\]'", each) for each in advice]
    assert {each and each[1] for each in named} == {"app", "cluster", "drand"}
    assert {"app", "cluster", "drand"} <= set(extras["optional-dependencies"])


@pytest.mark.parametrize("lang", LANGS)
def test_links_within_the_handbook_lead_to_a_heading(lang: Lang) -> None:
    text = handbook_file(lang).read_text(encoding="utf-8")
    anchors = {part.anchor for part in _handbook(lang) if part.level}
    named = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert named
    assert named <= anchors


@pytest.mark.parametrize("lang", LANGS)
def test_words_in_bold_are_words_of_the_app(lang: Lang) -> None:
    """The handbook sets in bold what a page says: buttons, choices, tables, settings."""
    at = LANGS.index(lang)
    words = [texts[at].replace("**", "") for texts in CATALOGUE.values()]
    words += [table.zh if lang == "zh" else name for name, table in INPUT_TABLES.items()]
    words += [labelled(setting, _city(), lang) for setting in settings_of(_city()).values()]
    named = set(re.findall(r"\*\*([^*]+)\*\*", handbook_file(lang).read_text(encoding="utf-8")))
    assert named
    assert {word for word in named if not any(word in known for known in words)} == set()


def test_the_handbooks_have_the_same_sections_and_pictures() -> None:
    """Sections by number, pictures by name, tables by their number of rows."""

    def shape(lang: Lang) -> list[tuple[int, str, int]]:
        return [
            (
                part.level,
                part.text.split(" ")[0] if part.level else _picture(part, lang),
                part.text.count("\n|"),
            )
            for part in _handbook(lang)
        ]

    assert shape("zh") == shape("en")


def _picture(part: Part, lang: Lang) -> str:
    return "" if part.picture is None else part.picture.name.removesuffix(f".{lang}.png")


def test_the_handbook_shows_every_picture_that_is_taken() -> None:
    """``make screenshots`` takes what the handbook shows, and nothing is left of old ones."""
    screenshots = pytest.importorskip("docs.screenshots", reason="needs the developer's packages")
    office = screenshots.Office(ROOT, "base", "variant", "stall", "person", ROOT)
    shots = screenshots.shots(office)
    taken = {shot.file(lang) for shot in shots for lang in LANGS}
    shown = {part.picture.name for lang in LANGS for part in _handbook(lang) if part.picture}
    assert shown == taken
    assert {file.name for file in PICTURES.iterdir()} == taken
    assert sum(file.stat().st_size for file in PICTURES.iterdir()) < MOST_BYTES


def test_the_handbook_quotes_the_policy_profile() -> None:
    """Numbers, status and article of every value it lists are those of the profile."""
    by_title = {parameter.title: parameter for parameter in _city().sources.values()}
    text = handbook_file("zh").read_text(encoding="utf-8")
    found = 0
    for row in re.findall(r"^\| (.+) \|$", text, re.M):
        title, *cells = row.split(" | ")
        if len(cells) != 4 or title not in by_title:
            assert len(cells) != 4 or title in ("数字", "步骤"), title
            continue
        parameter = by_title[title]
        value, status, basis, _ = cells
        assert (status, basis) == (STATUSES[parameter.status], _basis(parameter)), title
        assert _number(value) in (None, _number(str(parameter.value))), title
        found += 1
    assert found > 30
    counts = {
        word: sum(parameter.status == status for parameter in by_title.values())
        for status, word in STATUSES.items()
    }
    listed = "，".join(f"{word} {n} 项" for word, n in counts.items())
    assert f"共 {sum(counts.values())} 项：{listed}" in text


def test_both_handbooks_list_the_same_values() -> None:
    """Numbers of the values, in the order of the rows."""

    def values(lang: Lang) -> list[Decimal | None]:
        text = handbook_file(lang).read_text(encoding="utf-8")
        rows = (row.split(" | ") for row in re.findall(r"^\| (.+) \|$", text, re.M))
        return [_number(cells[1]) for cells in rows if len(cells) == 5]

    assert values("zh") == values("en")


def _basis(parameter: object) -> str:
    basis, article = (getattr(parameter, name) for name in ("legal_basis", "article"))
    return f"{basis} {article}"


def _number(cell: str) -> Decimal | None:
    """Read the number a value begins with; a share is written in percent."""
    found = re.match(r"(\d[\d,]*(?:\.\d+)?)( %)?", cell)
    if found is None:
        return None
    number = Decimal(found[1].replace(",", ""))
    return number / 100 if found[2] else number
