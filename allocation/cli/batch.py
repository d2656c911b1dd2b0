"""``allocation run`` with several scenarios, a province file or a cluster."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from allocation.cli.base import EXIT_ABORTED, console, print_findings
from allocation.messages import ClusterError, Lang, describe, text
from allocation.progress import Silent

if TYPE_CHECKING:
    from rich.console import Console

    from allocation.batch import BadMembers, Crew, Row
    from allocation.batch.batch import Listener
    from allocation.progress import Progress


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line.

    Attributes
    ----------
    cluster
        Address of a scheduler; None for this process.
    draw
        Whether to draw what goes by lot.
    """

    scenarios: tuple[Path, ...]
    out: Path | None
    settings: tuple[str, ...]
    cluster: str | None
    draw: bool
    quiet: bool
    lang: Lang


def is_batch(scenarios: list[Path], cluster: str | None) -> bool:
    """Tell whether more is asked for than one scenario in this process."""
    from allocation.scenario.province import is_province

    return len(scenarios) > 1 or cluster is not None or is_province(scenarios[0])


def run_several(wish: Wish) -> None:
    """Run what was asked for, a line for each scenario, and leave with the gravest code."""
    from allocation.batch import BadMembers, load_batch, run_batch, write_province
    from allocation.batch.batch import State, exit_code
    from allocation.pipeline import RUNS
    from allocation.reporting import Composite, Interrupts

    errors = console(stderr=True)
    teller = _Teller(errors, wish.lang, quiet=wish.quiet)
    batch = load_batch(wish.scenarios, wish.settings)
    out = wish.out or RUNS
    with Interrupts(lambda: teller.say("batch_stopping")) as interrupts:
        with _crew(wish.cluster, Composite(interrupts, teller)) as crew, teller:
            try:
                rows, aborted = run_batch(batch, out, crew, teller.listener(), draw=wish.draw)
            except BadMembers as error:
                _print_bad(error, wish.lang)
                raise
        folder = None
        if batch.province is not None and any(row.state is not State.NOT_RUN for row in rows):
            folder = write_province(batch.province, rows, out)
    _print_outcome(rows, folder, wish.quiet, wish.lang, errors)
    n_left = sum(row.state is State.NOT_RUN for row in rows)
    if aborted:
        teller.say("batch_aborted")
        raise typer.Exit(EXIT_ABORTED)
    if n_left:
        teller.say("batch_left", n=n_left)
    if code := exit_code(rows):
        raise typer.Exit(code)


@contextlib.contextmanager
def _crew(address: str | None, progress: "Progress") -> "Iterator[Crew]":
    """Take this process, or the cluster at an address."""
    from allocation.batch import Here

    if address is None:
        yield Here(progress)
        return
    try:
        from allocation.batch.cluster import join_cluster
    except ImportError as error:
        raise ClusterError("cluster_missing") from error
    with join_cluster(address, progress) as crew:
        yield crew


class _Teller(Silent):
    """Says on a terminal how far a batch is; elsewhere a line for each scenario.

    Quiet, it tells of failures alone.
    """

    def __init__(self, errors: "Console", lang: Lang, *, quiet: bool) -> None:
        self._errors = errors
        self._lang = lang
        self._quiet = quiet
        self._status = errors.status("") if errors.is_terminal and not quiet else None
        self._so_far = ""

    def phase(self, code: str, **params: object) -> None:
        """Show the phase of the run being made here, or say that the cluster is empty."""
        from allocation.messages.labels import phrase

        if code == "cluster_waits":
            self.say(code)
        else:
            self._show(phrase(code, self._lang, **params))

    def __enter__(self) -> "_Teller":
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._status is not None:
            self._status.stop()

    def listener(self) -> "Listener":
        """Return who hears how far the batch is."""
        from allocation.batch.batch import Listener

        return Listener(self._on_read, self._on_row)

    def say(self, code: str, **params: object) -> None:
        """Print a sentence."""
        self._errors.print(text(code, self._lang, **params), markup=False)

    def _on_read(self, n: int, total: int) -> None:
        self._count("batch_reading" if n < total else "batch_running", n % total, total)

    def _on_row(self, row: "Row", n: int, total: int) -> None:
        self._count("batch_running", n, total)
        place = {"n": n, "total": total, "member": row.member.name}
        if row.error is not None:
            self.say("batch_failed", why=describe(row.error, self._lang), **place)
        elif row.run is not None and not self._quiet:
            from allocation.batch.record import units_short

            result = row.run.result
            self.say(
                "batch_done",
                status=text(f"status_{result['status']}", self._lang),
                awards=result["counts"]["n_awards"],
                short=units_short(result),
                **place,
            )

    def _count(self, code: str, n: int, total: int) -> None:
        what = text(code, self._lang)
        self._so_far = text("batch_count", self._lang, what=what, n=n, total=total)
        self._show("")

    def _show(self, phase: str) -> None:
        if self._status is not None:
            line = text("batch_phase", self._lang, count=self._so_far, phase=phase)
            self._status.update((line if phase else self._so_far).replace("[", r"\["))


def _print_bad(error: "BadMembers", lang: Lang) -> None:
    """Print the findings about each member's tables."""
    for name, member_error in error.errors:
        if findings := getattr(member_error, "findings", None):
            print_findings(findings, lang, text("batch_findings", lang, member=name))


def _print_outcome(
    rows: "Sequence[Row]", folder: Path | None, quiet: bool, lang: Lang, errors: "Console"
) -> None:
    """Print where the runs are, and what keeps any from being what was asked for."""
    from allocation.batch.record import batch_block
    from allocation.terminal import print_block, print_shortcomings, print_summary

    output = console()
    made = [(row.member.name, row.run) for row in rows if row.run is not None]
    if quiet:
        for path in [run.path for _, run in made] + ([] if folder is None else [folder]):
            typer.echo(path)
    elif len(rows) == 1 and made and folder is None:
        print_summary(output, made[0][1], lang)
    else:
        print_block(output, batch_block(rows, lang), lang)
        if folder is not None:
            line = text("province_is", lang, folder=folder)
            output.print(line, soft_wrap=True, markup=False)
    for name, run in made:
        if run.result["not_reproducible"] or run.result["n_violations"]:
            errors.print(f"{name}:", style="bold", markup=False)
            print_shortcomings(errors, run, lang)
