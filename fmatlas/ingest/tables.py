"""Tables: the rows that belong to a caption, by rules where they are drawn and by aligned cells where not."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmatlas.ingest.captions import label_of
from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords

# A table ends where the next row stands farther off than this many leadings.
_REACH = 3.0
# A gap wider than this many font sizes parts two cells; table rows are not justified, so word spaces are
# narrow.
_CELL_GAP = 0.62


@dataclass(slots=True)
class _Caption:
    rows: list[Row]
    kind: str
    page: PageWords
    lines: list[Row]

    @property
    def top(self) -> float:
        return self.rows[0].y0

    @property
    def bottom(self) -> float:
        return self.rows[-1].y1

    @property
    def left(self) -> float:
        return min(row.x0 for row in self.rows)

    @property
    def right(self) -> float:
        return max(row.x1 for row in self.rows)


def mark_tables(
    pages: Sequence[PageWords], by_page: Sequence[list[Row]], body_size: float, leading: float
) -> None:
    """Set kind `table` (in algorithms `figure`), `owner`, `gaps` and `level` on the rows of captioned tables.

    A document puts its tables above or below their captions throughout; the ruled ones with a table on one
    side only say which, and that side is tried first for all.
    """
    captions = [c for page, lines in zip(pages, by_page, strict=True) for c in _captions(page, lines)]
    votes = 0
    for caption in captions:
        if caption.kind == "table":
            below = _ruled(caption, body_size, leading, "below")
            above = _ruled(caption, body_size, leading, "above")
            votes += (below is not None) - (above is not None)
    sides = ("below", "above") if votes >= 0 else ("above", "below")
    for caption in captions:
        _mark_one(caption, sides, body_size, leading)


def _captions(page: PageWords, lines: list[Row]) -> list[_Caption]:
    found: list[_Caption] = []
    owners = sorted({row.owner for row in lines if row.kind == "caption"})
    for owner in owners:
        rows = [row for row in lines if row.kind == "caption" and row.owner == owner]
        label = label_of(rows[0].text)
        if label and label[1] in ("table", "algorithm"):
            found.append(_Caption(rows, label[1], page, lines))
    return found


def _mark_one(caption: _Caption, sides: tuple[str, str], body_size: float, leading: float) -> None:
    owner = caption.rows[0].owner
    if caption.kind == "algorithm":
        region = _ruled(caption, body_size, leading, "below")
        for row in _inside(caption.lines, region) if region else []:
            row.kind, row.owner = "figure", owner
        return
    for side in sides:
        region = _ruled(caption, body_size, leading, side)
        rows = _inside(caption.lines, region) if region else []
        if region and rows:
            _take(caption.page, rows, owner, region[4])
            return
    runs = [_run(caption, side, leading) for side in sides]
    rows = max(runs, key=len)
    if rows:
        _take(caption.page, rows, owner, None)


def _take(page: PageWords, rows: list[Row], owner: int, header_rule: float | None) -> None:
    for at, row in enumerate(sorted(rows, key=lambda row: row.base)):
        row.kind, row.owner = "table", owner
        row.level = int(row.base < header_rule if header_rule is not None else at == 0)
        _split_cells(page, row)


def _split_cells(page: PageWords, row: Row) -> None:
    words = np.array(row.words)
    left, reach = page.x0[words], np.maximum.accumulate(page.x1[words])
    wide = left[1:] - reach[:-1] > _CELL_GAP * row.size
    if len(page.bars):
        bars = page.bars[(page.bars[:, 1] < row.y1 - 2) & (page.bars[:, 3] > row.y0 + 2)]
        x = (bars[:, 0] + bars[:, 2]) / 2
        wide |= ((reach[:-1, None] - 1 <= x) & (x <= left[1:, None] + 1)).any(1)
    row.gaps = (np.flatnonzero(wide) + 1).tolist()


def _inside(lines: list[Row], region: tuple[float, float, float, float, float | None]) -> list[Row]:
    left, upper, right, lower, _ = region
    return [
        row
        for row in lines
        if row.kind in ("", "figure")
        and upper - 2 <= (row.y0 + row.y1) / 2 <= lower + 2
        and left - 6 <= (row.x0 + row.x1) / 2 <= right + 6
    ]


def _ruled(
    caption: _Caption, body_size: float, leading: float, side: str
) -> tuple[float, float, float, float, float | None] | None:
    """The area between the first and last rule of the stack of rules on one side of a caption.

    Returns:
        Left, top, right, bottom and the height of the rule under the header, if there is one; None without a
        stack.
    """
    rules = caption.page.rules
    near = rules[(rules[:, 0] < caption.right - 4) & (rules[:, 2] > caption.left + 4)]
    near = near[np.argsort(near[:, 1], kind="stable")]
    barriers = [
        row.base
        for row in caption.lines
        if row.x0 < caption.right
        and row.x1 > caption.left
        and (row.kind == "caption" or (not row.kind and _is_prose(row, body_size)))
    ]
    if side == "below":
        near = near[near[:, 1] > caption.bottom - 4]
        edge = caption.bottom
        limit = min((b for b in barriers if b > caption.bottom + 1), default=1e9)
        near = near[near[:, 3] < limit]
        gap = near[0, 1] - edge if len(near) else 1e9
    else:
        near = near[near[:, 3] < caption.top + 4]
        edge = caption.top
        limit = max((b for b in barriers if b < caption.top - 1), default=-1e9)
        near = near[near[:, 1] > limit - 2]
        gap = edge - near[-1, 3] if len(near) else 1e9
    if len(near) < 2 or gap > 3.5 * leading:
        return None
    upper, lower = float(near[0, 1]), float(near[-1, 3])
    if lower - upper < 0.8 * leading:
        return None
    left, right = float(near[:, 0].min()), float(near[:, 2].max())
    full = near[(near[:, 2] - near[:, 0]) > 0.8 * (right - left)]
    header = float(full[1, 1]) if len(full) > 2 and full[1, 1] - upper > 0.5 * leading else None
    return left, upper, right, lower, header


def _is_prose(row: Row, body_size: float) -> bool:
    return (
        len(row.text) > 40
        and not row.gaps
        and abs(row.size - body_size) < 0.4
        and row.x1 > row.right - 6
        and row.x0 < row.left + 14
        and re.search(r"[a-z]{2,} [a-z]{2,} ", row.text) is not None
    )


def _run(caption: _Caption, side: str, leading: float) -> list[Row]:
    """Rows that look like a table's, going away from a caption without rules."""
    if side == "below":
        rows = [row for row in caption.lines if row.base > caption.bottom]
        last = caption.bottom
    else:
        rows = [row for row in caption.lines if row.base < caption.top][::-1]
        last = caption.top
    rows = [row for row in rows if row.x0 < caption.right + 20 and row.x1 > caption.left - 20]
    taken: list[Row] = []
    misses = 0
    for row in sorted(rows, key=lambda row: row.base, reverse=side == "above"):
        gap = row.y0 - last if side == "below" else last - row.y1
        if row.kind or gap > _REACH * leading or (row.bold and re.match(r"\d+(\.\d+)*\.? [A-Z]", row.text)):
            break
        if _tabular(row):
            misses = 0
        else:
            misses += 1
            if misses > 1:
                break
        taken.append(row)
        last = row.y1 if side == "below" else row.y0
    while taken and not row_has_cells(taken[-1]):
        taken.pop()
    return taken if sum(row_has_cells(row) for row in taken) >= 2 else []


def row_has_cells(row: Row) -> bool:
    """Whether wide gaps part the row, and not just a number from a title or an equation from its number."""
    return bool(row.gaps) and not (len(row.gaps) == 1 and row.x1 > row.right - 4 and row.x0 < row.left + 4
                                   and len(row.text) > 45)  # fmt: skip


def _tabular(row: Row) -> bool:
    if row_has_cells(row):
        return True
    width = row.right - row.left
    digits = sum(c.isdigit() for c in row.text)
    return digits > 0.4 * len(row.text) or (
        width > 0 and row.x1 - row.x0 < 0.45 * width and len(row.text) < 40
    )
