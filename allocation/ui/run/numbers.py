"""Numbers before the start: counted in the background, kept as long as the input stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from allocation.messages import AllocationError, RunError, ScenarioError
from allocation.preflight import Preflight, Shortage, look_ahead, similar_seconds
from allocation.read import Tables, read_tables
from allocation.scenario import Scenario
from allocation.summary import kind_names
from allocation.ui import address, frame
from allocation.ui.background import Shelf
from allocation.ui.markdown import plain
from allocation.ui.run.wording import placeholder_table, small_table
from allocation.ui.workspace import current_workspace

SHOWN = 8
_KEPT = 8


@dataclass(frozen=True, slots=True)
class Ahead:
    """The numbers, and the names of the places that fall short (no tables are kept)."""

    numbers: Preflight
    where: Mapping[str, str]


_COUNTED: Shelf[Ahead] = Shelf(_KEPT)


def fingerprint(scenario: Scenario) -> str:
    """Name what the numbers depend on: the settings, and size and time of every input file."""
    parts = [scenario.scenario_hash]
    for source in (scenario.data.folder, scenario.data.workbook):
        for file in _files(source):
            state = file.stat()
            parts.append(f"{file}|{state.st_size}|{state.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def counted(scenario: Scenario) -> Future[Ahead]:
    """Return the numbers of a scenario, which are counted once in a thread of their own."""
    return _COUNTED.ask(fingerprint(scenario), lambda: _count(scenario))


def draw(scenario: Scenario) -> None:
    """Draw the numbers, or that they are being counted."""
    future = counted(scenario)
    if not future.done():
        _counting(scenario)
        return
    error = future.exception()
    if error is None:
        _draw(future.result(), scenario)
    elif isinstance(error, ScenarioError):
        frame.problem(error, "app_go_scenario", "views/scenario.py")
    elif isinstance(error, AllocationError):
        frame.problem(error, "app_go_data", "views/data.py")
    else:
        frame.problem(RunError("app_broken", kind=type(error).__name__), "app_again", forget)


def forget() -> None:
    """Count again what could not be counted."""
    _COUNTED.forget_failures()


def _files(source: Path | None) -> Iterator[Path]:
    if source is not None and source.is_dir():
        yield from sorted(file for file in source.iterdir() if file.is_file())
    elif source is not None and source.is_file():
        yield source


def _count(scenario: Scenario) -> Ahead:
    tables = read_tables(scenario)
    numbers = look_ahead(tables, scenario)
    return Ahead(numbers, _names(tables, numbers))


def _names(tables: Tables, numbers: Preflight) -> dict[str, str]:
    """Look up the venues and places that fall short; an area is a name already."""
    names = {}
    for shortage in numbers.shortages:
        if shortage.scope in ("venue", "place"):
            table = tables.venues if shortage.scope == "venue" else tables.places
            rows = table.loc[table[f"{shortage.scope}_id"] == shortage.scope_id, "name"].dropna()
            if len(rows):
                names[shortage.scope_id] = f"{rows.iloc[0]} ({shortage.scope_id})"
    return names


@st.fragment(run_every="0.5s")
def _counting(scenario: Scenario) -> None:
    if counted(scenario).done():
        st.rerun()
    st.status(frame.say("app_run_counting"), state="running")


def _draw(ahead: Ahead, scenario: Scenario) -> None:
    numbers = ahead.numbers
    _headlines(numbers)
    if numbers.official_problems:
        lines = [plain(f"{problem:{address.lang()}}") for problem in numbers.official_problems]
        st.info(frame.say("app_run_trial_only") + "".join(f"\n- {line}" for line in lines))
    _shortages(ahead, scenario)
    small_table(
        [frame.say(code) for code in _COLUMNS],
        kind_rows(numbers, scenario),
        frame.say("app_run_ahead_alt"),
    )
    notices = [plain(frame.word(notice.code, **notice.params)) for notice in numbers.notices]
    if notices:
        with st.expander(frame.say("app_run_notices", n=len(notices))):
            st.markdown("\n".join(f"- {line}" for line in notices))
    placeholder_table(scenario)


_COLUMNS = (
    "col_kind",
    "col_units",
    "col_candidates",
    "app_run_col_applicants",
    "app_run_col_eligible",
    "col_required",
    "app_run_col_wanting",
    "app_run_col_conflicts",
    "app_run_col_unwanted",
    "app_run_col_vacant",
)


def kind_rows(numbers: Preflight, scenario: Scenario) -> list[tuple[object, ...]]:
    """Set what is on offer of each kind beside who wants it and what must be kept."""
    names = kind_names(scenario, address.lang())
    rows: list[tuple[object, ...]] = []
    for kind in numbers.kinds:
        reserves = [reserve for reserve in numbers.reserves if reserve.kind == kind.kind]
        rows.append(
            (
                names.get(kind.kind, kind.kind),
                kind.n_units or None,
                kind.n_candidates or None,
                kind.n_applicants,
                kind.n_eligible,
                sum(reserve.required for reserve in reserves) if reserves else None,
                sum(reserve.wanting for reserve in reserves) if reserves else None,
                kind.n_conflicts or None,
                kind.n_unwanted or None,
                kind.n_vacant or None,
            )
        )
    return rows


def _headlines(numbers: Preflight) -> None:
    seconds = similar_seconds(current_workspace().runs, numbers.n_applications)
    found = [
        ("fact_n_applicants", numbers.n_applicants, "app_run_of_these_eligible",
         numbers.n_eligible_applicants),
        ("fact_n_applications", numbers.n_applications, "app_run_of_these_eligible",
         numbers.n_eligible),
        ("fact_n_units", numbers.n_units, "app_run_and_candidates", numbers.n_candidates),
        ("app_run_required", numbers.required, "app_run_rules", len(numbers.reserves)),
        ("app_run_conflicts", numbers.n_conflicts, "app_run_conflicts_note", None),
    ]  # fmt: skip
    # A narrow window breaks the row instead of the numbers.
    grid = st.grid(len(found) + 1, min_column_width=150, gap="small")
    for label, value, note, n in found:
        grid.metric(
            frame.say(label),
            frame.count(value),
            frame.say(note, n=frame.count(n)),
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
        )
    grid.metric(
        frame.say("app_run_duration"),
        "–" if seconds is None else frame.say("app_run_about", seconds=round(seconds)),
        frame.say("app_run_duration_unknown" if seconds is None else "app_run_duration_from"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
    )


def _shortages(ahead: Ahead, scenario: Scenario) -> None:
    shortages = ahead.numbers.shortages
    if not shortages:
        st.success(frame.say("app_run_none_short"))
        return
    lines = [
        frame.say(
            "app_run_at_least_short",
            name=plain(shortage_name(shortage, ahead, scenario)),
            short=frame.count(shortage.short),
            why=plain(frame.word(shortage.code, **shortage.params)),
        )
        for shortage in shortages[:SHOWN]
    ]
    if len(shortages) > SHOWN:
        lines.append(frame.say("more_rows", n=len(shortages) - SHOWN))
    listed = "\n".join(f"- {line}" for line in lines)
    title = frame.say("app_run_will_be_short", n=len(shortages))
    if ahead.numbers.is_hopeless:
        st.error(f"**{frame.say('app_run_hopeless')}**\n\n{listed}")
    else:
        st.warning(f"**{title}**\n\n{listed}")


def shortage_name(shortage: Shortage, ahead: Ahead, scenario: Scenario) -> str:
    """Name what falls short: a quota by its title, a reserve by kind and place of scope."""
    where = ahead.where.get(shortage.scope_id, shortage.scope_id)
    if shortage.about == "quota":
        keys = (f"quota.{shortage.name}.{bound}" for bound in ("min", "min_share"))
        titles = (scenario.sources[key].title for key in keys if key in scenario.sources)
        title = next((title for title in titles if title and address.lang() == "zh"), "")
        name = title or shortage.name
    else:
        name = kind_names(scenario, address.lang()).get(shortage.kind, shortage.kind)
    return f"{name} · {where}" if where else name
