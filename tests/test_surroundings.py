"""What stands around sites, read off the record, is what the instance says."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

import allocation
from allocation import atlas
from allocation.runs import load_run
from tests.town import write_town


def test_conflicts_are_those_of_the_instance(tmp_path: Path) -> None:
    run = load_run(allocation.run(write_town(tmp_path), out=tmp_path / "runs"))
    around, conflicts = atlas.surroundings_of(run), run.instance.conflicts
    assert len(conflicts.place_a)
    assert around.id.tolist() == run.instance.places.id.tolist()
    for field in dataclasses.fields(conflicts):
        found = getattr(around.conflicts, field.name)
        assert np.array_equal(found, getattr(conflicts, field.name)), field.name
