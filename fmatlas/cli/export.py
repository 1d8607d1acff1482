"""`fmatlas export ...`: files for other programs."""

from typing import Annotated

import typer

from fmatlas.cli.options import Out, open_atlas

export = typer.Typer(help="Write files for other programs.", no_args_is_help=True, rich_markup_mode=None)


@export.callback()
def _exports() -> None:
    """Write files for other programs."""


@export.command("facts")
def export_facts(
    context: typer.Context,
    out: Out,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Every fact at least this sure, also those below their cut."),
    ] = None,
) -> None:
    """Write what the library states as CSV in the spellings of the coding sheet, one row for each fact.

    \b
    Example:
        fmatlas export facts --out facts.csv
    """
    rows = open_atlas(context).review.export_facts(min_confidence)
    rows.write(out)
    print(f"Wrote {len(rows.rows)} facts to {out}.")
