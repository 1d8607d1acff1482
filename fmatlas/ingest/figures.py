"""Figures: which rows stand inside a picture, and under which caption."""

import re

import numpy as np

from fmatlas.ingest.captions import label_of
from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords
from fmatlas.ingest.headings import split_number


def mark_figures(page: PageWords, rows: list[Row], body_size: float) -> None:
    """Set kind `figure` on rows inside a picture, but not on running text that a picture's box reaches over.

    Args:
        page: the page's words and pictures.
        rows: its rows in reading order, captions marked.
        body_size: size of the running text in points.
    """
    if not len(page.pictures) or not rows:
        return
    x = np.array([(row.x0 + row.x1) / 2 for row in rows])
    y = np.array([(row.y0 + row.y1) / 2 for row in rows])
    prose = np.array(
        [len(row.text) > 45 and abs(row.size - body_size) < 0.4 and not row.kind for row in rows]
    )
    for x0, y0, x1, y1 in page.pictures.tolist():
        inside = (x0 - 2 < x) & (x < x1 + 2) & (y0 - 2 < y) & (y < y1 + 2)
        running = inside & prose
        if running.sum() >= 3:
            inside &= (y < y[running].min() - 1) | (y > y[running].max() + 1)
        # What stands below a caption inside the box is not the picture's any more.
        captions = [rows[at].y0 for at in np.flatnonzero(inside) if rows[at].kind == "caption"]
        if captions and running.any():
            inside &= y < min(captions)
        for at in np.flatnonzero(inside):
            if not rows[at].kind:
                rows[at].kind = "figure"


_PART = re.compile(r"\(?[a-hA-H]\)[\s.:]|\(?[a-h]\)$")

_RUNNING = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]+ [a-z]{2,}")


def own_figures(rows: list[Row], body_size: float, leading: float) -> None:
    """Give the rows of pictures to the nearest caption of their page, as `owner`.

    What stands between a figure's caption and the text above it is the figure's too, picture or not: labels,
    legends, `(a) Before`. A boxed text of several long lines on a page without a caption is no figure but
    text.

    Args:
        rows: one page's rows in reading order, captions and tables marked.
        body_size: size of the running text in points.
        leading: the usual distance of the running text's baselines.
    """
    captions: dict[int, list[Row]] = {}
    for row in rows:
        if row.kind == "caption":
            captions.setdefault(row.owner, []).append(row)
    figures = [row for row in rows if row.kind == "figure"]
    if not captions:
        if sum(len(row.text) > 45 for row in figures) >= 3:
            for row in figures:
                row.kind = ""
        return
    for owner, caption in captions.items():
        if (found := label_of(caption[0].text)) and found[1] == "figure":
            for row in _labels_above(rows, caption, body_size, leading):
                row.kind, row.owner = "figure", owner
    for row in figures:
        if row.owner:
            continue
        # A figure stands above its caption more often than below.
        best = min(captions, key=lambda owner: _distance(row, captions[owner]))
        row.owner = best


def _labels_above(rows: list[Row], caption: list[Row], body_size: float, leading: float) -> list[Row]:
    """Unmarked rows above a caption, up to running text, a heading, a table or another caption."""
    over = [row for row in rows if row.base < caption[0].base - 2 and _over(row, caption)]
    over.sort(key=lambda row: -row.base)
    taken: list[Row] = []
    for row in over:
        if row.kind not in ("", "figure") or _is_text(row, body_size):
            # The last lines of a paragraph may be short, but they follow it closely.
            taken = [r for r in taken if r.base - row.base > 1.4 * leading or abs(r.size - row.size) > 2.5]
            break
        taken.append(row)
    if not taken or any(split_number(row.text)[0] and row.bold for row in taken):
        return []
    drawn = any(row.kind == "figure" for row in taken)
    small = sum(
        row.size < 0.93 * body_size or bool(_PART.match(row.text)) or len(row.text) < 25 for row in taken
    )
    return [row for row in taken if row.kind == ""] if drawn or small > 0.7 * len(taken) else []


def _is_text(row: Row, body_size: float) -> bool:
    if len(row.text) < 40 or len(row.gaps) > 1 or _PART.match(row.text):
        return False
    return row.size > 0.93 * body_size or _RUNNING.search(row.text) is not None


def _over(row: Row, caption: list[Row]) -> bool:
    return row.x0 < max(r.x1 for r in caption) + 10 and row.x1 > min(r.x0 for r in caption) - 10


def _distance(row: Row, caption: list[Row]) -> float:
    above, below = caption[0].y0 - row.y1, row.y0 - caption[-1].y1
    apart = above if above > -2 else 1.5 * max(below, 0.0)
    return apart + (0 if _over(row, caption) else 300)
