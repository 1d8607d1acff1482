"""The index is exact, follows the library, and is published whole or not at all."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from fmatlas.library import Library
from fmatlas.library.vectors import EmbeddingModel, Vectors
from fmatlas.schema.errors import SearchError
from fmatlas.search import build, search
from fmatlas.search.index import FOLDER, Stamp, make_index, open_index
from tests.search.papers import PAPERS, sha_of

STAMP = Stamp(1, 1, "test", "0", 64)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    values = np.random.default_rng(3).standard_normal((5000, 64))
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float16)


def brute_force(vectors: np.ndarray, query: np.ndarray, rows: np.ndarray, limit: int) -> list[int]:
    scores = vectors[rows].astype(np.float64) @ query.astype(np.float64)
    return [int(rows[i]) for i in np.argsort(-scores, kind="stable")[:limit]]


def test_the_index_ranks_as_a_comparison_with_every_vector_does(vectors: np.ndarray) -> None:
    ids = np.arange(5000) * 1_000_003 + 2**61
    index = make_index(ids.tolist(), vectors, STAMP)
    for seed in range(20):
        query = np.random.default_rng(100 + seed).standard_normal(64).astype(np.float32)
        query /= np.linalg.norm(query)
        expected = ids[brute_force(vectors, query, np.arange(5000), 50)].tolist()
        found = index.rank(query, 50)
        assert [number for number, _ in found] == expected
        assert found[0][1] == pytest.approx(float(vectors[ids.tolist().index(found[0][0])] @ query), abs=1e-3)


def test_within_a_selection_the_index_is_exact_too(vectors: np.ndarray) -> None:
    index = make_index(range(5000), vectors, STAMP)
    rows = np.arange(7, 5000, 611)
    query = vectors[5].astype(np.float32)
    assert [number for number, _ in index.rank(query, 50, rows)] == brute_force(vectors, query, rows, 50)
    assert index.rank(query, 5, np.zeros(0, dtype=np.int64)) == []


def test_a_question_of_another_length_is_refused(vectors: np.ndarray) -> None:
    with pytest.raises(SearchError, match="another embedding model"):
        make_index(range(5000), vectors, STAMP).rank(np.zeros(63, dtype=np.float32), 5)


def test_an_index_behind_the_library_is_built_anew_without_embedding(library: Library) -> None:
    before = open_index(library)
    library.remove(sha_of("protein"))
    after = open_index(library)
    assert before and after
    assert len(before) - len(after) == len(PAPERS["protein"][4])
    manifest = json.loads((library.folder / FOLDER / "manifest.json").read_text())
    assert manifest["built_from"]["text_revision"] == library.revision("text")
    assert [path.name for path in (library.folder / FOLDER).glob("*.faiss")] == [manifest["file"]]


@pytest.mark.parametrize("damage", ["cut", "foreign", "gone", "manifest"])
def test_a_damaged_index_is_built_anew(library: Library, tmp_path: Path, damage: str) -> None:
    expected = [hit.passage for hit in search(library, "prostate MRI", 20)]
    file = next((library.folder / FOLDER).glob("*.faiss"))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "foreign":
        file.write_bytes(b"IxMp" + bytes(1000))
    elif damage == "gone":
        file.unlink()
    else:
        (library.folder / FOLDER / "manifest.json").write_text('{"built_from": []')
    # Another folder, so that nothing open in this process is used.
    moved = shutil.copytree(library.folder, tmp_path / "moved")
    with Library.open(moved) as opened:
        assert [hit.passage for hit in search(opened, "prostate MRI", 20)] == expected


def test_a_moved_library_answers_the_same(library: Library, tmp_path: Path) -> None:
    expected = [hit.as_row() for hit in search(library, "proteins", 20)]
    with Library.open(shutil.copytree(library.folder, tmp_path / "elsewhere"), readonly=True) as moved:
        assert [hit.as_row() for hit in search(moved, "proteins", 20)] == expected


def test_an_index_grown_step_by_step_equals_one_built_at_once(
    library: Library, plain_library: Library
) -> None:
    reading = plain_library.reading(sha_of("chest"))
    library.remove(sha_of("chest"))
    build(library)
    library.write_report(sha_of("chest"), reading)
    build(library)
    build(plain_library)
    grown, whole = open_index(library), open_index(plain_library)
    assert grown and whole and len(grown) == len(whole)
    query = np.asarray(np.random.default_rng(0).standard_normal(384), dtype=np.float32)
    assert [number for number, _ in grown.rank(query, 50)] == [number for number, _ in whole.rank(query, 50)]


def test_vectors_of_another_model_are_refused_and_left_alone(library: Library) -> None:
    with Vectors(library.folder) as vectors:
        count, other = vectors.count(), EmbeddingModel("other-model", "1234", 384)
        with pytest.raises(SearchError, match=r"other-model.*fmatlas refresh --replace"):
            vectors.adopt(other)
        assert vectors.count() == count
    with pytest.raises(SearchError, match="all-MiniLM-L6-v2"):
        open_index(library, other)
