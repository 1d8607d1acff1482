"""`fmatlas cypher`: a query of the user's own to the graph."""

from typing import Annotated

import typer

from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_table


def cypher(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One Cypher statement that only reads.")],
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many rows.")] = None,
    json: Json = False,
) -> None:
    """Run a Cypher query on the graph. Only queries that read are let through.

    \b
    Example:
        fmatlas cypher "MATCH (s:Study)-[:USES_DATASET]->(d:Dataset) RETURN d.name AS name, count(*) AS n"
    """
    print_table(open_atlas(context).cypher(query, limit=limit), as_json=json)
