"""`fmatlas decide ...`: what a person says of a fact; it stays, whatever is ingested again."""

from typing import Annotated

import typer

from fmatlas.cli.options import FieldName, Json, Name, Study, open_atlas
from fmatlas.cli.show import print_table

decide = typer.Typer(
    help="Accept, reject, add or correct facts.", no_args_is_help=True, rich_markup_mode=None
)

Person = Annotated[str, typer.Option("--person", help="Who decides.")]
Role = Annotated[
    str, typer.Option("--role", help="The role, where the field has roles and several could be meant.")
]
Quote = Annotated[
    str, typer.Option("--quote", help="The sentence of the report that it rests on, word for word.")
]
Evidence = Annotated[
    str, typer.Option("--evidence", help="What it rests on: text, figure, supplement, author or inferred.")
]


@decide.command()
def accept(
    context: typer.Context,
    study: Study,
    field: FieldName,
    name: Name,
    person: Person,
    role: Role = "",
    quote: Quote = "",
    evidence: Evidence = "",
) -> None:
    """Say that a fact, or a metadata value, is right.

    \b
    Example:
        fmatlas decide accept 2103.00020 dataset MIMIC-CXR --role pretrain --person ada
    """
    _decide(context, "accept", study, field, name, person=person, role=role, quote=quote, evidence=evidence)


@decide.command()
def reject(
    context: typer.Context,
    study: Study,
    field: FieldName,
    name: Name,
    person: Person,
    role: Role = "",
    quote: Quote = "",
    evidence: Evidence = "",
) -> None:
    """Say that a fact is wrong; without a role, in every role.

    \b
    Example:
        fmatlas decide reject paper.pdf dataset VIA --person ada
    """
    _decide(context, "reject", study, field, name, person=person, role=role, quote=quote, evidence=evidence)


@decide.command()
def add(
    context: typer.Context,
    study: Study,
    field: FieldName,
    name: Name,
    person: Person,
    role: Role = "",
    quote: Quote = "",
    evidence: Evidence = "",
) -> None:
    """Add a fact that the program missed.

    \b
    Example:
        fmatlas decide add paper.pdf dataset "Our Cohort" --role train --person ada --evidence figure
    """
    _decide(context, "add", study, field, name, person=person, role=role, quote=quote, evidence=evidence)


@decide.command()
def correct(
    context: typer.Context,
    study: Study,
    field: FieldName,
    name: Annotated[str, typer.Argument(help="The name that is wrong; leave it out for metadata.")] = "",
    *,
    to: Annotated[str, typer.Option(help="The right name, or the right value of a metadata field.")] = "",
    to_role: Annotated[str, typer.Option(help="The right role.")] = "",
    person: Person,
    role: Role = "",
    quote: Quote = "",
    evidence: Evidence = "",
) -> None:
    """Put a right name, role or metadata value in the place of a wrong one.

    \b
    Example:
        fmatlas decide correct paper.pdf year --to 2024 --person ada
        fmatlas decide correct paper.pdf dataset COCO --role train --to-role eval --person ada
    """
    _decide(
        context,
        "correct",
        study,
        field,
        name,
        person=person,
        role=role,
        to=to,
        to_role=to_role,
        quote=quote,
        evidence=evidence,
    )


@decide.command()
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The number of the decision.")],
    person: Person,
) -> None:
    """Take a decision back; it stays on record.

    \b
    Example:
        fmatlas decide undo 12 --person ada
    """
    done = open_atlas(context, readonly=False).undo(number, person=person)
    print(f"Decision {done} takes back decision {number}.")


@decide.command("list")
def list_(context: typer.Context, json: Json = False) -> None:
    """List every decision, also those taken back.

    \b
    Example:
        fmatlas decide list
    """
    print_table(open_atlas(context).review.decisions(), as_json=json)


def _decide(context: typer.Context, verdict: str, study: str, field: str, name: str, **said: str) -> None:
    atlas = open_atlas(context, readonly=False)
    for number in atlas.decide(verdict, study, field, name, **said):
        print(f"Decision {number}: {verdict} {field} {name or said.get('to', '')}".rstrip())
