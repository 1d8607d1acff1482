"""Rows to the one text of a reading, with the spans of its lines and words."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from fmatlas.ingest.columns import Row, raised
from fmatlas.ingest.glyphs import PageWords
from fmatlas.schema.reading import FURNITURE_KINDS, Box, Line, Word

_BODY_KINDS = frozenset({"title", "authors", "heading", "body", "formula", "reference"})
_ALONE = frozenset({"table", "figure", "authors"}) | FURNITURE_KINDS


@dataclass(slots=True)
class Assembled:
    """The text with its lines and words; `row_spans` gives each row's span, by the row's place in `rows`."""

    text: str
    body_end: int
    floats_end: int
    lines: list[Line]
    words: list[Word]
    rows: list[Row]
    row_spans: list[tuple[int, int]]
    cells: dict[int, list[tuple[int, int, Box]]] = field(default_factory=dict)


def streams(rows: list[Row], asides: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows parted into body, floats and furniture; a table's rows follow its caption."""
    body = [row for row in rows if row.kind in _BODY_KINDS]
    furniture = [row for row in [*rows, *asides] if row.kind in FURNITURE_KINDS]
    furniture.sort(key=lambda row: row.page)
    floats = [row for row in rows if row.kind not in _BODY_KINDS and row.kind not in FURNITURE_KINDS]
    floats += [row for row in asides if row.kind not in FURNITURE_KINDS]
    first: dict[tuple[int, int], int] = {}
    keys = []
    for at, row in enumerate(floats):
        group = first.setdefault((row.page, row.owner), at) if row.owner else at
        keys.append((row.page, group, row.kind != "caption", at))
    return body, [floats[i] for i in sorted(range(len(floats)), key=keys.__getitem__)], furniture


def assemble(pages: list[PageWords], rows: list[Row], asides: list[Row]) -> Assembled:
    """Write body, floats and furniture one after another; see `schema.reading` for the rules."""
    writer = _Writer(pages, [*rows, *asides])
    body, floats, furniture = streams(rows, asides)
    writer.write(body)
    body_end = writer.at
    writer.write(floats)
    floats_end = writer.at
    writer.write(furniture)
    return Assembled(
        "".join(writer.parts), body_end, floats_end, writer.lines, writer.words, [*body, *floats, *furniture],
        writer.row_spans, writer.cells,
    )  # fmt: skip


class _Writer:
    def __init__(self, pages: list[PageWords], rows: list[Row]) -> None:
        self.parts: list[str] = []
        self.at = 0
        self.lines: list[Line] = []
        self.words: list[Word] = []
        self.row_spans: list[tuple[int, int]] = []
        self.cells: dict[int, list[tuple[int, int, Box]]] = {}
        self._pages = pages
        self._boxes = [_shown_boxes(page) for page in pages]
        self._glued = [page.lists.glued for page in pages]
        self._hyphen = [page.lists.hyphen for page in pages]
        self._known = _vocabulary(pages)

    def write(self, rows: list[Row]) -> None:
        previous: Row | None = None
        for at, row in enumerate(rows):
            if previous is not None:
                self._part(previous, row)
            following = rows[at + 1] if at + 1 < len(rows) else None
            goes_on = following is not None and not _newline(row, following)
            self._row(row, following if goes_on else None)
            previous = row
        if previous is not None:
            self._append("\n")

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def _part(self, previous: Row, row: Row) -> None:
        if _newline(previous, row):
            self._append("\n")
        elif self._ended != "joined":
            self._append(" ")

    def _row(self, row: Row, following: Row | None) -> None:
        page, boxes = self._pages[row.page - 1], self._boxes[row.page - 1]
        lists = page.lists
        glued, hyphen = self._glued[row.page - 1], self._hyphen[row.page - 1]
        start = self.at
        tabs = set(row.gaps) if row.kind == "table" else ()
        cells: list[tuple[int, int]] = []
        cell_start = start
        last = len(row.words) - 1
        self._ended = ""
        previous = -1
        parts: list[str] = []
        for at, i in enumerate(row.words):
            if at:
                if at in tabs:
                    cells.append((cell_start, self.at))
                    parts.append("\t")
                    self.at += 1
                    cell_start = self.at
                elif not (glued[i] and previous == i - 1 and not raised(lists, previous, i)):
                    parts.append(" ")
                    self.at += 1
            word = page.text[i] + "-" if hyphen[i] else page.text[i]
            if at == last and following is not None and word[-1] == "-" and len(word) > 2:
                word = self._mended(word, following)
            begin = self.at
            parts.append(word)
            self.at += len(word)
            self.words.append(Word(begin, self.at, Box(row.page, *boxes[i])))
            previous = i
        self.parts.append("".join(parts))
        if row.kind == "table":
            cells.append((cell_start, self.at))
            borders = [0, *row.gaps, len(row.words)]
            self.cells[id(row)] = [
                (*span, _union(row.page, [boxes[i] for i in row.words[a:b]]))
                for span, a, b in zip(cells, borders, borders[1:], strict=False)
            ]
        x0, y0, x1, y1 = page.shown(row.x0, row.y0, row.x1, row.y1)
        box = Box(row.page, round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))
        self.lines.append(Line(start, self.at, box, row.kind, round(row.size, 2), row.bold))
        self.row_spans.append((start, self.at))

    def _mended(self, word: str, following: Row) -> str:
        """A word broken at a line's end, joined or hyphenated as it stands elsewhere in the paper."""
        head = re.search(r"[\w-]*$", word[:-1])
        first = self._pages[following.page - 1].text[following.words[0]]
        tail = re.match(r"[\w-]*", first)
        left, right = (head[0] if head else "").casefold(), (tail[0] if tail else "").casefold()
        if not left or not right or not first[0].isalnum():
            return word
        self._ended = "joined"
        joined, hyphened = self._known[left + right], self._known[left + "-" + right]
        if not first[0].islower() or left[-1].isdigit():
            return word
        if joined or hyphened:
            return word[:-1] if joined >= hyphened else word
        # Two whole words of this paper are a compound; else the break is the typesetter's.
        compound = len(left) > 3 and len(right) > 3 and self._known[left] > 1 and self._known[right] > 1
        return word if compound or left in _PREFIXES else word[:-1]


_PREFIXES = frozenset(
    {"self", "non", "multi", "semi", "cross", "end", "state", "well", "high", "low", "long", "short"}
)


def _newline(previous: Row, row: Row) -> bool:
    if row.opens or row.kind in _ALONE or previous.kind in _ALONE:
        return True
    text = ("body", "formula")
    return previous.kind != row.kind and not (previous.kind in text and row.kind in text)


def _shown_boxes(page: PageWords) -> list[list[float]]:
    x0, y0, x1, y1 = page.x0, page.y0, page.x1, page.y1
    if page.turn:
        x0, y0, x1, y1 = page.shown(x0, y0, x1, y1)  # type: ignore[arg-type, assignment]
    boxes: list[list[float]] = np.round(np.stack([x0, y0, x1, y1], axis=1), 2).tolist()
    return boxes


def _union(page: int, boxes: list[list[float]]) -> Box:
    return Box(
        page,
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )


def _vocabulary(pages: list[PageWords]) -> Counter[str]:
    """How often each word of the document stands whole, small letters, with its inner hyphens."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update(
            word.strip(".,;:()[]“”\"'’").casefold()
            for word, broken in zip(page.text, page.lists.hyphen, strict=True)
            if not broken
        )
    return counts
