"""`fmatlas table`: the study table."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_json


def table(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="The CSV file to write; without it the table is printed.")
    ] = None,
    suggested: Annotated[
        bool, typer.Option("--suggested", help="Columns for the further fields too, which are suggestions.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the study table as CSV. One row for each study, one column for each field and role.

    \b
    Example:
        fmatlas table --out studies.csv
    """
    studies = open_atlas(context).review.studies(suggested=suggested)
    if json:
        print_json(studies.records())
    elif out is None:
        print(studies.csv(), end="")
    else:
        studies.write(out)
        print(f"Wrote {len(studies.rows)} studies to {out}.")
