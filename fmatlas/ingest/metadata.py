"""Title, authors, year, venue, abstract, arXiv id and DOI: all candidates, each with its source and how sure
it is.
"""

import re
from collections.abc import Sequence

from fmatlas.ingest.columns import Row
from fmatlas.ingest.layout import Layout
from fmatlas.schema.reading import MetadataValue

_ARXIV_STAMP = re.compile(
    r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(v\d+)?\s*(?:\[[^\]]+\])?\s*(\d{1,2}\s+\w{3}\w*\s+(\d{4}))?"
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s,;\"<>]+[^\s,;\"<>.)\]])")
_YEAR = r"((?:19|20)\d{2})"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?"
_MEETINGS = (
    r"cvpr|iccv|eccv|wacv|miccai|isbi|iclr|icml|neurips|nips|aaai|ijcai|acl|emnlp|naacl|midl|mlhc|chil|ml4h|bmvc|"
    r"interspeech|icassp|kdd|www|sigir|sigkdd|ipmi|accv|coling"
)
# What says the year of publication, surest first.
_YEAR_LINES = tuple(
    (source, p, re.compile(pattern, re.I))
    for source, p, pattern in (
        ("venue line", 0.93, rf"proceedings of machine learning research\D{{0,6}}[\w:,–\- ]*?,\s*{_YEAR}"),
        ("venue line", 0.92, rf"proceedings of [^\n]{{3,80}}?\b{_YEAR}"),
        ("venue line", 0.92, rf"published as a conference paper at \w+ {_YEAR}"),
        ("copyright", 0.9, rf"(?:©|\(c\)|copyright)\s*(?:the authors?\W*)?{_YEAR}"),
        ("copyright", 0.88, rf"(?:©|copyright)[^\n]{{0,60}}?\b{_YEAR}"),
        ("venue line", 0.88, rf"\b(?:{_MEETINGS})\W{{0,4}}{_YEAR}"),
        ("venue line", 0.86, rf"\b{_YEAR} (?:ieee|acm|conference|international|annual)"),
        ("venue line", 0.85, rf"(?:conference|symposium|workshop)[^\n]{{0,60}}?\b{_YEAR}"),
        (
            "venue line",
            0.84,
            rf"\b(?:vol(?:ume|\.)?|transactions|journal|letters|nature|medicine)\b[^\n]{{0,60}}?\b{_YEAR}",
        ),
        ("venue line", 0.8, rf"\({_YEAR}\)\s+\d+(?:[:\-–]|$)|\d+\s*\({_YEAR}\)"),
        ("dates", 0.8, rf"published(?: online)?:?\s+(?:\d{{1,2}}\s+)?{_MONTHS}(?:\s+\d{{1,2}},?)?\s+{_YEAR}"),
        ("dates", 0.74, rf"accepted:?\s+(?:\d{{1,2}}\s+)?{_MONTHS}(?:\s+\d{{1,2}},?)?\s+{_YEAR}"),
        ("dates", 0.6, rf"received:?\s+(?:\d{{1,2}}\s+)?{_MONTHS}(?:\s+\d{{1,2}},?)?\s+{_YEAR}"),
    )
)
_VENUES: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (p, re.compile(pattern, re.I))
    for p, pattern in (
        (0.9, r"proceedings of (?:the )?[^\n]{4,90}"),
        (0.88, r"published as a conference paper at (\w+ \d{4})"),
        (0.8, r"(?:ieee|acm) (?:transactions|journal) on [^\n,]{4,60}"),
        (0.75, r"\d*\w* ?(?:international |annual )?(?:conference|symposium|workshop) on [^\n]{4,80}"),
        (0.7, r"journal of [^\n\d,]{4,60}|medical image analysis|nature [a-z]+|scientific reports|plos one"),
        (
            0.65,
            r"\b(?:cvpr|iccv|eccv|wacv|miccai|isbi|iclr|icml|neurips|aaai|midl|mlhc|chil|ml4h|bmvc)\W{0,3}\d{4}",
        ),
    )
)


def find_metadata(
    layout: Layout, info: dict[str, str], abstract: tuple[str, int], cited: Sequence[str]
) -> list[MetadataValue]:
    """Candidates for every metadata field, in the order of fields and the surest first.

    Args:
        layout: the document's rows.
        info: its information dictionary (`Title`, `CreationDate` ...).
        abstract: the abstract's text and page, empty where none was found.
        cited: the years of the works that it cites.
    """
    first = [row for row in layout.rows if row.page == 1]
    turned = " ".join(row.text for row in layout.asides if row.page == 1 and row.kind == "stamp")
    found = [
        *_titles(first, info),
        *_authors(first, info),
        *_years(layout, first, turned, info),
        *_venues(first),
        *_identifiers(first, turned, info),
    ]
    if cited:
        # No paper is older than what it cites.
        found.append(MetadataValue("year", max(cited), "latest reference", 0.3, layout.pages[-1].number))
    if abstract[0]:
        found.append(MetadataValue("abstract", abstract[0], "section", 0.9, abstract[1]))
    best: dict[tuple[str, str, str], MetadataValue] = {}
    for value in found:
        key = (value.field, value.source, value.value)
        if value.value and (key not in best or best[key].p < value.p):
            best[key] = value
    order = ("title", "authors", "year", "venue", "abstract", "arxiv_id", "doi")
    return sorted(best.values(), key=lambda v: (order.index(v.field), -v.p, v.source, v.value))


def _titles(first: Sequence[Row], info: dict[str, str]) -> list[MetadataValue]:
    printed = joined_lines([row.text for row in first if row.kind == "title"])
    stored = re.sub(r"\s+", " ", info.get("Title", "")).strip()
    if (
        len(stored) < 12
        or " " not in stored
        or re.search(r"\.(dvi|tex|docx?|pdf|indd)\b|^untitled|microsoft word", stored, re.I)
    ):
        stored = ""
    agrees = bool(stored) and _letters(stored) == _letters(printed)
    values = []
    if printed:
        values.append(MetadataValue("title", printed.rstrip(" *∗†‡"), "page 1", 0.98 if agrees else 0.9))
    if stored:
        values.append(MetadataValue("title", stored, "PDF information", 0.97 if agrees else 0.6))
    return values


def joined_lines(lines: Sequence[str]) -> str:
    """Lines of print as one, a hyphen at a line's end kept only before a capital letter or a digit."""
    out = ""
    for line in lines:
        line = line.strip()
        if out.endswith("-"):
            out = out + line
        else:
            out = f"{out} {line}" if out else line
    return re.sub(r"\s+", " ", out)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _authors(first: Sequence[Row], info: dict[str, str]) -> list[MetadataValue]:
    values = []
    names: list[str] = []
    for row in first:
        if row.kind != "authors":
            continue
        if "@" in row.text or re.search(
            r"universit|institut|department|hospital|school|college|laborator|center|centre|inc\b|research|google|"
            r"https?:|editor|email|corresponding|\d{4}|faculty|academy|abstract",
            row.text,
            re.I,
        ):
            continue
        clean = re.sub(r"[\d∗*†‡§¶♯⋆✉,]+(?=[\s,]|$)|(?<=[a-z])\d+", ",", row.text)
        names += [name.strip(" .") for name in re.split(r",|;|&|\band\b|\s{3,}", clean)]
    people = [n for n in names if re.fullmatch(r"[^\W\d_][\w.'’\-]*(?: [\w.'’\-]+){1,4}", n)]
    if people:
        values.append(MetadataValue("authors", "; ".join(people), "page 1", 0.75))
    if stored := re.sub(r"\s+", " ", info.get("Author", "")).strip():
        values.append(MetadataValue("authors", stored, "PDF information", 0.6))
    return values


def _years(layout: Layout, first: Sequence[Row], turned: str, info: dict[str, str]) -> list[MetadataValue]:
    values = []
    stamp = _ARXIV_STAMP.search(turned) or _ARXIV_STAMP.search(
        " ".join(r.text for r in first if r.kind == "header")
    )
    if stamp:
        year = stamp[4] or ("20" + stamp[1][:2] if stamp[1][:4].isdecimal() else "")
        values.append(MetadataValue("year", year, "arXiv stamp", 0.97 if stamp[4] else 0.9))
    lines = [
        row.text
        for row in first
        if row.kind in ("header", "footer", "footnote", "authors", "stamp", "page number")
    ]
    rest = [row.text for row in first if row.kind in ("body", "figure", "heading", "title")]
    for text, factor in (("\n".join(lines), 1.0), ("\n".join(rest[:12] + rest[-12:]), 0.85)):
        for source, p, pattern in _YEAR_LINES:
            if match := pattern.search(text):
                values.append(
                    MetadataValue("year", match[match.lastindex or 1], source, round(p * factor, 3))
                )
    later = "\n".join(r.text for r in layout.rows if r.page in (2, 3) and r.kind in ("header", "footer"))
    for source, p, pattern in _YEAR_LINES:
        if match := pattern.search(later):
            values.append(MetadataValue("year", match[match.lastindex or 1], source, round(0.9 * p, 3), 2))
    if made := re.match(r"D?:?((?:19|20)\d{2})", info.get("CreationDate", "")):
        values.append(MetadataValue("year", made[1], "PDF creation date", 0.4))
    if changed := re.match(r"D?:?((?:19|20)\d{2})", info.get("ModDate", "")):
        values.append(MetadataValue("year", changed[1], "PDF change date", 0.35))
    return values


def _venues(first: Sequence[Row]) -> list[MetadataValue]:
    text = "\n".join(row.text for row in first if row.kind in ("header", "footer", "footnote"))
    return [
        MetadataValue("venue", (match[1] if match.lastindex else match[0]).strip(" ,.;"), "venue line", p)
        for p, pattern in _VENUES
        if (match := pattern.search(text))
    ]


def _identifiers(first: Sequence[Row], turned: str, info: dict[str, str]) -> list[MetadataValue]:
    values = []
    if match := _ARXIV_STAMP.search(turned):
        values.append(MetadataValue("arxiv_id", match[1], "arXiv stamp", 0.99))
    page_text = "\n".join(
        row.text for row in first if row.kind in ("header", "footer", "footnote", "authors")
    )
    if match := _ARXIV_STAMP.search(page_text):
        values.append(MetadataValue("arxiv_id", match[1], "page 1", 0.8))
    stored = " ".join(info.values())
    if match := re.search(r"arxiv[.:/]*(?:abs/)?\s*(\d{4}\.\d{4,5})", stored, re.I):
        values.append(MetadataValue("arxiv_id", match[1], "PDF information", 0.9))
    if match := _DOI.search(page_text):
        values.append(MetadataValue("doi", match[1], "page 1", 0.9))
    if match := _DOI.search(stored):
        values.append(MetadataValue("doi", match[1], "PDF information", 0.85))
    return values
