"""Tables: the rows that belong to a caption, from rules where they are drawn and from aligned cells where not."""

import numpy as np

from fmatlas.ingest.captions import label_of
from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords

# A table ends where the next row stands farther off than this many leadings.
_REACH = 3.2


def mark_tables(page: PageWords, rows: list[Row], leading: float) -> None:
    """Set kind `table` on the rows of each captioned table of a page; `rows` are in reading order."""
    at = 0
    while at < len(rows):
        if rows[at].kind != "caption" or not rows[at].opens:
            at += 1
            continue
        end = at + 1
        while end < len(rows) and rows[end].kind == "caption" and not rows[end].opens:
            end += 1
        found = label_of(rows[at].text)
        if found and found[1] == "table":
            _mark_one(page, rows, at, end, leading)
        at = end


def _mark_one(page: PageWords, rows: list[Row], start: int, end: int, leading: float) -> None:
    x0 = min(row.x0 for row in rows[start:end])
    x1 = max(row.x1 for row in rows[start:end])
    top, bottom = rows[start].y0, rows[end - 1].y1
    region = _ruled(page.rules, x0, x1, top, bottom, leading)
    if region is not None:
        left, upper, right, lower = region
        inside = [
            row
            for row in rows
            if row.kind in ("", "figure")
            and upper - 2 <= (row.y0 + row.y1) / 2 <= lower + 2
            and left - 6 <= (row.x0 + row.x1) / 2 <= right + 6
        ]
        if inside:
            for row in inside:
                row.kind, row.owner = "table", rows[start].owner
            return
    below = _run(rows[end:], leading, bottom)
    above = _run(rows[:start][::-1], leading, top)
    for row in max((below, above), key=len):
        row.kind, row.owner = "table", rows[start].owner


def _ruled(
    rules: np.ndarray, x0: float, x1: float, top: float, bottom: float, leading: float
) -> tuple[float, float, float, float] | None:
    """The area between the first and last rule of the stack of rules next to a caption."""
    if len(rules) < 2:
        return None
    near = rules[(rules[:, 0] < x1) & (rules[:, 2] > x0)]
    near = near[np.argsort(near[:, 1], kind="stable")]
    best: tuple[float, float, float, float] | None = None
    distance = 3.5 * leading
    for first, last in _stacks(near):
        stack = near[first:last]
        upper, lower = float(stack[0, 1]), float(stack[-1, 3])
        if lower - upper < 0.8 * leading:
            continue
        gap = upper - bottom if upper > bottom - 3 else top - lower
        if -3 <= gap < distance:
            distance = gap
            best = (float(stack[:, 0].min()), upper, float(stack[:, 2].max()), lower)
    return best


def _stacks(rules: np.ndarray) -> list[tuple[int, int]]:
    """Runs of rules (top to bottom) of which each shares its left or right end with the widest so far."""
    runs: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(rules) + 1):
        if at < len(rules):
            left, right = rules[first:at, 0].min(), rules[first:at, 2].max()
            inside = rules[at, 0] > left - 4 and rules[at, 2] < right + 4
            if inside and rules[at, 1] - rules[at - 1, 1] < 400:
                continue
        if at - first >= 2:
            runs.append((first, at))
        first = at
    return runs


def _run(rows: list[Row], leading: float, edge: float) -> list[Row]:
    """Rows that look like a table's, going away from a caption."""
    taken: list[Row] = []
    last = edge
    misses = 0
    for row in rows:
        gap = min(abs(row.y0 - last), abs(row.y1 - last))
        if row.kind or gap > _REACH * leading:
            break
        if _tabular(row):
            misses = 0
        else:
            misses += 1
            if misses > 1:
                break
        taken.append(row)
        last = row.y1 if row.y0 >= last else row.y0
    while taken and not _tabular(taken[-1]):
        taken.pop()
    return taken if sum(bool(row.gaps) for row in taken) >= 2 else []


def _tabular(row: Row) -> bool:
    if row.gaps:
        return True
    width = row.right - row.left
    digits = sum(c.isdigit() for c in row.text)
    return digits > 0.4 * len(row.text) or (
        width > 0 and row.x1 - row.x0 < 0.45 * width and len(row.text) < 40
    )
