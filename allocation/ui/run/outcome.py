"""What a finished run came to: numbers on one screen, then what lies behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from allocation.summary import (
    chance_block,
    kind_names,
    level_block,
    levels_of,
    quota_name,
    shortfall_block,
)
from allocation.ui import address, frame
from allocation.ui.markdown import plain
from allocation.ui.run.wording import block_table, placeholder_table, small_table

if TYPE_CHECKING:
    from allocation.runs import Run

SHOWN_SHORTFALLS = 8

_COLUMNS = (
    "col_kind",
    "col_units",
    "col_candidates",
    "col_awards",
    "col_disabled",
    "col_required",
    "col_used",
    "col_short",
)


@dataclass(frozen=True, slots=True)
class Headline:
    """One big number with a line that says how to read it."""

    label: str
    value: str
    note: str = ""
    tone: Literal["off", "normal", "inverse", "orange", "green"] = "off"
    help: str | None = None


def draw(run: Run, actions: Callable[[], None]) -> None:
    """Draw the result; ``actions`` draws the buttons beside its chips."""
    frame.chips(frame.run_chips(run))
    actions()
    _warnings(run)
    if run.result["status"] != "infeasible":
        _headlines(run)
        small_table(
            [frame.say(code) for code in _COLUMNS], kind_rows(run), frame.say("app_run_kinds_alt")
        )
        _quotas(run)
        _shortfalls(run)
    _behind(run)


def headlines(run: Run) -> tuple[Headline, ...]:
    """Pick the numbers a planner is asked for first."""
    result, counts = run.result, run.result["counts"]
    levels = [level for stage in result["stages"] for level in levels_of(stage)]
    n_proven = sum(level["proven"] for level in levels)
    found = [
        _awards(run),
        Headline(
            frame.say("app_run_disabled"),
            frame.count(counts["n_awards_disabled"]),
            frame.say(
                "app_run_share_of",
                share=frame.percent(counts["n_awards_disabled"] / max(1, counts["n_awards"])),
            ),
        ),
    ]
    quota = next((row for row in result["quotas"] if row["sense"] == "min"), None)
    if quota is not None:
        found.append(
            Headline(
                plain(_capital(quota_name(run, quota["name"], address.lang()))),
                frame.count(quota["reached"]),
                frame.say("app_run_at_least", n=frame.count(quota["required"])),
                "orange" if quota["short"] else "green",
            )
        )
    if result["reserves"]:
        required, used, short = (
            sum(row[name] for row in result["reserves"]) for name in ("required", "used", "short")
        )
        code = "app_run_reserve_short" if short else "app_run_reserve_met"
        note = frame.say(code, required=frame.count(required), short=frame.count(short))
        found.append(
            Headline(
                frame.say("app_run_reserve_used"),
                frame.count(used),
                note,
                "orange" if short else "green",
            )
        )
    if levels:
        found.append(
            Headline(
                frame.say("app_run_proven"),
                f"{n_proven} / {len(levels)}",
                _proof_note(levels),
                "green" if n_proven == len(levels) else "orange",
                frame.say("app_run_proven_help"),
            )
        )
    found.append(
        Headline(
            frame.say("app_run_envy"),
            frame.count(counts.get("n_envy_pairs")),
            frame.say("app_run_envious", n=frame.count(counts.get("n_envious_applicants"))),
            help=frame.say("app_run_envy_help"),
        )
    )
    return tuple(found)


def _proof_note(levels: Sequence[Mapping[str, Any]]) -> str:
    if not all(level["proven"] for level in levels):
        return frame.say("app_run_not_all")
    n_certified = sum(level.get("assurance") == "certified" for level in levels)
    if n_certified == len(levels):
        return frame.say("app_run_all_certified")
    if n_certified:
        return frame.say("app_run_n_certified", n=n_certified)
    return frame.say("app_run_all_proven")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def kind_rows(run: Run) -> list[tuple[Any, ...]]:
    """Count units, awards and reserves by kind, in order of the stages, with their sum."""
    names = kind_names(run.scenario, address.lang())
    rows: dict[str, list[int]] = {}
    for record in run.result["awards"]:
        row = rows.setdefault(record["kind"], [0] * 7)
        for column, name in enumerate(("capacity", "candidates", "n", "n_disabled")):
            row[column] += record[name]
    with_reserve = set()
    for record in run.result["reserves"]:
        with_reserve.add(record["kind"])
        row = rows.setdefault(record["kind"], [0] * 7)
        for column, name in enumerate(("required", "used", "short"), start=4):
            row[column] += record[name]
    table: list[tuple[Any, ...]] = [
        (
            names.get(kind, kind),
            *(value or None for value in row[:2]),
            *row[2:4],
            *(row[4:] if kind in with_reserve else (None, None, None)),
        )
        for kind, row in rows.items()
    ]
    if len(rows) > 1:
        total = [sum(column) for column in zip(*rows.values(), strict=True)]
        table.append((frame.say("total"), *total))
    return table


def _awards(run: Run) -> Headline:
    counts = run.result["counts"]
    stages = [stage for stage in run.result["stages"] if stage["max_awards"] is not None]
    more = sum(stage["max_awards_bound"] - stage["n_awards"] for stage in stages)
    is_known = all(stage["max_awards"] == stage["max_awards_bound"] for stage in stages)
    if not stages:
        note = ""
    elif more:
        code = "app_run_could_be" if is_known else "app_run_bounded_by"
        # A run that was stopped early may know no bound as good as what there is to give.
        on_offer = int(run.tables.places["capacity"].sum())
        note = frame.say(code, n=frame.count(min(counts["n_awards"] + more, on_offer)))
    else:
        note = frame.say("app_run_as_many_as_possible")
    return Headline(
        frame.say("app_run_awards"),
        frame.count(counts["n_awards"]),
        note,
        "green" if stages and not more else "off",
        frame.say("app_run_awards_help"),
    )


def _warnings(run: Run) -> None:
    result = run.result
    if result["status"] == "infeasible":
        clashes = [clash for stage in result["stages"] for clash in stage["clash"]]
        lines = "".join(
            f"\n- {plain(frame.word(clash['code'], **clash['params']))}" for clash in clashes
        )
        st.error(frame.say("infeasible") + lines)
    elif result["official_refused"]:
        st.warning(frame.say(result["official_refused"]))
    elif result["not_reproducible"]:
        st.warning(frame.say("not_reproducible"))


def _headlines(run: Run) -> None:
    found = headlines(run)
    # A narrow window breaks the row instead of the numbers.
    grid = st.grid(len(found), min_column_width=150, gap="small")
    for item in found:
        grid.metric(
            item.label,
            item.value,
            item.note or None,
            delta_color=item.tone,
            delta_arrow="off",
            help=item.help,
            border=True,
            height="stretch",
        )


def _quotas(run: Run) -> None:
    """Say in one line per quota what was asked for and what was reached."""
    lines = [
        frame.say(
            f"app_run_quota_{row['sense']}",
            quota=plain(
                f"{quota_name(run, row['name'], address.lang())} {row['scope_id']}".strip()
            ),
            required=frame.count(row["required"]),
            reached=frame.count(row["reached"]),
        )
        for row in run.result["quotas"]
        if not row["short"]
    ]
    if lines:
        st.caption(frame.strung(lines[:SHOWN_SHORTFALLS]))


def _shortfalls(run: Run) -> None:
    block = shortfall_block(run, address.lang())
    rows = block.rows
    if not rows:
        return
    n_units = sum(row[1] for row in rows if isinstance(row[1], int))
    lines = [
        frame.say("app_run_short_line", name=plain(str(name)), short=short, why=plain(str(why)))
        for name, short, why in rows[:SHOWN_SHORTFALLS]
    ]
    title = frame.say("app_run_short_title", n=len(rows), units=frame.count(n_units))
    st.warning(f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines))
    if len(rows) > SHOWN_SHORTFALLS:
        label = frame.say("app_run_short_all", n=len(rows))
        frame.folded(label, "run.shortfalls", lambda: block_table(block))


def _behind(run: Run) -> None:
    """Fold away the chances, how good each level is, the examples and what took how long."""
    chances = chance_block(run, address.lang())
    if chances.rows:
        frame.folded(chances.title, "run.chances", lambda: block_table(chances))
    levels = level_block(run, address.lang())
    if levels.rows:
        label = frame.say("app_run_levels", n=len(levels.rows))
        frame.folded(label, "run.levels", lambda: block_table(levels))
    placeholder_table(run.scenario)
    steps = [f"{frame.word(step['step'])} {step['seconds']:.1f}" for step in run.result["seconds"]]
    total = sum(step["seconds"] for step in run.result["seconds"])
    st.caption(
        frame.say("app_run_finished", when=_moment(run))
        + frame.say("seconds_are", total=total, steps=frame.strung(steps))
    )


def _moment(run: Run) -> str:
    return str(run.manifest["finished_at"])[:16].replace("T", " ")
