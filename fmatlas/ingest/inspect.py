"""How a page was read, drawn over its image: lines by kind, reading order, section types, table cells."""

from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING

from fmatlas.ingest.reading import read_report
from fmatlas.schema.errors import UsageError
from fmatlas.schema.reading import Reading

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

SCALE = 1.6
COLOURS = {
    "title": "#8e24aa",
    "authors": "#ab47bc",
    "heading": "#d81b60",
    "body": "#1e88e5",
    "formula": "#00acc1",
    "reference": "#5e35b1",
    "caption": "#fb8c00",
    "table": "#43a047",
    "figure": "#c0ca33",
    "footnote": "#6d4c41",
    "header": "#757575",
    "footer": "#757575",
    "page number": "#757575",
    "line number": "#bdbdbd",
    "stamp": "#546e7a",
    "hidden": "#e53935",
}


def inspect_page(path: Path, page: int, out_png: Path) -> None:
    """Draw how page `page` (from 1) of a PDF was read and save it as a PNG.

    Each line of print has a box in the colour of its kind (a legend stands at the foot) and its place in the
    reading order; a paragraph's first line has a bar at its left, a heading the type of its section.

    Raises:
        ReadError: the PDF cannot be read.
        UsageError: it has no such page.
    """
    reading = read_report(path)
    if not 1 <= page <= len(reading.pages):
        raise UsageError(f"{path.name}: has pages 1 to {len(reading.pages)}, not {page}")
    from PIL import Image, ImageDraw

    image = _page_image(path, page)
    canvas = Image.new("RGB", (image.width, image.height + 26), "white")
    canvas.paste(image, (0, 0))
    draw = ImageDraw.Draw(canvas, "RGBA")
    _draw_lines(draw, reading, page)
    x = 6
    for kind, colour in COLOURS.items():
        if any(line.kind == kind and line.box.page == page for line in reading.lines):
            draw.rectangle((x, image.height + 7, x + 11, image.height + 18), fill=colour)
            draw.text((x + 15, image.height + 6), kind, fill="black")
            x += 24 + int(draw.textlength(kind))
    canvas.save(out_png, "PNG")


def _page_image(path: Path, page: int) -> "Image.Image":
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        opened = document[page - 1]
        image: Image.Image = opened.render(scale=SCALE).to_pil().convert("RGB")
        opened.close()
        return image
    finally:
        document.close()


def _draw_lines(draw: "ImageDraw.ImageDraw", reading: Reading, page: int) -> None:
    starts = [section.start for section in reading.sections]
    order = 0
    for line in reading.lines:
        if line.box.page != page:
            continue
        order += 1
        colour = COLOURS[line.kind]
        x0, y0, x1, y1 = (v * SCALE for v in (line.box.x0, line.box.y0, line.box.x1, line.box.y1))
        draw.rectangle((x0, y0, max(x1, x0), max(y1, y0)), outline=colour, fill=colour + "22")
        draw.text((max(x0 - 17, 0), y0), str(order), fill=colour)
        if line.start == 0 or reading.text[line.start - 1] == "\n":
            draw.rectangle((x0 - 3, y0, x0 - 1, max(y1, y0)), fill=colour)
        if line.kind == "heading":
            section = reading.sections[max(bisect_right(starts, line.start) - 1, 0)]
            draw.text((x1 + 4, y0), f"{section.type} ({section.level})", fill=colour)
    for item in reading.floats:
        for row in item.rows:
            for cell in row:
                if cell.box.page == page:
                    box = cell.box
                    frame = tuple(v * SCALE for v in (box.x0, box.y0, box.x1, box.y1))
                    draw.rectangle(frame, outline="#e53935" if cell.header else "#1b5e20")
