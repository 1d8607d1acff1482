"""`fmatlas ingest`: read PDFs into the library."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas
from fmatlas.cli.progress import Progress
from fmatlas.cli.show import printable

PARTLY, INTERRUPTED = 3, 130


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
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if report.failed:
        raise typer.Exit(PARTLY)
