"""`fmatlas init`: make a library."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import Atlas


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make the library in.")],
) -> None:
    """Make a library in a folder.

    \b
    Example:
        fmatlas init my-library
    """
    with Atlas.create(folder) as atlas:
        print(f"Made a library in {atlas.folder}. Next: fmatlas --library {folder} ingest PAPERS")
