"""Small readings written out by hand, for tests of what looks at a text."""

import re

from fmatlas.schema.reading import Box, Cell, Float, Line, Page, Reading, Section, Sentence


def written(
    *sections: tuple[str, str],
    title: str = "",
    table: tuple[str, tuple[tuple[str, ...], ...]] | None = None,
    footer: str = "",
) -> Reading:
    """A report of one page for each section `(type, text)`; a table is `(caption, rows)`, headers first.

    A sentence ends at a full stop before a space; a title is the first line of the front.
    """
    text, lines, found, sentences, cells = "", [], [], [], []
    if title:
        sections = (("front", title), *sections)
    for n, (kind, body) in enumerate(sections):
        start = len(text)
        text += body + "\n"
        found.append(Section(start, len(text), 1, "", kind, kind))
        line_kind = "title" if title and n == 0 else "reference" if kind == "references" else "body"
        lines.append(Line(start, len(text) - 1, Box(n + 1, 50, 50, 500, 60), line_kind, 10.0, False))
        if line_kind == "body":
            for match in re.finditer(r"\S.*?(?:\.(?=\s)|$)", body, re.DOTALL):
                sentences.append(Sentence(start + match.start(), start + match.end(), n + 1, n, "body"))
    body_end = len(text)
    floats = []
    if table:
        caption, rows = table
        start = len(text)
        text += caption + "\n"
        sentences.append(Sentence(start, len(text) - 1, 1, len(found) - 1, "caption"))
        for r, row in enumerate(rows):
            at, of_row = len(text), []
            for c, cell in enumerate(row):
                box = Box(1, 50.0 + 100 * c, 100.0 + 12 * r, 140.0 + 100 * c, 110.0 + 12 * r)
                of_row.append(Cell(len(text), len(text) + len(cell), box, r == 0))
                text += cell + ("\t" if c < len(row) - 1 else "\n")
            cells.append(tuple(of_row))
            sentences.append(Sentence(at, len(text) - 1, 1, len(found) - 1, "table"))
        box = Box(1, 50, 90, 500, 400)
        floats.append(
            Float("table", "Table 1", start, start + len(caption), box, len(found) - 1, tuple(cells))
        )
    floats_end = len(text)
    if footer:
        lines.append(
            Line(len(text), len(text) + len(footer), Box(1, 50, 780, 500, 790), "footer", 8.0, False)
        )
        text += footer + "\n"
    return Reading(
        text=text,
        body_end=body_end,
        floats_end=floats_end,
        pages=tuple(Page(595, 842) for _ in sections),
        lines=tuple(lines),
        words=(),
        sections=tuple(found),
        sentences=tuple(sentences),
        passages=(),
        floats=tuple(floats),
    )
