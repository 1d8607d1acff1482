"""Options and arguments that several commands share, each spelled and explained once."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import Atlas

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Study = Annotated[
    str,
    typer.Argument(
        metavar="STUDY", help="A study: its id, file name or path, arXiv id, or a part of its title."
    ),
]
FieldName = Annotated[
    str, typer.Argument(metavar="FIELD", help="A field, such as dataset, task or backbone.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="A name, in any of its spellings.")]
Out = Annotated[Path, typer.Option("--out", help="The file to write.")]


def open_atlas(context: typer.Context, *, readonly: bool = True) -> Atlas:
    """The library that the command is about; it is closed when the command ends.

    Raises:
        LibraryError: there is none; the message says how to make or name one.
    """
    atlas = Atlas.open(context.obj, readonly=readonly)
    context.call_on_close(atlas.close)
    return atlas


def warn(atlas: Atlas) -> None:
    """Say on the standard error what a user should see to, if there is anything."""
    warning = atlas.learnt_warning()
    if warning:
        typer.echo(warning, err=True)
