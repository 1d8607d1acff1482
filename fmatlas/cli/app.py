"""The program `fmatlas`: its commands in the order that help lists them, and the library they are about."""

from pathlib import Path
from typing import Annotated

import typer

import fmatlas
from fmatlas.cli.ask import SETTINGS, ask
from fmatlas.cli.backup import backup
from fmatlas.cli.cypher import cypher
from fmatlas.cli.decide import decide
from fmatlas.cli.demo import demo
from fmatlas.cli.doctor import doctor
from fmatlas.cli.evaluate import evaluate
from fmatlas.cli.export import export
from fmatlas.cli.facts import facts
from fmatlas.cli.ingest import ingest
from fmatlas.cli.init import init
from fmatlas.cli.inspect import inspect
from fmatlas.cli.learn import learn
from fmatlas.cli.refresh import refresh
from fmatlas.cli.remove import remove
from fmatlas.cli.search import search
from fmatlas.cli.stats import stats
from fmatlas.cli.status import status
from fmatlas.cli.table import table
from fmatlas.cli.ui import ui
from fmatlas.cli.why import why

app = typer.Typer(
    name="fmatlas",
    help="A folder of papers on foundation models becomes a searchable, citable atlas.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help is drawn in a tenth of the time, and errors are lines and not boxes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

for command in (
    demo,
    init,
    ingest,
    refresh,
    remove,
    status,
    doctor,
    backup,
    facts,
    why,
    stats,
    table,
):
    app.command()(command)
app.command()(search)
app.command(context_settings=SETTINGS)(ask)
app.command()(cypher)
app.command()(evaluate)
app.command()(learn)
app.command()(inspect)
app.command()(ui)
app.add_typer(decide, name="decide")
app.add_typer(export, name="export")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"fmatlas {fmatlas.__version__}")
        raise typer.Exit


@app.callback()
def library_option(
    context: typer.Context,
    library: Annotated[
        Path | None,
        typer.Option(
            "--library",
            metavar="DIR",
            help="The library's folder; without it FMATLAS_LIBRARY, else the nearest folder upward "
            "with a fmatlas.toml.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A folder of papers on foundation models becomes a searchable, citable atlas."""
    context.obj = library
