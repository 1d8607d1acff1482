"""Make the invented papers of `examples/`: PDFs that look like papers, and the coding sheet beside them.

Run it after a change to `scripts/examples/*.md`:

    uv run python scripts/make_examples.py

The same sources give the same bytes. A source is a head of `key: value` lines, a body in a tiny markup and
the coding sheet: `# heading`, `## heading`, `$ formula`, `Table: caption` with rows of cells parted by `|`,
`Figure: caption` with a line of `label=height` bars, `[@key]` for a citation; anything else is a paragraph.
"""

import argparse
import csv
import html
import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pypdfium2
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

SOURCES = Path(__file__).parent / "examples"
MARK = "Invented example - not a real paper"
COLUMNS = ("file", "field", "value", "role", "evidence_page", "note")

WIDTH, HEIGHT = A4
MARGIN, GAP, FOOT = 54, 18, 60

BODY = ParagraphStyle(
    "body", fontName="Times-Roman", fontSize=10, leading=12, alignment=TA_JUSTIFY, spaceAfter=5
)
TITLE = ParagraphStyle("title", BODY, fontName="Times-Bold", fontSize=16, leading=19, alignment=TA_CENTER)
AUTHORS = ParagraphStyle("authors", BODY, fontSize=11, leading=14, alignment=TA_CENTER, spaceBefore=6)
ABSTRACT = ParagraphStyle(
    "abstract", BODY, fontSize=9, leading=11, leftIndent=24, rightIndent=24, spaceAfter=8
)
HEADING = ParagraphStyle(
    "heading",
    BODY,
    fontName="Times-Bold",
    fontSize=12,
    leading=15,
    spaceBefore=8,
    spaceAfter=4,
    keepWithNext=1,
)
SUBHEADING = ParagraphStyle("subheading", HEADING, fontSize=10.5, leading=13, spaceBefore=5)
FORMULA = ParagraphStyle(
    "formula", BODY, fontName="Times-Italic", alignment=TA_CENTER, spaceBefore=2, spaceAfter=6
)
CAPTION = ParagraphStyle("caption", BODY, fontSize=8.5, leading=10, spaceBefore=4, spaceAfter=4)
REFERENCE = ParagraphStyle(
    "reference", BODY, fontSize=8.5, leading=10, leftIndent=18, firstLineIndent=-18, spaceAfter=2
)


@dataclass(frozen=True, slots=True)
class Source:
    """An invented paper as written: head values, body lines, and rows of its coding sheet."""

    name: str
    head: dict[str, str]
    body: list[str]
    coding: list[list[str]]

    @property
    def year(self) -> str:
        """The year of the stamp, else of the venue."""
        return re.findall(r"\b20\d\d\b", self.head.get("stamp") or self.head["venue"])[-1]

    @property
    def arxiv_id(self) -> str:
        """The identifier printed in the stamp (five nines: arXiv never gave it), or an empty string."""
        found = re.search(r"arXiv:(\d{4}\.\d{5})", self.head.get("stamp", ""))
        return found[1] if found else ""

    @property
    def reference(self) -> str:
        """The paper as other papers cite it."""
        where = (
            f"arXiv preprint arXiv:{self.arxiv_id}" if self.arxiv_id else self.head["venue"].rsplit(",", 1)[0]
        )
        return f"{self.head['authors']}. {self.head['title']}. {where}, {self.year}."


def read_source(path: Path) -> Source:
    """Read one `.md` source.

    Raises:
        ValueError: a part is missing.
    """
    head, rest = path.read_text(encoding="utf-8").split("\n---\n")
    body, coding = rest.split("\n=== coding\n")
    values = dict(line.split(": ", 1) for line in head.splitlines())
    rows = [[cell.strip() for cell in line.split("|")] for line in coding.splitlines() if line]
    return Source(path.stem, values, body.splitlines(), rows)


def read_references(folder: Path) -> dict[str, str]:
    """The real works that may be cited, by key, as printed in a reference list."""
    references = {}
    for line in (folder / "references.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, authors, title, where, arxiv_id = (cell.strip() for cell in line.split("|"))
            printed = f"{authors.rstrip('.')}. {title}. {where}."
            references[key] = f"{printed} arXiv:{arxiv_id}." if arxiv_id else printed
    return references


def cited_keys(body: list[str]) -> list[str]:
    """Keys of the works that a body cites, in the order of their first citation."""
    keys = re.findall(r"@([a-z0-9]+)", " ".join(re.findall(r"\[@[^\]]+\]", "\n".join(body))))
    return list(dict.fromkeys(keys))


def draw_bars(spec: str, width: float) -> Drawing:
    """A bar chart of `label=height; ...` with the values printed above the bars."""
    bars = [part.split("=") for part in spec.split(";")]
    top = max(float(height) for _, height in bars)
    drawing = Drawing(width, 112)
    step = width / len(bars)
    for n, (label, height) in enumerate(bars):
        x, tall = n * step + step * 0.2, 78 * float(height) / top
        drawing.add(Rect(x, 18, step * 0.6, tall, fillColor=colors.HexColor("#4477aa"), strokeColor=None))
        drawing.add(
            String(
                x + step * 0.3,
                22 + tall,
                height.strip(),
                fontName="Helvetica",
                fontSize=7,
                textAnchor="middle",
            )
        )
        drawing.add(
            String(x + step * 0.3, 6, label.strip(), fontName="Helvetica", fontSize=7, textAnchor="middle")
        )
    drawing.add(Line(0, 18, width, 18, strokeWidth=0.5))
    return drawing


def set_table(rows: list[list[str]], width: float) -> Table:
    """A table with rules above and below its head, as papers set it."""
    cell = ParagraphStyle("cell", CAPTION, spaceBefore=0, spaceAfter=0)
    size = len(rows[0])
    first = max(0.3, 1 / size)
    widths = [width * first] + [width * (1 - first) / (size - 1)] * (size - 1)
    table = Table([[Paragraph(html.escape(text), cell) for text in row] for row in rows], colWidths=widths)
    rules = [
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ]
    tight = [("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5)]
    table.setStyle(TableStyle([*rules, *tight, ("LINEBELOW", (0, -1), (-1, -1), 0.8, colors.black)]))
    return table


def set_body(source: Source, references: dict[str, str], width: float) -> list[Flowable]:
    """Turn a body into flowables for columns of `width` points."""
    keys = cited_keys(source.body)

    def cite(text: str) -> str:
        return re.sub(
            r"\[@[^\]]+\]",
            lambda m: (
                "[" + ", ".join(str(keys.index(key) + 1) for key in re.findall(r"@([a-z0-9]+)", m[0])) + "]"
            ),
            html.escape(text, quote=False),
        )

    story: list[Flowable] = []
    tables = figures = 0
    lines = iter([*source.body, ""])
    for line in lines:
        if line == "# References":
            story.append(Paragraph("References", HEADING))
            story += [
                Paragraph(f"[{n}] {html.escape(references[key])}", REFERENCE) for n, key in enumerate(keys, 1)
            ]
        elif line.startswith("## "):
            story.append(Paragraph(cite(line[3:]), SUBHEADING))
        elif line.startswith("# "):
            story.append(Paragraph(cite(line[2:]), HEADING))
        elif line.startswith("$ "):
            story.append(Paragraph(cite(line[2:]), FORMULA))
        elif line.startswith("Table: "):
            tables += 1
            rows = []
            while row := next(lines):
                rows.append([cell.strip() for cell in row.split("|")])
            caption = Paragraph(f"Table {tables}: {cite(line[7:])}", CAPTION)
            story.append(KeepTogether([caption, set_table(rows, width), Spacer(1, 8)]))
        elif line.startswith("Figure: "):
            figures += 1
            caption = Paragraph(f"Figure {figures}: {cite(line[8:])}", CAPTION)
            story.append(KeepTogether([draw_bars(next(lines), width), caption]))
        elif line:
            story.append(Paragraph(cite(line), BODY))
    return story


def draw_furniture(canvas: Canvas, doc: BaseDocTemplate, source: Source) -> None:
    """The mark, the page number, the running title, and on the first page the stamp in the margin."""
    canvas.saveState()
    canvas.setFont("Times-Roman", 8)
    canvas.drawCentredString(WIDTH / 2, 30, MARK)
    canvas.drawRightString(WIDTH - MARGIN, 30, str(doc.page))
    if doc.page == 1 and "stamp" in source.head:
        canvas.rotate(90)
        canvas.setFont("Times-Roman", 16)
        canvas.setFillGray(0.5)
        canvas.drawCentredString(HEIGHT / 2, -34, source.head["stamp"])
    elif doc.page == 1:
        canvas.drawString(MARGIN, HEIGHT - 36, source.head["venue"])
    else:
        canvas.drawString(MARGIN, HEIGHT - 36, source.head["title"].split(":")[0])
    canvas.restoreState()


def make_pdf(source: Source, references: dict[str, str], path: Path) -> None:
    """Set one paper."""
    two = source.head["layout"] == "two"
    inner = WIDTH - 2 * MARGIN
    width = (inner - GAP) / 2 if two else inner
    front: list[Flowable] = [
        Paragraph(html.escape(source.head["title"]), TITLE),
        Paragraph(html.escape(source.head["authors"]), AUTHORS),
        Paragraph(
            f"<i>{html.escape(source.head['affiliation'])}</i>",
            ParagraphStyle("place", AUTHORS, spaceAfter=8),
        ),
        Paragraph("Abstract", ParagraphStyle("abstract heading", HEADING, alignment=TA_CENTER)),
        Paragraph(html.escape(source.head["abstract"]), ABSTRACT),
    ]
    tall = (
        sum(part.wrap(inner, HEIGHT)[1] + part.getSpaceBefore() + part.getSpaceAfter() for part in front) + 4
    )
    left, top = partial(Frame, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0), HEIGHT - MARGIN
    columns = [MARGIN, MARGIN + width + GAP] if two else [MARGIN]
    head = left(MARGIN, top - tall, inner, tall, id="front")
    first = [left(x, FOOT, width, top - tall - FOOT) for x in columns]
    later = [left(x, FOOT, width, top - FOOT) for x in columns]
    furniture = partial(draw_furniture, source=source)
    doc = BaseDocTemplate(
        str(path),
        pagesize=A4,
        pageTemplates=[
            PageTemplate("first", [head, *first], onPage=furniture),
            PageTemplate("later", later, onPage=furniture),
        ],
        invariant=1,
        title=source.head["title"],
        author=source.head["authors"],
        subject=MARK,
        creator="scripts/make_examples.py",
    )
    doc.build([NextPageTemplate("later"), *front, *set_body(source, references, width)])


def coding_rows(source: Source, path: Path) -> list[list[str]]:
    """The paper's coding sheet; the page of a row is where its phrase is printed.

    Raises:
        ValueError: a phrase is not in the paper.
    """
    with pypdfium2.PdfDocument(path) as pdf:
        pages = [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    rows = [
        [path.name, "title", source.head["title"], "", "1", ""],
        [path.name, "year", source.year, "", "1", ""],
    ]
    if source.arxiv_id:
        rows.append([path.name, "arxiv_id", source.arxiv_id, "", "1", ""])
    for field, value, role, phrase in source.coding:
        page = next((n for n, text in enumerate(pages, 1) if phrase in text), 0)
        if not page:
            raise ValueError(f"{path.name}: {field} {value}: the paper does not say '{phrase}'")
        rows.append([path.name, field, value, role, str(page), ""])
    return rows


def make_examples(folder: Path) -> int:
    """Write all PDFs and `coding.csv` into `folder`; returns how many papers there are."""
    sources = [read_source(path) for path in sorted(SOURCES.glob("*.md"))]
    references = read_references(SOURCES) | {source.name: source.reference for source in sources}
    rows = []
    for source in sources:
        path = folder / f"{source.name}.pdf"
        make_pdf(source, references, path)
        rows += coding_rows(source, path)
    with (folder / "coding.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    return len(sources)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the invented papers of examples/.")
    parser.add_argument("folder", type=Path, nargs="?", default=SOURCES.parents[1] / "examples")
    made = make_examples(parser.parse_args().folder)
    sys.stdout.write(f"{made} papers made\n")
