"""A scenario derived from another one: what is written is what is loaded, never over a file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocation.messages import CATALOGUE, ScenarioError, describe
from allocation.scenario import Scenario, load_scenario, problems_of
from allocation.scenario.derive import (
    derive_scenario,
    derived_scenario,
    file_stem,
    free_stem,
    save_scenario,
)
from allocation.scenario.fields import Setting, is_same, parts_of, settings_of
from tests.scenario_helper import CITY, SCENARIOS, SMALLEST, make

SHARE = "reserve.stall.share"
DATE = dt.date(2023, 12, 2)
_CITY = settings_of(load_scenario(CITY))

BY_FORM: dict[str, tuple[str, Any]] = {
    "share": (SHARE, Decimal("0.125")),
    "factor": ("spacing.tobacco.disabled_factor", Decimal("0.75")),
    "number": ("spacing.welfare_lottery.urban_m", Decimal("400.5")),
    "seconds": ("solver.time_limit_s", Decimal(30)),
    "whole": ("quota.post_target.min", 3200),
    "flag": ("quota.post_target.hard", True),
    "choice": ("reserve.stall.rounding", "half_up"),
    "choices": ("eligibility.stall.groups", ["disabled", "general"]),
    "order": (
        "stage.joint.levels",
        ["tier", "number", "quota_shortfall", "reserve_shortfall", "draw"],
    ),
    "pool": ("priority.pool.kiosk.open", ["band", "disabled_first", "draw"]),
    "lists": ("priority.tiers", [["severe", "min_livelihood"], ["near_retirement"], []]),
    "kinds": ("openings_joint.lotteries.kinds", ["welfare_lottery", "kiosk"]),
    "kind_lists": (
        "exclusive.groups",
        [
            ["tobacco"],
            [
                "stall",
                "kiosk",
                "public_welfare_post",
                "rukang_seat",
                "welfare_lottery",
                "sports_lottery",
            ],
        ],
    ),
    "wholes": ("employers.double_weight_certificate_levels", [1]),
    "numbers": ("space.bounds", [Decimal("118.25"), Decimal(34), Decimal(120), Decimal(37)]),
    "age": ("eligibility.public_welfare_post.age_max", "statutory_retirement-2"),
    "years": ("eligibility.public_welfare_post.age_max", 58),
    "date": ("decision_date", DATE),
    "text": ("draw.seed", '7"\\#一'),
    "preference": ("priority.open_preference.stall", "disabled_first"),
    "none": ("eligibility.public_welfare_post.max_total_months", None),
    "no_age": ("eligibility.public_welfare_post.age_max_rural", None),
    "no_bounds": ("space.bounds", None),
}


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """Return the city's scenario in a folder of one's own."""
    folder = tmp_path / "scenarios"
    shutil.copytree(SCENARIOS, folder)
    return folder / CITY.name


def saved(base: Path, changes: dict[str, Any], stem: str = "neu") -> Scenario:
    text = derive_scenario(base, changes, stem, "测算", "What if")
    return load_scenario(save_scenario(base.parent, stem, text))


def bare(scenario: Scenario) -> dict[str, Any]:
    """Return the settings without what says which file they are from."""
    own = ("name", "title", "title_en", "sources")
    return {key: value for key, value in scenario.canonical().items() if key not in own}


@pytest.mark.parametrize("word", BY_FORM)
def test_every_kind_of_value_comes_back(city: Path, word: str) -> None:
    key, value = BY_FORM[word]
    scenario = saved(city, {key: value})
    after = settings_of(scenario)
    assert is_same(after[key].value, value)
    assert not is_same(_CITY[key].value, value)


def test_only_the_changes_are_written_and_all_at_once(city: Path) -> None:
    changes = {key: value for key, value in dict(BY_FORM.values()).items() if value is not None}
    text = derive_scenario(city, changes, "viel", "标题", "")
    scenario = load_scenario(save_scenario(city.parent, "viel", text))
    after = settings_of(scenario)
    assert all(is_same(after[key].value, value) for key, value in changes.items())
    assert scenario.title == "标题"
    assert "title_en =" not in text
    own = {"name", "title", "title_en", *changes}
    for key in load_scenario(city).sources.keys() - own:
        assert is_same(_CITY[key].value, after[key].value), key
    assert "spacing.sports_lottery" not in text


def test_the_file_says_what_stood_there_before(city: Path) -> None:
    text = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "测算：12 %", "")
    assert 'extends = "rizhao-2023-18.toml"' in text
    assert "# 摊位预留比例：原值 10 %\nshare = 0.12\n" in text
    text = derive_scenario(city, {"spacing.tobacco.urban_m": Decimal(55)}, "n", "", "", lang="en")
    assert "# Tobacco".lower() in text.lower()
    assert "was 50" in text


def test_other_data_are_named_relative_to_the_file(city: Path, tmp_path: Path) -> None:
    folder, book = tmp_path / "uploads" / "2024", tmp_path / "uploads" / "年度.xlsx"
    text = derive_scenario(city, {}, "neu", "", "", folder)
    assert 'folder = "../uploads/2024"' in text
    scenario = load_scenario(save_scenario(city.parent, "neu", text))
    assert scenario.data.folder == folder
    text = derive_scenario(city, {}, "buch", "", "", book)
    scenario = load_scenario(save_scenario(city.parent, "buch", text))
    assert (scenario.data.workbook, scenario.data.folder) == (book, None)


def test_a_share_may_take_the_place_of_a_count(city: Path) -> None:
    scenario = saved(city, {SHARE: None, "reserve.stall.count": 3})
    rule = scenario.reserves["stall"]
    assert (rule.share, rule.count) == (None, 3)


def test_what_the_law_forbids_is_not_derived(city: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        derive_scenario(city, {"reserve.kiosk.share": Decimal("0.05")}, "neu", "", "")
    assert [problem.code for problem in problems_of(error.value)] == ["below_legal_minimum"]
    with pytest.raises(ScenarioError) as error:
        derive_scenario(city, {"reserve.kiosk.share": None}, "neu", "", "")
    assert "legal_minimum_left_out" in {problem.code for problem in problems_of(error.value)}


def test_nothing_is_ever_overwritten(city: Path) -> None:
    text = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "", "")
    before = city.read_bytes()
    with pytest.raises(ScenarioError) as error:
        save_scenario(city.parent, city.stem, text)
    assert error.value.code == "scenario_exists"
    assert describe(error.value, "zh")
    assert city.read_bytes() == before


def test_two_who_save_at_once_do_not_overwrite_each_other(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "", "")

    def meanwhile(path: Path) -> Scenario:
        (city.parent / "neu.toml").write_text("# the other's", encoding="utf-8")
        return load_scenario(path)

    monkeypatch.setattr("allocation.scenario.derive.load_scenario", meanwhile)
    with pytest.raises(ScenarioError) as error:
        save_scenario(city.parent, "neu", text)
    assert error.value.code == "scenario_exists"
    assert (city.parent / "neu.toml").read_text(encoding="utf-8") == "# the other's"
    assert not list(city.parent.glob(".*"))


def test_a_file_system_without_links_is_no_obstacle(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuses)
    assert saved(city, {SHARE: Decimal("0.12")}).reserves["stall"].share == Decimal("0.12")


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such rights")
@pytest.mark.parametrize("links", [True, False])
def test_who_overruled_whom_is_for_one_account(
    links: bool, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    if not links:
        monkeypatch.setattr("os.link", refuses)
    before = os.umask(0o022)
    try:
        plain = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "", "")
        shared = save_scenario(city.parent, "neu", plain)
        names = '[[overruling]]\napplicant_id = "A1"\nplace_id = "P1"\nby = "王某"\n'
        reviewed = plain + names + 'reason = "复评可以胜任"\ndecided_on = 2023-12-01\n'
        private = save_scenario(city.parent, "neu-review", reviewed)
    finally:
        os.umask(before)
    assert stat.S_IMODE(shared.stat().st_mode) == 0o644
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_what_does_not_load_is_not_saved(city: Path) -> None:
    before = sorted(city.parent.iterdir())
    with pytest.raises(ScenarioError):
        save_scenario(city.parent, "kaputt", 'name = "x"\nextends = "nowhere.toml"\n')
    assert sorted(city.parent.iterdir()) == before


def test_a_folder_that_cannot_be_written_is_named(city: Path, tmp_path: Path) -> None:
    text = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "", "")
    with pytest.raises(ScenarioError) as error:
        save_scenario(tmp_path / "nowhere", "neu", text)
    assert error.value.code == "scenario_not_written"


@pytest.mark.parametrize(
    ("typed", "stem"),
    [
        ("摊位预留 12%", "摊位预留-12"),
        ("  Stalls_12.TOML ", "stalls_12-toml"),
        ("../../etc/passwd", "etc-passwd"),
        ("ＡＢＣ　１２", "abc-12"),
        ("a\x00b\nc", "a-b-c"),
        ("x" * 200, "x" * 60),
        ("测" * 200, "测" * 60),
    ],
)
def test_odd_names_become_plain_ones(typed: str, stem: str) -> None:
    assert file_stem(typed) == stem


@pytest.mark.parametrize("typed", ["", "   ", "///", "…", "-_-", "CON", "lpt1", "\u202e"])
def test_names_of_nothing_are_refused(typed: str) -> None:
    with pytest.raises(ScenarioError) as error:
        file_stem(typed)
    assert error.value.code == "scenario_name_unfit"


def test_a_free_name_counts_on(city: Path) -> None:
    folder = city.parent
    assert free_stem(folder, city.stem) == "rizhao-2023-18-2"
    (folder / "rizhao-2023-18-2.toml").touch()
    assert free_stem(folder, city.stem) == "rizhao-2023-18-3"
    assert free_stem(folder, "rizhao-2023-18-2") == "rizhao-2023-18-3"


def test_a_title_cannot_break_out_of_its_comment(city: Path) -> None:
    text = derive_scenario(city, {SHARE: Decimal("0.12")}, "neu", "a\nname = 'x'\x07", "")
    assert load_scenario(save_scenario(city.parent, "neu", text)).name == "neu"


def test_names_with_dots_stay_whole(tmp_path: Path) -> None:
    assert parts_of("quota.岗位 1.5%.min") == ("quota", "岗位 1.5%", "min")
    assert parts_of("priority.pool.stall.open") == ("priority", "pool", "stall", "open")
    base = tmp_path / "base.toml"
    base.write_text(
        'name = "base"\n[data]\nfolder = "."\n[[stage]]\nname = "only"\nkinds = ["stall"]\n'
        'mechanism = "optimal"\n[[quota]]\nname = "a.b"\napplicant = {}\nplace = {}\nmin = 1\n',
        encoding="utf-8",
    )
    assert saved(base, {"quota.a.b.min": 4}).quotas[0].min == 4


# ---- the list of settings ----------------------------------------------------------


def test_every_key_in_use_is_a_setting() -> None:
    scenario = load_scenario(CITY)
    found = settings_of(scenario)
    assert scenario.sources.keys() <= found.keys()
    for key, setting in found.items():
        assert parts_of(key) == setting.parts


def test_every_setting_and_every_choice_has_its_words(tmp_path: Path) -> None:
    table = {"folder": "."}
    scenario = make(
        tmp_path,
        data=table,
        kind={"kiosk": {"zh": "亭", "en": "kiosk"}},
        overruling=[],
        quota=[{"name": "q", "applicant": {}, "place": {}, "min": 1}],
        openings_joint=[{"name": "j", "kinds": ["stall"], "max": 3}],
        reserve={"stall": {"beneficiaries": {}, "share": "0.1"}},
        **{table: {"stall": {}} for table in ("spacing", "density", "eligibility")},
        openings={"stall": {"max": 1}},
    )
    assert SMALLEST["name"] == scenario.name
    for setting in settings_of(scenario).values():
        if setting.key not in ("name", "title", "title_en"):
            assert f"setting.{'.'.join(setting.path)}" in CATALOGUE
        for word in setting.choices:
            area = "level" if setting.path[-1] == "levels" else "setting_word"
            assert f"{area}.{word}" in CATALOGUE, word


# ---- any set of changes ------------------------------------------------------------


def _values(setting: Setting) -> st.SearchStrategy[Any]:
    tenths = st.integers(1, 10).map(lambda n: Decimal(n) / 10)
    whole = st.integers(max(setting.least, 1), 90)
    by_form: dict[str, st.SearchStrategy[Any]] = {
        "share": tenths,
        "number": st.integers(1, 5000).map(lambda n: Decimal(n) / 8),
        "whole": whole,
        "flag": st.booleans(),
        "choice": st.sampled_from(setting.choices or ("",)),
        "choices": st.lists(st.sampled_from(setting.choices or ("",)), min_size=1, unique=True),
        "order": st.permutations(setting.choices),
        "age": st.one_of(st.integers(50, 70), st.just("statutory_retirement"), st.none()),
        "date": st.dates(dt.date(2023, 6, 1), dt.date(2027, 1, 1)),
        "text": st.text(min_size=1, max_size=12),
    }
    found = by_form.get(setting.form, st.nothing())
    return st.one_of(found, st.none()) if setting.is_optional else found


_KEPT = ("name", "title", "title_en", "stage", "data", "space", "kind")
_FORMS = ("share", "number", "whole", "flag", "choice", "choices", "order", "age", "date", "text")
_OPEN = [
    setting
    for setting in _CITY.values()
    if setting.parts[0] not in _KEPT
    and setting.form in _FORMS
    and setting.path[-1] not in ("kind", "group")
]


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_allowed_comes_back_as_it_was(data: st.DataObject, city: Path) -> None:
    chosen = data.draw(st.lists(st.sampled_from(_OPEN), min_size=1, max_size=4, unique=True))
    changes = {setting.key: data.draw(_values(setting)) for setting in chosen}
    try:
        wanted = derived_scenario(city, changes, "neu")
    except ScenarioError:
        with pytest.raises(ScenarioError):
            derive_scenario(city, changes, "neu", "", "")
        return
    text = derive_scenario(city, changes, "neu", "标题", "")
    path = save_scenario(city.parent, "neu", text)
    try:
        scenario = load_scenario(path)
    finally:
        path.unlink()
    assert bare(scenario) == bare(wanted)
    after = settings_of(scenario)
    for key, value in changes.items():
        # What is left out takes its default, or follows from another setting.
        assert value is None or is_same(after[key].value, value)
