"""`fmatlas inspect`: how a page was read, as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import inspect_page


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF; it need not be in a library.")],
    page: Annotated[int, typer.Option(min=1, help="The page, from 1.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="The picture to write; FILE-page-N.png here by default.")
    ] = None,
) -> None:
    """Draw how a page was read, as PNG. Its lines in reading order and what each was taken for.

    \b
    Example:
        fmatlas inspect paper.pdf --page 3
    """
    picture = out or Path(f"{file.stem}-page-{page}.png")
    inspect_page(file, page, picture)
    print(f"Wrote {picture}.")
