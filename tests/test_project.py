"""The project as it is shipped: the wheel holds what the program needs, and works far from the checkout."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, miss

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Modules whose distribution is not called as they are.
DISTRIBUTION = {"faiss": "faiss-cpu", "PIL": "pillow", "sklearn": "scikit-learn"}


def find_uv() -> str:
    """The uv that runs the tests, or any other."""
    found = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    if not Path(found).is_file():
        miss("uv is not here, so no wheel can be built")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [find_uv(), "build", "--wheel", "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program `fmatlas` in a fresh environment of the wheel; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run(
        [find_uv(), "pip", "install", "--offline", "--no-deps", "--python", str(python), str(wheel)],
        check=True,
        capture_output=True,
    )
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "fmatlas"


def run(*command: str | Path, at: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with nothing of the checkout in its environment."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("PYTHONPATH", "VIRTUAL_ENV", "FMATLAS_LIBRARY")
    }
    return subprocess.run(
        [str(part) for part in command], cwd=at, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "fmatlas"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert tracked and set(tracked) <= packed
    assert {f"fmatlas/demo/examples/{path.name}" for path in EXAMPLES.glob("*.pdf")} <= packed


def test_the_installed_program_comes_from_the_wheel_and_explains_itself(
    installed: Path, tmp_path: Path
) -> None:
    where = run(installed.with_name("python"), "-c", "import fmatlas; print(fmatlas.__file__)", at=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parents[1])
    helped = run(installed, "--help", at=tmp_path)
    assert helped.returncode == 0, helped.stderr
    assert "ingest" in helped.stdout


def test_the_installed_program_reads_the_examples_it_brings(installed: Path, tmp_path: Path) -> None:
    examples = next(installed.parents[1].glob("lib/python*/site-packages/fmatlas/demo/examples"))
    assert run(installed, "init", "atlas", at=tmp_path).returncode == 0
    read = run(installed, "--library", "atlas", "ingest", examples, "--workers", "1", at=tmp_path)
    assert read.returncode == 0, read.stderr
    facts = run(installed, "--library", "atlas", "export", "facts", "--out", "facts.csv", at=tmp_path)
    assert facts.returncode == 0, facts.stderr
    assert "MIMIC-CXR" in (tmp_path / "facts.csv").read_text(encoding="utf-8")


def test_every_module_that_is_imported_is_a_declared_dependency() -> None:
    entries = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["fit"]]
    declared = {re.split(r"[<>=\[ ]", entry)[0].lower() for entry in entries}
    imported = set()
    for path in (ROOT / "fmatlas").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            imported |= {name.split(".")[0] for name in names}
    foreign = imported - set(sys.stdlib_module_names) - {"fmatlas"}
    assert {DISTRIBUTION.get(name, name.replace("_", "-")) for name in foreign} <= declared


def test_the_examples_are_what_their_sources_make(tmp_path: Path) -> None:
    made = run(sys.executable, ROOT / "scripts" / "make_examples.py", tmp_path, at=tmp_path)
    assert made.returncode == 0, made.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in EXAMPLES.iterdir() if path.suffix in (".pdf", ".csv")
    )
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (EXAMPLES / path.name).read_bytes(), (
            f"{path.name}: run scripts/make_examples.py"
        )


def test_every_page_of_the_examples_says_that_it_is_invented() -> None:
    import pypdfium2

    for path in sorted(EXAMPLES.glob("*.pdf")):
        with pypdfium2.PdfDocument(path) as pdf:
            assert len(pdf) >= 2
            assert all(
                "Invented example - not a real paper" in page.get_textpage().get_text_bounded()
                for page in pdf
            )
