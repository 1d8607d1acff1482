"""What every command keeps to: exit codes, one line for an error, where the library is found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fmatlas
from fmatlas.atlas import find_library
from fmatlas.cli import main
from fmatlas.schema.errors import LibraryError
from tests.cli.conftest import Run


def test_help_and_version_need_no_library(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["--version"]) == 0
    out = capsys.readouterr().out
    assert "ingest" in out and f"fmatlas {fmatlas.__version__}" in out


def test_help_imports_nothing_that_is_slow() -> None:
    slow = {"torch", "pandas", "streamlit", "faiss", "ladybug", "neo4j", "plotly", "numpy"}
    code = (
        f"import sys; from fmatlas.cli import main; main(['--help']);print(sorted({slow} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_an_unknown_command_or_option_is_wrong_usage(run: Run) -> None:
    assert run("frobnicate").code == 2
    assert run("status", "--frobnicate").code == 2
    assert run("stats").code == 2


def test_a_name_that_is_unknown_is_wrong_usage_told_in_one_line_with_suggestions(run: Run) -> None:
    ran = run("facts", "--field", "dataset", "--name", "MIMIC-CRX")
    assert ran.code == 2 and ran.out == ""
    assert ran.err.count("\n") == 1 and "Did you mean MIMIC-CXR" in ran.err


def test_no_library_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    ran = run("status", library=tmp_path / "nowhere")
    assert ran.code == 1 and ran.err.count("\n") == 1 and "fmatlas init" in ran.err


def test_a_damaged_library_is_told_in_one_line(run: Run, folder: Path) -> None:
    for file in folder.glob("library.db*"):
        file.unlink()
    (folder / "library.db").write_bytes(b"this is no database" * 100)
    ran = run("status")
    assert ran.code == 1 and ran.err.count("\n") == 1 and "damaged" in ran.err


def test_a_file_that_cannot_be_written_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("export", "facts", "--out", tmp_path / "no folder" / "facts.csv")
    assert ran.code == 1 and ran.err.count("\n") == 1 and "facts.csv" in ran.err


def test_a_fault_of_the_program_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("fmatlas.review.status", fail)
    ran = run("status")
    assert ran.code == 1 and ran.err.count("\n") == 1 and "ZeroDivisionError" in ran.err


def test_an_interrupt_is_told_in_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fmatlas.review.status", interrupt)
    ran = run("status")
    assert ran.code == 130 and ran.err.count("\n") == 1 and "Interrupted" in ran.err


def test_a_reader_that_has_seen_enough_causes_no_complaint(folder: Path) -> None:
    code = "import sys; from fmatlas.cli import main; sys.exit(main(sys.argv[1:]))"
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-c", code, "--library", str(folder), "table"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_the_library_is_the_named_one_else_that_of_the_environment_else_the_nearest_upward(
    folder: Path, tmp_path: Path
) -> None:
    below = folder / "papers" / "2024"
    below.mkdir(parents=True)
    other = tmp_path / "other"
    other.mkdir()
    (other / "fmatlas.toml").write_text("")
    assert find_library(folder, {"FMATLAS_LIBRARY": str(other)}, tmp_path) == folder
    assert find_library(None, {"FMATLAS_LIBRARY": str(folder)}, other) == folder
    assert find_library(None, {}, below) == folder
    with pytest.raises(LibraryError, match="fmatlas init"):
        find_library(None, {}, Path(os.sep))
    with pytest.raises(LibraryError, match="FMATLAS_LIBRARY"):
        find_library(None, {"FMATLAS_LIBRARY": str(tmp_path / "gone")}, below)


def test_python_opens_the_same_library(folder: Path) -> None:
    with fmatlas.open(folder, readonly=True) as atlas:
        facts = atlas.facts(field="dataset", role="pretrain")
        assert list(facts["name"]) == ["MIMIC-CXR"]
        assert len(atlas.studies()) == 3


def test_the_version_is_that_of_the_project() -> None:
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{fmatlas.__version__}"' in project
