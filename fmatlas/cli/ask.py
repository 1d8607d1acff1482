"""`fmatlas ask`: a named question to the graph."""

from typing import Annotated, Any

import typer

from fmatlas.atlas import questions
from fmatlas.cli.options import Json, open_atlas
from fmatlas.cli.show import print_json, print_table, printable
from fmatlas.schema.errors import UsageError

# Its parameters are those of the question, which only the question knows.
SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}


def ask(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The question's name.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the questions with their parameters.")] = False,
    json: Json = False,
) -> None:
    """Ask the graph a named question. Its parameters follow as --parameter VALUE.

    \b
    Example:
        fmatlas ask --list
        fmatlas ask models-by-dataset --dataset MIMIC-CXR --role pretrain
    """
    if list_ or not name:
        _list(json)
        return
    found = open_atlas(context).ask(name, **_parameters(context.args))
    if not json and {"study", "title"} <= set(found.columns):
        # People know a study by its title; its id is for programs.
        found = found.only(*(column for column in found.columns if column != "study"))
    print_table(found, as_json=json)


def _parameters(arguments: list[str]) -> dict[str, Any]:
    """`--name value`, `--name=value` and bare `--flag` as a dictionary.

    Raises:
        UsageError: a value stands without its parameter.
    """
    found: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"{word!r} stands without a parameter: write --parameter {word}.")
        key, equals, value = word.removeprefix("--").partition("=")
        if not equals:
            value = rest.pop(0) if rest and not rest[0].startswith("--") else "true"
        found[key.replace("-", "_")] = value
    return found


def _list(json: bool) -> None:
    if json:
        print_json(questions())
        return
    for question in questions():
        print(printable(f"{question['name']}: {question['description']}"))
        for parameter in question["parameters"]:
            needed = ", needed" if parameter["required"] else ""
            choices = f": {', '.join(parameter['choices'])}" if parameter["choices"] else ""
            print(printable(f"  --{parameter['name']}  {parameter['description']}{needed}{choices}"))
