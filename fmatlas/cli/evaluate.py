"""`fmatlas evaluate`: how well the extraction agrees with papers that a person coded."""

from pathlib import Path
from typing import Annotated

import typer

from fmatlas.atlas import Evaluation, Score, scores_record, table
from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_json, print_table, printable


def evaluate(
    context: typer.Context,
    coding: Annotated[Path, typer.Argument(metavar="CODING.csv", help="The coding sheet.")],
    aliases: Annotated[
        Path | None, typer.Option(help="CSV of spellings that count as the same: field, canonical, alias.")
    ] = None,
    lists: Annotated[
        bool, typer.Option("--lists", help="Print every miss and every false find too.")
    ] = False,
    json: Json = False,
) -> None:
    """Score the extraction against coded papers. Precision, recall and F1, by field and role.

    \b
    Example:
        fmatlas evaluate coding.csv
        fmatlas evaluate coding.csv --aliases aliases.csv --lists
    """
    atlas = open_atlas(context)
    found, absent = atlas.evaluate(coding, aliases), atlas.absent_papers(coding)
    if json:
        print_json({**scores_record(found), "absent": absent})
    else:
        if absent:
            some = f"{len(absent)} of {found.papers} coded papers are not in the library"
            typer.echo(f"{some}, and all that is coded of them counts as missed.", err=True)
        _print(found, lists)


def _print(found: Evaluation, lists: bool) -> None:
    if found.fields or not found.suggested:
        _print_stated(found, lists)
    if found.suggested:
        print(f"Suggestions of further fields, in no other number, over {found.papers} coded papers:")
        columns = ("field", "precision", "recall", "F1", "found", "false", "missed")
        rows = (_row(name, score, {}) for name, score in found.suggested.items())
        print_table(table(columns, ((*row[:4], *row[5:]) for row in rows)))


def _print_stated(found: Evaluation, lists: bool) -> None:
    scores = [*found.fields.items(), *found.roles.items(), ("micro", found.micro)]
    columns = ("field", "precision", "recall", "F1", "95 % interval", "found", "false", "missed")
    print_table(table(columns, (_row(name, score, found.intervals) for name, score in scores)))
    print(f"macro F1 {found.macro_f1:.3f} over {found.papers} coded papers")
    for field, (right, total) in found.single.items():
        print(f"{field}: {right} of {total} right")
    print(f"kappa of the category {found.kappa:.3f}; expected calibration error {found.ece:.3f}")
    if lists:
        for heading, rows in (("missed", found.missed), ("false", found.false)):
            for row in rows:
                said = f"{heading}: {row.file}: {row.field} {row.value} {row.role}".rstrip()
                print(printable(said + (f" ({row.confidence:.2f}): {row.evidence}" if row.evidence else "")))


def _row(name: str, score: Score, intervals: dict[str, tuple[float, float]]) -> tuple[object, ...]:
    low, high = intervals.get(name, (None, None))
    interval = "" if low is None else f"{low:.3f} to {high:.3f}"
    counts = (score.hits, score.false_finds, score.misses)
    return (name, score.precision, score.recall, score.f1, interval, *counts)
