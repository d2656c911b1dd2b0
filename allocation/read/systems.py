"""Which coordinate system is a file in: what it says itself, and what the scenario says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.geo import coordinates
from allocation.messages import ScenarioError
from allocation.read.findings import Finding, Notice
from allocation.read.raw import whole_file

if TYPE_CHECKING:
    from allocation.read.typed import Draft

PLAIN_DEGREES = ("EPSG:4490", "EPSG:4326")
"""Systems whose degrees are taken as equal."""


@dataclass(frozen=True, slots=True)
class CrsRule:
    """What the scenario says about the coordinate system of one table.

    Attributes
    ----------
    declared
        For this table, ``None`` where it says nothing about it.
    default
        For files that do not say their own.
    """

    declared: str | None
    default: str

    def of(self, draft: Draft) -> str | Finding:
        """Decide the system of a file, or say why it cannot be decided.

        A file that names its system is believed; a scenario that says otherwise about
        this very table is in conflict with it, except that GCJ-02 and BD-09 have no
        code a file could name, and that plain GeoJSON names nothing.
        """
        table, origin = draft.raw.table, draft.raw.origin
        geometry = draft.raw.geometry
        declared = None if self.declared is None else coordinates.crs_name(self.declared)
        if geometry is None or geometry.crs is None:
            return declared or coordinates.crs_name(self.default)
        try:
            own = coordinates.crs_name(f"EPSG:{geometry.crs.to_epsg()}")
        except ScenarioError:
            return whole_file(table, origin, "crs_of_file")
        if declared is None or declared == own or {declared, own} == set(PLAIN_DEGREES):
            return own
        shifted = declared in (coordinates.GCJ02, coordinates.BD09)
        if draft.raw.implied_crs or (shifted and not coordinates.is_projected(own)):
            return declared
        return whole_file(table, origin, "crs_disagrees", own=own, declared=declared)


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A draft with positions in EPSG:4490, and what was noticed on the way."""

    draft: Draft
    crs: str
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()


def conversion_notices(draft: Draft, crs: str, n: int) -> tuple[Notice, ...]:
    """Say that positions were converted, where they were."""
    if crs in PLAIN_DEGREES or not n:
        return ()
    return (Notice("coordinates_converted", {"table": draft.name, "crs": crs, "n": n}),)
