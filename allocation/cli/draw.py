"""``allocation draw``: seal, reveal, replay."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocation.cli.base import (
    EXIT_FAILED,
    LangOption,
    Language,
    ScenarioArgument,
    SetOption,
    command,
    console,
    short,
)
from allocation.messages import Lang, text
from allocation.messages.labels import phrase

if TYPE_CHECKING:
    from allocation.draw.sources import Announcement
    from allocation.official import Replayed

SHOWN = 20
"""Places of an order that are printed; ``--out`` writes all."""

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Source(StrEnum):
    """Where a seed may come from."""

    digits = "digits"
    numbers = "numbers"
    drand = "drand"
    public = "public"


@command(app, "help_draw_commit")
def commit(
    scenario: ScenarioArgument,
    source: Annotated[
        Source | None, typer.Option("--source", help=short("help_draw_source"))
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help=short("help_draw_at"))] = "",
    about: Annotated[
        str, typer.Option("--about", metavar="TEXT", help=short("help_draw_about"))
    ] = "",
    digits: Annotated[int, typer.Option("--digits", help=short("help_draw_digits"))] = 6,
    chain: Annotated[str, typer.Option("--chain", help=short("help_draw_chain"))] = "quicknet",
    round_no: Annotated[
        int | None, typer.Option("--round", min=1, help=short("help_draw_round"))
    ] = None,
    corrects: Annotated[
        Path | None, typer.Option("--corrects", metavar="FILE", help=short("help_draw_corrects"))
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help=short("help_draw_reason"))
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=short("help_draw_commit_out"))
    ] = None,
    settings: SetOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """Seal everything a seed is drawn for and write what is to be published."""
    from allocation.official import commit_draw
    from allocation.reporting import TerminalReporter

    language: Lang = lang.value
    announced = None
    if source is not None:
        announced = _announced(source, at, about, digits, chain, round_no)
    with TerminalReporter(console(stderr=True), language) as terminal:
        found = commit_draw(
            scenario,
            announced,
            _now(),
            out,
            settings or (),
            corrects,
            reason,
            language,
            progress=terminal,
        )
    if found.n_ids:
        typer.echo(text("draw_receipts_are_ids", language, n=found.n_ids), err=True)
    typer.echo(text("draw_committed", language, commitment=found.sealed.commitment.sha256))
    named = {name: getattr(found, name) for name in ("notice", "public", "receipts", "file")}
    typer.echo(text("draw_publish", language, **named))


def _announced(
    source: Source, at: str, about: str, digits: int, chain: str, round_no: int | None
) -> "Announcement":
    from allocation.draw.moments import asked_moment
    from allocation.draw.sources import announce

    moment = asked_moment(at) if at else None
    return announce(source.value, moment, about.strip(), digits, chain, round_no)


@command(app, "help_draw_reveal")
def reveal(
    commitment: Annotated[
        Path, typer.Argument(metavar="COMMIT.json", help=short("help_draw_commitment"))
    ],
    value: Annotated[str, typer.Option("--value", help=short("help_draw_value"))],
    time: Annotated[str, typer.Option("--time", metavar="TIME", help=short("help_draw_time"))] = "",
    witnesses: Annotated[
        list[str] | None,
        typer.Option("--witness", metavar="NAME", help=short("help_draw_witness")),
    ] = None,
    record_no: Annotated[
        str, typer.Option("--record-no", metavar="NO", help=short("help_draw_record_no"))
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=short("help_draw_reveal_out"))
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Record the public value that was announced and the seed it gives."""
    from allocation.draw.moments import asked_moment
    from allocation.official import reveal_draw

    language: Lang = lang.value
    drawn_at = asked_moment(time) if time else None
    found = reveal_draw(
        commitment, value, _now(), drawn_at, witnesses or (), record_no, out, language
    )
    typer.echo(text("draw_seed_is", language, seed=found.reveal.seed))
    typer.echo(text("written", language, file=found.file))
    typer.echo(text("written", language, file=found.notice))


@command(app, "help_draw_replay")
def replay(
    path: Annotated[
        Path, typer.Argument(metavar="REVEAL.json|RUN_DIR", help=short("help_draw_replayed"))
    ],
    receipts: Annotated[
        Path | None, typer.Option("--receipts", metavar="FILE", help=short("help_draw_receipts"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help=short("help_draw_replay_out"))
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """Compute the order again; exit 1 when a run recorded another one."""
    from allocation.official import replay_record, replay_run
    from allocation.runs import load_run

    language: Lang = lang.value
    found = replay_run(load_run(path)) if path.is_dir() else replay_record(path, receipts)
    _print_order(found, language)
    if out is not None:
        _write_order(found, out)
        typer.echo(text("written", language, file=out))
    if found.list_sha256 != found.sealed_sha256:
        hashes = {"sealed": found.sealed_sha256, "counted": found.list_sha256}
        typer.echo(text("draw_replay_list", language, **hashes), err=True)
    if found.n_different:
        typer.echo(text("draw_replay_differs", language, n=found.n_different), err=True)
    elif path.is_dir():
        typer.echo(text("draw_replayed", language, n=found.n_compared))
    for violation in found.lots:
        typer.echo(phrase(violation.code, language, **violation.params), err=True)
    if found.n_lots and not found.lots:
        typer.echo(text("draw_replayed_lots", language, n=found.n_lots))
    if not found.is_confirmed:
        raise typer.Exit(EXIT_FAILED)


def _print_order(found: "Replayed", lang: Lang) -> None:
    import pandas as pd

    from allocation.terminal import print_rows

    names = [text(f"draw_col_{name}", lang) for name in ("number", "receipt", "sha256")]
    rows = [
        (number, receipt, digest)
        for number, (receipt, digest) in enumerate(
            zip(found.order[:SHOWN], found.hashes[:SHOWN], strict=True), start=1
        )
    ]
    title = text("draw_order", lang, n=f"{len(found.order):,}")
    print_rows(console(), title, pd.DataFrame(rows, columns=names), lang)
    if len(found.order) > SHOWN:
        typer.echo(text("more_rows", lang, n=len(found.order) - SHOWN))


def _write_order(found: "Replayed", out: Path) -> None:
    import pandas as pd

    from allocation.export.files import whole_file

    frame = pd.DataFrame(
        {
            "draw_number": range(1, len(found.order) + 1),
            "receipt_no": found.order,
            "sha256": found.hashes,
        }
    )
    with whole_file(out) as fresh:
        frame.to_csv(fresh, index=False, encoding="utf-8", lineterminator="\n")


def _now() -> datetime:
    return datetime.now(UTC)
