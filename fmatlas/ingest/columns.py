"""Words to rows of print in reading order: fragments, columns, bands, rows."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from fmatlas.ingest.glyphs import PageWords, WordLists

# A gap wider than this many font sizes parts two fragments of a line.
FRAGMENT_GAP = 0.95


@dataclass(slots=True)
class Row:
    """A line of print of one column; `words` index the page's words from left to right.

    `gaps` are positions in `words` before which a wide space stands (the borders of a table's cells).
    `column` counts the columns of the page in reading order, `left` and `right` are its edges. Later steps
    set `kind`, `opens` (a paragraph starts here), `level` (of a heading; 1 for a header row of a table),
    `starts` (the type of a section that starts here without a heading) and `owner` (the float that a
    caption or table row belongs to).
    """

    page: int
    words: list[int]
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool
    italic: bool
    math: bool
    text: str
    column: int
    gaps: list[int] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    kind: str = ""
    opens: bool = False
    level: int = 0
    owner: int = 0
    starts: str = ""


def page_rows(page: PageWords, gutter: float | None, skip: np.ndarray) -> list[Row]:
    """Rows of the page's upright, visible words in reading order.

    Args:
        page: the words of one page.
        gutter: the middle of the gap between two columns in this document, where it has two.
        skip: for each word, whether it stays out (line numbers).
    """
    upright = np.flatnonzero((page.angle == 0) & ~page.hidden & ~skip)
    if not len(upright):
        return []
    fragments = _fragments(page, upright)
    here = find_gutter(page, fragments, gutter)
    every = np.arange(len(fragments.words))
    parts: list[np.ndarray] = []
    block = _side_by_side(page, fragments) if page.number <= 2 else None
    if block is None:
        parts += _bands(page, fragments, every, here)
    else:
        x, top, bottom = block
        above, below = fragments.base < top, fragments.base > bottom
        inside = ~above & ~below
        parts += _bands(page, fragments, every[above], here)
        parts += [every[inside & (fragments.x0 < x - 2)], every[inside & (fragments.x0 >= x - 2)]]
        parts += _bands(page, fragments, every[below], here)
    rows: list[Row] = []
    for column, part in enumerate(part for part in parts if len(part)):
        rows += _rows(page, [fragments.words[i] for i in part], column)
    return rows


def aside_rows(page: PageWords, skip: np.ndarray) -> list[Row]:
    """Rows of what the columns leave out: turned text (`stamp`), unseen text (`hidden`) and `line
    number`s.
    """
    rows: list[Row] = []
    turned = (page.angle != 0) & ~page.hidden & ~skip
    for kind, chosen in (("stamp", turned), ("hidden", page.hidden), ("line number", skip & ~page.hidden)):
        indices = np.flatnonzero(chosen)
        if not len(indices):
            continue
        breaks = np.flatnonzero(
            (np.diff(indices) > 1) | (np.diff(page.angle[indices]) != 0) | page.newline[indices[1:]]
        )
        for run in np.split(indices, breaks + 1):
            row = _row(page, [int(i) for i in run], -1)
            row.kind = kind
            rows.append(row)
    return rows


@dataclass(slots=True)
class _Fragments:
    words: list[np.ndarray]
    x0: np.ndarray
    x1: np.ndarray
    y0: np.ndarray
    y1: np.ndarray
    base: np.ndarray


def _fragments(page: PageWords, indices: np.ndarray) -> _Fragments:
    """Runs of words that follow each other in the content and on one line without a wide gap."""
    x0, x1, base, size = page.x0[indices], page.x1[indices], page.base[indices], page.size[indices]
    larger = np.maximum(size[1:], size[:-1])
    gap = x0[1:] - x1[:-1]
    joined = (np.abs(np.diff(base)) < 0.5 * larger) & (gap < FRAGMENT_GAP * larger) & (gap > -0.6 * larger)
    starts = np.concatenate([[0], np.flatnonzero(~joined) + 1])
    return _Fragments(
        words=np.split(indices, starts[1:]),
        x0=np.minimum.reduceat(x0, starts),
        x1=np.maximum.reduceat(x1, starts),
        y0=np.minimum.reduceat(page.y0[indices], starts),
        y1=np.maximum.reduceat(page.y1[indices], starts),
        base=np.maximum.reduceat(base, starts),
    )


def document_gutter(pages: list[PageWords]) -> float | None:
    """The middle of the gap between the two columns of a document, or None where its pages have one
    column.
    """
    votes: list[float] = []
    read = 0
    for page in pages[:12]:
        upright = np.flatnonzero((page.angle == 0) & ~page.hidden)
        if len(upright) < 80 or page.turn:
            continue
        read += 1
        found = find_gutter(page, _fragments(page, upright), None)
        if found is not None:
            votes.append(found)
    if len(votes) < max(1, 0.4 * read):
        return None
    return float(np.median(votes))


def find_gutter(page: PageWords, fragments: _Fragments, expected: float | None) -> float | None:
    """The x that parts two columns of long lines on this page, or None.

    A place counts where at least ten long fragments (three, where the document's own gutter is near) end
    left of it, as many start right of it, and not many more cross it.
    """
    long = (fragments.x1 - fragments.x0) > 0.16 * page.width
    x0, x1 = fragments.x0[long], fragments.x1[long]
    if len(x0) < 6:
        return None
    if expected is not None:
        places = np.arange(expected - 8, expected + 9, 2.0)
        needed, allowed = 3, 20.0
    else:
        places = np.arange(0.3 * page.width, 0.7 * page.width, 2.0)
        needed, allowed = 9, 1.6
    left = (x1[None, :] <= places[:, None] + 1).sum(1)
    right = (x0[None, :] >= places[:, None] - 1).sum(1)
    all_cross = (
        (fragments.x0[None, :] < places[:, None] - 1) & (fragments.x1[None, :] > places[:, None] + 1)
    ).sum(1)
    both = np.minimum(left, right)
    score = both - 0.5 * all_cross
    good = (both >= needed) & (all_cross <= allowed * both)
    if not good.any():
        return None
    best = np.flatnonzero(good & (score >= score[good].max() - 1e-9))
    return float(places[best].mean())


def _side_by_side(page: PageWords, fragments: _Fragments) -> tuple[float, float, float] | None:
    """A block as on the first page of many journals: keywords at the left, the abstract at their right.

    Returns:
        The x at which the right part starts, and the baselines of its first and last line; None without a
        block.
    """
    wide = (fragments.x1 - fragments.x0) > 0.4 * page.width
    starts = np.round(fragments.x0[wide]).astype(np.int64)
    starts = starts[starts > 0.27 * page.width]
    if len(starts) < 5:
        return None
    x = float(np.bincount(starts).argmax())
    right = np.abs(fragments.x0 - x) < 2
    if (right & wide).sum() < 5:
        return None
    top, bottom = float(fragments.base[right & wide].min()), float(fragments.base[right & wide].max())
    # The part's last line and its heading are shorter.
    near = right & (fragments.base > top - 40) & (fragments.base < bottom + 16)
    top, bottom = float(fragments.base[near].min()) - 2, float(fragments.base[near].max()) + 2
    inside = (fragments.base >= top) & (fragments.base <= bottom)
    left = inside & (fragments.x1 < x - 6)
    if left.sum() < 2 or (inside & ~left & (fragments.x0 < x - 2)).any():
        return None
    return x, top, bottom


def _bands(
    page: PageWords, fragments: _Fragments, part: np.ndarray, gutter: float | None
) -> list[np.ndarray]:
    """The fragments `part` in parts of one column each, in reading order."""
    order = part[np.argsort(fragments.base[part], kind="stable")]
    if gutter is None or not len(part):
        return [order]
    crossing = (fragments.x0 < gutter - 2) & (fragments.x1 > gutter + 2)
    crossing |= _in_wide_table(page, fragments, gutter)
    if crossing[part].any():
        # What stands on the line of a full-width fragment belongs to it.
        lines = np.sort(fragments.base[part][crossing[part]])
        after = np.minimum(np.searchsorted(lines, fragments.base), len(lines) - 1)
        before = np.maximum(after - 1, 0)
        crossing |= (
            np.minimum(np.abs(lines[after] - fragments.base), np.abs(lines[before] - fragments.base)) < 2
        )
    middle = (fragments.x0 + fragments.x1) / 2
    bands: list[np.ndarray] = []
    current: list[int] = []
    was_crossing: bool | None = None

    def close() -> None:
        if not current:
            return
        band = np.array(current)
        if was_crossing:
            bands.append(band)
        else:
            bands.extend([band[middle[band] < gutter], band[middle[band] >= gutter]])

    for i in order:
        if crossing[i] != was_crossing:
            close()
            current = []
            was_crossing = bool(crossing[i])
        current.append(int(i))
    close()
    return bands


def _in_wide_table(page: PageWords, fragments: _Fragments, gutter: float) -> np.ndarray:
    """Which fragments stand between two rules over both columns, with little but short pieces between."""
    inside = np.zeros(len(fragments.x0), dtype=bool)
    rules = page.rules
    rules = rules[(rules[:, 0] < gutter - 15) & (rules[:, 2] > gutter + 15)]
    heights = np.unique(rules[:, 1])
    long = (fragments.x1 - fragments.x0) > 0.25 * page.width
    for top, bottom in pairwise(heights.tolist()):
        here = (fragments.base > top) & (fragments.base < bottom + 1)
        if here.any() and long[here].mean() < 0.25:
            inside |= here
    return inside


def _rows(page: PageWords, fragments: list[np.ndarray], column: int) -> list[Row]:
    """Merge a column's fragments into rows, top to bottom."""
    lists = page.lists
    sizes_of, base_of = lists.size, lists.base
    pieces = []
    for array in fragments:
        words = array.tolist()
        pieces.append(
            (words, max(sizes_of[i] for i in words), base_of[max(words, key=lists.letters.__getitem__)])
        )
    every = sorted(sizes_of[i] for words, _, _ in pieces for i in words)
    typical = every[len(every) // 2]
    anchors: list[list[int]] = []
    bases: list[float] = []
    sizes: list[float] = []
    small = []
    for words, size, base in sorted(pieces, key=lambda piece: (piece[2], piece[0][0])):
        if size < 0.8 * typical and len(words) < 4:
            small.append((words, size, base))
        elif bases and abs(base - bases[-1]) < 0.4 * min(size, sizes[-1]):
            anchors[-1].extend(words)
        else:
            anchors.append(list(words))
            bases.append(base)
            sizes.append(size)
    # Indices and marks join the row that they hang on; what is left is print of its own, such as a small
    # table.
    large = len(anchors)
    for words, size, base in small:
        best, near = -1, 3 * size
        for at in range(large):
            if bases[at] - 0.75 * sizes[at] < base < bases[at] + 0.45 * sizes[at]:
                level = abs(bases[at] - base) < 0.15 * size and size > 0.7 * sizes[at]
                gap = 0.0 if level else _distance(lists, words, anchors[at])
                if gap < near:
                    best, near = at, gap
        if best < 0 and len(anchors) > large and abs(base - bases[-1]) < 0.4 * min(size, sizes[-1]):
            best = len(anchors) - 1
        if best >= 0:
            anchors[best].extend(words)
        else:
            anchors.append(list(words))
            bases.append(base)
            sizes.append(size)
    rows = [_row(page, sorted(a, key=lambda i: (lists.x0[i], i)), column) for a in anchors]
    rows.sort(key=lambda row: (row.base, row.x0))
    return rows


def _distance(lists: WordLists, words: list[int], row: list[int]) -> float:
    left, right = min(lists.x0[i] for i in words), max(lists.x1[i] for i in words)
    return min(max(lists.x0[i] - right, left - lists.x1[i], 0.0) for i in row)


def _row(page: PageWords, words: list[int], column: int) -> Row:
    lists = page.lists
    letters = [lists.letters[i] for i in words]
    sizes = [lists.size[i] for i in words]
    size = _common_size(sizes, letters)
    text = row_text(page, words)
    # Small capitals: the line is as large as its large letters.
    largest = max(sizes)
    if largest > size and largest < 1.5 * size and text.isupper():
        size = largest
    longest, main = -1, words[0]
    for i, count, own in zip(words, letters, sizes, strict=True):
        if count > longest and abs(own - size) < 0.06 * size + 0.01:
            longest, main = count, i
    gaps: list[int] = []
    reach = lists.x1[words[0]]
    for at, i in enumerate(words):
        if lists.x0[i] - reach > FRAGMENT_GAP * size:
            gaps.append(at)
        reach = max(reach, lists.x1[i])
    total = sum(letters)
    base = lists.base[main]
    return Row(
        page=page.number,
        words=words,
        x0=min(lists.x0[i] for i in words),
        y0=lists.y0[main],
        x1=reach,
        y1=lists.y1[main],
        base=base,
        size=size,
        bold=sum(n for i, n in zip(words, letters, strict=True) if lists.bold[i]) > 0.9 * total,
        italic=sum(n for i, n in zip(words, letters, strict=True) if lists.italic[i]) > 0.8 * total,
        math=sum(n for i, n in zip(words, letters, strict=True) if lists.math[i]) > 0.25 * total,
        text=text,
        column=column,
        gaps=gaps,
    )


def _common_size(sizes: list[float], letters: list[int]) -> float:
    """The size that most letters have."""
    if max(sizes) - min(sizes) < 0.05:
        return sizes[0]
    counts: dict[float, int] = {}
    for size, count in zip(sizes, letters, strict=True):
        counts[round(size, 1)] = counts.get(round(size, 1), 0) + count
    return max(counts, key=lambda size: (counts[size], size))


def row_text(page: PageWords, words: list[int]) -> str:
    """The words as printed, a space between them; for deciding what a row is, not for the reading."""
    lists = page.lists
    parts: list[str] = []
    previous = -1
    for i in words:
        if parts and not (lists.glued[i] and previous == i - 1 and not raised(lists, previous, i)):
            parts.append(" ")
        parts.append(page.text[i] + "-" if lists.hyphen[i] else page.text[i])
        previous = i
    return "".join(parts)


def raised(lists: WordLists, first: int, second: int) -> bool:
    """Whether one of two glued words stands higher than the other as a mark does."""
    up = lists.base[first] - lists.base[second]
    larger = max(lists.size[first], lists.size[second])
    return abs(up) > 0.18 * larger and (up > 0) == (lists.size[second] < lists.size[first])
