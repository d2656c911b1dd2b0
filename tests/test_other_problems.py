"""The examples of docs/other-problems.md, run as they stand there."""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.cli import app
from allocation.runs import Run, load_run

PAGE = Path(__file__).resolve().parent.parent / "docs" / "other-problems.md"
PANEL, TEACHERS = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
HEADERS = {
    name: next(csv.reader([text]))
    for name, text in re.findall(
        r"`(\w+)\.csv`\n\n```csv\n(.*?)\n", PAGE.read_text(encoding="utf-8"), re.S
    )
}
"""Headers of the panel's three tables."""
BANDS = ("18-34", "35-54", "55-74", "75+")
N, SEATS = 40, 9


def written(folder: Path, name: str, rows: list[list[Any]], headers: list[str]) -> None:
    """Write a table of the page's headers."""
    pd.DataFrame(rows, columns=headers).to_csv(folder / f"{name}.csv", index=False)


def panel(folder: Path, mechanism: str) -> Run:
    """Run the panel of the page: forty people, nine seats."""
    ids = [f"C{i:02d}" for i in range(N)]
    rows: dict[str, list[list[Any]]] = {
        "applicants": [[ids[i], BANDS[i % 4], "f" if i % 5 < 2 else "m"] for i in range(N)],
        "places": [["panel", "panel", SEATS]],
        "applications": [[who, "panel", 1, rank] for rank, who in enumerate(ids, 1)],
    }
    for name, header in HEADERS.items():
        written(folder, name, rows[name], header)
    text = PANEL.replace('"egalitarian"', f'"{mechanism}"')
    path = folder / "panel.toml"
    path.write_text(text, encoding="utf-8")
    return load_run(pipeline.run(path, folder / "runs"))


def invoke(*args: object) -> Any:
    return CliRunner().invoke(app, [*map(str, args), "--lang", "en"])


@pytest.fixture(scope="module", params=["optimal", "egalitarian"])
def seated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the panel under one mechanism."""
    return panel(tmp_path_factory.mktemp(request.param), request.param)


def test_a_panel_keeps_hard_quotas_on_its_own_columns(seated: Run) -> None:
    people = seated.tables.applicants.set_index("applicant_id").loc[seated.awards["applicant_id"]]
    bands = Counter(people["age_band"])
    assert len(people) == SEATS
    assert bands["18-34"] == 3
    assert 2 <= bands["55-74"] + bands["75+"] <= 4
    assert 4 <= Counter(people["gender"])["f"] <= 5
    assert seated.result["n_violations"] == 0
    assert invoke("check", seated.path).exit_code == 0


def test_the_checker_counts_the_quotas_itself(seated: Run, tmp_path: Path) -> None:
    """A list that seats somebody of another band in the place of one it needs is refused."""
    people = seated.tables.applicants.set_index("applicant_id")
    awards = pd.read_csv(seated.path / "awards.csv", dtype="str", keep_default_na=False)
    band = people.loc[awards["applicant_id"], "age_band"].to_numpy()
    at = int((band == "18-34").argmax())
    out = set(people.index[people["age_band"] == "35-54"]) - set(awards["applicant_id"])
    awards.loc[at, "applicant_id"] = min(out)
    copy = tmp_path / "run"
    copy.mkdir()
    for file in seated.path.rglob("*"):
        target = copy / file.relative_to(seated.path)
        if file.is_dir():
            target.mkdir()
        else:
            target.write_bytes(file.read_bytes())
    (copy / "awards.csv").write_text(awards.to_csv(index=False), encoding="utf-8")
    checked = invoke("check", copy)
    assert checked.exit_code == 1
    assert "young" in checked.output


@pytest.mark.parametrize("form", ["csv", "xlsx", "public-csv", "public-xlsx", "public-pack"])
def test_what_leaves_the_office_does_not_hold_the_columns(
    seated: Run, tmp_path: Path, form: str
) -> None:
    """Neither their names nor their cells; the sealed inputs do."""
    done = invoke("export", seated.path, "--format", form, "--out", tmp_path)
    assert done.exit_code == 0, done.output
    texts = [text for file in tmp_path.iterdir() for text in _texts(file)]
    assert any("panel" in text for text in texts)
    told = ("age_band", "年龄段", "age band", *BANDS)
    assert not [word for word in told for text in texts if word in text]


def _texts(file: Path) -> list[str]:
    """Return the text of a file, or of every file in an archive or a workbook."""
    if not zipfile.is_zipfile(file):
        return [file.read_text(encoding="utf-8-sig")]
    with zipfile.ZipFile(file) as archive:
        return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]


def test_teachers_and_schools_go_by_a_column_of_the_places(tmp_path: Path) -> None:
    """But for the quota the two with too few years would have both remote posts."""
    written(
        tmp_path, "applicants", [["T1", 1], ["T2", 2], ["T3", 9]], ["applicant_id", "years_taught"]
    )
    written(
        tmp_path,
        "places",
        [["far", "teaching_post", 2, "是"], ["near", "teaching_post", 1, "否"]],
        ["place_id", "kind", "capacity", "农村学校"],
    )
    wishes = [["T1", "far", 1, 1], ["T2", "far", 1, 2], ["T3", "near", 1, 1], ["T3", "far", 2, 3]]
    header = ["applicant_id", "place_id", "preference_rank", "priority_rank"]
    written(tmp_path, "applications", wishes, header)
    path = tmp_path / "teachers.toml"
    path.write_text(TEACHERS, encoding="utf-8")
    run = load_run(pipeline.run(path, tmp_path / "runs"))
    assert run.result["n_violations"] == 0
    far = run.awards.loc[run.awards["place_id"] == "far", "applicant_id"]
    assert "T3" in set(far)
    assert len(far) == 2
