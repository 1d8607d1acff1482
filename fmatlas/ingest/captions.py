"""Captions of figures, tables and algorithms."""

import re

from fmatlas.ingest.columns import Row

LABEL = re.compile(
    r"(?P<label>(?P<word>(?:Extended Data |Supplementary |Supplemental |Online |Appendix )?"
    r"(?:Figure|Fig\.?|Table|Tab\.|Algorithm|Scheme|Listing|Chart|Box)|FIGURE|FIG\.?|TABLE|ALGORITHM)"
    r"\s*(?P<number>[A-Z]{0,2}\.?\d+(?:[.\-–]\d+)*[a-z]?|[IVX]{1,5}|[A-Z]\.?\d*))"
    r"(?P<after>\s*[.:|：–—]|\s*$|\s)",
)


def label_of(text: str) -> tuple[str, str, bool] | None:
    """The label that a row starts with, as (label, `table` or `figure` or `algorithm`, sure).

    It is sure where a full stop, colon or bar follows the number.

    Example:
        >>> label_of("Table 2: Results on CT")
        ('Table 2', 'table', True)
        >>> label_of("Figure 3 shows that")
        ('Figure 3', 'figure', False)
    """
    match = LABEL.match(text)
    if not match:
        return None
    word = match["word"].casefold()
    kind = (
        "table"
        if "tab" in word.split()[-1]
        else "algorithm"
        if "algo" in word or "listing" in word
        else "figure"
    )
    after = match["after"].strip()
    return match["label"], kind, bool(after) or match.end() == len(text)


def mark_captions(rows: list[Row], body_size: float, leading: float) -> None:
    """Set the kind of caption rows; `rows` are one page's in reading order, furniture left out.

    The rows of each caption get a number of their own on the page as `owner`.
    """
    at = 0
    owner = 0
    while at < len(rows):
        row = rows[at]
        found = None if row.kind else label_of(row.text)
        if not found or not _starts(rows, at, found[2], body_size, leading):
            at += 1
            continue
        row.kind, row.opens = "caption", True
        owner += 1
        start, at = at, _extend(rows, at, leading)
        for part in rows[start:at]:
            part.owner = owner


def _starts(rows: list[Row], at: int, sure: bool, body_size: float, leading: float) -> bool:
    row = rows[at]
    previous = rows[at - 1] if at else None
    apart = (
        previous is None
        or previous.column != row.column
        or row.base - previous.base > 1.3 * leading
        or previous.kind == "caption"
        or abs(previous.size - row.size) > 0.4
        or len(previous.text) < 25
    )
    smaller = row.size < body_size - 0.4
    if sure:
        return apart or smaller
    # `Figure 3 shows` opens a sentence; a caption without a stop is set apart by its size, weight or brevity.
    follows = LABEL.match(row.text)
    rest = row.text[follows.end() :] if follows else ""
    return apart and (smaller or row.bold) and (rest[:1].isupper() or rest[:1] == "(")


def _extend(rows: list[Row], at: int, leading: float) -> int:
    first = rows[at]
    step = 0.0
    end = at + 1
    while end < len(rows) and end - at < 30:
        row, previous = rows[end], rows[end - 1]
        again = label_of(row.text)
        if row.kind or (again and again[2]):
            break
        gap = row.base - previous.base
        # The short last line of a caption over both columns is sorted into the left one.
        if row.column != previous.column and not (0 < gap < 1.6 * first.size and row.x0 >= first.x0 - 3):
            break
        limit = 1.25 * step if step else max(1.55 * first.size, 1.08 * leading)
        if gap > limit + 0.5 or gap <= 0 or abs(row.size - first.size) > 0.35 or (len(row.gaps) > 1):
            break
        step = step or gap
        row.kind = "caption"
        end += 1
    return end
