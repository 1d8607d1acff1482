"""Words to rows of print in reading order: fragments, columns, bands, rows."""

from dataclasses import dataclass, field

import numpy as np

from fmatlas.ingest.glyphs import PageWords

# A gap wider than this many font sizes parts two fragments of a line.
FRAGMENT_GAP = 0.95


@dataclass(slots=True)
class Row:
    """A line of print of one column; `words` index the page's words from left to right.

    `gaps` are positions in `words` before which a wide space stands (the borders of a table's cells).
    `column` counts the columns of the page in reading order, `left` and `right` are its edges. Later steps
    set `kind`, `opens` (a paragraph starts here), `level` (of a heading) and `owner` (the float that a
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
    rows: list[Row] = []
    column = 0
    for band in _bands(fragments, here):
        for part in band:
            if len(part):
                rows += _rows(page, [fragments.words[i] for i in part], column)
                column += 1
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


def _bands(fragments: _Fragments, gutter: float | None) -> list[list[np.ndarray]]:
    """Fragment indices by band from top to bottom, each band's columns from left to right."""
    order = np.argsort(fragments.base, kind="stable")
    if gutter is None:
        return [[order]]
    crossing = (fragments.x0 < gutter - 2) & (fragments.x1 > gutter + 2)
    middle = (fragments.x0 + fragments.x1) / 2
    bands: list[list[np.ndarray]] = []
    current: list[int] = []
    was_crossing: bool | None = None
    bottom = -1e9

    def close() -> None:
        if not current:
            return
        part = np.array(current)
        if was_crossing:
            bands.append([part])
        else:
            bands.append([part[middle[part] < gutter], part[middle[part] >= gutter]])

    for i in order:
        # What stands on the line of a full-width fragment belongs to it.
        here = bool(crossing[i]) or (was_crossing is True and fragments.base[i] < bottom)
        if here != was_crossing:
            close()
            current = []
            was_crossing = here
        if crossing[i]:
            bottom = float(fragments.base[i]) + 0.5
        current.append(int(i))
    close()
    return bands


def _rows(page: PageWords, fragments: list[np.ndarray], column: int) -> list[Row]:
    """Merge a column's fragments into rows, top to bottom."""
    anchors: list[list[int]] = []
    bases: list[float] = []
    sizes: list[float] = []
    small: list[np.ndarray] = []
    typical = float(np.median(np.concatenate([page.size[f] for f in fragments])))
    for words in sorted(fragments, key=lambda w: (float(page.base[w].max()), int(w[0]))):
        size = float(page.size[words].max())
        base = float(np.median(page.base[words]))
        if size < 0.8 * typical and len(words) < 4:
            small.append(words)
        elif bases and abs(base - bases[-1]) < 0.4 * min(size, sizes[-1]):
            anchors[-1].extend(words.tolist())
        else:
            anchors.append(words.tolist())
            bases.append(base)
            sizes.append(size)
    for words in small:
        base, size = float(np.median(page.base[words])), float(page.size[words].max())
        best, near = -1, 1e9
        for at, anchor in enumerate(bases):
            if anchor - 0.75 * sizes[at] < base < anchor + 0.45 * sizes[at]:
                gap = _distance(page, words, anchors[at])
                if gap < near:
                    best, near = at, gap
        if best >= 0 and near < 3 * size:
            anchors[best].extend(words.tolist())
        else:
            anchors.append(words.tolist())
            bases.append(base)
            sizes.append(0.0)
    rows = [_row(page, sorted(a, key=lambda i: (page.x0[i], i)), column) for a in anchors]
    rows.sort(key=lambda row: (row.base, row.x0))
    return rows


def _distance(page: PageWords, words: np.ndarray, row: list[int]) -> float:
    left, right = page.x0[words].min(), page.x1[words].max()
    return float(np.maximum(np.maximum(page.x0[row] - right, left - page.x1[row]), 0).min())


def _row(page: PageWords, words: list[int], column: int) -> Row:
    at = np.array(words)
    letters = np.array([len(page.text[i]) for i in words])
    sizes = page.size[at]
    size = _common_size(sizes, letters)
    text = row_text(page, words)
    # Small capitals: the line is as large as its large letters.
    if text.isupper() and sizes.max() < 1.5 * size:
        size = float(sizes.max())
    main = at[np.abs(sizes - size) < 0.06 * size + 0.01]
    x0, x1 = page.x0[at], page.x1[at]
    reach = np.maximum.accumulate(x1)
    gaps = (np.flatnonzero(x0[1:] - reach[:-1] > FRAGMENT_GAP * size) + 1).tolist()
    total = letters.sum()
    return Row(
        page=page.number,
        words=words,
        x0=float(x0.min()),
        y0=float(page.y0[main].min()),
        x1=float(x1.max()),
        y1=float(page.y1[main].max()),
        base=float(np.median(page.base[main])),
        size=size,
        bold=bool(letters[page.bold[at]].sum() > 0.9 * total),
        italic=bool(letters[page.italic[at]].sum() > 0.8 * total),
        math=bool(letters[page.math[at]].sum() > 0.25 * total),
        text=text,
        column=column,
        gaps=gaps,
    )


def _common_size(sizes: np.ndarray, letters: np.ndarray) -> float:
    if sizes.max() - sizes.min() < 0.05:
        return float(sizes[0])
    rounded = np.round(sizes * 10).astype(np.int64)
    counts = np.bincount(rounded, weights=letters)
    return float(counts.argmax() / 10)


def row_text(page: PageWords, words: list[int]) -> str:
    """The words as they are printed, a space between them; for deciding what a row is, not for the
    reading.
    """
    parts: list[str] = []
    previous = -1
    for i in words:
        if parts and not (page.glued[i] and previous == i - 1 and not raised(page, previous, i)):
            parts.append(" ")
        parts.append(page.text[i] + ("-" if page.hyphen[i] else ""))
        previous = i
    return "".join(parts)


def raised(page: PageWords, first: int, second: int) -> bool:
    """Whether one of two glued words stands higher than the other as a mark does."""
    return bool(
        abs(page.base[first] - page.base[second]) > 0.18 * max(page.size[first], page.size[second])
    ) and (bool(page.base[second] < page.base[first]) == bool(page.size[second] < page.size[first]))
