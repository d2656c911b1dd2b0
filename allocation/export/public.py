"""The award list as it may leave the office.

An allow-list decides: kind, district, place, receipt number, masked name and result.
Nothing else of the run is read into it; refusals, waitlist, tiers, reserves, draw
numbers, certificates, incomes and addresses stay inside (《个人信息保护法》 Art. 6 and 25,
《政府信息公开条例》 Art. 15).  Names are masked (:mod:`allocation.export.masking`) and left
out where holding the place is itself protected (:mod:`allocation.export.disclosure`).

Rows are in the order of kind, district, place and receipt number, which are public and
say nothing about tier, group or draw.  A list of a trial says so in its title and in
every row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from allocation.export.delimited import csv_bytes
from allocation.export.disclosure import reveals_disability
from allocation.export.files import whole_file
from allocation.export.masking import STAR, mask_name, mask_within
from allocation.export.periods import period_of
from allocation.export.sheets import A4, HEADER, OPTIONS, SAMPLE, fitting_width, plain_cells
from allocation.messages import Lang, text
from allocation.summary import kind_names, scenario_title
from allocation.tables import header
from allocation.tables.naming import place_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from allocation.runs import Run

COLUMNS = ("kind", "district", "place_id", "name", "receipt_no", "masked_name", "outcome")
"""All that a public list holds, in order."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a public list is to hold.

    Attributes
    ----------
    kinds
        Kinds of place; None for all.
    named
        Kinds that :func:`reveals_disability` lists whose masked names are printed all the
        same, because the office has consent or a legal duty to.
    """

    kinds: Collection[str] | None = None
    named: Collection[str] = ()


EVERYTHING = Selection()


def public_list(run: Run, lang: Lang = "zh", selection: Selection = EVERYTHING) -> pd.DataFrame:
    """Build the list: one row per award, headers in words, :data:`COLUMNS` only."""
    awards = run.awards[["applicant_id", "place_id", "kind"]]
    people = run.tables.applicants.set_index("applicant_id")
    places = run.tables.places.set_index("place_id")
    awards = awards.assign(
        person=awards["applicant_id"].map(people["name"]).map(_plain),
        receipt_no=awards["applicant_id"].map(people["receipt_no"]),
    )
    nameless = _nameless(run, selection)
    awards = awards.assign(
        shown=[
            STAR * 2 if applicant in nameless else mask_name(person)
            for applicant, person in zip(awards["applicant_id"], awards["person"], strict=True)
        ]
    )
    frame = awards.assign(
        name=awards["place_id"].map(_place_names(run, awards)),
        district=awards["place_id"].map(places["district"]).map(_plain),
        masked_name=awards["shown"].mask(
            awards["applicant_id"].isin(nameless), text("public_withheld", lang)
        ),
        outcome=text("public_result" if run.result["official"] else "public_result_trial", lang),
    )
    if selection.kinds is not None:
        frame = frame[frame["kind"].isin(list(selection.kinds))]
    return _in_words(_in_order(frame, run), run, lang)


def public_counts(run: Run, lang: Lang = "zh", selection: Selection = EVERYTHING) -> pd.DataFrame:
    """Count the awards of each kind on the list."""
    names = kind_names(run.scenario, lang)
    numbers = run.awards["kind"].value_counts()
    kinds = [
        kind
        for kind in run.scenario.kinds
        if kind in numbers and (selection.kinds is None or kind in selection.kinds)
    ]
    return pd.DataFrame(
        {
            header("places", "kind", lang): [names[kind] for kind in kinds],
            text("public_col_number", lang): [int(numbers[kind]) for kind in kinds],
        }
    )


def public_title(run: Run, lang: Lang = "zh") -> str:
    """Title of the list; a trial's says that it is one."""
    return text("public_title" if run.result["official"] else "public_title_trial", lang)


def public_facts(run: Run, frame: pd.DataFrame, lang: Lang = "zh") -> tuple[tuple[str, str], ...]:
    """Say what stands above the list: label and text; what is not known is left out."""
    scenario = run.scenario
    period = period_of(run, "days", lang)
    facts = {
        "public_scenario": scenario_title(scenario, lang),
        "public_round": str(run.manifest["draw"]["round"] or ""),
        "public_decision_date": str(scenario.decision_date or ""),
        "public_period": period.said if period else "",
        "public_number": f"{len(frame):,}",
        "public_order": text("public_order_is", lang),
        "public_hash": text("public_hash_is", lang, digest=list_digest(frame)),
    }
    return tuple((text(code, lang), said) for code, said in facts.items() if said)


def list_digest(frame: pd.DataFrame) -> str:
    """SHA-256 of the list's CSV file, so that anybody can check a copy."""
    return hashlib.sha256(csv_bytes(frame)).hexdigest()


def receipts_are_ids(run: Run) -> bool:
    """Tell whether an awarded person's receipt number is no more than the internal id."""
    people = run.tables.applicants
    awarded = people["applicant_id"].isin(run.awards["applicant_id"])
    return bool((awarded & (people["receipt_no"] == people["applicant_id"])).any())


def public_file_name(run: Run, ending: str, lang: Lang = "zh") -> str:
    """Name a file of the list; a trial's says that it is one."""
    parts = [text("public_file", lang), run.run_id]
    if not run.result["official"]:
        parts.insert(1, text("public_file_trial", lang))
    return f"{'_'.join(parts)}.{ending}"


def write_public_csv(
    run: Run, path: Path, lang: Lang = "zh", selection: Selection = EVERYTHING
) -> None:
    """Write the list as CSV, UTF-8 with a byte order mark."""
    data = csv_bytes(public_list(run, lang, selection))
    with whole_file(path) as fresh:
        fresh.write_bytes(data)


def write_public_xlsx(
    run: Run, path: Path, lang: Lang = "zh", selection: Selection = EVERYTHING
) -> None:
    """Write the list as a workbook ready to print: A4 across, header on every page."""
    frame = public_list(run, lang, selection)
    title = public_title(run, lang)
    with whole_file(path) as fresh, xlsxwriter.Workbook(str(fresh), OPTIONS) as book:
        book.set_properties({"title": title})
        sheet = book.add_worksheet(text("public_sheet", lang))
        first = _write_head(book, sheet, title, public_facts(run, frame, lang), len(frame.columns))
        _write_table(book, sheet, frame, first)
        _set_print(sheet, run, lang, first)
        counts = book.add_worksheet(text("public_sheet_counts", lang))
        _write_table(book, counts, public_counts(run, lang, selection), 0)
        _set_print(counts, run, lang, 0)


def _nameless(run: Run, selection: Selection) -> set[str]:
    """Applicants whose names stay out.

    With them everybody who holds an award of a telling kind besides another one: the
    receipt number would join the name there to the fact here.
    """
    telling = set(reveals_disability(run)) - set(selection.named)
    return set(run.awards.loc[run.awards["kind"].isin(telling), "applicant_id"])


def _place_names(run: Run, awards: pd.DataFrame) -> Mapping[str, str]:
    """Names of the awarded places, each after its venue's, with a holder's name masked.

    A shop is often called after its owner, and an outlet is listed under that name.
    """
    places = run.tables.places
    awarded = places[places["place_id"].isin(awards["place_id"])]
    known = place_names(awarded, run.tables.venues)
    for place, person, shown in zip(
        awards["place_id"], awards["person"], awards["shown"], strict=True
    ):
        known[place] = mask_within(known[place], person, shown)
    return known


def _plain(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _in_order(frame: pd.DataFrame, run: Run) -> pd.DataFrame:
    order = {kind: position for position, kind in enumerate(run.scenario.kinds)}
    return (
        frame.assign(position=frame["kind"].map(order))
        .sort_values(["position", "district", "place_id", "receipt_no"], kind="stable")
        .reset_index(drop=True)
    )


def _in_words(frame: pd.DataFrame, run: Run, lang: Lang) -> pd.DataFrame:
    kinds = kind_names(run.scenario, lang)
    frame = frame.assign(kind=frame["kind"].map(lambda kind: kinds.get(kind, kind)))
    headers = {
        "kind": header("places", "kind", lang),
        "district": header("places", "district", lang),
        "place_id": header("places", "place_id", lang),
        "name": text("col_name", lang),
        "receipt_no": header("applicants", "receipt_no", lang),
        "masked_name": text("public_col_name", lang),
        "outcome": text("col_outcome", lang),
    }
    return frame[list(COLUMNS)].rename(columns=headers).astype("str")


def _write_head(
    book: Workbook,
    sheet: Worksheet,
    title: str,
    facts: tuple[tuple[str, str], ...],
    n_columns: int,
) -> int:
    """Write title and facts; return the row of the table's header."""
    big = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    sheet.merge_range(0, 0, 0, n_columns - 1, title, big)
    sheet.set_row(0, 30)
    label = book.add_format({"bold": True})
    plain = book.add_format({"text_wrap": True})
    for row, (name, said) in enumerate(facts, start=1):
        sheet.write_string(row, 0, name, label)
        sheet.merge_range(row, 1, row, n_columns - 1, said, plain)
    return len(facts) + 2


def _write_table(book: Workbook, sheet: Worksheet, frame: pd.DataFrame, first: int) -> None:
    head = book.add_format(HEADER)
    cell = book.add_format({"border": 1, "border_color": "#BFBFBF"})
    for index, name in enumerate(frame.columns):
        sheet.write_string(first, index, str(name), head)
        values = plain_cells(frame[name])
        sheet.write_column(first + 1, index, values, cell)
        sheet.set_column(index, index, fitting_width([name, *values[:SAMPLE]]))
    sheet.freeze_panes(first + 1, 0)
    sheet.autofilter(first, 0, first + max(len(frame), 1), len(frame.columns) - 1)


def _set_print(sheet: Worksheet, run: Run, lang: Lang, first: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.center_horizontally()
    sheet.set_footer(f"&C{text('public_footer', lang)}")
    if not run.result["official"]:
        sheet.set_header(f"&C{text('public_mark_trial', lang)}")
