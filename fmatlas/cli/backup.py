"""`fmatlas backup`: a safe copy of the library, also while it is in use."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(help="The folder, or FILE.db, to write; it must not exist yet.")],
) -> None:
    """Copy the library to a new folder. Safe, also while an ingest runs.

    The copy opens as a library. A path that ends in .db gets the store alone: no settings, nothing learnt.

    \b
    Example:
        fmatlas backup before-the-merge
        fmatlas --library before-the-merge status
    """
    open_atlas(context).backup(to)
    print(f"Wrote {to}.")
