"""The documentation is true: shell blocks run, links lead somewhere, every command and option is explained.

A block marked `sh` is run, those of a page one after another in one shell; a block marked `shell` starts a
server, sets up a machine or needs what a test has not, so only the commands in it are looked up.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from fmatlas.cli.app import app
from tests.conftest import ROOT

GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(sh|shell)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Pages whose blocks make the library themselves; the others find one.
MAKES_ITS_OWN = {"README.md", "getting-started.md"}


def blocks(page: Path, kind: str) -> list[str]:
    """The shell blocks of a page that are of one kind."""
    return [body for found, body in BLOCK.findall(page.read_text(encoding="utf-8")) if found == kind]


def name(path: Path) -> str:
    """A page's path from the root of the repository."""
    return str(path.relative_to(ROOT))


def all_commands() -> dict[str, Any]:
    """Every command by the words that call it, such as `decide accept`."""
    root: Any = typer.main.get_command(app)
    found: dict[str, Any] = {}
    for word, command in root.commands.items():
        if hasattr(command, "commands"):
            found |= {f"{word} {inner}": part for inner, part in command.commands.items()}
        else:
            found[word] = command
    return found


COMMANDS = all_commands()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=name)
def test_the_shell_blocks_of_a_page_run(
    page: Path, examples: Path, examples_read_once: Path, tmp_path: Path
) -> None:
    shutil.copytree(examples, tmp_path / "my-papers")
    shutil.copy(examples / "coding.csv", tmp_path / "coding.csv")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("FMATLAS_LIBRARY", None)
    if page.name not in MAKES_ITS_OWN:
        shutil.copytree(examples_read_once, tmp_path / "my-library")
        environment["FMATLAS_LIBRARY"] = "my-library"
    script = "\n".join(["set -eux", *blocks(page, "sh")])
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_a_page_shows_is_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "\n".join([*blocks(page, "sh"), *blocks(page, "shell")])
    for line in text.splitlines():
        words = [word for word in line.split() if "=" not in word]
        if words[:1] == ["make"]:
            assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), line
        elif words[:1] == ["fmatlas"]:
            called = [word for word in words[1:] if not word.startswith("-")]
            assert called[0] in COMMANDS or " ".join(called[:2]) in COMMANDS, line


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_stands_in_the_guide(words: str) -> None:
    command = COMMANDS[words]
    assert command.help and "Example:" in command.help
    assert all(parameter.help for parameter in command.params)
    guide = "\n".join(page.read_text(encoding="utf-8") for page in GUIDE)
    assert f"fmatlas {words}" in guide or words == "demo"


def test_the_guide_index_lists_every_page_of_the_guide() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert all(f"(guide/{page.name})" in index for page in GUIDE)


def test_every_benchmark_page_stands_in_the_list_of_benchmarks() -> None:
    listed = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    pages = sorted((ROOT / "docs" / "benchmarks").glob("*.md"))
    assert all(f"(benchmarks/{page.name})" in listed for page in pages)
