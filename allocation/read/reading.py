"""Read all input tables of a scenario, or say everything that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd

from allocation import tables
from allocation.geo.coordinates import STORED
from allocation.read import links
from allocation.read.findings import BadInput, Finding, Notice, in_order
from allocation.read.identity import check_identities
from allocation.read.outlines import outline
from allocation.read.points import Box, locate
from allocation.read.raw import RawTable, whole_file
from allocation.read.sealed import Source, Tables, make_tables
from allocation.read.sources import read_sources
from allocation.read.systems import CrsRule
from allocation.read.typed import Draft, check_schema, draft_table
from allocation.scenario.own_columns import input_tables
from allocation.tables import lookup_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation.scenario import Scenario


@dataclass(slots=True)
class Examination:
    """What has been found so far; filled table by table, then handed on."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    crs: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def read_tables(scenario: Scenario) -> Tables:
    """Read and check all input tables of a scenario.

    Returns
    -------
    Tables with canonical columns, sorted by their keys.

    Raises
    ------
    BadInput
        ``bad_input`` with every finding, when there is any.
    InputError
        ``data_missing`` when the folder or workbook does not exist.
    """
    return sealed(examine(scenario))


def sealed(seen: Examination) -> Tables:
    """Make canonical tables of what was examined.

    Raises
    ------
    BadInput
        ``bad_input`` with every finding, when there is any.
    """
    if seen.findings:
        raise BadInput.of(in_order(seen.findings))
    frames = {name: _canonical(draft) for name, draft in seen.drafts.items()}
    sources = tuple(
        _source(draft.raw, seen.crs.get(name, "")) for name, draft in seen.drafts.items()
    )
    return make_tables(frames, sources, tuple(seen.notices))


def validate_tables(scenario: Scenario) -> list[Finding]:
    """Return everything that is wrong with the input tables, in the order of the files.

    Raises
    ------
    InputError
        ``data_missing`` when the folder or workbook does not exist.
    """
    return in_order(examine(scenario).findings)


def examine(scenario: Scenario) -> Examination:
    """Read every table as far as it can be read, and note everything that is wrong.

    Raises
    ------
    InputError
        ``data_missing`` when the folder or workbook does not exist.
    """
    schemas = input_tables(scenario.columns)
    sources = read_sources(scenario.data.folder, scenario.data.workbook, schemas=schemas)
    seen = Examination(findings=list(sources.findings), notices=list(sources.notices))
    kinds = _kind_words(scenario)
    bounds = box_of(scenario)
    for name in tables.INPUT_TABLES:
        if name in sources.raw:
            _examine_table(seen, sources.raw[name], kinds, _crs_rule(scenario, name), bounds)
    for draft in seen.drafts.values():
        seen.findings += links.check_keys(draft)
    seen.findings += links.check_references(seen.drafts)
    seen.notices += links.township_notices(seen.drafts)
    seen.notices += links.holder_notices(seen.drafts)
    return seen


def _examine_table(
    seen: Examination, raw: RawTable, kinds: Mapping[str, str], rule: CrsRule, bounds: Box | None
) -> None:
    """Look at one table by itself, and keep it for what needs several."""
    drafted = draft_table(raw, kinds)
    draft, findings = check_schema(drafted.draft)
    seen.findings += [*drafted.findings, *findings]
    seen.notices += drafted.notices
    if raw.table.required and raw.cells.empty:
        seen.findings.append(whole_file(raw.table, raw.origin, "no_rows"))
    if raw.table.name == "applicants":
        draft, findings = check_identities(links.fill_receipts(draft))
        seen.findings += findings
    if raw.table.has_points or "geometry" in raw.table.by_name:
        located = locate(draft, rule, bounds) if raw.table.has_points else outline(draft, rule)
        draft = located.draft
        seen.findings += located.findings
        seen.notices += located.notices
        seen.crs[draft.name] = located.crs
    draft, notices = links.merge_repeats(draft)
    seen.notices += notices
    seen.drafts[draft.name] = draft


def _canonical(draft: Draft) -> pd.DataFrame:
    """Sort a table by its key, then by everything else; rows that tie are the same."""
    frame = draft.frame
    by = list(draft.raw.table.key)
    if not draft.raw.table.unique:
        by += [name for name in frame.columns if name not in by]
    frame = frame.sort_values(by, kind="stable", ignore_index=True)
    if "geometry" in frame.columns:
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=STORED)
    return frame


def _source(raw: RawTable, crs: str) -> Source:
    origin = raw.origin
    return Source(raw.table.name, origin.file, origin.sha256, len(raw.cells), crs, origin.sheet)


def _kind_words(scenario: Scenario) -> dict[str, str]:
    """Return every writing of the scenario's kinds, with the kind's id."""
    names = scenario.kinds
    english = {name.en: kind for kind, name in names.items()}
    return lookup_of({kind: name.zh for kind, name in names.items()}, english)


def _crs_rule(scenario: Scenario, table: str) -> CrsRule:
    declared = getattr(scenario.data.crs, table, None)
    return CrsRule(declared, scenario.data.crs.default)


def box_of(scenario: Scenario) -> Box | None:
    """Return the bounds of the city in degrees, ``None`` where the scenario states none."""
    if scenario.space.bounds is None:
        return None
    west, south, east, north = (float(side) for side in scenario.space.bounds)
    return west, south, east, north
