"""The page of commands names every command and option, and nothing that is not there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from fmatlas.cli.app import app
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(commands(get_command(app)))


def options(command: Any) -> set[str]:
    """The long options of a command, both ways of a switch."""
    found = {
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--")
    }
    return found - {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_stands_on_the_page(name: str) -> None:
    lines = [line for line in PAGE.splitlines() if re.match(rf"\| `{re.escape(name)}\b", line)]
    assert len(lines) == 1, f"{name} has no line, or several, in docs/commands.md"
    shared = PAGE.split("Every decision needs")[1] if name.startswith("decide") else ""
    assert options(COMMANDS[name]) <= set(re.findall(r"--[a-z][a-z-]*", lines[0] + shared))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_that_names_it(name: str) -> None:
    help_text = COMMANDS[name].help or ""
    assert "Example:" in help_text and f"fmatlas {name}" in help_text


def test_the_page_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^\| `([a-z]+(?: [a-z]+)?)", PAGE, re.MULTILINE))
    assert named == set(COMMANDS)
