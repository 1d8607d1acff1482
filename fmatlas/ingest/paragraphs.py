"""Paragraphs: what is left of the rows is text or formula; where does a paragraph open?"""

import re
from collections.abc import Sequence

from fmatlas.ingest.columns import Row

_WORDS = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")
_BULLET = re.compile(r"[•▪◦‣■–—]\s|\(?[ivx\d]{1,3}[.)]\s")
_STOPS = (".", ":", "?", "!", ".”", '."', ".)", ".’")


def mark_text(rows: Sequence[Row], body_size: float, leading: float) -> None:
    """Give every row without a kind one of `body`, `formula`, `figure`, and set `opens` on the rows of the
    text.

    Args:
        rows: the document's rows in reading order.
        body_size: size of the running text in points.
        leading: the usual distance of its baselines.
    """
    previous: Row | None = None
    for row in rows:
        if row.kind == "":
            row.kind = _kind(row, body_size)
        if row.kind in ("body", "formula", "reference"):
            text = ("body", "formula")
            if previous is None or (
                previous.kind != row.kind and not (previous.kind in text and row.kind in text)
            ):
                row.opens = True
            elif row.kind == "body":
                row.opens = _opens(row, previous, leading)
            previous = row
        elif row.kind in ("heading", "title", "authors"):
            previous = row


def _kind(row: Row, body_size: float) -> str:
    if row.size < 0.8 * body_size and len(row.text) < 45 and not row.bold:
        # Too small and too short for text: a label of a drawing that has no box of its own.
        return "figure"
    if _WORDS.search(row.text):
        return "body"
    return "formula" if row.math or sum(c.isalpha() for c in row.text) < 0.4 * len(row.text) else "body"


def _opens(row: Row, previous: Row, leading: float) -> bool:
    ended = previous.text.rstrip().endswith(_STOPS)
    short = previous.x1 < previous.right - 0.08 * (previous.right - previous.left)
    indented = row.x0 > row.left + 0.7 * row.size
    if row.page != previous.page or row.column != previous.column:
        return ended and (short or indented)
    if row.base - previous.base > 1.35 * leading and previous.kind != "formula":
        return True
    if _BULLET.match(row.text) and (ended or indented):
        return True
    return ended and (short or (indented and previous.x0 < row.x0 - 2))
