"""A question to passages: ranked by words and by meaning, fused, each with study, page and best sentence."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fmatlas.embed import Embedder, identify, model_folder
from fmatlas.library import Library
from fmatlas.library.places import relative
from fmatlas.library.vectors import Vectors
from fmatlas.schema.errors import UsageError
from fmatlas.search.encoder import light_encoder
from fmatlas.search.filters import Filters, matching_studies
from fmatlas.search.fusion import Fused, fuse
from fmatlas.search.index import open_index
from fmatlas.search.sentence import best_sentence
from fmatlas.search.words import match_phrases, rank_by_words

# Passages that each ranking hands to the fusion; a place below it adds less than a hundredth to a score.
_DEPTH = 200
MODES = ("both", "words", "vectors")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a question.

    Attributes:
        study, title, year: the study it is of.
        report: hash of the report that it stands in; `file` is that report's file below the folder ingested.
        page: the page where the passage starts.
        section, section_type: the heading it stands under, as printed, and what that section is.
        kind: `body`, `caption` or `table`.
        start, end: its span in the report's text; `text` is that text.
        sentence_start, sentence_end: the span, in the report's text, of the sentence that answers best.
        score: of the fused ranking, higher is better.
        parts: the passage's rank by words (`bm25`) and by meaning (`vector`), from 1, with the score of each.
        also_in: other studies in which the same text stands.
    """

    passage: int
    study: str
    title: str
    year: str
    report: str
    file: str
    page: int
    section: str
    section_type: str
    kind: str
    start: int
    end: int
    text: str
    sentence_start: int
    sentence_end: int
    score: float
    parts: Mapping[str, float]
    also_in: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The sentence that answers best, verbatim."""
        return self.text[self.sentence_start - self.start : self.sentence_end - self.start]

    def as_row(self) -> dict[str, Any]:
        """The hit as plain values, for JSON."""
        return {
            "study": self.study,
            "title": self.title,
            "year": self.year,
            "file": self.file,
            "page": self.page,
            "section": self.section,
            "section_type": self.section_type,
            "kind": self.kind,
            "text": self.text,
            "sentence": self.sentence,
            "score": round(self.score, 6),
            "parts": dict(self.parts),
            "also_in": list(self.also_in),
        }


@dataclass(frozen=True, slots=True)
class State:
    """How far the passages of a library can be searched.

    Attributes:
        passages: how many there are.
        embedded: how many of them have a vector, and so can be found by meaning.
        model: the embedding model, empty before the first vector.
        note: what a user should know, empty when all is well.
    """

    passages: int
    embedded: int
    model: str
    note: str


def search(
    library: Library,
    query: str,
    limit: int = 10,
    filters: Filters | None = None,
    *,
    mode: str = "both",
    per_study: int = 0,
) -> list[Hit]:
    """The passages that answer a question best.

    Passages without a vector are found by their words alone; `state` says how many those are.

    Args:
        library: an open library.
        query: words, a question, names; a phrase in double quotes must stand as written.
        limit: how many hits at most.
        filters: which studies to search; all by default.
        mode: `both`, or `words` or `vectors` alone.
        per_study: how many hits of one study at most; 0 for no cap.

    Raises:
        UsageError: no word in the question, a bad limit or mode, or a filter that names nothing.
        SearchError: the passages were embedded with another model than the library is set to.
    """
    if limit < 1 or mode not in MODES:
        raise UsageError(f"A search needs a limit of at least 1 and a mode among {', '.join(MODES)}.")
    if not match_phrases(query):
        raise UsageError("The question has no word to search for.")
    studies = matching_studies(library, filters or Filters())
    if studies == []:
        return []
    depth = max(_DEPTH, 4 * limit)
    ranked: dict[str, list[tuple[int, float]]] = {}
    if mode != "vectors":
        ranked["bm25"] = rank_by_words(library.connection, query, depth, studies)
    if mode != "words":
        ranked["vector"] = _rank_by_vectors(library, query, depth, studies)
    fused = fuse({name: [passage for passage, _ in pairs] for name, pairs in ranked.items()})
    scores = {name: dict(pairs) for name, pairs in ranked.items()}
    return _hits(library, query, fused, scores, limit, per_study)


def state(library: Library) -> State:
    """How many passages can be searched, by words and by meaning, and what to do if not all can."""
    rows = library.connection.execute("SELECT text_sha, count(*) FROM passage GROUP BY text_sha").fetchall()
    passages = sum(count for _, count in rows)
    with Vectors(library.folder, readonly=True) as vectors:
        model, known = vectors.model(), vectors.known()
    embedded = sum(count for sha, count in rows if sha in known)
    note = ""
    if passages == 0:
        note = "The library has no passages yet; `fmatlas ingest FOLDER` reads PDFs."
    elif embedded < passages:
        note = (
            f"{passages - embedded} of {passages} passages have no vector and are found by their words "
            "alone. `fmatlas refresh` embeds them."
        )
    return State(passages, embedded, str(model.name) if model else "", note)


def _rank_by_vectors(
    library: Library, query: str, depth: int, studies: list[str] | None
) -> list[tuple[int, float]]:
    with Vectors(library.folder, readonly=True) as vectors:
        if vectors.model() is None:
            return []
    name = library.settings.embedding_model
    index = open_index(library, identify(name))
    if index is None:
        return []
    within = None
    if studies is not None:
        rows = library.connection.execute(
            "SELECT p.id FROM passage p JOIN report r ON r.sha256 = p.report "
            "WHERE r.study IN (SELECT value FROM json_each(?))",
            (json.dumps(studies),),
        )
        within = np.fromiter((row[0] for row in rows), dtype=np.int64)
    return index.rank(_question(name)(query), depth, within)


@lru_cache(maxsize=2)
def _question(name: str) -> Callable[[str], npt.NDArray[np.float32]]:
    """What turns a question into a vector; torch is imported only for models that are no plain BERT."""
    light = light_encoder(model_folder(name))
    return light.query if light else Embedder(name).query


def _hits(
    library: Library,
    query: str,
    fused: list[Fused],
    scores: Mapping[str, Mapping[int, float]],
    limit: int,
    per_study: int,
) -> list[Hit]:
    """The first hits in order: each text once, no study more often than it may."""
    rows = {
        row["id"]: row
        for row in library.connection.execute(
            "SELECT p.*, r.study, s.title AS heading, s.type AS section_type FROM json_each(?) wanted "
            "JOIN passage p ON p.id = wanted.value JOIN report r ON r.sha256 = p.report "
            "LEFT JOIN section s ON s.report = p.report AND s.n = p.section",
            (json.dumps([hit.passage for hit in fused]),),
        )
    }
    same: dict[str, set[str]] = {}
    for row in rows.values():
        same.setdefault(row["text_sha"], set()).add(row["study"])
    hits: list[Hit] = []
    texts: set[str] = set()
    of_study: dict[str, int] = {}
    for found in fused:
        # A passage that an index still has and the library no longer is no hit.
        row = rows.get(found.passage)
        if row is None or row["text_sha"] in texts:
            continue
        study = row["study"]
        if per_study and of_study.get(study, 0) >= per_study:
            continue
        texts.add(row["text_sha"])
        of_study[study] = of_study.get(study, 0) + 1
        parts = {name: float(rank) for name, rank in sorted(found.ranks.items())}
        parts |= {f"{name}_score": round(scores[name][found.passage], 4) for name in sorted(found.ranks)}
        others = tuple(sorted(same[row["text_sha"]] - {study}))
        hits.append(_hit(library, query, row, found.score, parts, others))
        if len(hits) == limit:
            break
    return hits


def _hit(
    library: Library, query: str, row: Any, score: float, parts: Mapping[str, float], others: tuple[str, ...]
) -> Hit:
    start, end = row["start"], row["end"]
    inside = [
        (max(first, start) - start, min(last, end) - start)
        for first, last in _sentences(library, row["report"])
        if first < end and last > start
    ]
    first, last = best_sentence(row["text"], inside, query)
    metadata = library.metadata(row["study"])
    return Hit(
        passage=row["id"],
        study=row["study"],
        title=metadata.get("title", ""),
        year=metadata.get("year", ""),
        report=row["report"],
        file=_file(library, row["report"]),
        page=row["page"],
        section=row["heading"] or "",
        section_type=row["section_type"] or "",
        kind=row["kind"],
        start=start,
        end=end,
        text=row["text"],
        sentence_start=start + first,
        sentence_end=start + last,
        score=score,
        parts=parts,
        also_in=others,
    )


def _file(library: Library, report: str) -> str:
    """Where a report's file lies below the folder that was ingested; of several, one that is there."""
    row = library.connection.execute(
        "SELECT path, root FROM file WHERE sha256 = ? ORDER BY status = 'missing', path LIMIT 1", (report,)
    ).fetchone()
    return relative(row["path"], row["root"]) if row else ""


_spans: dict[tuple[Path, str, int], list[tuple[int, int]]] = {}


def _sentences(library: Library, report: str) -> list[tuple[int, int]]:
    """The spans of a report's sentences; kept, as unpacking a reading takes milliseconds."""
    key = (library.folder, report, library.revision("text"))
    if key not in _spans:
        if len(_spans) >= 512:
            _spans.clear()
        reading = library.reading(report, words=False)
        _spans[key] = [(sentence.start, sentence.end) for sentence in reading.sentences]
    return _spans[key]
