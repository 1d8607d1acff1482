"""`fmatlas refresh`: redo what is out of date, without reading a PDF again for a name or a decision."""

from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas


def refresh(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Redo every stage, also those up to date.")] = False,
) -> None:
    """Redo whatever stage is out of date: detection, names, facts.

    \b
    Example:
        fmatlas refresh
    """
    print(open_atlas(context, readonly=False).refresh(force=force))
