"""What is read from one report: an immutable text, and layers of spans over it.

Every layer points into `Reading.text` by half-open character offsets; nobody copies text around. The text is
made of three streams, one after another, so that a sentence is never interrupted by what floats on its page:

1. the body in reading order, over all pages: title, headings, paragraphs, the reference list, appendices;
2. the floats in page order: captions, table rows (cells parted by a tab), figure text, footnotes;
3. the furniture: headers, footers, page and line numbers, side stamps, text that no person could see.

Within a paragraph lines are joined by a space, or by nothing where a hyphenated word was mended; paragraphs,
headings, captions and table rows end with a newline.
"""

from dataclasses import dataclass, field

LINE_KINDS = (
    "title",
    "authors",
    "heading",
    "body",
    "formula",
    "reference",
    "caption",
    "table",
    "figure",
    "footnote",
    "header",
    "footer",
    "page number",
    "line number",
    "stamp",
    "hidden",
)

FURNITURE_KINDS = frozenset({"header", "footer", "page number", "line number", "stamp", "hidden"})

SECTION_TYPES = (
    "front",
    "abstract",
    "introduction",
    "related work",
    "method",
    "data",
    "experiments",
    "results",
    "discussion",
    "conclusion",
    "acknowledgements",
    "references",
    "appendix",
    "other",
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left corner; `page` is 1-based."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of print: its span in the text, its box, what it is, its font size in points."""

    start: int
    end: int
    box: Box
    kind: str
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word of print: its span in the text and its box; the finest place that can be marked on a page."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the body under one heading.

    `level` is 1 for a main section; `start`..`end` covers heading and text up to the next heading of any
    level, so the sections of a report cover its body stream without gap or overlap.
    """

    start: int
    end: int
    level: int
    number: str
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of body, caption or footnote text, or one row of a table.

    `section` indexes `Reading.sections`: for a float, the section that it stands in on the page.
    `kind` is `body`, `caption`, `table` or `footnote`.
    """

    start: int
    end: int
    page: int
    section: int
    kind: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded and found: whole sentences of one section, a caption, or the rows of a table.

    `kind` is `body`, `caption` or `table`; `page` is where it starts.
    """

    start: int
    end: int
    page: int
    section: int
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell: span, box, and whether it heads a row or a column."""

    start: int
    end: int
    box: Box
    header: bool


@dataclass(frozen=True, slots=True)
class Float:
    """A figure or a table with its rows; `kind` says which, `label` is as printed (`Table 2`)."""

    kind: str
    label: str
    caption_start: int
    caption_end: int
    box: Box
    section: int
    rows: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of the reference list; what is not printed is an empty string."""

    start: int
    end: int
    label: str
    title: str
    authors: str
    year: str
    arxiv_id: str
    doi: str


@dataclass(frozen=True, slots=True)
class MetadataValue:
    """A candidate for a metadata field, with where it was seen and how sure that is (0 to 1)."""

    field: str
    value: str
    source: str
    p: float
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its size in points after rotation, and whether it has pictures but no text layer."""

    width: float
    height: float
    image_only: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one report. See the module for how `text` is laid out.

    `coverage` is the share of the pages' characters that ended in a section, table, caption, reference or
    known furniture. `body_end` and `floats_end` part the three streams of the text.
    """

    text: str
    body_end: int
    floats_end: int
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    words: tuple[Word, ...]
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    floats: tuple[Float, ...] = ()
    references: tuple[Reference, ...] = ()
    metadata: tuple[MetadataValue, ...] = ()
    coverage: float = 1.0
    notes: tuple[str, ...] = field(default=())
