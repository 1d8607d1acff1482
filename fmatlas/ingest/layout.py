"""All rows of a document in reading order, each with its kind."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from fmatlas.ingest.captions import label_of, mark_captions
from fmatlas.ingest.columns import Row, aside_rows, document_gutter, page_rows
from fmatlas.ingest.furniture import line_numbers, mark_furniture
from fmatlas.ingest.glyphs import PageWords, read_page
from fmatlas.ingest.headings import WORDING, mark_headings, split_number
from fmatlas.ingest.tables import mark_tables

_FOOTNOTE_MARK = re.compile(
    r"(\d{1,2}|[*∗†‡§¶♯⋆✉]+)\s*\S|corresponding author|equal contribution|\* ?these authors", re.I
)
_AFTER_REFERENCES = re.compile(
    r"(appendi|supplement|acknowledg|author|checklist|data avail|code avail|additional|declaration|"
    r"extended|supporting|[A-Z]\b)",
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


def read_layout(document: object) -> Layout:
    """Read all pages of an open document and say of each row what it is."""
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
    for page, lines in zip(pages, by_page, strict=True):
        kept = [row for row in lines if not row.kind]
        _mark_pictured(page, kept, body_size)
        mark_captions(kept, body_size, leading)
        mark_tables(page, kept, leading)
        _mark_footnotes(page, kept, body_size)
        mark_headings(kept, body_size, leading)
    if by_page:
        _mark_front(pages[0], by_page[0], body_size)
    _mark_references(rows)
    _mark_rest(rows, body_size, leading)
    return Layout(pages, rows, asides, body_size, leading)


def _body_size(rows: list[Row]) -> float:
    counts: Counter[float] = Counter()
    for row in rows:
        if len(row.text) > 30 or not counts:
            counts[round(row.size * 5) / 5] += len(row.text)
    return max(counts, key=lambda size: (counts[size], size)) if counts else 10.0


def _leading(rows: list[Row], body_size: float) -> float:
    steps = [
        b.base - a.base
        for a, b in zip(rows, rows[1:], strict=False)
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
        if row.kind != "stamp":
            continue
        page = pages[row.page - 1]
        middle = (row.x0 + row.x1) / 2
        if not (middle < 0.075 * page.width or middle > 0.925 * page.width):
            row.kind = "figure"


def _mark_pictured(page: PageWords, rows: list[Row], body_size: float) -> None:
    if not len(page.pictures) or not rows:
        return
    x = np.array([(row.x0 + row.x1) / 2 for row in rows])
    y = np.array([(row.y0 + row.y1) / 2 for row in rows])
    box = page.pictures
    inside = (
        (box[:, 0, None] - 2 < x)
        & (x < box[:, 2, None] + 2)
        & (box[:, 1, None] - 2 < y)
        & (y < box[:, 3, None] + 2)
    )
    # A producer may wrap the page's whole text into one embedded drawing; that is no picture.
    prose = np.array([len(row.text) > 50 and abs(row.size - body_size) < 0.5 for row in rows])
    inside = inside[(inside & prose).sum(1) < 10].any(0)
    for row, pictured in zip(rows, inside.tolist(), strict=True):
        if pictured and not ((found := label_of(row.text)) and found[2]):
            row.kind = "figure"


def _mark_footnotes(page: PageWords, rows: list[Row], body_size: float) -> None:
    """Small rows at the foot of a column, from the first that starts with a mark."""
    columns = sorted({row.column for row in rows})
    for column in columns:
        group = [row for row in rows if row.column == column]
        at = len(group)
        while at and not group[at - 1].kind and group[at - 1].size < body_size - 0.7:
            at -= 1
        if at == len(group):
            continue
        for first in range(at, len(group)):
            if _FOOTNOTE_MARK.match(group[first].text) and group[first].y0 > 0.5 * page.height:
                for row in group[first:]:
                    row.kind = "footnote"
                    row.opens = bool(_FOOTNOTE_MARK.match(row.text)) or row is group[first]
                break


def _mark_front(page: PageWords, rows: list[Row], body_size: float) -> None:
    """Title and authors: the largest rows of the upper half of page 1, and what follows until the text starts."""
    top = [
        row
        for row in rows
        if row.kind in ("", "heading")
        and row.y0 < 0.55 * page.height
        and sum(c.isalpha() for c in row.text) > 2
    ]
    long = [row for row in top if len(row.text) >= 8]
    if not long:
        return
    size = max(row.size for row in long)
    if size < body_size * 1.05:
        return
    at = rows.index(next(row for row in long if row.size == size))
    end = at
    while end < len(rows) and (
        rows[end].size > 0.93 * size
        and rows[end].kind in ("", "heading")
        and (end == at or rows[end].base - rows[end - 1].base < 2.2 * size)
    ):
        end += 1
    for row in rows[at:end]:
        row.kind, row.opens = "title", row is rows[at]
    for row in rows[end:]:
        title = split_number(row.text.strip())[1]
        if row.kind == "heading" and WORDING.fullmatch(title) or row.kind == "authors":
            break
        if re.match(r"(abstract|a b s t r a c t|summary|1\.? introduction)\b", row.text, re.I):
            break
        if row.kind in ("", "heading"):
            if row.y0 > 0.75 * page.height or (
                len(row.text) > 60 and re.search(r"[a-z]{3} [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+", row.text)
            ):
                break
            row.kind, row.opens = "authors", True


def _mark_references(rows: list[Row]) -> None:
    inside = False
    for row in rows:
        if row.kind == "heading":
            title = split_number(row.text.strip())[1].strip(" .:").casefold()
            if title in ("references", "bibliography", "literature cited", "references and notes"):
                inside = True
            elif inside and (_AFTER_REFERENCES.match(row.text) or split_number(row.text)[0]):
                inside = False
        elif inside and row.kind == "":
            row.kind = "reference"


def _mark_rest(rows: list[Row], body_size: float, leading: float) -> None:
    """What is left is text or formula; find where paragraphs and list entries open."""
    previous: Row | None = None
    for row in rows:
        if row.kind == "":
            letters = sum(c.isalpha() for c in row.text)
            wordy = re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", row.text) is not None
            row.kind = "formula" if (row.math or letters < 0.4 * len(row.text)) and not wordy else "body"
        if row.kind in ("body", "formula", "reference"):
            row.opens = (
                previous is None or previous.kind != row.kind and "formula" not in (previous.kind, row.kind)
            )
            if previous is not None and not row.opens and row.kind == "body":
                row.opens = _opens(row, previous, leading)
            previous = row
        elif row.kind in ("heading", "title", "authors"):
            previous = row


def _opens(row: Row, previous: Row, leading: float) -> bool:
    ended = previous.text.rstrip().endswith((".", ":", "?", "!", ".”", '."', ".)"))
    short = previous.x1 < previous.right - 0.08 * (previous.right - previous.left)
    indented = row.x0 > row.left + 0.7 * row.size
    if row.page != previous.page or row.column != previous.column:
        return ended and (short or indented)
    if row.base - previous.base > 1.35 * leading and previous.kind != "formula":
        return True
    return (
        ended and (short or (indented and previous.x0 < row.x0 - 2)) or bool(re.match(r"[•▪◦‣–]\s", row.text))
    )
