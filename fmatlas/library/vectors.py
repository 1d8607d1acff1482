"""`vectors.db`: one half-precision vector for each text that was embedded, by (model, text).

Embedding is dear, so its results are a store and no cache: every batch is committed when it is finished, and
a killed run loses only the batch in flight. Vectors are unit length; they are kept by the hash of the text,
so a text that stands in two reports, or comes back after a new reading, is embedded once.
"""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from fmatlas.schema.errors import SearchError

VECTORS_FILE = "vectors.db"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS model (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, revision TEXT NOT NULL, dimension INTEGER NOT NULL,
    current INTEGER NOT NULL DEFAULT 0, UNIQUE (name, revision)
) STRICT;
CREATE TABLE IF NOT EXISTS vector (
    model INTEGER NOT NULL REFERENCES model (id) ON DELETE CASCADE,
    text_sha TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (model, text_sha)
) STRICT;
CREATE TABLE IF NOT EXISTS revision (n INTEGER NOT NULL) STRICT;
INSERT INTO revision SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM revision);
"""
_BUMP = "UPDATE revision SET n = n + 1"


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """What makes two vectors comparable: the model's name, the hash of its files, the vectors' length."""

    name: str
    revision: str
    dimension: int

    def __str__(self) -> str:
        return f"{self.name} (revision {self.revision[:8]}, {self.dimension} numbers)"


class Vectors:
    """The vectors of a library folder.

    Args:
        folder: the library's folder.
        readonly: open what is there and never write; a library without vectors then reads as empty.
    """

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        path = folder / VECTORS_FILE
        if readonly and not path.exists():
            self._db = sqlite3.connect(":memory:")
            self._db.executescript(_SCHEMA)
        elif readonly:
            self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
        else:
            self._db = sqlite3.connect(path, timeout=30)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA)
        self._db.execute("PRAGMA foreign_keys = ON")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._db.close()

    def backup(self, path: Path) -> None:
        """Copy the file, whole and consistent even while others write."""
        with closing(sqlite3.connect(path)) as copy:
            self._db.backup(copy)

    def model(self) -> EmbeddingModel | None:
        """The model that the library's passages are embedded with; None before the first."""
        row = self._db.execute("SELECT name, revision, dimension FROM model WHERE current = 1").fetchone()
        return EmbeddingModel(*row) if row else None

    def adopt(self, model: EmbeddingModel, *, replace: bool = False) -> None:
        """Make `model` the library's model.

        Vectors of another model stay, so that going back to it costs nothing.

        Raises:
            SearchError: the library has another model, and `replace` is not set.
        """
        current = self.model()
        if current == model:
            return
        if current and not replace:
            raise SearchError(mismatch(current, model))
        with self._db:
            self._db.execute("UPDATE model SET current = 0")
            self._db.execute(
                "INSERT INTO model (name, revision, dimension, current) VALUES (?, ?, ?, 1) "
                "ON CONFLICT (name, revision) DO UPDATE SET current = 1",
                (model.name, model.revision, model.dimension),
            )
            self._db.execute(_BUMP)

    def revision(self) -> int:
        """How often the vectors have changed; what is built from them sees by it that it is behind."""
        return int(self._db.execute("SELECT n FROM revision").fetchone()[0])

    def known(self) -> set[str]:
        """The hashes of all texts that have a vector of the library's model."""
        rows = self._db.execute(
            "SELECT text_sha FROM vector WHERE model = (SELECT id FROM model WHERE current = 1)"
        )
        return {sha for (sha,) in rows}

    def count(self) -> int:
        """How many texts have a vector of the library's model."""
        return int(
            self._db.execute(
                "SELECT count(*) FROM vector WHERE model = (SELECT id FROM model WHERE current = 1)"
            ).fetchone()[0]
        )

    def add(self, shas: Sequence[str], values: npt.NDArray[np.floating]) -> None:
        """Keep the vectors of these texts, [n, dimension], in one transaction."""
        halves = np.ascontiguousarray(values, dtype="<f2")
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vector (model, text_sha, value) "
                "VALUES ((SELECT id FROM model WHERE current = 1), ?, ?)",
                ((sha, row.tobytes()) for sha, row in zip(shas, halves, strict=True)),
            )
            self._db.execute(_BUMP)

    def load(self) -> tuple[list[str], npt.NDArray[np.float16]]:
        """All vectors of the library's model: the hashes of their texts, and [n, dimension] values."""
        model = self.model()
        if model is None:
            return [], np.zeros((0, 0), dtype=np.float16)
        rows = self._db.execute(
            "SELECT text_sha, value FROM vector WHERE model = (SELECT id FROM model WHERE current = 1) "
            "ORDER BY text_sha"
        ).fetchall()
        values = np.frombuffer(b"".join(value for _, value in rows), dtype="<f2").astype(
            np.float16, copy=False
        )
        return [sha for sha, _ in rows], values.reshape(len(rows), model.dimension)

    def keep_only(self, shas: Collection[str]) -> int:
        """Delete the vectors, of every model, whose text is in no report any more; returns how many."""
        kept = self._db.execute("SELECT DISTINCT text_sha FROM vector").fetchall()
        gone = [(sha,) for (sha,) in kept if sha not in shas]
        if not gone:
            return 0
        with self._db:
            self._db.execute(_BUMP)
            return self._db.executemany("DELETE FROM vector WHERE text_sha = ?", gone).rowcount


def mismatch(kept: EmbeddingModel, wanted: EmbeddingModel) -> str:
    """What to tell a user whose passages were embedded with another model than the one asked for."""
    return (
        f"The passages of this library were embedded with {kept}, but it is now set to {wanted}. Set "
        "`embedding_model` in fmatlas.toml back, or embed again with `fmatlas refresh --replace`."
    )
