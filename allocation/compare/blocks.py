"""A comparison as titled tables, for terminal, workbook and pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation.compare.people import CHANGES
from allocation.compare.places import DIRECTIONS
from allocation.compare.values import kind_name, setting_name, value_text
from allocation.messages import Lang, text
from allocation.messages.labels import spoken
from allocation.summary import Block, Cell
from allocation.tables import INPUT_TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.compare.records import Comparison, Measure, Note, Number, RunHead, Setting, Unit


def comparison_blocks(comparison: Comparison, lang: Lang) -> tuple[Block, ...]:
    """Build all tables of a comparison, empty ones left out."""
    found = (
        run_block(comparison, lang),
        note_block(comparison, lang),
        setting_block(comparison, lang),
        measure_block(comparison, lang),
        price_block(comparison, lang),
        kind_block(comparison, lang),
        area_block(comparison, lang),
        kind_block(comparison, lang, "disabled"),
        area_block(comparison, lang, "disabled"),
        move_block(comparison, lang),
    )
    return tuple(block for block in found if block.rows)


def run_label(comparison: Comparison, index: int, lang: Lang) -> str:
    """Name the role of a run: base, compared, or compared with its number."""
    if index == 0:
        return text("compare_base", lang)
    return _numbered("compare_other", comparison, index, lang)


def difference_label(comparison: Comparison, index: int, lang: Lang) -> str:
    """Head of the column of differences of one run after the base."""
    return _numbered("compare_difference", comparison, index, lang)


def _numbered(code: str, comparison: Comparison, index: int, lang: Lang) -> str:
    if len(comparison.runs) == 2:
        return text(code, lang)
    return text(f"{code}_n", lang, n=index)


def run_block(comparison: Comparison, lang: Lang) -> Block:
    """Say which runs are compared."""
    rows = tuple(
        (
            run_label(comparison, index, lang),
            run.run_id,
            run_title(run, lang),
            text("mode_official" if run.official else "mode_trial", lang),
            text(f"status_{run.status}", lang),
            _joined([text(f"setting_word.{name}", lang) for name in run.mechanisms], lang),
        )
        for index, run in enumerate(comparison.runs)
    )
    header = _header(lang, "role", "run", "scenario", "mode", "status", "mechanisms")
    return Block(text("compare_block_runs", lang), header, rows)


def run_title(run: RunHead, lang: Lang) -> str:
    """Title of the scenario of a run, its name where it has none."""
    return (run.title_zh if lang == "zh" else run.title_en) or run.name


def _joined(words: Sequence[str], lang: Lang) -> str:
    return (", " if lang == "en" else "、").join(dict.fromkeys(words))


def note_block(comparison: Comparison, lang: Lang) -> Block:
    """List what a reader must mind."""
    rows = tuple((note_text(note, lang),) for note in comparison.notes)
    return Block(text("compare_block_notes", lang), _header(lang, "note"), rows)


def note_text(note: Note, lang: Lang) -> str:
    """Put a note into a sentence."""
    words = {
        key: f"{value:,}" if isinstance(value, int) else value for key, value in note.params.items()
    }
    if "tables" in words:
        tables = [INPUT_TABLES[name] for name in words["tables"]]
        words["tables"] = _joined([t.zh if lang == "zh" else t.name for t in tables], lang)
    return text(note.code, lang, **words)


def setting_block(comparison: Comparison, lang: Lang) -> Block:
    """List what was set differently; where nothing was, say so."""
    header = (
        *_header(lang, "group", "setting"),
        *(run_label(comparison, index, lang) for index in range(len(comparison.runs))),
        *_header(lang, "basis", "basis_status"),
    )
    rows: tuple[tuple[Cell, ...], ...] = setting_rows(comparison, lang)
    if not rows:
        rows = (("", text("compare_same_settings", lang), *([""] * (len(header) - 2))),)
    return Block(text("compare_block_settings", lang), header, rows)


def setting_rows(comparison: Comparison, lang: Lang) -> tuple[tuple[str, ...], ...]:
    """Put every setting that differs into words: group, name, values, basis, status."""
    return tuple(
        (
            text(f"compare_group.{setting.group}", lang),
            setting_name(setting, comparison, lang),
            *(value_text(setting, i, comparison, lang) for i in range(len(comparison.runs))),
            _basis(setting),
            _status(setting, lang),
        )
        for setting in comparison.settings
    )


def _basis(setting: Setting) -> str:
    """Name document and article of a setting; runs of one policy share them."""
    found = [
        f"{basis.legal_basis} {basis.article}".strip()
        for basis in setting.bases
        if basis is not None
    ]
    return " / ".join(dict.fromkeys(words for words in found if words))


def _status(setting: Setting, lang: Lang) -> str:
    """Say how well each value is founded, once where all are alike."""
    if all(basis is None for basis in setting.bases):
        return ""
    words = [
        text(f"basis.{'' if basis is None else basis.status}", lang) for basis in setting.bases
    ]
    return words[0] if len(set(words)) == 1 else " / ".join(words)


def measure_block(comparison: Comparison, lang: Lang) -> Block:
    """Set the measures of the runs side by side."""
    return _measures("compare_block_measures", comparison.measures, comparison, lang)


def price_block(comparison: Comparison, lang: Lang) -> Block:
    """Set side by side what one mechanism or setting costs against another."""
    return _measures("compare_block_price", comparison.price, comparison, lang)


def _measures(title: str, measures: Sequence[Measure], comparison: Comparison, lang: Lang) -> Block:
    rows = tuple(
        (_name_with_unit(measure, comparison, lang), *_cells(measure)) for measure in measures
    )
    return Block(text(title, lang), (*_header(lang, "measure"), *_heads(comparison, lang)), rows)


def measure_name(measure: Measure, comparison: Comparison, lang: Lang) -> str:
    """Name a measure with what it is about."""
    return text(f"measure_{measure.code}", lang, **about_name(measure, comparison, lang))


def about_name(measure: Measure, comparison: Comparison, lang: Lang) -> dict[str, str]:
    """Name what a measure is about: kind, district, tier, rule, quota or stage."""
    if not measure.about:
        return {}
    first = measure.about[0]
    if measure.code.startswith("awards_tier"):
        return {"tier": first}
    if measure.code.startswith(("awards_", "disabled_")):
        names = {"kind": kind_name(first, comparison, lang)}
        if len(measure.about) > 1:
            names["district"] = measure.about[1] or text("no_district", lang)
        return names
    if measure.code.startswith("reserve_"):
        return {"rule": _rule_name(first, comparison, lang)}
    if measure.code.startswith("quota_"):
        title = comparison.quotas.get(first) if lang == "zh" else None
        return {"quota": title or spoken(first)}
    return {"stage": first}


def _rule_name(rule: str, comparison: Comparison, lang: Lang) -> str:
    kind = comparison.rules.get(rule, rule)
    name = kind_name(kind, comparison, lang)
    return name if rule == kind else f"{name} · {rule}"


def _name_with_unit(measure: Measure, comparison: Comparison, lang: Lang) -> str:
    name = measure_name(measure, comparison, lang)
    if measure.unit not in ("share", "metres"):
        return name
    unit = text(f"measure_unit_{measure.unit}", lang)
    return text("measure_with_unit", lang, measure=name, unit=unit)


def _heads(comparison: Comparison, lang: Lang) -> tuple[str, ...]:
    """Heads of the columns of numbers: each run, and beside it its difference."""
    heads = [run_label(comparison, 0, lang)]
    for index in range(1, len(comparison.runs)):
        heads.append(run_label(comparison, index, lang))
        heads.append(difference_label(comparison, index, lang))
    return tuple(heads)


def _cells(measure: Measure) -> tuple[Cell, ...]:
    values, differences = (
        [_cell(value, measure.unit) for value in numbers]
        for numbers in (measure.shown, measure.differences)
    )
    pairs = zip(values[1:], differences[1:], strict=True)
    return (values[0], *(cell for pair in pairs for cell in pair))


def _cell(value: Number | None, unit: Unit) -> Number | None:
    """Give a share in percent, as its head says."""
    return round(value * 100, 1) if value is not None and unit == "share" else value


def kind_block(comparison: Comparison, lang: Lang, of: str = "awards") -> Block:
    """Set awards per kind side by side; ``of`` is ``awards`` or ``disabled``."""
    return _areas(f"{of}_kind", comparison, lang, _header(lang, "kind"))


def area_block(comparison: Comparison, lang: Lang, of: str = "awards") -> Block:
    """Set awards per kind and district side by side; ``of`` as in :func:`kind_block`."""
    return _areas(f"{of}_area", comparison, lang, _header(lang, "kind", "district"))


def _areas(code: str, comparison: Comparison, lang: Lang, header: tuple[str, ...]) -> Block:
    measures = [measure for measure in comparison.areas if measure.code == code]
    rows = tuple(
        (*about_name(measure, comparison, lang).values(), *_cells(measure)) for measure in measures
    )
    title = text(f"compare_block_{code}", lang)
    return Block(title, (*header, *_heads(comparison, lang)), rows)


def move_block(comparison: Comparison, lang: Lang) -> Block:
    """Count who and what moved from the base to each other run."""
    rows: list[tuple[Cell, ...]] = [
        (text(f"people_{change}", lang), *(moves.n_people(change) for moves in comparison.moves))
        for change in CHANGES
    ]
    rows += [
        (
            text(f"places_{direction}", lang),
            *(moves.n_places(direction) for moves in comparison.moves),
        )
        for direction in DIRECTIONS
    ]
    rows += [
        (text(f"sites_{site}", lang), *(moves.n_sites(site) for moves in comparison.moves))
        for site in ("opened", "closed")
    ]
    labels = (run_label(comparison, i, lang) for i in range(1, len(comparison.runs)))
    return Block(
        text("compare_block_moves", lang), (*_header(lang, "change"), *labels), tuple(rows)
    )


def _header(lang: Lang, *words: str) -> tuple[str, ...]:
    return tuple(text(f"compare_col_{word}", lang) for word in words)
