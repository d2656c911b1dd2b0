"""Runs that go by lot, from tables alone: a citizens' panel, chances first, and the checks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import load_scenario, pipeline
from allocation.checker import check_refusals
from allocation.cli import app
from allocation.messages import AllocationError
from allocation.runs import Run, load_run

PANEL = """
name = "panel"
[data]
folder = "."
[[stage]]
kinds = ["panel"]
mechanism = "egalitarian"
[draw]
seed = "2023-12-01"
[[quota]]
name = "women"
applicant = { sex = ["female"] }
place = { kind = "panel" }
min = 3
max = 3
hard = true
[[quota]]
name = "south"
applicant = { township = ["south"] }
place = { kind = "panel" }
min = 2
max = 3
hard = true
[[quota]]
name = "general"
applicant = { group = ["general"] }
place = { kind = "panel" }
min = 2
max = 4
hard = true
"""
"""Six seats; three quotas that cross, each on a column of the applicants."""


def write_panel(folder: Path, scenario: str = PANEL, n: int = 24) -> Path:
    """Write a panel's three tables and its scenario."""
    people = pd.DataFrame(
        {
            "applicant_id": [f"C{i:02d}" for i in range(n)],
            "sex": ["female" if i % 3 else "male" for i in range(n)],
            "township": ["south" if i % 4 == 0 else "north" for i in range(n)],
            "group": ["general" if i % 5 < 2 else "household_member" for i in range(n)],
        }
    )
    people.to_csv(folder / "applicants.csv", index=False)
    pd.DataFrame({"place_id": ["panel"], "kind": ["panel"], "capacity": [6]}).to_csv(
        folder / "places.csv", index=False
    )
    pd.DataFrame(
        {"applicant_id": people["applicant_id"], "place_id": "panel", "preference_rank": 1}
    ).to_csv(folder / "applications.csv", index=False)
    path = folder / "panel.toml"
    path.write_text(scenario, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the panel."""
    folder = tmp_path_factory.mktemp("panel")
    return load_run(pipeline.run(write_panel(folder), folder / "runs"))


def invoke(*args: object) -> Any:
    return CliRunner().invoke(app, [*map(str, args), "--lang", "en"])


def test_a_panel_keeps_its_quotas_and_passes_the_checks(panel: Run) -> None:
    assert panel.result["status"] == "optimal"
    assert panel.result["n_violations"] == 0
    people = panel.tables.frames["applicants"].set_index("applicant_id")
    seated = people.loc[panel.awards["applicant_id"]]
    assert len(seated) == 6
    assert (seated["sex"] == "female").sum() == 3
    assert 2 <= (seated["township"] == "south").sum() <= 3
    assert 2 <= (seated["group"] == "general").sum() <= 4
    checked = invoke("check", panel.path)
    assert checked.exit_code == 0
    assert "tight sets rest on the solver's word" in " ".join(checked.output.split())


@pytest.mark.parametrize(
    "lost", [("lottery.json",), ("chances.csv",), ("lottery.json", "chances.csv")]
)
def test_a_run_without_its_lottery_is_no_proof(
    panel: Run, tmp_path: Path, lost: tuple[str, ...]
) -> None:
    """That a draw was held follows from the stages, not from the files that are there."""
    copy = tmp_path / "run"
    shutil.copytree(panel.path, copy)
    for name in lost:
        (copy / name).unlink()
    shown = invoke("check", copy)
    assert shown.exit_code == 1
    assert "goes by lot" in " ".join(shown.output.split())


def test_replay_draws_a_lottery_again(panel: Run, tmp_path: Path) -> None:
    """The order alone would be confirmed whoever the lottery is said to have drawn."""
    shown = invoke("draw", "replay", panel.path)
    assert shown.exit_code == 0
    assert "drawn again step by step" in shown.output
    copy = tmp_path / "run"
    shutil.copytree(panel.path, copy)
    lottery = json.loads((copy / "lottery.json").read_text(encoding="utf-8"))
    drawing = lottery["stages"][0]["parts"][0]["drawing"]
    others = set(panel.tables.frames["applicants"]["applicant_id"]) - set(drawing["served"])
    drawing["served"] = sorted([*drawing["served"][1:], min(others)])
    (copy / "lottery.json").write_text(json.dumps(lottery), encoding="utf-8")
    shown = invoke("draw", "replay", copy)
    assert shown.exit_code == 1
    assert "comes out otherwise" in shown.stderr


def test_chances_are_published_with_the_lottery_they_come_from(panel: Run) -> None:
    """One row a person; together they make the panel's six seats."""
    chances, lottery = panel.chances, panel.lottery
    assert chances is not None
    assert lottery is not None
    assert len(chances) == 24
    assert chances["chance"].sum() == pytest.approx(6)
    (stage,) = lottery["stages"]
    assert stage["drawn"]
    marginal = dict.fromkeys(chances["applicant_id"], 0.0)
    for part in stage["parts"]:
        for plan in part["plans"]:
            weight = plan["weight"][0] / plan["weight"][1]
            for name in plan["served"]:
                marginal[name] += weight
            for arc, name in plan["flow"]["applicants"].items():
                value = plan["flow"]["arcs"][int(arc)][2] / plan["flow"]["denominator"]
                marginal[name] += weight * value
    assert list(marginal.values()) == pytest.approx(chances["chance"].tolist())


def test_every_refusal_names_the_persons_own_chance(panel: Run) -> None:
    assert set(panel.refusals["reason_code"]) == {"not_drawn"}
    assert (
        check_refusals(panel.instance, panel.awards, panel.refusals, panel.result, panel.chances)
        == []
    )
    wrong = panel.refusals.copy()
    wrong["params"] = wrong["params"].map(
        lambda text: json.dumps(json.loads(text) | {"denominator": 997})
    )
    found = check_refusals(panel.instance, panel.awards, wrong, panel.result, panel.chances)
    assert len(found) == len(wrong)


def test_rows_in_another_order_change_nothing(panel: Run, tmp_path: Path) -> None:
    path = write_panel(tmp_path)
    for name in ("applicants", "applications"):
        frame = pd.read_csv(tmp_path / f"{name}.csv")
        frame.sample(frac=1, random_state=3).to_csv(tmp_path / f"{name}.csv", index=False)
    again = load_run(pipeline.run(path, tmp_path / "runs"))
    for name in ("awards.csv", "chances.csv", "lottery.json"):
        assert (again.path / name).read_bytes() == (panel.path / name).read_bytes()


def test_a_trial_written_out_stops_before_the_draw(panel: Run, tmp_path: Path) -> None:
    """The same chances, no awards; everybody is told that the draw is to come."""
    answer = invoke("run", write_panel(tmp_path), "--out", tmp_path / "runs", "--trial", "--quiet")
    assert answer.exit_code == 0
    run = load_run(Path(answer.stdout.strip()))
    assert run.result["status"] == "undrawn"
    assert len(run.awards) == 0
    assert set(run.refusals["reason_code"]) == {"draw_pending"}
    assert (run.path / "chances.csv").read_bytes() == (panel.path / "chances.csv").read_bytes()
    assert run.lottery is not None
    assert not run.lottery["stages"][0]["drawn"]
    assert invoke("check", run.path).exit_code == 0


def test_a_lottery_changed_in_the_folder_fails_the_check(panel: Run, tmp_path: Path) -> None:
    """Its hash is in the manifest, and the checker finds what it means."""
    copied = tmp_path / panel.path.name
    shutil.copytree(panel.path, copied)
    path = copied / "lottery.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["stages"][0]["parts"][0]["drawing"]["served"] = ["C00"]
    path.write_text(json.dumps(record), encoding="utf-8")
    answer = invoke("check", copied)
    assert answer.exit_code == 1
    assert "lottery.json" in answer.output
    assert "drawn again" in " ".join(answer.output.split())


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (PANEL.replace('"egalitarian"', '"optimal"\nwithin_tiers = false'), "egalitarian_setting"),
        (
            PANEL.replace('kinds = ["panel"]', 'kinds = ["panel", "other"]')
            + '[exclusive]\ngroups = [["panel"], ["other"]]\n',
            "egalitarian_groups",
        ),
        (PANEL.replace('"egalitarian"', '"egalitarian"\nlevels = ["draw"]'), "levels_unused"),
    ],
)
def test_a_scenario_that_does_not_go_together(tmp_path: Path, scenario: str, code: str) -> None:
    with pytest.raises(AllocationError) as refused:
        load_scenario(write_panel(tmp_path, scenario))
    problems = getattr(refused.value, "params", {}).get("problems", ())
    assert {refused.value.code, *(problem.code for problem in problems)} & {code}
