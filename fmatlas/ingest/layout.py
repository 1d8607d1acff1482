"""All rows of a document in reading order, each with its kind."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from fmatlas.ingest.abstracts import mark_abstract
from fmatlas.ingest.captions import mark_captions
from fmatlas.ingest.columns import Row, aside_rows, document_gutter, page_rows
from fmatlas.ingest.figures import mark_figures, own_figures
from fmatlas.ingest.footnotes import mark_footnotes
from fmatlas.ingest.front import mark_front
from fmatlas.ingest.furniture import line_numbers, mark_furniture
from fmatlas.ingest.glyphs import PageWords, read_page
from fmatlas.ingest.headings import mark_headings, split_number
from fmatlas.ingest.paragraphs import mark_text
from fmatlas.ingest.tables import mark_tables

_REFERENCES = ("references", "bibliography", "literature cited", "references and notes", "reference")
_AFTER_REFERENCES = re.compile(
    r"appendi|supplement|acknowledg|author|checklist|data avail|code avail|additional|declaration|"
    r"extended|supporting|funding|ethic|competing|conflict|method|[A-Z]\b",
    re.I,
)


@dataclass(slots=True)
class Layout:
    """The pages of a document and its rows in reading order; `asides` are turned and unseen text by page."""

    pages: list[PageWords]
    rows: list[Row]
    asides: list[Row]
    body_size: float
    leading: float


def read_layout(document: object, bookmarks: Sequence[tuple[int, str, int]] = (), title: str = "") -> Layout:
    """Read all pages of an open document and say of each row what it is.

    Args:
        document: as `open.open_pdf` gives it.
        bookmarks: its outline, to find headings by.
        title: the title stored in it, to find the printed one by.
    """
    import pypdfium2.raw as pdfium

    pages = [read_page(document, index) for index in range(pdfium.FPDF_GetPageCount(document))]
    skips = [line_numbers(page) for page in pages]
    gutter = document_gutter(pages)
    by_page = [page_rows(page, gutter, skip) for page, skip in zip(pages, skips, strict=True)]
    asides = [row for page, skip in zip(pages, skips, strict=True) for row in aside_rows(page, skip)]
    rows = [row for lines in by_page for row in lines]
    body_size = _body_size(rows)
    leading = _leading(rows, body_size)
    for lines in by_page:
        _set_columns(lines, body_size)
    mark_furniture(pages, by_page)
    _place_turned(pages, asides)
    kept = [[row for row in lines if not row.kind] for lines in by_page]
    for page, lines in zip(pages, kept, strict=True):
        mark_captions(lines, body_size, leading)
        mark_figures(page, lines, body_size)
    mark_tables(pages, kept, body_size, leading)
    found = mark_front(by_page[0], pages[0].height, body_size, title)
    if len(pages) > 1 and len(by_page[0]) < 40:
        # A cover sheet or a page of highlights may stand before the paper's own first page.
        mark_front(by_page[1], pages[1].height, body_size, found or title, sure=not found)
    for lines in kept:
        own_figures(lines, body_size, leading)
    mark_headings([row for lines in kept for row in lines], body_size, leading, bookmarks)
    mark_abstract([row for lines in kept for row in lines], leading)
    _mark_references(rows)
    for page, lines in zip(pages, kept, strict=True):
        mark_footnotes(page, lines, body_size)
    mark_text(rows, body_size, leading)
    return Layout(pages, rows, asides, body_size, leading)


def _body_size(rows: list[Row]) -> float:
    """The font size that most letters of long lines have."""
    counts: Counter[float] = Counter()
    for row in rows:
        if len(row.text) > 30 or not counts:
            counts[round(row.size * 5) / 5] += len(row.text)
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0


def _leading(rows: list[Row], body_size: float) -> float:
    """The usual distance of the running text's baselines."""
    steps = [
        b.base - a.base
        for a, b in pairwise(rows)
        if a.page == b.page
        and a.column == b.column
        and abs(a.size - body_size) < 0.3
        and abs(b.size - body_size) < 0.3
    ]
    near = [step for step in steps if 0.9 * body_size < step < 2.6 * body_size]
    return float(np.median(near)) if near else 1.2 * body_size


def _set_columns(lines: list[Row], body_size: float) -> None:
    """Left and right edge of the column that each row stands in."""
    by_column: dict[int, list[Row]] = {}
    for row in lines:
        by_column.setdefault(row.column, []).append(row)
    for group in by_column.values():
        typical = [row for row in group if abs(row.size - body_size) < 0.5 and len(row.text) > 20] or group
        lefts = Counter(round(row.x0 / 2) * 2 for row in typical)
        most = max(lefts.values())
        left = min(x for x, n in lefts.items() if n >= 0.4 * most)
        right = float(np.percentile([row.x1 for row in typical], 90))
        for row in group:
            row.left, row.right = float(left), right


def _place_turned(pages: list[PageWords], asides: list[Row]) -> None:
    """Turned text at the left or right margin is a stamp; elsewhere it belongs to a figure."""
    for row in asides:
        if row.kind == "stamp":
            width, middle = pages[row.page - 1].width, (row.x0 + row.x1) / 2
            if 0.075 * width < middle < 0.925 * width:
                row.kind = "figure"


def _mark_references(rows: list[Row]) -> None:
    """What stands under a heading of references is reference, up to an appendix or the like."""
    inside = found = False
    for row in rows:
        if row.kind == "heading" and row.opens:
            title = split_number(row.text.strip())[1].strip(" .:").casefold()
            if title in _REFERENCES:
                inside = found = True
            elif inside and (_AFTER_REFERENCES.match(row.text) or split_number(row.text)[0]):
                inside = False
        elif inside and row.kind == "":
            row.kind = "reference"
    if not found:
        _mark_numbered_list(rows)


def _mark_numbered_list(rows: list[Row]) -> None:
    """A list that counts 1, 2, 3 ... at the end of a paper without a heading of references is its
    references.
    """
    labels = [
        (at, int(match[1] or match[2]))
        for at, row in enumerate(rows)
        if row.kind == "" and (match := re.match(r"(?:\[(\d{1,3})\]|(\d{1,3})\.?) \S", row.text))
    ]
    best: list[int] = []
    for first, (_, number) in enumerate(labels):
        if number != 1:
            continue
        chain, expected = [], 1
        for at, value in labels[first:]:
            if value == expected:
                chain.append(at)
                expected += 1
        best = chain if len(chain) >= len(best) else best
    if len(best) < 8 or best[-1] - best[0] > 9 * len(best):
        return
    dated = sum(bool(re.search(r"\b(19|20)\d\d\b", " ".join(r.text for r in rows[a : a + 5]))) for a in best)
    if dated < 0.7 * len(best):
        return
    rows[best[0]].starts = "references"
    for row in rows[best[0] : best[-1] + 6]:
        if row.kind == "" and not (row.page > rows[best[-1]].page):
            row.kind = "reference"
        elif row.kind == "heading":
            break
