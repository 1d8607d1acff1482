"""Candidates: every name of a report that could be a value of a field, with what is seen around it.

Names (datasets, models, backbones) are found by shape and by the vocabulary; labels of closed fields by
their wordings.
One more candidate, of field `category`, carries what is true of the whole report.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.abbreviations import find_abbreviations
from fmatlas.ingest.bag import count_words, load_bag, with_bag
from fmatlas.ingest.closed import find_closed
from fmatlas.ingest.features import measure
from fmatlas.ingest.groups import Group, gather
from fmatlas.ingest.lookup import Lookup, lookup_of
from fmatlas.ingest.mentions import look
from fmatlas.ingest.readable import readable_text
from fmatlas.ingest.said import load_reader, with_said
from fmatlas.ingest.scene import Scene, lay_out
from fmatlas.ingest.shapes import find_names, tokens
from fmatlas.ingest.shortlist import NAME_FIELDS, shortlist
from fmatlas.ingest.traits import trait_features, year_of
from fmatlas.names import Folded, fold
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import entity_type
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

DETECTOR_VERSION = "5"

PAPER = "paper"
_PAPER_FEATURES = ("paper ", "abstract ")


def find_candidates(reading: Reading, vocabulary: Vocabulary) -> list[Candidate]:
    """Find what a report could be said to use, with features; nothing is claimed.

    Args:
        reading: the report.
        vocabulary: its names, labels, aliases and cues.

    Returns:
        Candidates ordered by field and surface. `surface` is unique within a field. The candidate of field
        `category` has surface `paper` and features of the whole report, which hold for every other candidate
        too.
    """
    scene = lay_out(reading)
    found = find_unread(scene, vocabulary)
    return with_bag(with_said(found, look(scene, found), load_reader()), count_words(scene), load_bag())


def find_unread(scene: Scene, vocabulary: Vocabulary) -> list[Candidate]:
    """The same without what is said at each place of a name, and by the words of the whole."""
    reading = scene.reading
    lookup = lookup_of(vocabulary)
    found: list[Candidate] = []
    folded = fold(readable_text(reading))
    groups = find_groups(scene, lookup, folded)
    paper: dict[str, float] = {}
    if groups:
        names, table = measure(scene, groups)
        listed = {field: shortlist(field, names, table) for field in NAME_FIELDS}
        some = sorted({i for rows in listed.values() for i in rows})
        of_some, paper = _split(names, table[some])
        year = year_of(reading)
        own = {
            i: features | trait_features(groups[i].hits, vocabulary, year)
            for i, features in zip(some, of_some, strict=True)
        }
        for field in NAME_FIELDS:
            for i in listed[field]:
                found.append(_name(field, groups[i], own[i], vocabulary))
    labels = find_closed(reading, vocabulary, folded)
    if labels:
        as_groups = [Group(c.surface, Counter({c.written: 1}), list(c.places)) for c in labels]
        names, table = measure(scene, as_groups)
        of_each, of_labels = _split(names, table)
        paper = paper or of_labels
        for label, features in zip(labels, of_each, strict=True):
            found.append(
                Candidate(
                    label.field,
                    label.surface,
                    label.written,
                    label.entity,
                    label.places,
                    label.features | features,
                )
            )
    title = scene.title.lower()
    paper |= {f"title {word}": 1.0 for word in _TITLE_WORDS if word in title}
    start = scene.spans[0][0] if scene.spans else 0
    found.append(Candidate("category", PAPER, PAPER, "", ((start, start),), paper))
    return sorted(found, key=lambda c: (c.field, c.surface))


_TITLE_WORDS = (
    "language", "report", "text", "vision", "image", "segment", "survey", "review", "benchmark", "dataset",
    "multimodal",
    "multi-modal", "clip", "prompt", "video", "llm", "foundation", "pre-train", "pretrain",
    "self-supervised", "contrastive",
    "ehr", "time series", "ecg", "diffusion", "transformer", "question", "federated", "clinical notes",
)  # fmt: skip


def find_groups(scene: Scene, lookup: Lookup, folded: Folded) -> list[Group]:
    """All names of a report, spellings of one thing together; `folded` is its readable text."""
    words = tokens(scene.masked, scene.spans)
    shaped = find_names(scene.masked, words)
    spans: list[tuple[int, int]] = []
    begins = {word.start for word in words}
    stops = {word.end for word in words}
    abbreviations: dict[str, tuple[str, tuple[int, int]]] = {}
    for start, end, _ in lookup.matcher.find(folded):
        plural = scene.masked[end : end + 1] == "s" and end + 1 in stops
        if start in begins and (end in stops or plural):
            spans.append((start, end))
    for begin, stop in scene.spans:
        for short, found in find_abbreviations(scene.masked, begin, stop).items():
            abbreviations.setdefault(short, found)
    # In `MIMIC CXR` there is no `CXR`.
    spans.sort()
    begun = [start for start, _ in spans]
    for start, end in shaped:
        at = bisect_right(begun, start) - 1
        if at < 0 or end > spans[at][1] or (start, end) == spans[at]:
            spans.append((start, end))
    for long, place in abbreviations.values():
        if sum(c.isupper() for c in long) > 1:
            spans.append(place)
    # Of `3D Sparse Window Network (SWN)` the whole is a long form too, not only what the letters spell.
    by_end: dict[int, int] = {}
    for start, end in spans:
        by_end[end] = min(start, by_end.get(end, start))
    long_forms = {
        short: (long, scene.masked[min(place[0], by_end.get(place[1], place[0])) : place[1]])
        for short, (long, place) in abbreviations.items()
    }
    return gather(scene.masked, spans, lookup, long_forms)


def _split(
    names: Sequence[str], table: NDArray[np.float64]
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Features of each row, and those that all rows of a report share; zeros are left out."""
    shared = [i for i, name in enumerate(names) if name.startswith(_PAPER_FEATURES)]
    single = [i for i, name in enumerate(names) if not name.startswith(_PAPER_FEATURES)]
    rounded = np.round(table[:, single], 5)
    own: list[dict[str, float]] = [{} for _ in rounded]
    rows, columns = np.nonzero(rounded)
    for row, column, value in zip(
        rows.tolist(), columns.tolist(), rounded[rows, columns].tolist(), strict=True
    ):
        own[row][names[single[column]]] = value
    return own, {names[i]: round(float(table[0][i]), 5) for i in shared if table[0][i]}


def _name(field: str, group: Group, features: dict[str, float], vocabulary: Vocabulary) -> Candidate:
    hit = group.hits.get(entity_type(field))
    entity = hit.entity if hit else ""
    written = group.written(vocabulary.entities[entity].name if entity else "")
    return Candidate(field, group.key, written, entity, tuple(group.places), features)
