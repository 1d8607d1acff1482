"""`fmatlas backup`: a safe copy of the library's store, also while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
) -> None:
    """Copy the library's store to a new file. Safe, also while an ingest runs.

    \b
    Example:
        fmatlas backup before-the-merge.db
    """
    open_atlas(context).backup(file)
    print(f"Wrote {file}.")
