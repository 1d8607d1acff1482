"""The rooms of the package import each other only along the arrows of docs/architecture.md."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "fmatlas"
ROOM_LINE = re.compile(
    r"^  (?P<room>\w+)(?:/|\.py) +\S.*?\s{2,}(?:-> (?P<to>.+)|\(imports nothing of ours\))$", re.MULTILINE
)
TORCH = re.compile(r"^\s*(?:import|from) (?:torch|sentence_transformers)\b", re.MULTILINE)
UNSAFE = re.compile(
    r"^\s*(?:import|from) (?:pickle|joblib|marshal|shelve|dill)\b|allow_pickle=True", re.MULTILINE
)
ONE_FILE = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}


def read_arrows() -> dict[str, set[str]]:
    """What each room may import, as the picture in docs/architecture.md says."""
    arrows: dict[str, set[str]] = {}
    for line in ROOM_LINE.finditer((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")):
        to = line["to"] or ""
        arrows[line["room"]] = set(arrows) if to == "the rooms" else set(filter(None, to.split(", ")))
    return arrows


def room_of(path: Path) -> str:
    """The room that a module lives in; the package's own `__init__.py` is part of the atlas."""
    first = path.relative_to(PACKAGE).parts[0]
    return "atlas" if first in ("__init__.py", "__main__.py") else first.removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports, anywhere in it, types included."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where a name comes from"
            names = [
                f"{node.module}.{alias.name}" if node.module == "fmatlas" else str(node.module)
                for alias in node.names
            ]
        else:
            continue
        for name in names:
            head, _, rest = name.partition(".")
            if head == "fmatlas":
                # `import fmatlas` and names of the package itself, such as `__version__`, are the atlas.
                first = rest.split(".")[0]
                rooms.add(first if (first and (PACKAGE / first).is_dir()) or first in ONE_FILE else "atlas")
    return rooms


MODULES = sorted(PACKAGE.rglob("*.py"))
ARROWS = read_arrows()


def test_every_room_stands_in_the_architecture_page() -> None:
    rooms = {room_of(path) for path in MODULES}
    assert rooms <= set(ARROWS), "rooms without a line in docs/architecture.md"
    assert len(ARROWS) >= 11, "the picture in docs/architecture.md was not read"


def test_what_the_architecture_page_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+(?:\.py|/|\.md))`", page))
    # Folders of a user's library are nothing of the repository.
    missing = {name for name in named if not (PACKAGE / name).exists() and not (ROOT / name).exists()}
    assert missing <= {"vectors/", "vocabulary/"}
    assert len(named) > 30


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_along_the_arrows(path: Path) -> None:
    room = room_of(path)
    assert imported_rooms(path) - {room} <= ARROWS[room]


def test_only_the_embedding_module_imports_torch() -> None:
    others = [path for path in MODULES if path != PACKAGE / "embed.py"]
    assert [str(path) for path in others if TORCH.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_ever_unpickled() -> None:
    sources = [*MODULES, *(ROOT / "scripts").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    assert [str(path) for path in sources if UNSAFE.search(path.read_text(encoding="utf-8"))] == []
