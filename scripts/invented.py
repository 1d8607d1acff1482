"""Papers that do not exist, written by language models together with the coding a reader would give them.

A file has a coding sheet above a line `===` and the paper under it: `#` before the title, `##` before a
heading; every other line is a paragraph, a caption, or under the caption of a table one of its rows,
`| cell | cell |`.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from fmatlas.ingest.headings import split_number
from fmatlas.ingest.sections import Heading, find_sections
from fmatlas.ingest.sentences import sentence_spans
from fmatlas.review.evaluate import Row
from fmatlas.schema.reading import Box, Cell, Float, MetadataValue, Page, Reading, Sentence

INVENTED = Path(__file__).parent / "invented"
# Characters to a page of print; an invented paper has no pages of its own.
_PAGE = 3500
_NOWHERE = Box(1, 0, 0, 1, 1)
_BLOCK = re.compile(r"^(#*) *(?!\|)(\S.*)((?:\n\s*\|.*)*)", re.M)
_FIGURE = re.compile(r"(?:Extended Data |Supplementary )?Fig(?:ure|\.) ?\w+ ?[.:|]", re.I)


def invented_papers(folder: Path = INVENTED) -> Iterator[tuple[Reading, list[Row]]]:
    """Each paper as if it had been read from print, and its coding."""
    for path in sorted(folder.glob("*.txt")):
        sheet, _, paper = path.read_text(encoding="utf-8").partition("\n===\n")
        coded = [_row(path.name, line) for line in sheet.splitlines() if line.strip()]
        yield _reading(paper), coded


def _row(file: str, line: str) -> Row:
    """A row of the sheet: `category: VFM`, or as in every coding sheet `field,value,role`."""
    single = re.match(r"(title|year|category): *(.+)", line)
    field, value, role = [*(single.groups() if single else next(csv.reader([line]))), ""][:3]
    return Row(file, field.strip(), value.strip(), role.strip())


def _reading(paper: str) -> Reading:
    text, title = "", ""
    headings: list[Heading] = []
    sentences: list[Sentence] = []
    printed: list[tuple[int, int, str, list[str]]] = []
    for marks, line, rows in _BLOCK.findall(paper):
        page, section = 1 + len(text) // _PAGE, len(headings)
        if rows or _FIGURE.match(line):
            printed.append((page, section, line, rows.split("\n")[1:]))
            continue
        start = len(text)
        text += line.strip() + "\n"
        if not marks:
            spans = sentence_spans(text, start, len(text))
            sentences += [Sentence(a, b, page, section, "body") for a, b in spans]
        elif marks == "#":
            title = line.strip()
        else:
            number = split_number(line)[0].strip(".")
            level = number.count(".") + 1 if number else 0
            headings.append(Heading(start, len(text) - 1, line.strip(), 13 - max(1, level), True, level))
    body_end = len(text)
    floats: list[Float] = []
    for page, section, caption, rows in printed:
        start = len(text)
        text += caption.strip() + "\n"
        spans = sentence_spans(text, start, len(text))
        sentences += [Sentence(a, b, page, section, "caption") for a, b in spans]
        caption_end = len(text) - 1
        grid: list[tuple[Cell, ...]] = []
        for row in rows:
            first, cells = len(text), []
            for cell in row.strip().strip("|").split("|"):
                cells.append(Cell(len(text), len(text) + len(cell.strip()), _NOWHERE, not grid))
                text += cell.strip() + "\t"
            text = text[:-1] + "\n"
            grid.append(tuple(cells))
            sentences.append(Sentence(first, len(text) - 1, page, section, "table"))
        kind = "table" if grid else "figure"
        floats.append(Float(kind, "", start, caption_end, _NOWHERE, section, tuple(grid)))
    return Reading(
        text=text,
        body_end=body_end,
        floats_end=len(text),
        pages=(Page(612, 792),) * (1 + body_end // _PAGE),
        lines=(),
        words=(),
        sections=tuple(find_sections(headings, body_end)),
        sentences=tuple(sentences),
        passages=(),
        floats=tuple(floats),
        metadata=(MetadataValue("title", title, "text", 1.0),),
    )
