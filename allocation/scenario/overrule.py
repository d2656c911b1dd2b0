"""A new scenario file that overrules a finding of an earlier run, and changes nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from allocation.messages import Lang, text
from allocation.messages.problems import Problem, raise_problems
from allocation.scenario.derive import derive_scenario, free_stem, save_scenario
from allocation.scenario.layers import parse_overrides
from allocation.scenario.load import load_scenario

_SUFFIX = "-review"
_EARLIER = re.compile(rf"{_SUFFIX}(-\d+)?$")


@dataclass(frozen=True, slots=True)
class Overruling:
    """What a person decided about one application; see ``[[overruling]]`` of a scenario."""

    applicant_id: str
    place_id: str
    by: str
    reason: str
    decided_on: dt.date


def save_overruling(
    base: Path, overruling: Overruling, overrides: Sequence[str] = (), *, lang: Lang = "zh"
) -> Path:
    """Save a scenario beside another one that overrules one finding more.

    Parameters
    ----------
    base
        Scenario file of the run whose finding is overruled; it stays as it is.
    overrides
        What was set beside the file when the run was made, such as
        ``reserve.stall.share=0.12``; the new file says it too.

    Returns
    -------
    Path
        The new file, ``…-review-2.toml`` and so on.

    Raises
    ------
    ScenarioError
        What is wrong with the overruling, or with the base.
    """
    problems: list[Problem] = []
    changes = {key: leaf.value for key, leaf in parse_overrides(overrides, problems)}
    raise_problems(problems)
    before = load_scenario(base, overrides)
    stem = free_stem(base.parent, _EARLIER.sub("", base.stem) + _SUFFIX)
    title = _review_title(before.title or before.name, "zh")
    title_en = _review_title(before.title_en or before.name, "en")
    written = derive_scenario(base, changes, stem, title, title_en, lang=lang)
    document = tomlkit.parse(written)
    document["overruling"] = _array(overruling)
    return save_scenario(base.parent, stem, tomlkit.dumps(document))


def _review_title(title: str, lang: Lang) -> str:
    """Mark a title as reviewed, once however often it was."""
    bare = title.removesuffix(text("app_awards_review_title", lang, title=""))
    return text("app_awards_review_title", lang, title=bare)


def _array(overruling: Overruling) -> tomlkit.items.AoT:
    table = tomlkit.table()
    for name in ("applicant_id", "place_id", "by", "reason"):
        table.add(name, " ".join(getattr(overruling, name).split()))
    table.add("decided_on", overruling.decided_on)
    array = tomlkit.aot()
    array.append(table)
    return array
