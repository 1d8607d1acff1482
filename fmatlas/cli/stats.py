"""`fmatlas stats`: how many studies there are of each kind."""

from typing import Annotated

import typer

from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_table


def stats(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="What to count: year, category, or a field such as dataset or task.")
    ],
    role: Annotated[str | None, typer.Option(help="Only this role.")] = None,
    level: Annotated[
        int | None,
        typer.Option(
            min=0, help="Count under the ancestor at this depth of the taxonomy; 0 is the broadest."
        ),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Split by year or category; may be given twice.")
    ] = None,
    json: Json = False,
) -> None:
    """Count studies by year, category or any field. Such as task, dataset, backbone, loss or modality.

    \b
    Example:
        fmatlas stats dataset --role pretrain
        fmatlas stats task --by year
    """
    print_table(
        open_atlas(context).review.counts(name, role=role, level=level, by=tuple(by or ())), as_json=json
    )
