"""What all commands share: languages, options, and errors that end in a sentence."""

import functools
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocation.messages import AllocationError, Lang, describe, internal_error, text

if TYPE_CHECKING:
    from rich.console import Console

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


def both(code: str) -> str:
    """Help text: Chinese first, English second."""
    return f"{text(code, 'zh')}\n\n{text(code, 'en')}"


def short(code: str) -> str:
    """Help text of an option, on one line."""
    return f"{text(code, 'zh')} {text(code, 'en')}"


def gist(code: str) -> str:
    """First sentence of a command's help in both languages, for the list of commands."""
    chinese, english = (text(code, lang).split(stop)[0] for lang, stop in _STOPS)
    return f"{chinese}。 {english}."


LangOption = Annotated[Language, typer.Option("--lang", help=short("help_lang"))]
ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO.toml", help=short("help_scenario"))
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN_DIR", help=short("help_run_dir"))]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help=short("help_set"))
]


def command(
    app: typer.Typer, code: str, name: str | None = None
) -> Callable[[Callable[..., None]], Any]:
    """Register a command whose errors end in a sentence and the right exit code."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @app.command(name, help=both(code), short_help=gist(code))
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
            except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
                # Where nobody reads on, as behind `| head`, there is nothing to say.
                raise
            except Exception as error:
                _fail(internal_error(error), lang)

        return guarded

    return register


def _fail(error: AllocationError, lang: Lang) -> None:
    """Say what is wrong and leave with the error's exit code."""
    findings = getattr(error, "findings", None)
    if findings:
        print_findings(findings, lang)
    typer.echo(describe(error, lang), err=True)
    raise typer.Exit(error.exit_code) from None


def console(*, stderr: bool = False) -> "Console":
    """Make a console that never cuts a table where nobody reads at a terminal."""
    from rich.console import Console

    found = Console(stderr=stderr, highlight=False)
    # A file or a pipe has no width; a table cut at 80 columns would lose its numbers.
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=120)


def print_findings(findings: list[Any], lang: Lang, title: str = "") -> None:
    """Print the findings about input tables, under a title of their own where one is given."""
    from allocation.read import findings_table
    from allocation.terminal import print_rows

    heading = title or text("block_findings", lang)
    print_rows(console(), heading, findings_table(findings, lang), lang)
