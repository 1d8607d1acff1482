"""Search by meaning: a flat FAISS index over half-precision vectors, exact, under the passages' own ids.

The index is derived from `library.db` and `vectors.db` and records the revisions of both. One that is behind
is built anew, in seconds, and published by writing it aside and renaming its manifest into place.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from fmatlas.library import Library
from fmatlas.library.vectors import EmbeddingModel, Vectors, mismatch
from fmatlas.schema.errors import SearchError

FOLDER = "vectors"
_MANIFEST = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was built from; it is current while all of it holds."""

    text_revision: int
    vector_revision: int
    model: str
    model_revision: str
    dimension: int
    format: int = _FORMAT


class PassageIndex:
    """The vectors of a library's passages in memory.

    Args:
        index: a FAISS index with the passages' ids.
        stamp: what it was built from.
    """

    def __init__(self, index: Any, stamp: Stamp) -> None:
        self._index = index
        self.stamp = stamp

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def rank(
        self, vector: npt.NDArray[np.float32], limit: int, within: npt.NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The passages nearest to a vector of unit length, with their cosines, best first.

        Args:
            vector: [dimension].
            limit: how many at most.
            within: only these passages; None for all.
        """
        import faiss

        # One question is one pass over the vectors; a team of threads would only wait at its end.
        faiss.omp_set_num_threads(1)
        if vector.shape != (self.stamp.dimension,):
            raise SearchError(
                f"The question's vector has {vector.size} numbers, the index {self.stamp.dimension}: "
                "another embedding model. `fmatlas refresh --replace` embeds anew."
            )
        parameters = None
        if within is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(within))  # type: ignore[call-arg]
        count = min(limit, len(self))
        if count == 0 or (within is not None and len(within) == 0):
            return []
        cosines, ids = self._index.search(vector[None, :], count, params=parameters)
        found = [(int(i), float(cosine)) for i, cosine in zip(ids[0], cosines[0], strict=True) if i >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def make_index(ids: Sequence[int], values: npt.NDArray[np.float16], stamp: Stamp) -> PassageIndex:
    """An index over vectors [n, dimension] of unit length under the given ids."""
    import faiss

    flat = faiss.IndexScalarQuantizer(
        stamp.dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index = faiss.IndexIDMap2(flat)
    step = 65_536
    for at in range(0, len(ids), step):
        index.add_with_ids(
            values[at : at + step].astype(np.float32), np.asarray(ids[at : at + step], dtype=np.int64)
        )
    return PassageIndex(index, stamp)


_open: dict[Path, PassageIndex] = {}
_lock = Lock()


def open_index(library: Library, wanted: EmbeddingModel | None = None) -> PassageIndex | None:
    """The library's index, up to date; None while no passage has a vector.

    Args:
        library: an open library.
        wanted: the model that questions will be embedded with.

    Raises:
        SearchError: the passages were embedded with another model than `wanted`.
    """
    with _lock, Vectors(library.folder, readonly=True) as vectors:
        model = vectors.model()
        if model is None:
            return None
        if wanted and wanted != model:
            raise SearchError(mismatch(model, wanted))
        stamp = Stamp(
            library.revision("text"), vectors.revision(), model.name, model.revision, model.dimension
        )
        known = _open.get(library.folder)
        if known and known.stamp == stamp:
            return known
        index = _read(library.folder / FOLDER, stamp)
        if index is None:
            index = _build(library, vectors, stamp)
            _publish(library.folder / FOLDER, index)
        _open[library.folder] = index
        return index


def _build(library: Library, vectors: Vectors, stamp: Stamp) -> PassageIndex:
    shas, values = vectors.load()
    rows = {sha: row for row, sha in enumerate(shas)}
    passages = library.connection.execute("SELECT id, text_sha FROM passage ORDER BY id").fetchall()
    kept = [(int(number), rows[sha]) for number, sha in passages if sha in rows]
    places = np.asarray([row for _, row in kept], dtype=np.int64)
    chosen = values[places] if kept else np.zeros((0, stamp.dimension), dtype=np.float16)
    return make_index([number for number, _ in kept], chosen, stamp)


def _read(folder: Path, stamp: Stamp) -> PassageIndex | None:
    """The published index, if it was built from what `stamp` says and its file is whole."""
    import faiss

    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if manifest["built_from"] != asdict(stamp):
            return None
        data = (folder / Path(manifest["file"]).name).read_bytes()
        if hashlib.sha256(data).hexdigest() != manifest["sha256"]:
            return None
        return PassageIndex(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)), stamp)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None


def _publish(folder: Path, index: PassageIndex) -> None:
    """Write the index aside and rename its manifest into place; readers see the old one or the new one.

    A folder that cannot be written costs a build for each process, nothing else.
    """
    import faiss

    data = faiss.serialize_index(index._index).tobytes()
    digest = hashlib.sha256(data).hexdigest()
    name = f"{digest[:16]}.faiss"
    manifest = {"built_from": asdict(index.stamp), "file": name, "passages": len(index), "sha256": digest}
    try:
        folder.mkdir(exist_ok=True)
        _write(folder / name, data)
        _write(folder / _MANIFEST, json.dumps(manifest, indent=1).encode())
        for old in folder.glob("*.faiss"):
            if old.name != name:
                old.unlink(missing_ok=True)
    except OSError:
        return


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
