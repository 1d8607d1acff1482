"""Bring vectors and index up to date: embed what has no vector, drop what has no passage."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fmatlas.embed import Embedder, identify
from fmatlas.library import Library
from fmatlas.library.vectors import Vectors
from fmatlas.search.index import open_index

# Texts between two commits of `vectors.db`, which is what a killed run can lose.
_COMMIT = 256


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: texts embedded, kept, deleted; passages in the index; seconds taken."""

    embedded: int
    kept: int
    deleted: int
    passages: int
    seconds: float
    model: str


def build(
    library: Library,
    progress: Callable[[int, int], None] | None = None,
    *,
    replace: bool = False,
) -> Built:
    """Embed the passages that have no vector yet, and publish the index.

    Each text is embedded once however often it stands in the library. Finished batches are kept when the
    process is killed; the next build goes on from there. Nothing is imported or loaded if nothing is missing.

    Args:
        library: an open library; only `vectors.db` and the index beside it are written.
        progress: called with (texts done, texts to do) now and then.
        replace: embed everything anew if the library was embedded with another model.

    Raises:
        SearchError: the library was embedded with another model and `replace` is not set, or the model that
            it is
            set to is not on this machine.
    """
    start = time.perf_counter()
    model = identify(library.settings.embedding_model)
    rows = library.connection.execute(
        "SELECT text_sha, min(text) FROM passage GROUP BY text_sha ORDER BY text_sha"
    )
    texts: dict[str, str] = dict(iter(rows))
    with Vectors(library.folder) as vectors:
        vectors.adopt(model, replace=replace)
        known = vectors.known()
        missing = [sha for sha in texts if sha not in known]
        if missing:
            _embed(library.settings.embedding_model, vectors, missing, texts, progress)
        deleted = vectors.keep_only(texts.keys())
    index = open_index(library, model)
    return Built(
        embedded=len(missing),
        kept=len(texts) - len(missing),
        deleted=deleted,
        passages=len(index) if index else 0,
        seconds=time.perf_counter() - start,
        model=model.name,
    )


def _embed(
    name: str,
    vectors: Vectors,
    missing: list[str],
    texts: dict[str, str],
    progress: Callable[[int, int], None] | None,
) -> None:
    import numpy as np

    shas: list[str] = []
    values: list[np.ndarray] = []
    done = 0
    if progress:
        progress(0, len(missing))
    for batch, found in Embedder(name).passages([texts[sha] for sha in missing]):
        shas += [missing[i] for i in batch]
        values.append(found)
        done += len(batch)
        if len(shas) >= _COMMIT or done == len(missing):
            vectors.add(shas, np.concatenate(values))
            shas, values = [], []
            if progress:
                progress(done, len(missing))
