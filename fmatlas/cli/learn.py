"""`fmatlas learn`: correct the judges of a library by what persons coded and decided."""

from pathlib import Path
from typing import Annotated, Any

import typer

from fmatlas.atlas import table
from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_json, print_table
from fmatlas.schema.errors import UsageError

COLUMNS = (
    "field",
    "papers",
    "labels",
    "F1",
    "new F1",
    "log loss",
    "new log loss",
    "better in",
    "worse in",
    "kept",
)


def learn(
    context: typer.Context,
    coding: Annotated[
        Path | None, typer.Argument(metavar="[CODING.csv]", help="A coding sheet of papers of the library.")
    ] = None,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Learn from the library's own decisions, too or alone.")
    ] = False,
    aliases: Annotated[
        Path | None, typer.Option(help="CSV of spellings that count as the same: field, canonical, alias.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report; change nothing.")] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget what was learnt; the judges that ship count again.")
    ] = False,
    json: Json = False,
) -> None:
    """Learn from coded papers and decisions. What is better on papers not learnt from is kept.

    \b
    Example:
        fmatlas learn coding.csv --dry-run
        fmatlas learn coding.csv --decisions
        fmatlas learn --forget
    """
    if forget and (coding or aliases or decisions or dry_run or json):
        raise UsageError("--forget stands alone: learn again after it.")
    atlas = open_atlas(context, readonly=False)
    if forget:
        refreshed = atlas.forget()
        print(
            f"What was learnt is forgotten. {refreshed.summary()}"
            if refreshed
            else "This library has learnt nothing; there is nothing to forget."
        )
        return
    learning = atlas.learn(coding, aliases, decisions=decisions, dry_run=dry_run)
    found = learning.record() | {"absent": atlas.absent_papers(coding) if coding else []}
    if json:
        print_json(found)
        return
    if found["absent"]:
        typer.echo(f"{len(found['absent'])} coded papers are not in the library and teach nothing.", err=True)
    _print(found, dry_run=dry_run)
    if learning.refreshed:
        print(learning.refreshed.summary())


def _print(found: dict[str, Any], *, dry_run: bool) -> None:
    print(f"Old and new judges on {found['papers']} papers, each judged by what was learnt from the others:")
    together = {"judge": "all fields", "papers": found["papers"], "old": found["old"], "new": found["new"]}
    print_table(table(COLUMNS, map(_row, [*found["changes"], together])))
    kept = ", ".join(found["kept"])
    if not kept:
        print("Nothing is better on papers not learnt from: the old weights stay, and nothing is written.")
        return
    papers = found["by_paper"]
    fewer = sum(paper["new"] < paper["old"] for paper in papers)
    print(f"Papers with fewer errors by what is kept: {fewer}; with more: {len(papers) - fewer}.")
    print_table(table(("errors", "new", "file"), ((p["old"], p["new"], p["file"]) for p in papers)))
    if dry_run:
        print(f"Would be kept: {kept}. This was a dry run: nothing is written.")
    else:
        print(f"Kept: {kept}. The old weights stay for all else.")


def _row(change: dict[str, Any]) -> tuple[object, ...]:
    old, new = change["old"], change["new"] or {}
    kept = ""
    if "kept" in change:
        kept = f"yes: {change['kept']}" if change["kept"] else f"no: {change['reason']}"
    return (
        change["judge"],
        change["papers"],
        change.get("labels"),
        old["f1"],
        new.get("f1"),
        old["loss"],
        new.get("loss"),
        change.get("better") if new else None,
        change.get("worse") if new else None,
        kept,
    )
