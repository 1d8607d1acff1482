"""The bundled vocabulary is what its script makes of the hand-written lists and the catalogue."""

import runpy
import sys
from pathlib import Path

import pytest

from fmatlas.schema.vocabulary import BUNDLED
from tests.conftest import ROOT, miss


@pytest.mark.corpus
def test_the_bundled_files_are_what_the_script_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (ROOT.parent / "shared" / "catalogue").is_dir():
        miss("the public lists of ../shared/catalogue are not here")
    monkeypatch.setattr(sys, "path", list(sys.path))
    runpy.run_path(str(ROOT / "scripts" / "build_vocabulary.py"))["build"](tmp_path)
    names = sorted(path.name for path in BUNDLED.glob("*.csv"))
    assert names == sorted(path.name for path in tmp_path.glob("*.csv"))
    for name in names:
        assert (tmp_path / name).read_bytes() == (BUNDLED / name).read_bytes(), name
