"""The front of a paper: which rows of its first pages are the title, which the authors."""

import re
from collections.abc import Sequence

from fmatlas.ingest.columns import Row
from fmatlas.ingest.furniture import PUBLISHER
from fmatlas.ingest.headings import WORDING, letters, split_number

_STARTS = re.compile(r"(abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary|(1|I)?\.?\s*introduction)\b", re.I)
_NO_TITLE = re.compile(
    r"(research )?(article|paper)( info)?|original (research|article|paper)|review( article)?|letter|"
    r"open access|(short|brief) (paper|communication|report)|technical report|"
    r"supplementary materials?|article in press",
    re.I,
)
_RUNNING = re.compile(r"[a-z]{3} [a-z]+ [a-z]+ [a-z]+ [a-z]+ [a-z]+")


def mark_front(
    rows: Sequence[Row], page_height: float, body_size: float, stored_title: str, sure: bool = True
) -> str:
    """Mark the title (the largest block near the top) and, from there to the abstract, the authors.

    Args:
        rows: the first page's rows in reading order, furniture marked.
        page_height: in points.
        body_size: size of the running text in points.
        stored_title: the title in the document's information dictionary, or an empty string; a block that
            reads the
            same is the title whatever its size.

        sure: whether a title is expected here; else only one that reads as `stored_title` is taken.

    Returns:
        The title as printed, or an empty string.
    """
    block = _title_block(rows, page_height, body_size, letters(stored_title))
    printed = " ".join(row.text for row in block)
    if not block or not (sure or letters(printed) == letters(stored_title)):
        return ""
    for row in block:
        row.kind, row.opens = "title", row is block[0]
    end = next(at for at, row in enumerate(rows) if row is block[-1]) + 1
    for row in rows[end:]:
        heading = split_number(row.text.strip())[1]
        if _STARTS.match(row.text) or (WORDING.fullmatch(heading) and row.kind in ("", "heading")):
            break
        if row.kind:
            continue
        if row.y0 > 0.75 * page_height or (len(row.text) > 60 and _RUNNING.search(row.text)):
            break
        row.kind, row.opens = "authors", True
    return printed


def _title_block(rows: Sequence[Row], page_height: float, body_size: float, stored: str) -> list[Row]:
    best: list[Row] = []
    best_score = 0.0
    for block in _blocks([row for row in rows if not row.kind and row.y0 < 0.6 * page_height]):
        text = " ".join(row.text for row in block).strip()
        if (
            sum(c.isalpha() for c in text) < 8
            or len(text) > 350
            or WORDING.fullmatch(split_number(text)[1])
            or _NO_TITLE.fullmatch(text)
            or (PUBLISHER.search(text) and len(text) < 60)
        ):
            continue
        size = max(row.size for row in block)
        score = size / body_size * (1 + 0.06 * all(row.bold for row in block) + 0.04 * text.isupper())
        # A journal's name may be printed as large as the title, but in one or two words.
        score *= 0.8 if len(text.split()) < 3 else 1.0
        score *= 0.6 if split_number(text)[0].isdecimal() else 1.0
        if len(stored) > 15 and (
            letters(text) == stored or (len(text) > 30 and stored.startswith(letters(text)))
        ):
            score *= 3
        if score > best_score + 1e-6:
            best, best_score = block, score
    return best if best_score > 1.04 else []


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """Runs of rows of one size and weight that follow each other closely."""
    blocks: list[list[Row]] = []
    for row in rows:
        last = blocks[-1][-1] if blocks else None
        if (
            last is not None
            and row.column == last.column
            and abs(row.size - last.size) < 0.04 * last.size
            and row.bold == last.bold
            and 0 < row.base - last.base < 1.9 * row.size
        ):
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks
