"""What is embedded once is kept, whatever ends the process."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fmatlas.embed import model_folder
from fmatlas.library import Library
from fmatlas.library.backup import copy_library
from fmatlas.library.settings import Settings, write_settings
from fmatlas.library.vectors import Vectors
from fmatlas.schema.errors import SearchError
from fmatlas.search import build, search, state
from tests.conftest import ROOT
from tests.search.papers import PAPERS, SHARED, make_papers, sha_of

TEXTS = {text for *_, passages in PAPERS.values() for text in passages}


def test_each_text_is_embedded_once_and_a_second_build_does_nothing(plain_library: Library) -> None:
    seen: list[tuple[int, int]] = []
    first = build(plain_library, lambda done, all: seen.append((done, all)))
    second = build(plain_library)
    assert (first.embedded, first.passages) == (len(TEXTS), len(TEXTS) + 1)
    assert (second.embedded, second.kept, second.passages) == (0, len(TEXTS), len(TEXTS) + 1)
    assert seen[0] == (0, len(TEXTS)) and seen[-1] == (len(TEXTS), len(TEXTS))
    assert state(plain_library).note == ""


def test_vectors_without_a_passage_are_deleted(library: Library) -> None:
    library.remove(sha_of("chest"))
    assert build(library).deleted == len([text for text in PAPERS["chest"][4] if text != SHARED])
    with Vectors(library.folder) as vectors:
        shas = {row[0] for row in library.connection.execute("SELECT text_sha FROM passage")}
        assert vectors.known() == shas


def test_in_a_backup_nothing_is_embedded_again(library: Library, tmp_path: Path) -> None:
    copy_library(library, tmp_path / "copy")
    with Library.open(tmp_path / "copy") as copy:
        built = build(copy)
        assert (built.embedded, built.kept) == (0, len(TEXTS))
        assert search(copy, "radiographs") == search(library, "radiographs")


KILLED = """
import os, signal, sys
import fmatlas.search.building as room
from fmatlas.library import Library
room._COMMIT = 1
def die(done, all):
    if done >= 48:
        os.kill(os.getpid(), signal.SIGKILL)
with Library.open(sys.argv[1]) as library:
    room.build(library, die)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_build_keeps_its_batches_and_the_next_goes_on_from_there(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with make_papers(folder) as library:
        text = "\n".join(f"Passage number {n} speaks of organ {n % 17}." for n in range(120))
        _write_lines(library, "long", text)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    with Library.open(folder) as library:
        with Vectors(folder) as vectors:
            kept = vectors.count()
        assert 48 <= kept < 120
        built = build(library)
        assert (built.kept, built.embedded) == (kept, 120 + len(TEXTS) - kept)


def _write_lines(library: Library, name: str, text: str) -> None:
    from fmatlas.schema.reading import Page, Passage, Reading, Section

    passages, at = [], 0
    for line in text.split("\n"):
        passages.append(Passage(at, at + len(line), 1, 0, "body"))
        at += len(line) + 1
    section = Section(0, len(text), 1, "", "", "other")
    reading = Reading(text, len(text), len(text), (Page(1, 1),), (), (), (section,), (), tuple(passages))
    library.write_report(sha_of(name), reading)


def test_another_model_is_refused_until_it_may_replace_the_old_one(library: Library, tmp_path: Path) -> None:
    other = shutil.copytree(model_folder("all-MiniLM-L6-v2"), tmp_path / "other-model")
    settings = other / "sentence_bert_config.json"
    settings.write_text(settings.read_text().replace("256", "128"))
    write_settings(library.folder, Settings(embedding_model=str(other)))
    with Library.open(library.folder) as changed:
        for attempt in (lambda: search(changed, "prostate"), lambda: build(changed)):
            with pytest.raises(SearchError, match=r"embedded with all-MiniLM-L6-v2 .*other-model"):
                attempt()
        assert search(changed, "prostate", mode="words")
        assert build(changed, replace=True).embedded == len(TEXTS)
        assert search(changed, "prostate")
    # Going back costs nothing: the first model's vectors are still there.
    write_settings(library.folder, Settings())
    with Library.open(library.folder) as back:
        assert build(back, replace=True).embedded == 0


def test_a_model_that_is_not_on_the_machine_is_named_with_a_way_out(plain_library: Library) -> None:
    write_settings(plain_library.folder, Settings(embedding_model="nobody/no-such-model"))
    with Library.open(plain_library.folder) as library:
        with pytest.raises(SearchError, match="hf download nobody/no-such-model"):
            build(library)
        assert search(library, "proteins")
