"""Floats: captions with the rows and pictures that belong to them, and where in the text they stand."""

from bisect import bisect_right
from collections.abc import Sequence

from fmatlas.ingest.assemble import Assembled
from fmatlas.ingest.captions import label_of
from fmatlas.ingest.glyphs import PageWords
from fmatlas.ingest.layout import Layout
from fmatlas.schema.reading import Box, Cell, Float, Section


def section_at(sections: Sequence[Section], starts: list[int], at: int) -> int:
    """Index of the section that holds offset `at` of the body; `starts` are the sections' starts."""
    return max(bisect_right(starts, at) - 1, 0)


def float_places(assembled: Assembled, layout: Layout) -> dict[int, int]:
    """For each row (by `id`), the offset of the last row of the body that stands before it in reading
    order.
    """
    span = {id(row): start for row, (start, _) in zip(assembled.rows, assembled.row_spans, strict=True)}
    places: dict[int, int] = {}
    last = 0
    for row in layout.rows:
        start = span[id(row)]
        if start < assembled.body_end:
            last = start
        places[id(row)] = last
    return places


def find_floats(assembled: Assembled, sections: Sequence[Section], layout: Layout) -> list[Float]:
    """Tables, figures and algorithms (as figures) in the order of their captions in the text."""
    starts = [section.start for section in sections]
    places = float_places(assembled, layout)
    groups: dict[tuple[int, int], list[int]] = {}
    for at, row in enumerate(assembled.rows):
        if row.owner and row.kind in ("caption", "table", "figure"):
            groups.setdefault((row.page, row.owner), []).append(at)
    pictures = {page.number: [_shown(page, box) for box in page.pictures.tolist()] for page in layout.pages}
    floats: list[Float] = []
    for (page, _), members in groups.items():
        captions = [i for i in members if assembled.rows[i].kind == "caption"]
        found = label_of(assembled.rows[captions[0]].text) if captions else None
        if not found:
            continue
        box = _union([assembled.lines[i].box for i in members])
        if found[1] == "figure":
            box = _with_pictures(box, assembled.lines[captions[0]].box, pictures[page])
        floats.append(
            Float(
                "table" if found[1] == "table" else "figure",
                found[0],
                assembled.row_spans[captions[0]][0],
                assembled.row_spans[captions[-1]][1],
                box,
                section_at(sections, starts, places.get(id(assembled.rows[captions[0]]), 0)),
                tuple(_cells(assembled, i) for i in members if assembled.rows[i].kind == "table"),
            )
        )
    return floats


def _cells(assembled: Assembled, at: int) -> tuple[Cell, ...]:
    """The cells of one row; a row above the header rule heads columns, a first cell in words heads its
    row.
    """
    row = assembled.rows[at]
    return tuple(
        Cell(a, b, box, header=row.level > 0 or (column == 0 and not _numeric(assembled.text[a:b])))
        for column, (a, b, box) in enumerate(assembled.cells[id(row)])
    )


def _numeric(text: str) -> bool:
    return sum(c.isdigit() for c in text) > 0.4 * max(len(text), 1)


def _shown(page: PageWords, box: list[float]) -> Box:
    return Box(page.number, *(round(v, 2) for v in page.shown(*box)))


def _union(boxes: Sequence[Box]) -> Box:
    return Box(
        boxes[0].page,
        min(b.x0 for b in boxes),
        min(b.y0 for b in boxes),
        max(b.x1 for b in boxes),
        max(b.y1 for b in boxes),
    )


def _with_pictures(box: Box, caption: Box, pictures: Sequence[Box]) -> Box:
    """The box widened by the pictures right above the caption (or what is already in it), as far as they
    touch.
    """
    grown = True
    while grown:
        grown = False
        for other in pictures:
            inside = other.x0 >= box.x0 - 1 and other.x1 <= box.x1 + 1 and other.y0 >= box.y0 - 1
            beside = other.x0 < box.x1 + 12 and other.x1 > box.x0 - 12
            near = beside and other.y1 > box.y0 - 30 and other.y0 < caption.y0
            if near and not (inside and other.y1 <= box.y1 + 1):
                wider = _union([box, other])
                grown = grown or wider != box
                box = wider
    return box
