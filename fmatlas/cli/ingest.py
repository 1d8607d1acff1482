"""`fmatlas ingest`: read PDFs into the library."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import Atlas
from fmatlas.cli import INTERRUPTED, PARTLY
from fmatlas.cli.options import open_atlas, warn
from fmatlas.cli.progress import Progress
from fmatlas.cli.show import printable


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="PDFs, or folders to walk for PDFs.")
    ],
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes read at once; as many as there are cores by default."),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try files again that failed before.")] = False,
    llm: Annotated[
        bool,
        typer.Option("--llm", help="Then ask the library's language model for more; its cost is told first."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask the language model without asking you.")] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Draw no progress bar.")] = False,
) -> None:
    """Read new and changed PDFs. Exit 3 where some could not be read; each is listed with its reason.

    \b
    Example:
        fmatlas ingest papers/
        fmatlas ingest papers/ --workers 4 --retry
    """
    atlas = open_atlas(context, readonly=False)
    with Progress(wanted=not no_progress) as progress:
        report = atlas.ingest(*paths, workers=workers, retry=retry, progress=progress)
    for failure in report.failed:
        print(printable(f"failed: {failure.file}: {failure.reason}: {failure.message}"))
    print(report.summary())
    if report.refreshed:
        print(report.refreshed.summary())
    warn(atlas)
    if llm and not report.interrupted:
        _propose(atlas, yes=yes, progress=not no_progress)
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failed:
        raise typer.Exit(PARTLY)


def _propose(atlas: Atlas, *, yes: bool, progress: bool) -> None:
    planned = atlas.plan_proposals()
    print(planned.summary())
    if planned.reports and (yes or typer.confirm("Send them?", err=True)):
        with Progress(wanted=progress) as bar:
            outcome = atlas.propose(planned, progress=bar)
        print(printable(outcome.summary()))
        if outcome.problems:
            raise typer.Exit(PARTLY)
