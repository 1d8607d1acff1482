"""`fmatlas search`: passages by words and by meaning."""

from typing import Annotated

import typer

from fmatlas.atlas import Atlas
from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.progress import Progress
from fmatlas.cli.show import print_json, printable


def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help="Words or a question; a phrase in double quotes stands as written."
        ),
    ],
    limit: Annotated[int, typer.Option(min=1, help="How many passages at most.")] = 10,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter", help="Which studies: year=2021-2023, category=VLFM, dataset:pretrain=MIMIC-CXR."
        ),
    ] = None,
    per_study: Annotated[int, typer.Option(min=0, help="At most this many of one study; 0 for no cap.")] = 0,
    mode: Annotated[str, typer.Option(help="both, words or vectors.")] = "both",
    json: Json = False,
) -> None:
    """Find passages by words and by meaning. With file, page, section and the best sentence.

    \b
    Example:
        fmatlas search "parameter-efficient fine-tuning of SAM for prostate MRI" --limit 5
    """
    atlas = open_atlas(context)
    if mode != "words":
        _embed(atlas)
    hits = atlas.search(query, limit=limit, filters=filters or (), mode=mode, per_study=per_study)
    if json:
        print_json([hit.as_row() for hit in hits])
        return
    for n, hit in enumerate(hits, 1):
        print(printable(f"{n}. {hit.title or hit.study} ({hit.year or 'no year'})"))
        print(
            printable(f"   {hit.file}, page {hit.page}, {hit.section or 'no section'}, score {hit.score:.4f}")
        )
        print(printable(f"   {' '.join(hit.sentence.split())}"))


def _embed(atlas: Atlas) -> None:
    """Give passages that have none their vectors first, so that none is missed."""
    missing = atlas.passages_without_vector()
    if missing:
        typer.echo(f"Embedding {missing} passages; later searches only embed what is new.", err=True)
        with Progress("embedding") as progress:
            atlas.embed(progress)
