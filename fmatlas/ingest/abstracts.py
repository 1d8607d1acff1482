"""The abstract: where it starts and ends, also where no heading says so."""

import re
from collections.abc import Sequence

from fmatlas.ingest.columns import Row
from fmatlas.ingest.headings import closed_up, split_number

_RUN_IN = re.compile(r"(abstract|summary)\s*[.:—–-]+\s*\S|abstract\s+[A-Z]", re.I)
_KEYWORDS = re.compile(
    r"(key ?words?( and phrases)?|index terms|ccs concepts|acm reference format|mathematics subject|pacs\b)",
    re.I,
)
_ABSTRACT = re.compile(r"(abstract|summary)[.:]?", re.I)
_ASIDE = re.compile(r"(keywords|key words|highlights|article ?info|index terms|ccs concepts)[.:]?", re.I)
_PROSE = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]+")
# Rows of text in an abstract of any paper; longer ones are something else.
_MOST_ROWS = 70


def mark_abstract(rows: Sequence[Row], leading: float) -> None:
    """Set `starts` on the first row of an abstract without a heading of its own, and on the row after an
    abstract.

    An abstract may have a heading, start with its name in its first line (`Abstract. We ...`), or be the
    first paragraph of text between the authors and the first heading.

    Args:
        rows: the document's rows in reading order, headings marked, furniture left out.
        leading: the usual distance of the running text's baselines.
    """
    first_pages = [row for row in rows if row.page <= 3]
    headed = next(
        (at for at, row in enumerate(first_pages) if row.kind == "heading" and _is_abstract(row)), None
    )
    if headed is not None:
        _mark_end(first_pages, headed + 1, leading)
        return
    main = next(
        (
            at
            for at, row in enumerate(first_pages)
            if row.kind == "heading" and row.opens and not _ASIDE.fullmatch(closed_up(row.text.strip()))
        ),
        len(first_pages),
    )
    front = range(main)
    begin = next(
        (at for at in front if not first_pages[at].kind and _RUN_IN.match(first_pages[at].text)), None
    )
    if begin is None:
        begin = _first_paragraph(first_pages, main)
    if begin is None:
        return
    row = first_pages[begin]
    row.starts, row.opens = "abstract", True
    _mark_end(first_pages, begin + 1, leading)


def _is_abstract(row: Row) -> bool:
    return _ABSTRACT.fullmatch(split_number(closed_up(row.text.strip()))[1]) is not None


def _first_paragraph(rows: Sequence[Row], main: int) -> int | None:
    """The first of at least four lines of prose in a row on the first two pages, before the first heading."""
    if main == len(rows):
        return None
    run = 0
    for at in range(main):
        row = rows[at]
        if row.kind:
            run = run if row.kind in ("figure", "caption", "table") else 0
            continue
        prose = len(row.text) > 45 and _PROSE.search(row.text) is not None
        run = run + 1 if prose else 0
        if run == 4:
            back = at
            while run:
                run -= not rows[back].kind
                back -= 1
            return back + 1
    return None


def _mark_end(rows: Sequence[Row], begin: int, leading: float) -> None:
    """The row after the abstract starts a section of its own where no heading does."""
    previous: Row | None = None
    count = 0
    for row in rows[begin:]:
        if row.kind == "heading" and row.opens:
            return
        if row.kind:
            continue
        if _KEYWORDS.match(row.text):
            row.starts, row.opens = "front", True
            previous = None
            continue
        count += 1
        if previous is not None and count > 3:
            change = abs(row.size - previous.size) > 0.35 or (
                row.bold != previous.bold and len(row.text) > 45
            )
            same = row.page == previous.page and row.column == previous.column
            apart = same and row.base - previous.base > 2.2 * leading
            if (change and len(row.text) > 30) or apart or count > _MOST_ROWS:
                row.starts, row.opens = "introduction", True
                return
        previous = row
