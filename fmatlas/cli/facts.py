"""`fmatlas facts`: what the library states, or what waits for a person."""

from typing import Annotated

import typer

from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_table


def facts(
    context: typer.Context,
    study: Annotated[str | None, typer.Option(help="Only this study.")] = None,
    field: Annotated[str | None, typer.Option(help="Only this field, such as dataset.")] = None,
    name: Annotated[str | None, typer.Option(help="Only this name, in any of its spellings.")] = None,
    role: Annotated[str | None, typer.Option(help="Only this role, such as pretrain.")] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Every fact at least this sure, also those below their cut."),
    ] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="What a person should look at, most pressing first.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows.")] = None,
    json: Json = False,
) -> None:
    """List facts with their pages and sentences.

    \b
    Example:
        fmatlas facts --field dataset --name MIMIC-CXR --role pretrain
        fmatlas facts --queue --limit 20
    """
    review = open_atlas(context).review
    if queue:
        found = review.queue(study=study, field=field)
    else:
        found = review.facts(study=study, field=field, name=name, role=role, min_confidence=min_confidence)
    found = found.head(limit)
    # People know a paper by its file; its id and title are for programs.
    shown = [column for column in found.columns if column not in ("study", "title")]
    print_table(found if json else found.only(*shown), as_json=json)
