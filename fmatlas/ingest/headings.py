"""Headings: found by number, size, weight and wording."""

import re

from fmatlas.ingest.columns import Row

_NUMBER = re.compile(
    r"(?P<number>(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z](?:\.\d{1,2}){1,3}|[A-Z]|[IVX]{1,5}|"
    r"(?:Appendix|APPENDIX|Supplement(?:ary)?|Annex) [A-Z\d]?))\.?[):]?\s+(?=\S)"
)
WORDING = re.compile(
    r"(abstract|summary|introduction|background|related works?|previous works?|prior works?|literature review|"
    r"(materials? and )?methods?|methodology|approach|proposed (method|approach)|(our )?method|"
    r"data(sets?)?|(data|materials)( and methods)?|experiments?|experimental (setup|settings?|results|details|design)|"
    r"implementation details|evaluation|results?|results and discussions?|experiments and results|"
    r"discussions?|discussion and conclusions?|limitations?( and .*)?|conclusions?|concluding remarks|"
    r"conclusions? and (future works?|discussions?|limitations?)|future works?|ablation stud(y|ies)|ablations?|"
    r"acknowledge?ments?.*|references|bibliography|literature cited|"
    r"appendi(x|ces)( .*)?|supplement(ary|al) (materials?|information|methods|figures|tables)|"
    r"data availability.*|data and code availability.*|code availability.*|author contributions?.*|"
    r"(competing|conflicts? of|declaration of competing) interests?.*|ethic(s|al) (statement|approval|considerations?).*|"
    r"funding.*|broader impacts?.*|reproducibility statement|institutional review board.*|keywords|"
    r"preliminar(y|ies)|motivation|overview|contributions?|theory|problem (statement|formulation|definition)|"
    r"checklist|supporting information|online methods|main|declarations?|highlights|"
    r"credit authorship contribution statement|generalizable insights.*)[.:]?",
    re.I,
)


def split_number(text: str) -> tuple[str, str]:
    """A heading's number and title.

    Example:
        >>> split_number("3.2. Training data"), split_number("Results")
        (('3.2', 'Training data'), ('', 'Results'))
    """
    match = _NUMBER.match(text)
    if not match:
        return "", text
    return match["number"].strip(), text[match.end() :]


def mark_headings(rows: list[Row], body_size: float, leading: float) -> None:
    """Set kind `heading` on rows that head a section; `rows` are one page's in reading order, unmarked or marked."""
    for at, row in enumerate(rows):
        if row.kind or row.gaps and len(row.gaps) > 1:
            continue
        before = rows[at - 1] if at else None
        after = rows[at + 1] if at + 1 < len(rows) else None
        if _is_heading(row, before, after, body_size, leading):
            row.kind, row.opens = "heading", True
            number, _ = split_number(row.text)
            row.level = number.count(".") + 1 if number else 0
    _join_second_lines(rows)


def _is_heading(row: Row, before: Row | None, after: Row | None, body_size: float, leading: float) -> bool:
    text = row.text.strip()
    letters = sum(c.isalpha() for c in text)
    if letters < 3 or letters < 0.5 * len(text.replace(" ", "")) or len(text) > 130 or row.math:
        return False
    number, title = split_number(text)
    if not title or not (title[0].isupper() or title[0].isdigit() or number and title[0].isalpha()):
        return False
    large = row.size > body_size * 1.06
    capitals = title.upper() == title and sum(c.isalpha() for c in title) > 4
    wording = bool(WORDING.fullmatch(title))
    loose = (
        before is None
        or before.column != row.column
        or row.base - before.base > 1.25 * leading
        or before.kind in ("heading", "caption", "figure", "table", "header")
    )
    short = row.x1 < row.right - 0.12 * (row.right - row.left) or row.x0 > row.left + 10
    ends = text.endswith((".", ",", ";")) and not wording
    strong = row.bold or large
    if wording and (strong or capitals or loose and short):
        return True
    if row.size < body_size * 0.92:
        return False
    if number and strong and not (ends and not number):
        return loose or row.bold
    if number and capitals and loose:
        return True
    if number and "." in number and loose and short and not ends:
        return len(title) < 80 and title[0].isupper()
    if strong and loose and not ends:
        return short or large
    return False


def _join_second_lines(rows: list[Row]) -> None:
    """A heading's second line looks like the first and follows it closely."""
    for first, second in zip(rows, rows[1:], strict=False):
        if (
            first.kind == "heading"
            and second.kind in ("", "heading")
            and second.column == first.column
            and abs(second.size - first.size) < 0.15
            and second.bold == first.bold
            and (first.bold or first.size > 1.06 * second.size or second.kind == "heading")
            and 0 < second.base - first.base < 1.35 * first.size
            and not split_number(second.text)[0]
            and not WORDING.fullmatch(second.text.strip())
            and first.x1 > first.right - 0.35 * (first.right - first.left)
        ):
            second.kind, second.opens, second.level = "heading", False, first.level
