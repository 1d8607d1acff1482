"""The layers of a reading as bytes: columns of numbers and strings in JSON, compressed; never pickled.

A layer is stored by columns (all starts, then all ends ...), which compresses to a third of what rows take.
Floats survive exactly: JSON writes the shortest text that reads back as the same number.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import (
    Box,
    Cell,
    Float,
    Line,
    MetadataValue,
    Page,
    Passage,
    Reading,
    Reference,
    Section,
    Sentence,
    Word,
)

_BOX = ("box.page", "box.x0", "box.y0", "box.x1", "box.y1")
_FLAT: dict[str, tuple[type, tuple[str, ...]]] = {
    "pages": (Page, ("width", "height", "image_only")),
    "sections": (Section, ("start", "end", "level", "number", "title", "type")),
    "sentences": (Sentence, ("start", "end", "page", "section", "kind")),
    "passages": (Passage, ("start", "end", "page", "section", "kind")),
    "references": (
        Reference,
        ("start", "end", "label", "title", "authors", "year", "arxiv_id", "doi"),
    ),
    "metadata": (MetadataValue, ("field", "value", "source", "p", "page")),
}


def pack_words(words: Sequence[Word]) -> bytes:
    """The word layer as bytes, for `unpack_words`."""
    return _press(_columns(words, ("start", "end", *_BOX)))


def unpack_words(blob: bytes) -> tuple[Word, ...]:
    """The word layer that `pack_words` was given, equal to the last bit."""
    starts, ends, *boxes = _expand(blob)
    return tuple(map(Word, starts, ends, map(Box, *boxes)))


def pack_layers(reading: Reading) -> bytes:
    """Every layer of a reading but its text and its words, as bytes, for `unpack_layers`."""
    layers: dict[str, Any] = {
        name: _columns(getattr(reading, name), names) for name, (_, names) in _FLAT.items()
    }
    layers["lines"] = _columns(reading.lines, ("start", "end", *_BOX, "kind", "size", "bold"))
    layers["floats"] = [
        [
            item.kind,
            item.label,
            item.caption_start,
            item.caption_end,
            _row(item.box),
            item.section,
            [[[cell.start, cell.end, _row(cell.box), cell.header] for cell in row] for row in item.rows],
        ]
        for item in reading.floats
    ]
    layers["ends"] = [reading.body_end, reading.floats_end]
    layers["coverage"] = reading.coverage
    layers["notes"] = list(reading.notes)
    return _press(layers)


def unpack_layers(text: str, blob: bytes, words: tuple[Word, ...] = ()) -> Reading:
    """The reading that `pack_layers` was given, over `text` and with `words` as its word layer."""
    layers = _expand(blob)
    flat = {name: tuple(map(kind, *layers[name])) for name, (kind, _) in _FLAT.items()}
    starts, ends, page, x0, y0, x1, y1, kinds, sizes, bold = layers["lines"]
    lines = tuple(map(Line, starts, ends, map(Box, page, x0, y0, x1, y1), kinds, sizes, bold))
    floats = tuple(
        Float(kind, label, start, end, Box(*box), section, tuple(_cells(row) for row in rows))
        for kind, label, start, end, box, section, rows in layers["floats"]
    )
    return Reading(
        text=text,
        body_end=layers["ends"][0],
        floats_end=layers["ends"][1],
        lines=lines,
        words=words,
        floats=floats,
        coverage=layers["coverage"],
        notes=tuple(layers["notes"]),
        **flat,
    )


def candidate_row(candidate: Candidate) -> tuple[str, ...]:
    """A candidate as its row: field, surface, written form, entity; features and places as JSON."""
    c = candidate
    return c.field, c.surface, c.written, c.entity, _json(dict(sorted(c.features.items()))), _json(c.places)


def read_candidate(row: Sequence[str]) -> Candidate:
    """The candidate that `candidate_row` was given."""
    kind, surface, written, entity, features, places = row
    return Candidate(
        kind,
        surface,
        written,
        entity,
        tuple((start, end) for start, end in json.loads(places)),
        json.loads(features),
    )


def pack_rows(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows of text and numbers as bytes, for `unpack_rows`."""
    return _press(list(rows))


def unpack_rows(blob: bytes) -> list[list[Any]]:
    """The rows that `pack_rows` was given."""
    rows: list[list[Any]] = _expand(blob)
    return rows


def _cells(row: Iterable[Any]) -> tuple[Cell, ...]:
    return tuple(Cell(start, end, Box(*box), header) for start, end, box, header in row)


def _row(box: Box) -> list[float]:
    return [box.page, box.x0, box.y0, box.x1, box.y1]


def _columns(items: Sequence[Any], names: tuple[str, ...]) -> list[list[Any]]:
    return [list(map(attrgetter(name), items)) for name in names]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _press(value: Any) -> bytes:
    return zlib.compress(_json(value).encode(), 6)


def _expand(blob: bytes) -> Any:
    return json.loads(zlib.decompress(blob))
