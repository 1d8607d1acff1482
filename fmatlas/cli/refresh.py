"""`fmatlas refresh`: redo what is out of date, without reading a PDF again for a name or a decision."""

from typing import Annotated

import typer

from fmatlas.cli.options import open_atlas, warn
from fmatlas.cli.progress import Progress


def refresh(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Redo detection, names and facts even so.")] = False,
    vectors: Annotated[
        bool, typer.Option("--vectors/--no-vectors", help="Give passages their vectors for search too.")
    ] = True,
    replace: Annotated[
        bool, typer.Option("--replace", help="Embed everything anew where the model has been changed.")
    ] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Draw no progress bar.")] = False,
) -> None:
    """Redo what is out of date. Detection, names, facts and vectors; no PDF is read again.

    \b
    Example:
        fmatlas refresh
        fmatlas refresh --no-vectors
    """
    atlas = open_atlas(context, readonly=False)
    print(atlas.refresh(force=force).summary())
    warn(atlas)
    if vectors:
        with Progress("embedding", wanted=not no_progress) as progress:
            built = atlas.embed(progress, replace=replace)
        print(
            f"{built.passages} passages searchable: {built.embedded} embedded by {built.model}, "
            f"{built.kept} kept."
        )
