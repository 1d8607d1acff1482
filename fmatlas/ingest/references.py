"""The reference list: entries, and what is printed of each."""

import re
from collections.abc import Sequence
from itertools import pairwise

from fmatlas.ingest.columns import Row
from fmatlas.schema.reading import Reference

_BRACKET = re.compile(r"\[(\d{1,3}|[A-Za-z+]{1,12}\d{2,4}[a-z]?|[A-Z][^\]]{2,40}\d{4}[a-z]?)\]")
_NUMBERED = re.compile(r"(\d{1,3})\s?\.\s?(?=\D)")
_BARE = re.compile(r"(\d{1,3})\s+(?=[A-Z])")
_ARXIV = re.compile(
    r"(?:arxiv[:.\s/]*(?:preprint\s*)?(?:arxiv[:\s]*)?(?:abs/|pdf/)?|abs/)\s*(\d{4}\.\d{4,5})", re.I
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s,;\"<>]+)")
_YEAR = re.compile(r"\b((?:19|20)\d{2})[a-z]?\b")
# `Kim A, Lee BC, et al. A title. Journal.`
_VANCOUVER = re.compile(
    r"((?:[^\W\d_][\w'’-]+(?: [\w'’-]+)? [A-Z]{1,3}(?:, |(?=\.)))+(?:et al)?)\.\s+(.{8,300}?)[.?!](?:\s|$)"
)
_AUTHOR_START = re.compile(r"[A-Z][\w'’-]+,? |[A-Z]\.[ -]?|(?:van|de|von|di|le|el|al)\s", re.U)


def mark_entries(rows: Sequence[Row]) -> None:
    """Set `opens` on the first row of each entry; `rows` are all rows of kind `reference` in order."""
    if not rows:
        return
    for pattern in (_BRACKET, _NUMBERED, _BARE):
        labelled = [row for row in rows if pattern.match(row.text)]
        if len(labelled) >= 3 and len(labelled) > 0.08 * len(rows) and _counts_up(labelled, pattern):
            expected = 0
            for row in rows:
                match = pattern.match(row.text)
                row.opens = False
                if match:
                    number = int(match[1]) if match[1].isdecimal() else expected + 1
                    # A year or a page number at a line's start is no label.
                    if pattern is _BRACKET or expected < number <= expected + 3 or not expected:
                        row.opens = True
                        expected = number
            return
    _by_indent(rows)


def _counts_up(rows: Sequence[Row], pattern: re.Pattern[str]) -> bool:
    numbers = [int(m[1]) for row in rows if (m := pattern.match(row.text)) and m[1].isdecimal()]
    if not numbers:
        return True
    return sum(b == a + 1 for a, b in pairwise(numbers)) >= 0.5 * (len(numbers) - 1)


def _by_indent(rows: Sequence[Row]) -> None:
    """Hanging indents: an entry's first row stands left of its others; else a wide gap or a full stop parts
    them.
    """
    hanging = sum(row.x0 > row.left + 4 for row in rows)
    use_indent = 0.2 * len(rows) < hanging < 0.95 * len(rows)
    previous: Row | None = None
    steps = sorted(b.base - a.base for a, b in pairwise(rows) if b.base > a.base)
    step = steps[len(steps) // 4] if steps else 12.0
    for row in rows:
        if previous is None:
            row.opens = True
        elif use_indent:
            row.opens = row.x0 < row.left + 4
        else:
            same = row.page == previous.page and row.column == previous.column
            gap = same and row.base - previous.base > 1.18 * step
            ended = previous.text.rstrip().endswith((".", "]", ")")) or bool(re.search(r"\d$", previous.text))
            short = previous.x1 < previous.right - 0.1 * (previous.right - previous.left)
            row.opens = gap or (ended and bool(_AUTHOR_START.match(row.text)) and (short or not same))
        previous = row


def parse_reference(text: str, start: int, end: int) -> Reference:
    """What an entry's text says, by the usual orders of authors, title, venue and year."""
    entry = text[start:end].replace("\n", " ")
    label, rest = "", entry.strip()
    for pattern in (_BRACKET, _NUMBERED, _BARE):
        if match := pattern.match(rest):
            label, rest = match[1], rest[match.end() :].strip(" .")
            break
    arxiv = _ARXIV.search(rest)
    doi = _DOI.search(rest)
    plain = re.sub(r"https?://\S+", " ", _DOI.sub(" ", _ARXIV.sub(" ", rest)))
    years = _YEAR.findall(plain)
    authors, title = _authors_and_title(rest)
    return Reference(
        start=start,
        end=end,
        label=label,
        title=title,
        authors=authors,
        year=years[-1] if years else ("20" + arxiv[1][:2] if arxiv else ""),
        arxiv_id=arxiv[1] if arxiv else "",
        doi=doi[1].rstrip(".") if doi else "",
    )


def _authors_and_title(rest: str) -> tuple[str, str]:
    quoted = re.search(r"[“\"]([^”\"]{8,300})[,.]?[”\"]", rest)
    if quoted:
        return rest[: quoted.start()].strip(" ,."), quoted[1].strip(" ,.")
    dated = re.match(
        r"(.{3,600}?)[,.]?\s*\(?((?:19|20)\d{2})[a-z]?\)?[.,:]\s+(.{8,400}?)(?:[.?!](?:\s|$)|$)", rest
    )
    vancouver = _VANCOUVER.match(rest)
    if vancouver:
        return vancouver[1].strip(), vancouver[2].strip()
    parts = _split_sentences(rest)
    if dated and len(dated[1]) < len(parts[0]) + 12:
        return dated[1].strip(" ,.("), dated[3].strip()
    colon = re.match(r"((?:[^:]{3,400}?))\s?:\s(.{8,300}?)(?:[.?!](?:\s|$)|$)", rest)
    if colon and re.search(r"(\b[A-Z]\.|et al\.?)$", colon[1].strip()):
        return colon[1].strip(), colon[2].strip()
    if len(parts) >= 2:
        return parts[0].strip(" ,."), parts[1].strip(" ,.")
    return "", parts[0][:300]


def _split_sentences(rest: str) -> list[str]:
    parts: list[str] = []
    begin = 0
    for match in re.finditer(r"[.?!]\s+", rest):
        before = rest[begin : match.start()]
        # A full stop after an initial or `et al` stays inside.
        if re.search(r"(^|[\s.-])[A-Z]$|\bet al$|\bJr$|\bSt$", before) or len(before) < 4:
            continue
        parts.append(before)
        begin = match.end()
    parts.append(rest[begin:])
    return parts
