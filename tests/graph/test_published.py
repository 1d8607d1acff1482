"""The built-in graph in its folder: rebuilt when stale or damaged, published whole, safe among readers."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from fmatlas.graph import Graph, graph, open_graph
from fmatlas.graph.publish import LOCK, POINTER, draft_path, publish, read_pointer
from fmatlas.graph.stamp import Stamp
from fmatlas.library import Library
from fmatlas.schema.errors import GraphError
from fmatlas.schema.facts import Decision
from tests.graph.papers import ALPHA, BETA, ETA, NAMES, PAPERS, make_library, write_papers


@pytest.fixture(autouse=True)
def no_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test builds graphs several times over: without the catalogue's nodes that is quick."""
    monkeypatch.setattr(graph, "read_listed", tuple)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def own(library: Library) -> Iterator[Graph]:
    with open_graph(library, "") as own:
        yield own


def _files(library: Library) -> list[str]:
    """What lies in the graph's folder, but for the publisher's lock."""
    return sorted(path.name for path in (library.folder / "graph").iterdir() if path.name != LOCK)


def _graph_file(library: Library) -> Path:
    published = read_pointer(library.folder / "graph")
    assert published is not None
    return library.folder / "graph" / published.file


def test_a_graph_is_built_by_the_first_question_and_then_kept(own: Graph, library: Library) -> None:
    assert own.ask("most-cited")
    built = _graph_file(library)
    assert own.ask("most-cited") and own.is_fresh() and not own.refresh()
    assert _graph_file(library) == built


def test_a_decision_is_in_the_next_answer(own: Graph, library: Library) -> None:
    asked = {"dataset": "CheXpert", "role": "train"}
    assert own.ask("models-by-dataset", **asked) == []
    decision = Decision(
        "ann",
        "fact",
        "accept",
        study_key=ALPHA.study,
        field="dataset",
        entity="dataset:chexpert",
        role="train",
    )
    library.decide(decision)
    assert not own.is_fresh()
    (row,) = own.ask("models-by-dataset", **asked)
    assert (row["p"], row["origin"]) == (1.0, "person")
    assert own.is_fresh()


def test_a_second_reader_follows_the_pointer(own: Graph, library: Library) -> None:
    with open_graph(library, "") as other:
        assert len(other.cypher("MATCH (s:Study) RETURN s")) == len(PAPERS)
        write_papers(library, [replace(ALPHA, name="iota")], NAMES)
        own.refresh()
        assert len(other.cypher("MATCH (s:Study) RETURN s")) == len(PAPERS) + 1


def test_a_removed_study_leaves_nothing_behind(own: Graph, library: Library) -> None:
    own.refresh()
    library.remove(ETA.sha256)
    rows = own.cypher("MATCH (s:Study) WHERE s.title = $title RETURN s", {"title": ETA.title})
    assert rows == []


def test_a_graph_of_another_schema_is_rebuilt(
    own: Graph, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.refresh()
    before = _graph_file(library)
    monkeypatch.setattr(graph, "SCHEMA_VERSION", graph.SCHEMA_VERSION + 1)
    assert not own.is_fresh()
    assert own.ask("most-cited")
    assert _graph_file(library) != before


@pytest.mark.parametrize("damage", ["cut", "garbage", "empty", "gone", "flipped"])
def test_a_damaged_graph_is_put_aside_and_rebuilt(library: Library, damage: str) -> None:
    with open_graph(library, "") as first:
        expected = first.ask("models-by-dataset", dataset="MIMIC-CXR")
    path = _graph_file(library)
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "flipped":
        data[len(data) // 2] ^= 255
        path.write_bytes(data)
    else:
        path.write_bytes(
            {"cut": bytes(data[: len(data) // 2]), "garbage": b"nonsense" * 999, "empty": b""}[damage]
        )
    with open_graph(library, "") as again:
        assert not again.is_fresh()
        assert again.ask("models-by-dataset", dataset="MIMIC-CXR") == expected
    damaged = [name for name in _files(library) if name.startswith("damaged-")]
    assert damaged == ([] if damage == "gone" else [f"damaged-{path.name}"])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"file": "../../library.db"}', "null", '{"file": 3}'])
def test_a_pointer_that_makes_no_sense_is_no_graph(own: Graph, library: Library, text: str) -> None:
    own.refresh()
    own.close()
    (library.folder / "graph" / POINTER).write_text(text)
    assert not own.is_fresh()
    assert own.ask("most-cited")


def test_a_pointer_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    stamp = Stamp("x", 1, 1, "")
    draft = draft_path(tmp_path / "graph")
    draft.write_bytes(b"x")
    publish(draft, stamp)
    pointer = tmp_path / "graph" / POINTER
    published = read_pointer(tmp_path / "graph")
    assert published is not None
    pointer.write_text(pointer.read_text().replace(published.file, "../elsewhere"))
    assert read_pointer(tmp_path / "graph") is None


def test_old_graph_files_are_cleared_away(own: Graph, library: Library) -> None:
    for _ in range(4):
        own.refresh(force=True)
    # The one before stays for readers that are about to open it.
    assert len(_files(library)) == 3


def test_what_a_killed_builder_left_is_cleared_away_when_it_is_old(own: Graph, library: Library) -> None:
    own.refresh()
    left, recent = (library.folder / "graph" / f"draft-{name}.lbug" for name in ("1-1", "2-2"))
    left.write_bytes(b"half")
    recent.write_bytes(b"half")
    os.utime(left, (1, 1))
    own.refresh(force=True)
    assert not left.exists() and recent.exists()


def test_a_graph_that_cannot_be_written_is_one_clear_line(library: Library) -> None:
    (library.folder / "graph").write_text("a file where the folder should be")
    with (
        open_graph(library, "") as blocked,
        pytest.raises(GraphError, match="the library itself is untouched"),
    ):
        blocked.ask("most-cited")


def test_a_moved_library_keeps_its_graph(library: Library, tmp_path: Path) -> None:
    with open_graph(library, "") as own:
        own.refresh()
    library.close()
    moved = shutil.move(library.folder, tmp_path / "moved")
    with Library.open(moved) as library, open_graph(library, "") as own:
        assert own.is_fresh()


def test_a_library_open_for_reading_only_has_its_graph(library: Library) -> None:
    with open_graph(library, "") as own:
        expected = own.ask("most-used-datasets")
    with Library.open(library.folder, readonly=True) as readonly, open_graph(readonly, "") as own:
        assert own.ask("most-used-datasets") == expected


def test_readers_never_see_a_half_published_graph(library: Library) -> None:
    """Readers ask while a writer changes and publishes: each answer is that of one whole graph."""
    other = Library.open(library.folder, readonly=True)
    answers: list[tuple[int, int]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            with open_graph(other, "") as reader:
                while not done.is_set():
                    (row,) = reader.cypher(
                        "MATCH (s:Study) OPTIONAL MATCH (s)-[:USES_DATASET]->(d:Dataset) "
                        "RETURN count(DISTINCT s) AS studies, count(d) AS uses"
                    )
                    answers.append((row["studies"], row["uses"]))
        except BaseException as error:
            failures.append(error)

    with open_graph(library, "") as writer:
        writer.refresh()
        reader = threading.Thread(target=read)
        reader.start()
        wholes = set()
        for n in range(6):
            papers = [*PAPERS, *(replace(BETA, name=f"more-{k}") for k in range(n))]
            write_papers(library, papers, NAMES)
            writer.refresh()
            wholes.add(
                (len(papers), sum(1 for p in papers for f in p.facts if f[0] == "dataset" and f[3] >= 0.5))
            )
        done.set()
        reader.join()
    other.close()
    assert not failures
    assert answers and set(answers) <= wholes


def test_many_graphs_are_open_at_once(library: Library) -> None:
    """Unless told otherwise each maps 8 TB, and the sixteenth in a process fails."""
    with ExitStack() as stack:
        graphs = [stack.enter_context(open_graph(library, "")) for _ in range(17)]
        answers = [graph.ask("most-cited") for graph in graphs]
    assert answers[0] and all(answer == answers[0] for answer in answers)


REBUILD = """
import sys
from fmatlas.graph import open_graph
from fmatlas.library import Library

with Library.open(sys.argv[1], readonly=True) as library, open_graph(library, "") as graph:
    while graph.refresh(force=True):
        print("built", flush=True)
"""


@pytest.mark.parametrize("moment", [0.0, 0.13])
def test_a_builder_may_be_killed_at_any_moment(library: Library, moment: float) -> None:
    with open_graph(library, "") as graph:
        expected = graph.ask("models-by-dataset", dataset="MIMIC-CXR")
    command = [sys.executable, "-c", REBUILD, str(library.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == b"built\n"
        time.sleep(moment)
        builder.kill()
    with open_graph(library, "") as graph:
        assert graph.is_fresh() or graph.refresh()
        assert graph.ask("models-by-dataset", dataset="MIMIC-CXR") == expected
