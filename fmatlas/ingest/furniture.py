"""What stands on the page but is not the paper: headers, footers, page and line numbers."""

import re
from collections import Counter, defaultdict

import numpy as np

from fmatlas.ingest.captions import label_of
from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords

# Headers and footers stand in these shares of the page's height.
TOP, BOTTOM = 0.12, 0.88
_PAGE_NUMBER = re.compile(r"(page\s*)?[-–—]?\s*(\d{1,4}|[ivxl]{1,6})\s*[-–—]?(\s*(of|/)\s*\d+)?", re.I)
PUBLISHER = re.compile(
    r"proceedings of|copyright|©|\(c\) ?\d{4}|licen[cs]ed? under|arxiv:|doi\.org|\bissn\b|\bisbn\b|preprint|"
    r"under review|published (as|in)|accepted (at|to|by|for)|all rights reserved|"
    r"permission to make|conference on|workshop on|transactions on|journal of|contents lists available|"
    r"journal homepage|www\.|https?://|\bvol\.|^full paper|^short paper",
    re.I,
)


def line_numbers(page: PageWords) -> np.ndarray:
    """For each word, whether it is one of a column of line numbers down a margin (as on review copies)."""
    numbers = np.array([word.isdecimal() and len(word) < 5 for word in page.text], dtype=bool)
    skip = np.zeros(len(page.text), dtype=bool)
    if numbers.sum() < 12:
        return skip
    candidates = np.flatnonzero(numbers & (page.angle == 0))
    others = ~numbers & (page.angle == 0)
    if others.sum() < 20:
        return skip
    # They stand outside of the text: what numbers a list's entries stands at its left edge.
    left, right = np.percentile(page.x0[others], 4), np.percentile(page.x1[others], 96)
    edges = np.round(page.x1[candidates] / 2).astype(np.int64)
    for edge in np.unique(edges):
        column = candidates[np.abs(edges - edge) <= 1]
        margin = page.x1[column].max() < left - 7 or page.x0[column].min() > right + 7
        if len(column) < 12 or not (margin or _in_gutter(page, column, others)):
            continue
        column = column[np.argsort(page.base[column], kind="stable")]
        values = np.array([int(page.text[i]) for i in column])
        steps = np.diff(values)
        if (steps > 0).mean() > 0.9 and (steps == np.median(steps)).mean() > 0.8:
            skip[column] = True
    return skip


def _in_gutter(page: PageWords, column: np.ndarray, others: np.ndarray) -> bool:
    """Whether numbers stand between two columns of text: nothing else stands over their place."""
    x0, x1 = page.x0[column].min() - 2, page.x1[column].max() + 2
    over = others & (page.x0 < x1) & (page.x1 > x0)
    return bool(over.sum() <= 0.02 * others.sum()) and len(column) > 25


def mark_furniture(pages: list[PageWords], rows: list[list[Row]]) -> None:
    """Set the kind of rows that are headers, footers or page numbers; `rows` are by page.

    A row is furniture where its text (digits aside) stands at the same height on other pages, or where it is
    a page number at the very edge, or, on the first page, what publishers print above the title and below
    the text.
    """
    seen: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    edges: list[list[tuple[Row, str]]] = []
    for page, lines in zip(pages, rows, strict=True):
        near: list[tuple[Row, str]] = []
        upper, lower = _zones(page, lines)
        for row in lines:
            middle = (row.y0 + row.y1) / 2
            where = "header" if middle < upper else "footer" if middle > lower else ""
            if where:
                near.append((row, where))
                seen[where, _shape(row.text)].append((page.number, middle))
        edges.append(near)
    for page, near in zip(pages, edges, strict=True):
        for row, where in near:
            if row.kind or label_of(row.text):
                continue
            middle = (row.y0 + row.y1) / 2
            places = seen[where, _shape(row.text)]
            others = {n for n, y in places if n != page.number and abs(y - middle) < 6}
            enough = 1 if len(pages) < 6 else 2
            if _PAGE_NUMBER.fullmatch(row.text.strip()):
                if _outermost(row, where, rows[page.number - 1]):
                    row.kind = "page number"
            elif len(others) >= enough and len(row.text) > 2:
                row.kind = where
    _first_page(pages, rows)


def _zones(page: PageWords, lines: list[Row]) -> tuple[float, float]:
    """Above and below which heights a row may be furniture; with wide margins the outermost line may be
    too.
    """
    upper, lower = TOP * page.height, BOTTOM * page.height
    if lines:
        first, last = min(row.base for row in lines), max(row.base for row in lines)
        if first < 0.2 * page.height:
            upper = max(upper, first + 1)
        if last > 0.8 * page.height:
            lower = min(lower, last - 8)
    return upper, lower


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold()).strip()


def _outermost(row: Row, where: str, lines: list[Row]) -> bool:
    if where == "header":
        return all(other.base >= row.base - 3 or other.kind for other in lines if other is not row)
    return all(other.base <= row.base + 3 or other.kind for other in lines if other is not row)


def _first_page(pages: list[PageWords], rows: list[list[Row]]) -> None:
    if not rows or not rows[0]:
        return
    page, lines = pages[0], rows[0]
    sizes = Counter(round(row.size, 1) for row in lines for _ in row.words)
    common = sizes.most_common(1)[0][0]
    largest = max((row.size for row in lines if row.base < 0.5 * page.height), default=0.0)
    for row in lines:
        if row.kind:
            continue
        small = row.size < largest - 1
        if row.base < TOP * page.height and small and PUBLISHER.search(row.text):
            row.kind = "header"
        elif row.base > BOTTOM * page.height and row.size <= max(common, 10) and PUBLISHER.search(row.text):
            row.kind = "footer"
