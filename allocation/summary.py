"""The measures of a run as plain tables, for the terminal and the workbook alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocation.messages import CATALOGUE, Lang, text
from allocation.messages.labels import basis_mark, founded, phrase, spoken
from allocation.tables.naming import place_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from allocation.runs import Run
    from allocation.scenario import Scenario

_FAIRNESS = ("n_envy_pairs", "n_envious_applicants", "n_equal_conditions_pairs")

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Block:
    """A titled table of plain cells; numbers stay numbers."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def measure_blocks(run: Run, lang: Lang) -> tuple[Block, ...]:
    """Build all measures of a run, empty tables left out."""
    blocks = (
        overview(run, lang),
        award_block(run, lang),
        reserve_block(run, lang),
        quota_block(run, lang),
        shortfall_block(run, lang),
        level_block(run, lang),
        chance_block(run, lang),
        placeholder_block(run, lang),
        seconds_block(run, lang),
    )
    return tuple(block for block in blocks if block.rows)


def overview(run: Run, lang: Lang) -> Block:
    """Say what the run is, how it ended and what its guarantee costs."""
    result, counts = run.result, run.result["counts"]
    facts: list[tuple[str, Cell]] = [
        ("fact_scenario", scenario_title(run.scenario, lang)),
        ("fact_mode", text("mode_official" if result["official"] else "mode_trial", lang)),
        ("fact_status", text(f"status_{result['status']}", lang)),
    ]
    if result["official_refused"]:
        facts.append(("fact_official_refused", text(result["official_refused"], lang)))
    facts += [
        (f"fact_{name}", counts[name])
        for name in ("n_applicants", "n_applications", "n_eligible", "n_units", "n_candidate_sites")
    ]
    facts += [("fact_n_awards", counts["n_awards"])]
    facts += [("fact_n_awards_disabled", counts["n_awards_disabled"])]
    for stage in result["stages"]:
        if stage["max_awards"] is not None:
            name = text("fact_max_awards", lang, stage=stage["name"])
            facts.append((name, most_awards(stage, lang)))
    facts.append(("fact_n_violations", result["n_violations"]))
    facts += [(f"count_{name}", counts[name]) for name in _FAIRNESS if name in counts]
    rows = tuple((text(code, lang) if code in CATALOGUE else code, value) for code, value in facts)
    return Block(text("block_overview", lang), _header(lang, "col_item", "col_value"), rows)


def most_awards(stage: Mapping[str, Any], lang: Lang) -> str:
    """Set the awards of a stage against the most any lawful list could hold."""
    most, bound = stage["max_awards"], stage["max_awards_bound"]
    code = "most_awards_proven" if most == bound else "most_awards_between"
    return text(code, lang, n=stage["n_awards"], most=most, bound=bound)


def award_block(run: Run, lang: Lang) -> Block:
    """Count units and awards by kind and district."""
    names = kind_names(run.scenario, lang)
    records = run.result["awards"]
    districts = sorted({record["district"] for record in records})
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for record in records:
        by_kind.setdefault(record["kind"], []).append(record)
    rows = [
        _award_row(names.get(kind, kind), members, districts) for kind, members in by_kind.items()
    ]
    if len(rows) > 1:
        total = [sum(_numbers(column)) for column in list(zip(*rows, strict=True))[1:]]
        rows.append((text("total", lang), *total))
    header = _header(lang, "col_kind", "col_units", "col_candidates", "col_awards", "col_disabled")
    no_district = text("no_district", lang)
    return Block(
        text("block_awards", lang),
        (*header, *(district or no_district for district in districts)),
        tuple(rows),
    )


def _award_row(
    name: str, records: Iterable[Mapping[str, Any]], districts: Iterable[str]
) -> tuple[Cell, ...]:
    members = list(records)
    by_district = {record["district"]: record["n"] for record in members}
    sums = [
        sum(record[column] for record in members)
        for column in ("capacity", "candidates", "n", "n_disabled")
    ]
    return (name, *sums, *(by_district.get(district) for district in districts))


def _numbers(column: Iterable[Cell]) -> list[int]:
    return [value for value in column if isinstance(value, int)]


def reserve_block(run: Run, lang: Lang) -> Block:
    """Sum required, used and missing reserve units by rule."""
    names = kind_names(run.scenario, lang)
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for record in run.result["reserves"]:
        by_rule.setdefault(record["rule"], []).append(record)
    rows = tuple(
        (
            _rule_name(rule, names.get(members[0]["kind"], members[0]["kind"]), members[0]["kind"]),
            _share(run.scenario, rule),
            len(members),
            *(
                sum(record[column] for record in members)
                for column in ("required", "used", "short")
            ),
            sum(record["short"] > 0 for record in members),
            _basis(run, lang, f"reserve.{rule}.share", f"reserve.{rule}.count"),
        )
        for rule, members in by_rule.items()
    )
    header = _header(
        lang,
        "col_kind",
        "col_share",
        "col_scopes",
        "col_required",
        "col_used",
        "col_short",
        "col_scopes_short",
        "col_basis",
    )
    return Block(text("block_reserves", lang), header, rows)


def _rule_name(rule: str, kind_name: str, kind: str) -> str:
    return kind_name if rule == kind else f"{kind_name} · {rule}"


def _share(scenario: Scenario, rule: str) -> str:
    share = scenario.reserves[rule].share if rule in scenario.reserves else None
    return "" if share is None else f"{float(share) * 100:g} %"


def _basis(run: Run, lang: Lang, *keys: str) -> str:
    """Say on what a number rests: document and article, and whether it is a placeholder."""
    found = next((run.manifest["basis"][key] for key in keys if key in run.manifest["basis"]), None)
    if found is None:
        return text("basis.scenario", lang)
    source = f"{found['legal_basis']} {found['article']}".strip()
    if found["status"] not in ("law", "seen"):
        return founded(source, found["status"], lang)
    rule = keys[0].rpartition(".")[0] + "."
    others = (row["status"] for key, row in run.manifest["basis"].items() if key.startswith(rule))
    if "placeholder" not in others:
        return source
    word = text("basis.placeholder", lang)
    return source + basis_mark(text("basis_others", lang, word=word), lang)


def quota_block(run: Run, lang: Lang) -> Block:
    """Set every quota's bound beside what was reached."""
    rows = tuple(
        (
            quota_name(run, record["name"], lang),
            record["scope_id"],
            text(f"sense_{record['sense']}", lang),
            record["required"],
            record["reached"],
            record["short"],
            _basis(run, lang, *_quota_keys(record["name"])),
        )
        for record in run.result["quotas"]
    )
    header = _header(
        lang,
        "col_quota",
        "col_scope",
        "col_sense",
        "col_bound",
        "col_reached",
        "col_short",
        "col_basis",
    )
    return Block(text("block_quotas", lang), header, rows)


def quota_name(run: Run, name: str, lang: Lang) -> str:
    """Name a quota as the profile does, in Chinese where it has a title."""
    titles = (
        run.manifest["basis"][key]["title"]
        for key in _quota_keys(name)
        if key in run.manifest["basis"]
    )
    return next((title for title in titles if title and lang == "zh"), spoken(name))


def _quota_keys(name: str) -> tuple[str, ...]:
    return tuple(f"quota.{name}.{bound}" for bound in ("min", "max", "min_share", "max_share"))


def shortfall_block(run: Run, lang: Lang) -> Block:
    """Explain every reserve and quota that was not met."""
    rows = tuple(
        (
            _short_name(run, record, lang),
            record["short"],
            phrase(record["code"], lang, **record["params"]),
        )
        for record in run.result["shortfalls"]
    )
    header = _header(lang, "col_rule", "col_short", "col_why")
    return Block(text("block_shortfalls", lang), header, rows)


def _short_name(run: Run, record: Mapping[str, Any], lang: Lang) -> str:
    """Name what fell short: a quota by its title, a reserve by kind and place of scope."""
    if record["about"] == "quota":
        return quota_name(run, record["name"], lang)
    reserve = next(item for item in run.result["reserves"] if item["name"] == record["name"])
    kind = kind_names(run.scenario, lang).get(reserve["kind"], reserve["kind"])
    where = scope_name(run, reserve["scope"], reserve["scope_id"])
    return f"{kind} · {where}" if where else kind


def scope_name(run: Run, scope: str, scope_id: str) -> str:
    """Name the venue or the place of a scope, with its id; areas are names already."""
    if scope not in ("venue", "place"):
        return scope_id
    venues, places = run.tables.venues, run.tables.places
    if scope == "venue":
        names = venues.loc[venues["venue_id"] == scope_id, "name"].dropna()
        name = str(names.iloc[0]) if len(names) else ""
    else:
        name = place_names(places[places["place_id"] == scope_id], venues).get(scope_id, "")
    return f"{name} ({scope_id})" if name else scope_id


def level_block(run: Run, lang: Lang) -> Block:
    """List every level with value, bound, route and whether it is proven, plans included."""
    rows = tuple(
        (
            stage["name"],
            level_name(run, level["code"], level["params"], lang),
            text(f"sense_{level['sense']}imise", lang),
            level["value"],
            level["bound"],
            text(f"route_{level['route']}", lang),
            text(proof_code(level), lang),
        )
        for stage in run.result["stages"]
        for level in levels_of(stage)
    )
    header = _header(
        lang,
        "col_stage",
        "col_level",
        "col_goal",
        "col_value",
        "col_limit",
        "col_route",
        "col_proof",
    )
    return Block(text("block_levels", lang), header, rows)


def levels_of(stage: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the levels of a stage's record: those of its site plan, then its own."""
    plan = stage.get("plan") or {}
    return [*plan.get("levels", ()), *stage["levels"]]


def chance_block(run: Run, lang: Lang) -> Block:
    """Sum up the lotteries: who has what chance, how far it is proven, how it was found."""
    rows: list[tuple[Cell, ...]] = []
    for stage in run.result["stages"]:
        if "chances" not in stage:
            continue
        found = stage["chances"]
        facts: list[tuple[str, Cell]] = [
            ("n_applicants", found["n_applicants"]),
            ("n_certain", found["n_certain"]),
            ("n_without", found["n_without"]),
            ("smallest_positive", _odds(found["smallest_positive"])),
            ("expected_awards", _odds(found["expected_awards"])),
            ("tight_sets", f"{found['n_proven']} / {found['n_tight_sets']}"),
            ("parts", _parts(found["parts"], lang)),
        ]
        rows += [(stage["name"], text(f"chance_{code}", lang), value) for code, value in facts]
    header = _header(lang, "col_stage", "col_item", "col_value")
    return Block(text("block_chances", lang), header, tuple(rows))


def _odds(pair: list[int] | None) -> str:
    """Write a fraction, and beside it the decimal."""
    if pair is None:
        return ""
    top, bottom = pair
    return str(top) if bottom == 1 else f"{top}/{bottom} ({top / bottom:.4f})"


def _parts(routes: Mapping[str, int], lang: Lang) -> str:
    return (", " if lang == "en" else "、").join(
        f"{text(f'lottery_{route}', lang)} {n}" for route, n in routes.items()
    )


def proof_code(level: Mapping[str, Any]) -> str:
    """Say whether a level is proven and, where a checker judged it, by what."""
    if not level["proven"]:
        return "not_proven"
    assurance = level.get("assurance", "")
    return f"proven_{assurance}" if assurance in ("certified", "solver") else "proven"


def level_name(run: Run, code: str, params: Mapping[str, Any], lang: Lang) -> str:
    """Name a level in words, with kinds and quotas by their names."""
    words = dict(params)
    if "kind" in words:
        words["kind"] = kind_names(run.scenario, lang).get(words["kind"], words["kind"])
    if "quota" in words:
        words["quota"] = quota_name(run, words["quota"], lang)
    return phrase(f"level_{code}", lang, **words)


def placeholder_block(run: Run, lang: Lang) -> Block:
    """List the values in use that are examples without a legal basis."""
    rows = tuple(
        (basis["title"] if lang == "zh" else name, name, str(basis["value"]), basis["note"])
        for name, basis in sorted(run.manifest["basis"].items())
        if basis["status"] == "placeholder"
    )
    header = _header(lang, "col_setting", "col_key", "col_value", "col_note")
    return Block(text("block_placeholders", lang), header, rows)


def seconds_block(run: Run, lang: Lang) -> Block:
    """List the seconds of each step."""
    rows = tuple((phrase(step["step"], lang), step["seconds"]) for step in run.result["seconds"])
    return Block(text("block_seconds", lang), _header(lang, "col_step", "col_seconds"), rows)


def kind_names(scenario: Scenario, lang: Lang) -> dict[str, str]:
    """Name the kinds of place in one language."""
    return {kind: getattr(names, lang) for kind, names in scenario.kinds.items()}


def scenario_title(scenario: Scenario, lang: Lang) -> str:
    """Title of a scenario, its name where it has none."""
    title = scenario.title if lang == "zh" else scenario.title_en
    return title or scenario.name


def _header(lang: Lang, *codes: str) -> tuple[str, ...]:
    return tuple(text(code, lang) for code in codes)
