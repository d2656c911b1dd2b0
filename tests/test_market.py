"""What is said of a market's reserves, whether they are counted for it or for its stalls."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

import allocation
from allocation import atlas
from allocation.runs import Run, load_run
from allocation.summary import scope_name
from tests.town import SCENARIO, write_town


@pytest.mark.parametrize("scope", ["venue", "place"])
def test_a_market_counts_the_reserves_of_its_stalls(tmp_path: Path, scope: str) -> None:
    scenario = write_town(tmp_path, scenario=SCENARIO.replace('"venue"', f'"{scope}"'))
    run = load_run(allocation.run(scenario, tmp_path / "runs"))
    records = run.result["reserves"]
    assert {record["scope"] for record in records} == {scope}
    (market,) = atlas.venues(run, atlas.place_facts(run))
    assert market.reserve_required == sum(record["required"] for record in records) > 0
    assert market.reserve_used == sum(record["used"] for record in records) > 0


def test_a_stall_is_named_with_its_market() -> None:
    """Every market has a stall number 2."""
    tables = SimpleNamespace(
        venues=pd.DataFrame({"venue_id": ["M1"], "name": ["东市"]}, dtype="str"),
        places=pd.DataFrame(
            {"place_id": ["S2", "S3"], "venue_id": ["M1", None], "name": ["002号", None]},
            dtype="str",
        ),
    )
    run = cast("Run", SimpleNamespace(tables=tables))
    assert scope_name(run, "place", "S2") == "东市 002号 (S2)"
    assert scope_name(run, "place", "S3") == "S3"
    assert scope_name(run, "venue", "M1") == "东市 (M1)"
    assert scope_name(run, "district", "莒县") == "莒县"
