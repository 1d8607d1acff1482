"""Which papers the demo reads: those of a named folder, open ones from the network, or the invented ones."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import fmatlas
from fmatlas.demo.fetch import OpenPaper, fetch_all, is_reachable
from fmatlas.schema.errors import UsageError


def choose_papers(
    named: Path | None, listed: Sequence[OpenPaper], fetched: Path, say: Callable[[str], None]
) -> Path:
    """The folder of papers to read.

    Args:
        named: the user's own folder, if one was named.
        listed: open papers to fetch where none was named.
        fetched: where papers from the network go, or lie from an earlier run.
        say: is told what is done, a line at a time.

    Raises:
        UsageError: the named folder is not there.
    """
    if named is not None:
        if not named.is_dir():
            raise UsageError(f"{named}: there is no such folder of papers. Name one: make demo PAPERS=DIR")
        return named
    if not all((fetched / paper.file).is_file() for paper in listed):
        if not is_reachable(listed[0].address):
            say("No network: the demo reads the project's own invented papers (PAPERS=DIR reads yours).")
            return find_examples()
        say(f"Fetching {len(listed)} open-access papers into {fetched}:")
    if fetch_all(listed, fetched, say):
        return fetched
    say("None could be fetched: the demo reads the project's own invented papers instead.")
    return find_examples()


def find_examples() -> Path:
    """The folder of invented papers: in the package where it is installed, in the checkout beside it else."""
    inside = Path(str(files("fmatlas.demo"))) / "examples"
    return inside if inside.is_dir() else Path(fmatlas.__file__).parents[1] / "examples"
