"""Footnotes: small rows at the foot of a column."""

import re

from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords

_MARK = re.compile(
    r"(\d{1,2}|[*∗†‡§¶♯⋆✉•]+)\s*\S|corresponding author|equal contribution|these authors contributed", re.I
)


def mark_footnotes(page: PageWords, rows: list[Row], body_size: float) -> None:
    """Set kind `footnote` on a column's last small rows, from the first with a raised mark or under a short
    rule.
    """
    for column in sorted({row.column for row in rows}):
        group = [row for row in rows if row.column == column]
        at = len(group)
        while at and not group[at - 1].kind and group[at - 1].size < body_size - 0.6:
            at -= 1
        for first in range(at, len(group)):
            row = group[first]
            if row.y0 > 0.5 * page.height and (_has_mark(page, row) or _under_rule(page, row)):
                for note in group[first:]:
                    note.kind = "footnote"
                    note.opens = note is row or _has_mark(page, note)
                break


def _has_mark(page: PageWords, row: Row) -> bool:
    if len(row.words) < 2 or not _MARK.match(row.text):
        return False
    first = row.words[0]
    return not page.text[first].isdecimal() or bool(page.size[first] < 0.85 * row.size)


def _under_rule(page: PageWords, row: Row) -> bool:
    rules = page.rules
    if not len(rules):
        return False
    inside = (rules[:, 0] > row.left - 6) & (rules[:, 2] < row.right + 6)
    near = inside & (rules[:, 3] < row.y0 + 2) & (rules[:, 3] > row.y0 - 14)
    width = rules[:, 2] - rules[:, 0]
    return bool((near & (width > 25) & (width < 0.75 * (row.right - row.left))).any())
