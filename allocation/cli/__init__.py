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
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocation.messages import AllocationError, Lang, RunError, describe, text

if TYPE_CHECKING:
    from rich.console import Console

    from allocation.read import Review
    from allocation.runs import Run

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERNAL = 3
EXIT_ABORTED = 130


_STOPS: tuple[tuple[Lang, str], ...] = (("zh", "。"), ("en", "."))
"""What ends a sentence."""


class Language(StrEnum):
    """Languages of the command line."""

    zh = "zh"
    en = "en"


class Format(StrEnum):
    """Formats of an export."""

    xlsx = "xlsx"
    csv = "csv"
    gpkg = "gpkg"
    geojson = "geojson"
    public_xlsx = "public-xlsx"
    public_csv = "public-csv"


class ListName(StrEnum):
    """Lists a CSV export can hold."""

    awards = "awards"
    waitlist = "waitlist"
    refusals = "refusals"


def _both(code: str) -> str:
    """Help text: Chinese first, English second."""
    return f"{text(code, 'zh')}\n\n{text(code, 'en')}"


def _short(code: str) -> str:
    return f"{text(code, 'zh')} {text(code, 'en')}"


def _gist(code: str) -> str:
    """First sentence of a command's help in both languages, for the list of commands."""
    chinese, english = (text(code, lang).split(stop)[0] for lang, stop in _STOPS)
    return f"{chinese}。 {english}."


LangOption = Annotated[Language, typer.Option("--lang", help=_short("help_lang"))]
ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO.toml", help=_short("help_scenario"))
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help=_short("help_run_dir"))]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=_short("help_set"))
]

app = typer.Typer(
    name="allocation",
    help=_both("help_app"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def main() -> None:
    """Run the command line.

    A solver that did not heed a stop still works in a thread of its own; the
    interpreter would wait for it or break down, so the process ends without it.
    """
    try:
        app()
    except SystemExit as end:
        if any(thread.daemon for thread in threading.enumerate()):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else EXIT_INTERNAL)
        raise


def _command(code: str, name: str | None = None) -> Callable[[Callable[..., None]], Any]:
    """Register a command whose errors end in a sentence and the right exit code."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @app.command(name, help=_both(code), short_help=_gist(code))
        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> None:
            lang: Lang = kwargs["lang"].value
            try:
                function(*args, **kwargs)
            except AllocationError as error:
                _fail(error, lang)
            except KeyboardInterrupt:
                typer.echo(text("aborted", lang), err=True)
                raise typer.Exit(EXIT_ABORTED) from None
            except (typer.Exit, typer.Abort, typer.BadParameter):
                raise
            except Exception as error:
                _fail_internally(error, lang)

        return guarded

    return register


def _fail(error: AllocationError, lang: Lang) -> None:
    """Say what is wrong and leave with the error's exit code."""
    findings = getattr(error, "findings", None)
    if findings:
        _print_findings(findings, lang)
    typer.echo(describe(error, lang), err=True)
    raise typer.Exit(error.exit_code)


def _fail_internally(error: Exception, lang: Lang) -> None:
    """Say where a bug struck; its own message could quote personal data and is left out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "?"
    if trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    typer.echo(text("internal_error", lang, kind=type(error).__name__, place=place), err=True)
    raise typer.Exit(EXIT_INTERNAL) from None


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    # A file or a pipe has no width; a table cut at 80 columns would lose its numbers.
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=120)


@_command("help_run")
def run(
    scenario: ScenarioArgument,
    out: Annotated[Path | None, typer.Option("--out", help=_short("help_run_out"))] = None,
    settings: SetOption = None,
    official: Annotated[
        bool, typer.Option("--official/--trial", help=_short("help_official"))
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_short("help_quiet"))] = False,
    lang: LangOption = Language.zh,
) -> None:
    """Run a scenario and print its summary."""
    from allocation import pipeline
    from allocation.progress import Progress, Silent
    from allocation.reporting import Composite, Interrupts, TerminalReporter
    from allocation.runs import load_run
    from allocation.terminal import print_summary

    language: Lang = lang.value
    errors = _console(stderr=True)
    terminal = TerminalReporter(errors, language)

    def heard() -> None:
        errors.print(text("stopping", language), markup=False)

    with Interrupts(heard) as interrupts:
        if quiet:
            path = pipeline.run(
                scenario, out, settings or (), official, Composite(interrupts, Silent())
            )
        else:
            with terminal:
                both: Progress = Composite(interrupts, terminal)
                path = pipeline.run(scenario, out, settings or (), official, both)
    sealed = load_run(path)
    if quiet:
        typer.echo(path)
    else:
        print_summary(_console(), sealed, language)
    _leave_after_run(sealed, errors, language)


def _leave_after_run(sealed: "Run", errors: "Console", lang: Lang) -> None:
    """Say what keeps a run from being what was asked for; exit 1 when it fails."""
    from allocation.terminal import violation_sentences

    result = sealed.result
    if result["official_refused"]:
        errors.print(text(result["official_refused"], lang), style="yellow", markup=False)
    elif result["not_reproducible"] and result["status"] != "infeasible":
        errors.print(text("not_reproducible", lang), style="yellow", markup=False)
    if result["status"] == "infeasible":
        from allocation.messages.labels import phrase

        errors.print(text("infeasible", lang), style="red", markup=False)
        for stage in result["stages"]:
            for clash in stage["clash"]:
                errors.print(f"  {phrase(clash['code'], lang, **clash['params'])}", markup=False)
    if result["n_violations"]:
        errors.print(
            text("check_failed", lang, n=result["n_violations"]), style="red", markup=False
        )
        for sentence in violation_sentences(sealed.violations.head(20), lang):
            errors.print(f"  ✗ {sentence}", style="red", markup=False)
    if result["status"] == "infeasible" or result["n_violations"]:
        raise typer.Exit(EXIT_FAILED)


@_command("help_validate")
def validate(
    scenario: ScenarioArgument,
    out: Annotated[Path | None, typer.Option("--out", help=_short("help_validate_out"))] = None,
    settings: SetOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """List every input error at once."""
    from allocation import build_instance
    from allocation.read import review_tables
    from allocation.scenario import load_scenario

    loaded = load_scenario(scenario, settings or ())
    review = review_tables(loaded)
    path = None if out is None else _write_findings(review, out, lang.value)
    if not review.findings:
        # What only shows when the rules meet the tables: a column a rule needs, a zone.
        build_instance(review.sealed(), loaded)
        typer.echo(text("input_good", lang.value))
        return
    _print_findings(list(review.findings), lang.value)
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


def _print_findings(findings: list[Any], lang: Lang) -> None:
    from allocation.read import findings_table
    from allocation.terminal import print_rows

    print_rows(_console(), text("block_findings", lang), findings_table(findings, lang), lang)


@_command("help_check")
def check(run_dir: RunArgument, lang: LangOption = Language.zh) -> None:
    """Judge the award list of a run and its reasons again, without a solver."""
    from dataclasses import replace

    from allocation.checker import check_awards, check_refusals
    from allocation.runs import load_run
    from allocation.terminal import print_report

    sealed = load_run(run_dir)
    altered = sealed.altered_files()
    report = check_awards(sealed.instance, sealed.awards, sealed.result)
    reasons = check_refusals(sealed.instance, sealed.awards, sealed.refusals)
    report = replace(report, violations=[*report.violations, *reasons])
    print_report(_console(), report, altered, lang.value)
    if report.violations or altered:
        raise typer.Exit(EXIT_FAILED)


@_command("help_explain")
def explain(
    run_dir: RunArgument,
    applicant_id: Annotated[
        str, typer.Argument(metavar="APPLICANT_ID", help=_short("help_applicant"))
    ],
    letter: Annotated[
        Path | None,
        typer.Option("--letter", metavar="FILE.pdf", help=_short("app_awards_help_letter")),
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Print one certificate per place an applicant listed, and write the letter."""
    from allocation.certificates import certificates
    from allocation.runs import load_run
    from allocation.terminal import print_certificates

    sealed = load_run(run_dir)
    found = certificates(sealed, applicant_id, lang.value)
    print_certificates(_console(), applicant_id, found, lang.value)
    if letter is not None:
        from allocation.export.letter import write_letter

        write_letter(sealed, applicant_id, letter, lang.value)
        typer.echo(text("written", lang.value, file=letter))


@_command("help_compare")
def compare(
    run_dirs: Annotated[
        list[Path], typer.Argument(metavar="RUN_DIR RUN_DIR ...", help=_short("help_run_dirs"))
    ],
    only_differences: Annotated[
        bool, typer.Option("--only-differences", help=_short("help_only_differences"))
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.xlsx", help=_short("help_compare_out"))
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
    print_comparison(_console(), comparison, lang.value)
    if out is not None:
        from allocation.export import write_comparison

        path = _export_path(out, f"{comparison.runs[0].run_id}-compare", Format.xlsx)
        write_comparison(comparison, path, lang.value)
        typer.echo(text("written", lang.value, file=path))


@_command("help_export")
def export(
    run_dir: RunArgument,
    form: Annotated[Format, typer.Option("--format", help=_short("help_format"))],
    out: Annotated[Path | None, typer.Option("--out", help=_short("help_export_out"))] = None,
    table: Annotated[ListName, typer.Option("--table", help=_short("help_table"))] = (
        ListName.awards
    ),
    internal: Annotated[bool, typer.Option("--internal", help=_short("help_internal"))] = False,
    lang: LangOption = Language.zh,
) -> None:
    """Write the lists or the map layers of a run."""
    from allocation import export as exports
    from allocation.runs import load_run

    sealed = load_run(run_dir)
    path = _export_path(out, sealed.run_id, form)
    language: Lang = lang.value
    if form is Format.xlsx:
        exports.write_xlsx(sealed, path, language, internal=internal)
    elif form is Format.csv:
        exports.write_csv(sealed, path, language, name=table.value, internal=internal)
    elif form is Format.public_xlsx:
        exports.write_public_xlsx(sealed, path, language)
    elif form is Format.public_csv:
        exports.write_public_csv(sealed, path, language)
    elif form is Format.gpkg:
        exports.write_gpkg(sealed, path)
    else:
        exports.write_geojson(sealed, path)
    typer.echo(text("written", language, file=path))


def _export_path(out: Path | None, run_id: str, form: Format) -> Path:
    """Take ``--out`` as a file, or as a folder where it is one or has no ending."""
    public, _, ending = form.value.rpartition("-")
    name = f"{run_id}-{public}.{ending}" if public else f"{run_id}.{ending}"
    if out is None:
        return Path(name)
    return out / name if out.is_dir() or not out.suffix else out


@_command("help_template")
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=_short("help_template_out"))],
    lang: LangOption = Language.zh,
) -> None:
    """Write the template workbook that an office fills in."""
    from allocation.export.template import write_template

    path = out / f"{text('template_file', lang.value)}.xlsx" if out.is_dir() else out
    write_template(path, lang.value)
    typer.echo(text("written", lang.value, file=path))


@_command("help_demo_data", "demo-data")
def demo_data(
    out_dir: Annotated[
        Path, typer.Argument(metavar="OUT_DIR|OUT.xlsx", help=_short("help_demo_out"))
    ],
    applicants: Annotated[
        int, typer.Option("--applicants", min=50, help=_short("help_demo_applicants"))
    ] = 12_000,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help=_short("help_demo_seed"))
    ] = None,
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


@_command("help_app_command", "app")
def start_app(
    home: Annotated[
        Path, typer.Option("--home", envvar="ALLOCATION_HOME", help=_short("help_app_home"))
    ] = Path(),
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, help=_short("help_app_port"))
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help=_short("help_app_browser"))
    ] = True,
    lang: LangOption = Language.zh,
) -> None:
    """Serve the app from a workspace until it is stopped."""
    from allocation.serving import find_script, serve_app

    def tell(code: str, **params: object) -> None:
        typer.echo(text(code, lang.value, **params))

    serve_app(find_script(), home, tell, port=port, browser=browser, lang=lang.value)
