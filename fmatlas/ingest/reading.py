"""From a PDF to a reading: the one door into this package for whoever wants a paper's text."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from fmatlas.ingest.assemble import Assembled, assemble
from fmatlas.ingest.floats import find_floats, float_places, section_at
from fmatlas.ingest.glyphs import PageWords
from fmatlas.ingest.layout import Layout, read_layout
from fmatlas.ingest.metadata import find_metadata
from fmatlas.ingest.open import info, open_pdf, outline
from fmatlas.ingest.passages import find_passages
from fmatlas.ingest.references import mark_entries, parse_reference
from fmatlas.ingest.sections import Heading, find_sections
from fmatlas.ingest.sentences import sentence_spans
from fmatlas.schema.errors import ReadError
from fmatlas.schema.reading import Page, Reading, Reference, Section, Sentence

READER_VERSION = "8"

_INFO_KEYS = ("Title", "Author", "Subject", "Keywords", "CreationDate", "ModDate")


def read_report(path: Path) -> Reading:
    """Read one PDF; a pure function of its bytes.

    Args:
        path: a file on disk; its name plays no part.

    Returns:
        The reading, whose layers all point into its text.

    Raises:
        ReadError: the file cannot be read; its `reason` is one of `empty`, `not-a-pdf`, `damaged`,
            `encrypted`,
            `image-only`, `too-large`, `too-many-pages`, `no-text`.
    """
    with open_pdf(path) as document:
        return read_document(document, path.name)


def read_document(
    document: object, name: str, *, use_outline: bool = True, spent: Counter[str] | None = None
) -> Reading:
    """Read an open document.

    Args:
        document: as `open_pdf` gives it.
        name: what messages call it.
        use_outline: whether the document's own outline may say what is a heading.
        spent: gets the seconds of processor time of each stage (`layout`, `sections`, `passages`), for
            benchmarks.
    """
    began = process_time()
    stored = {key: info(document, key) for key in _INFO_KEYS}
    layout = read_layout(document, outline(document) if use_outline else [], stored["Title"])
    if not layout.rows:
        if any(page.image_only for page in layout.pages):
            raise ReadError(
                "image-only", f"{name}: pages are pictures without a text layer; run OCR on it and try again"
            )
        raise ReadError("no-text", f"{name}: no page has any text")
    times = [began, process_time()]
    mark_entries([row for row in layout.rows if row.kind == "reference"])
    assembled = assemble(layout.pages, layout.rows, layout.asides)
    sections = find_sections(_headings(assembled), assembled.body_end)
    sentences = _sentences(assembled, sections, layout)
    times.append(process_time())
    abstract = _abstract(assembled, sections, sentences)
    references = _references(assembled)
    image_only = [page.number for page in layout.pages if page.image_only]
    notes = []
    if image_only:
        notes.append("pages without a text layer: " + ", ".join(map(str, image_only)))
    reading = Reading(
        text=assembled.text,
        body_end=assembled.body_end,
        floats_end=assembled.floats_end,
        pages=tuple(_page(page) for page in layout.pages),
        lines=tuple(assembled.lines),
        words=tuple(assembled.words),
        sections=tuple(sections),
        sentences=tuple(sentences),
        passages=tuple(find_passages(assembled.text, sentences)),
        floats=tuple(find_floats(assembled, sections, layout)),
        references=tuple(references),
        metadata=tuple(find_metadata(layout, stored, abstract, [r.year for r in references if r.year])),
        coverage=_coverage(layout),
        notes=tuple(notes),
    )
    if spent is not None:
        times.append(process_time())
        for stage, a, b in zip(("layout", "sections", "rest"), times, times[1:], strict=False):
            spent[stage] += b - a  # type: ignore[assignment]
    return reading


def _page(page: PageWords) -> Page:
    width, height = (page.height, page.width) if page.turn % 2 else (page.width, page.height)
    return Page(round(width, 2), round(height, 2), page.image_only)


def _headings(assembled: Assembled) -> list[Heading]:
    headings: list[Heading] = []
    previous_end = -1
    for row, (start, end) in zip(assembled.rows, assembled.row_spans, strict=True):
        if start >= assembled.body_end:
            break
        if row.starts:
            title = "Abstract" if row.starts == "abstract" else ""
            headings.append(Heading(start, start, title, row.size, row.bold, 0, row.starts))
            previous_end = -1
        elif row.kind != "heading":
            previous_end = -1
        elif not row.opens and headings and previous_end == headings[-1].end:
            headings[-1].end = previous_end = end
            headings[-1].title = assembled.text[headings[-1].start : end]
        else:
            headings.append(Heading(start, end, assembled.text[start:end], row.size, row.bold, row.level))
            previous_end = end
    return headings


def _sentences(assembled: Assembled, sections: Sequence[Section], layout: Layout) -> list[Sentence]:
    text = assembled.text
    word_starts = [word.start for word in assembled.words]
    starts = [section.start for section in sections]
    places = float_places(assembled, layout)
    kinds = {
        "title": "body",
        "body": "body",
        "formula": "body",
        "caption": "caption",
        "footnote": "footnote",
        "table": "table",
    }
    sentences: list[Sentence] = []
    spans = assembled.row_spans
    at = 0
    while at < len(spans):
        row = assembled.rows[at]
        kind = kinds.get(row.kind)
        end = at + 1
        if kind is None or spans[at][0] >= assembled.floats_end:
            at = end
            continue
        # Rows that the text joins are one paragraph.
        while (
            kind != "table"
            and end < len(spans)
            and kinds.get(assembled.rows[end].kind) == kind
            and text[spans[end][0] - 1] != "\n"
        ):
            end += 1
        begin, stop = spans[at][0], spans[end - 1][1]
        in_body = begin < assembled.body_end
        pieces = [(begin, stop)] if kind == "table" else sentence_spans(text, begin, stop)
        for a, b in pieces:
            page = assembled.words[bisect_right(word_starts, a) - 1].box.page
            section = section_at(sections, starts, a if in_body else places.get(id(row), 0))
            sentences.append(Sentence(a, b, page, section, kind))
        at = end
    return sentences


def _abstract(
    assembled: Assembled, sections: Sequence[Section], sentences: Sequence[Sentence]
) -> tuple[str, int]:
    for at, section in enumerate(sections):
        if section.type == "abstract":
            inside = [s for s in sentences if s.section == at and s.kind == "body"]
            if inside:
                return assembled.text[inside[0].start : inside[-1].end].replace("\n", " "), inside[0].page
    return "", 1


def _references(assembled: Assembled) -> list[Reference]:
    references: list[Reference] = []
    start = end = -1
    for row, span in zip(assembled.rows, assembled.row_spans, strict=True):
        if row.kind != "reference":
            continue
        if row.opens:
            if start >= 0:
                references.append(parse_reference(assembled.text, start, end))
            start = span[0]
        if start >= 0:
            end = span[1]
    if start >= 0:
        references.append(parse_reference(assembled.text, start, end))
    return references


def _coverage(layout: Layout) -> float:
    total = sum(sum(map(len, page.text)) for page in layout.pages)
    known = sum(
        len(layout.pages[row.page - 1].text[i])
        for row in [*layout.rows, *layout.asides]
        if row.kind != "figure" or row.owner
        for i in row.words
    )
    return round(known / total, 4) if total else 1.0
