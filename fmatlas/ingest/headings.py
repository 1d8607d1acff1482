"""Headings: found by number, size, weight and wording, and by the document's own outline where it has one."""

import re
from collections.abc import Sequence

from fmatlas.ingest.columns import Row

_NUMBER = re.compile(
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3}|[A-Z]|[IVX]{1,5}|"
    r"(?:Appendix|APPENDIX|Supplement(?:ary)?|Annex) [A-Z\d](?:\.\d{1,2})*)(?:\.|\)|:(?=\s+[A-Z]))?\s+(?=\S)"
)
_SURE = (
    r"abstract|summary|introduction|background|related works?|previous works?|prior works?|literature review|"
    r"(materials? and )?methods?|methodology|(proposed )?approach|proposed method|our (method|approach)|"
    r"data(sets?)?|(data|materials) and methods|experiments?|"
    r"experimental (setup|settings?|results|details|design)|"
    r"implementation details|evaluation|results?|results and discussions?|experiments and results|"
    r"experimental results and discussions?|discussions?|discussion and conclusions?|limitations?|"
    r"limitations and future works?|conclusions?|concluding remarks|"
    r"conclusions? and (future works?|discussions?|limitations?|outlook)|future works?|ablation stud(y|ies)|"
    r"acknowledge?ments?|acknowledge?ments? and .{3,40}|references|bibliography|literature cited|"
    r"references and notes|appendi(x|ces)( [a-z])?|"
    r"supplement(ary|al) (materials?|information|methods|figures|tables)|"
    r"data availability|data availability statement|(data and code|code and data|code) availability|"
    r"(data|author) contributions?( statement)?|funding|broader impacts?( statement)?|"
    r"(competing|conflicts? of|declaration of competing) interests?( statement)?|"
    r"ethic(s|al)( statement| approval| considerations?)?|reproducibility statement|"
    r"institutional review board( \(irb\))?|preliminar(y|ies)|motivation|overview|contributions?|theory|"
    r"problem (statement|formulation|definition)|checklist|supporting information|online methods|"
    r"declarations?|"
    r"highlights|credit authorship contribution statement|article ?info|generalizable insights .{3,70}"
)
WORDING = re.compile(rf"({_SURE})[.:]?", re.I)
# Words that also head a column of a table, hence are headings only where they stand out.
_PLAIN = re.compile(
    r"methods?|data(sets?)?|results?|evaluation|approach|background|summary|overview|theory", re.I
)


def split_number(text: str) -> tuple[str, str]:
    """A heading's number and title.

    Example:
        >>> split_number("3.2. Training data"), split_number("Results")
        (('3.2', 'Training data'), ('', 'Results'))
    """
    match = _NUMBER.match(text)
    # A lone letter is a number only before a capital: `A Dataset`, not `A dataset of scans`.
    if not match or (
        match["number"] == "A" and text[match.end() - 2] != "." and not text[match.end()].isupper()
    ):
        return "", text
    return match["number"].strip(), text[match.end() :]


def closed_up(text: str) -> str:
    """Text without the spaces of spaced-out capitals: `A B S T R A C T` is `ABSTRACT`."""
    return text.replace(" ", "") if re.fullmatch(r"(\w ){3,}\w", text) else text


def letters(text: str) -> str:
    """Letters and digits alone, in small letters: for comparing titles."""
    return "".join(c for c in text.casefold() if c.isalnum())


def mark_headings(
    rows: Sequence[Row], body_size: float, leading: float, bookmarks: Sequence[tuple[int, str, int]] = ()
) -> None:
    """Set kind `heading` (with `opens` and `level`) on rows that head a section.

    Args:
        rows: the document's rows in reading order, furniture left out, captions and tables marked.
        body_size: the size of its running text in points.
        leading: the usual distance of its baselines.
        bookmarks: its outline, as `open.outline` gives it.
    """
    outlined = _mark_outlined(rows, bookmarks)
    last = ""
    for at, row in enumerate(rows):
        if row.kind == "heading":
            last = split_number(row.text)[0] or last
            continue
        if row.kind:
            continue
        before = rows[at - 1] if at else None
        after = rows[at + 1] if at + 1 < len(rows) else None
        strength = _strength(row, before, after, body_size, leading)
        if not strength:
            continue
        number, title = split_number(row.text.strip())
        if number and strength < 3 and not _follows(last, number):
            continue
        if not number and strength < 2:
            continue
        if (
            outlined
            and not number
            and not WORDING.fullmatch(title)
            and not (strength > 2 and row.size > body_size * 1.1)
        ):
            continue
        row.kind, row.opens = "heading", True
        row.level = number.count(".") + 1 if number else 0
        last = number or last
        _take_second_lines(rows, at, body_size)


def _mark_outlined(rows: Sequence[Row], bookmarks: Sequence[tuple[int, str, int]]) -> bool:
    """Mark the rows that the outline names; whether it names enough of them to be believed about the rest."""
    wanted = [(level, letters(split_number(title)[1]), page) for level, title, page in bookmarks]
    wanted = [(level, title, page) for level, title, page in wanted if len(title) > 2]
    if len(wanted) < 4:
        return False
    matched = 0
    by_page: dict[int, list[int]] = {}
    for at, row in enumerate(rows):
        by_page.setdefault(row.page, []).append(at)
    for level, title, page in wanted:
        for at in by_page.get(page, []) or (range(len(rows)) if not page else []):
            row = rows[at]
            if row.kind not in ("", "authors") or len(row.text) > 2 * len(title) + 40:
                continue
            own = letters(split_number(row.text.strip())[1])
            if not own or not title.startswith(own):
                continue
            count, whole = 1, own
            while whole != title and title.startswith(whole) and at + count < len(rows) and count < 4:
                whole += letters(rows[at + count].text)
                count += 1
            if whole != title:
                continue
            for extra, part in enumerate(rows[at : at + count]):
                part.kind, part.opens, part.level = "heading", extra == 0, level
            matched += 1
            break
    return matched >= 0.7 * len(wanted)


def _strength(row: Row, before: Row | None, after: Row | None, body_size: float, leading: float) -> int:
    """How much a row looks like a heading: 0 not at all, 1 if its number fits, 2 by its look, 3 surely."""
    text = closed_up(row.text.strip())
    if len(text) > 140 or row.math:
        return 0
    number, title = split_number(text)
    large = row.size > body_size * 1.06
    # Most rows are plain text, and not worth a second look.
    if not number and not row.bold and not large and len(text) > 60 and not title.isupper():
        return 0
    alphas = sum(c.isalpha() for c in text)
    if alphas < 2 or alphas < 0.5 * len(text.replace(" ", "")):
        return 0
    if not title or not (
        title[0].isupper() or title[0].isdigit() or any(c.isupper() for c in title.split()[0])
    ):
        return 0
    # An entry of a table of contents, or a table's row.
    if row.gaps and (len(row.gaps) > 1 or row.gaps[0] > 2 or re.search(r"\d$", text)):
        return 0
    if re.search(r"\.{4}|(\. ){4}", text):
        return 0
    for other in (before, after):
        if other is not None and other.column == row.column and other.page == row.page:
            overlap = min(other.y1, row.y1) - max(other.y0, row.y0)
            if overlap > 0.45 * (row.y1 - row.y0):
                return 0
    wording = bool(WORDING.fullmatch(title))
    capitals = title.upper() == title and sum(c.isalpha() for c in title) > 3
    loose = (
        before is None
        or before.column != row.column
        or before.page != row.page
        or row.base - before.base > 1.2 * leading
        or before.kind in ("heading", "caption", "figure", "table", "header", "title")
    )
    centred = row.x0 > row.left + 8 and abs((row.x0 - row.left) - (row.right - row.x1)) < 12
    short = row.x1 < row.right - 0.1 * (row.right - row.left) or centred
    ends = text.endswith((".", ",", ";")) and not wording
    strong = row.bold or large
    if wording:
        if number and (strong or capitals or (loose and short)):
            return 3
        if strong and (loose or not _PLAIN.fullmatch(title)):
            return 3
        if short and (
            (capitals and not _PLAIN.fullmatch(title))
            or (loose and (capitals or not _PLAIN.fullmatch(title)))
        ):
            return 2
    if row.size < body_size * 0.92 or text.endswith((",", ";")):
        return 0
    if number and strong and (loose or row.bold) and not (ends and row.x1 > row.right - 4):
        return 3 if loose else 1
    if number and capitals and loose:
        return 2
    set_apart = loose or (row.italic and "." in number and short)
    # A plain line after a lone number is an entry of a list more often than a heading.
    counted = "." in number or row.italic
    if number and counted and set_apart and not ends and len(title) < 90 and title[0].isupper():
        listed = row.x0 > row.left + 6 and not centred
        return 1 if (short or row.italic) and not listed else 0
    if strong and loose and not ends and (short or large):
        return 2
    return 0


def _follows(last: str, number: str) -> bool:
    """Whether `number` can come next after the heading number `last`: a child, a sibling or a parent's
    sibling.

    Example:
        >>> _follows("3.1", "3.2"), _follows("3.1", "4"), _follows("3.1", "3.1.1"), _follows("3.1", "7")
        (True, True, True, False)
    """
    if not last:
        return number in ("1", "1.1", "I", "A", "A.1")
    parts, new = re.split(r"[. ]", last), re.split(r"[. ]", number)
    if new in ([*parts, "1"], ["A"], ["A", "1"]):
        return True
    if len(new) > len(parts):
        return False
    at = len(new) - 1
    return new[:at] == parts[:at] and _next(parts[at], new[at])


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _next(a: str, b: str) -> bool:
    if a.isdecimal() and b.isdecimal():
        return int(b) in (int(a) + 1, int(a) + 2)
    if a in _ROMAN and b in _ROMAN and _ROMAN.index(b) == _ROMAN.index(a) + 1:
        return True
    return len(a) == len(b) == 1 and ord(b) - ord(a) in (1, 2)


def _take_second_lines(rows: Sequence[Row], at: int, body_size: float) -> None:
    """A heading goes on in the next line where that looks the same and its first word had no room before."""
    for previous, row in zip(rows[at : at + 3], rows[at + 1 : at + 4], strict=False):
        if row.kind or row.column != previous.column or row.page != previous.page:
            return
        step = row.base - previous.base
        first = row.text.split(" ", 1)[0]
        width = (row.x1 - row.x0) * len(first) / max(len(row.text), 1)
        room = previous.right - previous.x1
        alike = abs(row.size - previous.size) < 0.2 and (row.bold, row.italic) == (
            previous.bold,
            previous.italic,
        )
        if (
            not alike
            or not 0 < step < 1.5 * row.size
            or (width < room - 12 and not (row.bold and 8 < row.x0 - rows[at].x0 < 70))
            or split_number(row.text)[0]
            or WORDING.fullmatch(row.text.strip())
            or row.gaps
        ):
            return
        # A line of plain text after a plain heading would look the same, but it does not stand under the
        # title's first word.
        hangs = bool(rows[at].gaps or rows[at].level) and 8 < row.x0 - rows[at].x0 < 70
        if not (row.bold or row.italic or row.text.isupper() or row.size > 1.06 * body_size or hangs):
            return
        row.kind, row.opens, row.level = "heading", False, rows[at].level
