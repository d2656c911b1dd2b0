"""The command line: ``allocation`` and ``python -m allocation``.

Exit codes: 0 done (also when stopped with the best kept), 1 the checker found
violations or the result is infeasible, 2 bad input or usage, 3 internal error.

Heavy packages are imported inside the commands, so that ``--help`` is quick.
"""

import functools
import os
import sys
import tempfile
import threading
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocation.cli.base import (
    EXIT_FAILED,
    EXIT_INTERNAL,
    EXIT_USAGE,
    LangOption,
    Language,
    RunArgument,
    ScenarioArgument,
    SetOption,
    both,
    command,
    console,
    gist,
    print_findings,
    short,
)
from allocation.cli.batch import Wish, is_batch, run_several
from allocation.cli.collector import collect_seldom
from allocation.cli.draw import app as draw_app
from allocation.messages import DrawError, Lang, RunError, ScenarioError, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from allocation.checker import CheckReport, Violation
    from allocation.read import Review
    from allocation.runs import Run


class Format(StrEnum):
    """Formats of an export."""

    xlsx = "xlsx"
    csv = "csv"
    gpkg = "gpkg"
    geojson = "geojson"
    public_xlsx = "public-xlsx"
    public_csv = "public-csv"
    public_pack = "public-pack"
    audit_pack = "audit-pack"


class ListName(StrEnum):
    """Lists a CSV export can hold."""

    awards = "awards"
    waitlist = "waitlist"
    refusals = "refusals"


app = typer.Typer(
    name="allocation",
    help=both("help_app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(draw_app, name="draw", help=both("help_draw"), short_help=gist("help_draw"))


def main() -> None:
    """Run the command line.

    A solver that did not heed a stop still works in a thread of its own; the
    interpreter would wait for it or break down, so the process ends without it.
    """
    collect_seldom()
    try:
        app()
    except SystemExit as end:
        if any(thread.daemon for thread in threading.enumerate()):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else EXIT_INTERNAL)
        raise


@command(app, "help_run")
def run(
    scenarios: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO.toml [MORE.toml ...]", help=short("help_scenarios")),
    ],
    out: Annotated[Path | None, typer.Option("--out", help=short("help_run_out"))] = None,
    settings: SetOption = None,
    official: Annotated[
        bool | None, typer.Option("--official/--trial", help=short("help_official"))
    ] = None,
    commit: Annotated[
        Path | None, typer.Option("--commit", metavar="FILE", help=short("help_run_commit"))
    ] = None,
    reveal: Annotated[
        Path | None, typer.Option("--reveal", metavar="FILE", help=short("help_run_reveal"))
    ] = None,
    approver: Annotated[
        str, typer.Option("--approver", metavar="NAME", help=short("help_run_approver"))
    ] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=short("help_run_reason"))
    ] = "",
    redraw_reason: Annotated[
        str,
        typer.Option("--redraw-reason", metavar="TEXT", help=short("help_run_redraw_reason")),
    ] = "",
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ADDRESS", help=short("help_cluster"))
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help=short("help_quiet"))] = False,
    lang: LangOption = Language.zh,
) -> None:
    """Run a scenario and print its summary, or several."""
    from allocation import pipeline
    from allocation.official import Official
    from allocation.progress import Progress, Silent
    from allocation.reporting import Composite, Interrupts, TerminalReporter
    from allocation.runs import load_run
    from allocation.terminal import print_shortcomings, print_summary

    language: Lang = lang.value
    order = Official(commit, reveal, approver, reason, redraw_reason)
    if not official and order != Official():
        raise DrawError("official_options_unused")
    draw = official is not False
    if is_batch(scenarios, cluster):
        if official:
            raise DrawError("batch_official")
        wish = Wish(tuple(scenarios), out, tuple(settings or ()), cluster, draw, quiet, language)
        run_several(wish)
        return
    asked = order if official else None
    errors = console(stderr=True)
    terminal = TerminalReporter(errors, language)

    def heard() -> None:
        errors.print(text("stopping", language), markup=False)

    start = functools.partial(
        pipeline.run,
        scenarios[0],
        out,
        settings or (),
        asked,
        draw=draw,
    )
    with Interrupts(heard) as interrupts:
        if quiet:
            path = start(progress=Composite(interrupts, Silent()))
        else:
            with terminal:
                both: Progress = Composite(interrupts, terminal)
                path = start(progress=both)
    sealed = load_run(path)
    if quiet:
        typer.echo(path)
    else:
        print_summary(console(), sealed, language)
    if print_shortcomings(errors, sealed, language):
        raise typer.Exit(EXIT_FAILED)


@command(app, "help_validate")
def validate(
    scenario: ScenarioArgument,
    out: Annotated[Path | None, typer.Option("--out", help=short("help_validate_out"))] = None,
    settings: SetOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """List every input error at once."""
    from allocation import build_instance
    from allocation.read import review_tables
    from allocation.scenario import load_scenario
    from allocation.scenario.province import is_province

    if is_province(scenario):
        raise ScenarioError("province_validate", file=scenario.name)
    loaded = load_scenario(scenario, settings or ())
    review = review_tables(loaded)
    path = None if out is None else _write_findings(review, out, lang.value)
    if not review.findings:
        # What only shows when the rules meet the tables: a column a rule needs, a zone.
        build_instance(review.sealed(), loaded)
        typer.echo(text("input_good", lang.value))
        return
    print_findings(list(review.findings), lang.value)
    typer.echo(text("input_bad", lang.value, n=len(review.findings)), err=True)
    if path is not None:
        typer.echo(text("written", lang.value, file=path), err=True)
    raise typer.Exit(EXIT_USAGE)


def _write_findings(review: "Review", out: Path, lang: Lang) -> Path:
    """Write the errors as a list, or as the office's own tables with bad cells coloured."""
    from allocation.export.files import whole_file
    from allocation.export.findings_workbook import write_findings_workbook
    from allocation.read import findings_table

    if out.suffix == ".xlsx":
        write_findings_workbook(review, out, lang)
        return out
    path = out if out.suffix == ".csv" else out / "errors.csv"
    with whole_file(path) as fresh:
        findings_table(review.findings, lang).to_csv(
            fresh, index=False, encoding="utf-8-sig", lineterminator="\n"
        )
    return path


@command(app, "help_check")
def check(run_dir: RunArgument, lang: LangOption = Language.zh) -> None:
    """Judge the award list of a run and its reasons again, without a solver."""
    from dataclasses import replace

    from allocation.checker import (
        check_awards,
        check_draw,
        check_lottery,
        check_pins,
        check_refusals,
        check_waitlist,
    )
    from allocation.runs import load_run, official_manifests
    from allocation.terminal import print_report

    sealed = load_run(run_dir)
    altered = sealed.altered_files()
    report = check_awards(
        sealed.instance, sealed.awards, sealed.result, sealed.proofs, sealed.plan_proofs
    )
    lottery = check_lottery(sealed.instance, sealed.awards, sealed.chances, sealed.lottery)
    report = report.beside(lottery)
    reasons = check_refusals(
        sealed.instance, sealed.awards, sealed.refusals, sealed.result, sealed.chances
    )
    beside = [
        manifest
        for manifest in official_manifests(run_dir.resolve().parent)
        if manifest["run_id"] != sealed.run_id
    ]
    listed = (sealed.awards, sealed.waitlist)
    drawn = check_draw(sealed.instance, sealed.manifest, listed, beside)
    drawn += check_pins(sealed.instance, sealed.manifest, sealed.chances, sealed.lottery)
    waiting = check_waitlist(sealed.instance, sealed.awards, sealed.waitlist, sealed.result)
    told = _check_told(sealed, report)
    violations = [*report.violations, *drawn, *reasons, *waiting, *told]
    report = replace(report, violations=violations)
    print_report(console(), report, altered, lang.value)
    if report.violations or altered:
        raise typer.Exit(EXIT_FAILED)


def _check_told(sealed: "Run", report: "CheckReport") -> "list[Violation]":
    """Count again what record and manifest of a run say beside its lists."""
    from allocation.checker import check_chances_told, check_manifest, check_record

    lengths = {name: len(getattr(sealed, name)) for name in ("waitlist", "refusals", "violations")}
    found = [
        *check_record(sealed.instance, sealed.awards, sealed.result, report, lengths),
        *check_manifest(sealed.manifest, sealed.result),
    ]
    if sealed.chances is not None and sealed.lottery is not None:
        found += check_chances_told(sealed.result, sealed.chances, sealed.lottery)
    return found


@command(app, "help_explain")
def explain(
    run_dir: RunArgument,
    applicant_id: Annotated[
        str, typer.Argument(metavar="APPLICANT_ID", help=short("help_applicant"))
    ],
    letter: Annotated[
        Path | None,
        typer.Option("--letter", metavar="FILE.pdf", help=short("app_awards_help_letter")),
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Print one certificate per place an applicant listed, and write the letter."""
    from allocation.certificates import certificates_of
    from allocation.runs import load_run
    from allocation.terminal import print_certificates

    sealed = load_run(run_dir)
    found = certificates_of(sealed, applicant_id, lang.value)
    print_certificates(console(), applicant_id, found, lang.value)
    if letter is not None:
        from allocation.export.letter import write_letter

        write_letter(sealed, applicant_id, letter, lang.value)
        typer.echo(text("written", lang.value, file=letter))


@command(app, "help_compare")
def compare(
    run_dirs: Annotated[
        list[Path], typer.Argument(metavar="RUN_DIR RUN_DIR ...", help=short("help_run_dirs"))
    ],
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help=short("help_only_differences"))
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help=short("help_compare_out"))
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Put runs side by side: settings, measures, who and what moved."""
    from allocation import compare as comparing
    from allocation.runs import load_run
    from allocation.terminal import print_comparison

    comparison = comparing.compare_runs([load_run(path) for path in run_dirs])
    if only_differences:
        comparison = comparing.only_differences(comparison)
    print_comparison(console(), comparison, lang.value)
    if out is not None:
        from allocation.export import write_comparison

        path = _export_path(out, f"{comparison.runs[0].run_id}-compare", Format.xlsx)
        write_comparison(comparison, path, lang.value)
        typer.echo(text("written", lang.value, file=path))


@command(app, "help_export")
def export(
    run_dir: RunArgument,
    form: Annotated[Format, typer.Option("--format", help=short("help_format"))],
    out: Annotated[Path | None, typer.Option("--out", help=short("help_export_out"))] = None,
    table: Annotated[ListName, typer.Option("--table", help=short("help_table"))] = (
        ListName.awards
    ),
    internal: Annotated[bool, typer.Option("--internal", help=short("help_internal"))] = False,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="NAME", help=short("help_export_confirm"))
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=short("help_export_by"))] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=short("help_export_reason"))
    ] = "",
    withhold: Annotated[
        list[str] | None,
        typer.Option("--withhold", metavar="KIND", help=short("help_export_withhold")),
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Write the lists, the map layers or a replication pack of a run."""
    from allocation import export as exports
    from allocation.runs import load_run

    sealed = load_run(run_dir)
    path = _export_path(out, sealed.run_id, form)
    language: Lang = lang.value
    signed = bool(confirm or by or reason)
    if (signed and form is not Format.audit_pack) or (withhold and form is not Format.public_pack):
        raise RunError("pack_options_unused")
    if form is Format.public_pack:
        _write_public_pack(sealed, path, tuple(withhold or ()), language)
    elif form is Format.audit_pack:
        _write_audit_pack(sealed, path, (confirm, by, reason), language)
    else:
        writers: Mapping[Format, Callable[[Run, Path], None]] = {
            Format.xlsx: partial(exports.write_xlsx, lang=language, internal=internal),
            Format.csv: partial(
                exports.write_csv, lang=language, name=table.value, internal=internal
            ),
            Format.public_xlsx: partial(exports.write_public_xlsx, lang=language),
            Format.public_csv: partial(exports.write_public_csv, lang=language),
            Format.gpkg: exports.write_gpkg,
            Format.geojson: exports.write_geojson,
        }
        writers[form](sealed, path)
        typer.echo(text("written", language, file=path))


def _write_public_pack(sealed: "Run", path: Path, withheld: tuple[str, ...], lang: Lang) -> None:
    """Write the pack; say what to publish beside it, and what to hand out."""
    from allocation.export.public import receipts_are_ids
    from allocation.packs import write_public_pack

    written = write_public_pack(sealed, path, withheld)
    typer.echo(text("written", lang, file=path))
    typer.echo(text("pack_digest", lang, digest=written.digest))
    typer.echo(text("pack_codes", lang, file=written.codes))
    warnings = {
        "pack_trial": not sealed.result["official"],
        "pack_receipts_are_ids": receipts_are_ids(sealed),
    }
    for code, applies in warnings.items():
        if applies:
            typer.echo(text(code, lang), err=True)


def _write_audit_pack(sealed: "Run", path: Path, given: tuple[str, str, str], lang: Lang) -> None:
    """Write the pack once it is confirmed and entered in the register."""
    from allocation.packs import Handing, register_of, write_audit_pack

    digest = write_audit_pack(sealed, path, Handing(*given))
    typer.echo(text("written", lang, file=path))
    typer.echo(text("pack_registered", lang, digest=digest, file=register_of(sealed)))


def _export_path(out: Path | None, run_id: str, form: Format) -> Path:
    """Take ``--out`` as a file, or as a folder where it is one or has no ending."""
    public, _, ending = form.value.rpartition("-")
    name = f"{run_id}-{public}.{ending}" if public else f"{run_id}.{ending}"
    if form in (Format.public_pack, Format.audit_pack):
        name = f"{run_id}-{form.value}.zip"
    if out is None:
        return Path(name)
    return out / name if out.is_dir() or not out.suffix else out


@command(app, "help_template")
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=short("help_template_out"))],
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="SCENARIO.toml", help=short("help_template_scenario")),
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Write the template workbook that an office fills in."""
    from allocation.export.template import write_template
    from allocation.scenario import load_scenario
    from allocation.scenario.own_columns import input_tables

    path = out / f"{text('template_file', lang.value)}.xlsx" if out.is_dir() else out
    columns = () if scenario is None else load_scenario(scenario).columns
    write_template(path, lang.value, input_tables(columns))
    typer.echo(text("written", lang.value, file=path))


@command(app, "help_demo_data", "demo-data")
def demo_data(
    out_dir: Annotated[
        Path, typer.Argument(metavar="OUT_DIR|OUT.xlsx", help=short("help_demo_out"))
    ],
    applicants: Annotated[
        int, typer.Option("--applicants", min=50, help=short("help_demo_applicants"))
    ] = 12_000,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=short("help_demo_seed"))] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Write the synthetic demonstration city as a folder of files, or as one workbook."""
    from allocation.demo import DEFAULT_SEED, make_demo_city

    number = DEFAULT_SEED if seed is None else seed
    try:
        if out_dir.suffix.casefold() == ".xlsx":
            from allocation.export.inputs import pack_workbook

            with tempfile.TemporaryDirectory() as folder:
                make_demo_city(Path(folder), applicants, number)
                pack_workbook(Path(folder), out_dir, lang.value)
        else:
            make_demo_city(out_dir, applicants, number)
    except OSError as error:
        raise RunError("export_failed", file=str(out_dir)) from error
    typer.echo(text("written", lang.value, file=out_dir))


@command(app, "help_app_command", "app")
def start_app(
    home: Annotated[
        Path, typer.Option("--home", envvar="ALLOCATION_HOME", help=short("help_app_home"))
    ] = Path(),
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, help=short("help_app_port"))
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help=short("help_app_browser"))
    ] = True,
    lang: LangOption = Language.zh,
) -> None:
    """Serve the app from a workspace until it is stopped."""
    from allocation.serving import find_script, serve_app

    def tell(code: str, **params: object) -> None:
        typer.echo(text(code, lang.value, **params))

    serve_app(find_script(), home, tell, port=port, browser=browser, lang=lang.value)
