"""Draw one page of a PDF with boxes marked: JSON on the standard input, a PNG on the standard output.

Run as a process of its own by `fmatlas.ui.picture`; nothing else imports it.
"""

import io
import json
import sys

# Pixels across; a page is scaled to it.
WIDTH = 1100
MARKER = (255, 232, 140)


def draw(path: str, page: int, boxes: list[list[float]]) -> bytes:
    """A page as PNG.

    Args:
        path: of the PDF.
        page: 1-based.
        boxes: (x0, y0, x1, y1) in points from the page's top left corner.
    """
    import pypdfium2
    from PIL import Image, ImageChops, ImageDraw

    document = pypdfium2.PdfDocument(path)
    try:
        sheet = document[page - 1]
        scale = WIDTH / max(sheet.get_width(), 1)
        picture = sheet.render(scale=scale).to_pil().convert("RGB")
        sheet.close()
    finally:
        document.close()
    layer = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(layer)
    for x0, y0, x1, y1 in boxes:
        pen.rectangle([x0 * scale - 2, y0 * scale - 2, x1 * scale + 2, y1 * scale + 2], fill=MARKER)
    data = io.BytesIO()
    # As a text marker does it: what is black stays black.
    ImageChops.multiply(picture, layer).save(data, "PNG", optimize=True)
    return data.getvalue()


if __name__ == "__main__":
    wanted = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(draw(wanted["path"], wanted["page"], wanted["boxes"]))
