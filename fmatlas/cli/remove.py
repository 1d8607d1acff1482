"""`fmatlas remove`: take a study or a file out of the library."""

from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas
from fmatlas.cli.show import printable


def remove(
    context: typer.Context,
    targets: Annotated[
        list[str], typer.Argument(metavar="STUDY|FILE...", help="Studies, or single files of them.")
    ],
) -> None:
    """Take studies or files out of the library. All that came from them goes; the PDFs stay.

    \b
    Example:
        fmatlas remove papers/retracted.pdf
    """
    for path in open_atlas(context, readonly=False).remove(*targets):
        print(f"Removed {printable(path)} from the library.")
