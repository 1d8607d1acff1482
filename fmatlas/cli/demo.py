"""`fmatlas demo`: from a folder of papers, or none at all, to a library that can be looked at."""

import time
from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import SETTINGS_FILE, Atlas
from fmatlas.cli.progress import Progress
from fmatlas.cli.show import printable
from fmatlas.schema.errors import LibraryError


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the demo's library.")] = Path(
        "demo"
    ),
    papers: Annotated[
        Path | None,
        typer.Option(
            "--papers", help="A folder of PDFs; without it open papers are fetched, or invented ones read."
        ),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the app after the report.")] = True,
) -> None:
    """Build a library from papers, report what is in it, and open the app.

    \b
    Example:
        fmatlas demo
        fmatlas demo my-demo --papers my-papers --no-serve
    """
    # Fetching brings the network's modules along; other commands start faster without them.
    from fmatlas.demo.fetch import read_list
    from fmatlas.demo.papers import choose_papers
    from fmatlas.demo.report import report, speed

    chosen = choose_papers(papers, read_list(), folder / "papers", _say)
    is_there = (folder / SETTINGS_FILE).is_file()
    with Atlas.open(folder, readonly=False) if is_there else Atlas.create(folder) as atlas:
        _leave_out_others(atlas, chosen)
        pages, start = atlas.status()["pages"], time.perf_counter()
        with Progress() as progress:
            atlas.ingest(chosen, progress=progress)
        seconds = time.perf_counter() - start
        _say(f"\nFM Atlas: the library {folder}, made from {chosen}")
        for line in report(atlas, speed(atlas.status()["pages"] - pages, seconds)):
            _say(line)
        if not atlas.status()["read"]:
            raise LibraryError(
                f"{chosen}: no paper could be read. Name a folder of PDFs: make demo PAPERS=DIR"
            )
        if missing := atlas.passages_without_vector():
            _say(f"\nEmbedding {missing} passages, so that they are found by meaning too.")
            with Progress("embedding") as progress:
                atlas.embed(progress)
    if serve:
        from fmatlas.cli import main

        raise typer.Exit(main(["--library", str(folder), "ui"]))


def _leave_out_others(atlas: Atlas, chosen: Path) -> None:
    """Take out what an earlier demo read from other folders: this one shows what it was asked for."""
    rows = atlas.library.connection.execute("SELECT path, root FROM file ORDER BY path").fetchall()
    others = [path for path, root in rows if Path(root).resolve() != chosen.resolve()]
    if others:
        _say(f"Leaving out {len(others)} papers of an earlier demo.")
        atlas.remove(*others)


def _say(line: str) -> None:
    # Titles and sentences come out of PDFs: nothing of them may steer the terminal.
    print("\n".join(printable(part) for part in line.split("\n")), flush=True)
