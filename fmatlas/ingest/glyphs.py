"""The words of a page with their boxes, sizes and fonts.

pdfium hands over a page's text in one call; boxes are asked for the first and last glyph of each word only,
and what belongs to a whole text object (size, font, colour, angle) once for each object. Everything after is
NumPy over words.
"""

import ctypes
import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from fmatlas.ingest.drawings import Drawings, clusters, read_drawings
from fmatlas.ingest.styles import Style, Styles, plain

_BREAKS = re.compile(r"[^\s\ufffe\u0002\x00-\x1f]+")
_SPACES = {0xA0: " ", 0xAD: "-", 0x2010: "-", 0x2011: "-", 0x200B: "", 0xFEFF: "", 0x2060: ""}


@dataclass(slots=True)
class PageWords:
    """Words of one page in the order of the page's content; arrays have one entry for each word.

    Coordinates are points from the top left corner of the page, turned so that most of its words stand
    upright: `turn` quarter turns clockwise of the page as shown; `shown` turns a box back. `base` is the
    baseline, `angle` the direction of writing in quarter turns (0 for upright). `glued` says that no space
    stands before the word, `hyphen` that it was broken by a hyphen at a line's end, `newline` that pdfium
    saw a line end before it.
    """

    number: int
    width: float
    height: float
    turn: int
    text: list[str]
    x0: np.ndarray
    y0: np.ndarray
    x1: np.ndarray
    y1: np.ndarray
    base: np.ndarray
    size: np.ndarray
    angle: np.ndarray
    hidden: np.ndarray
    newline: np.ndarray
    pictures: np.ndarray  # (n, 4): boxes of bitmaps, embedded drawings and groups of shapes
    rules: np.ndarray  # (n, 4): thin horizontal lines
    bars: np.ndarray  # (n, 4): thin vertical lines
    image_only: bool
    lists: "WordLists"

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of this page in points from the top left corner of the page as shown."""
        if self.turn == 1:
            return y0, self.width - x1, y1, self.width - x0
        if self.turn == 2:
            return self.width - x1, self.height - y1, self.width - x0, self.height - y0
        if self.turn == 3:
            return self.height - y1, x0, self.height - y0, x1
        return x0, y0, x1, y1


@dataclass(slots=True)
class WordLists:
    """The arrays of `PageWords` as lists, for the steps that look at few words at a time; `letters` are
    lengths.
    """

    letters: list[int]
    x0: list[float]
    y0: list[float]
    x1: list[float]
    y1: list[float]
    base: list[float]
    size: list[float]
    bold: list[bool]
    italic: list[bool]
    math: list[bool]
    glued: list[bool]
    hyphen: list[bool]


def read_page(document: object, index: int) -> PageWords:
    """Read the words of page `index` (from 0) of an open document; a page that cannot be loaded is empty."""
    import pypdfium2.raw as pdfium

    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return _turned(index + 1, _Frame(None), [], np.zeros((0, 16)), Drawings())
    try:
        frame = _Frame(page)
        text_page = pdfium.FPDFText_LoadPage(page)
        words: list[str] = []
        rows: list[tuple[float, ...]] = []
        if text_page:
            try:
                words, rows = _words(text_page, frame)
            finally:
                pdfium.FPDFText_ClosePage(text_page)
        table = np.array(rows, dtype=np.float64).reshape(len(rows), 16)
        drawings = read_drawings(page, frame.width, frame.height, lambda box: _is_prose(table, box))
        return _turned(index + 1, frame, words, table, drawings)
    finally:
        pdfium.FPDF_ClosePage(page)


class _Frame:
    """Maps page space (origin and rotation as the file has them) to points from the shown top left corner."""

    def __init__(self, page: object) -> None:
        import pypdfium2.raw as pdfium

        box = pdfium.FS_RECTF()
        self.turns = 0
        if page:
            pdfium.FPDF_GetPageBoundingBox(page, box)
            self.turns = pdfium.FPDFPage_GetRotation(page) % 4
        self.left, self.bottom, self.right, self.top = box.left, box.bottom, box.right, box.top
        if self.right <= self.left or self.top <= self.bottom:
            self.left, self.bottom, self.right, self.top = 0.0, 0.0, 612.0, 792.0
        width, height = self.right - self.left, self.top - self.bottom
        self.width, self.height = (height, width) if self.turns % 2 else (width, height)

    def boxes(self, a: np.ndarray) -> np.ndarray:
        """Boxes (n, 4) as left, bottom, right, top in page space to x0, y0, x1, y1 as shown."""
        x, y = self.points(a[:, [0, 2]].ravel(), a[:, [1, 3]].ravel())
        x, y = x.reshape(-1, 2), y.reshape(-1, 2)
        return np.stack([x.min(1), y.min(1), x.max(1), y.max(1)], axis=1)

    def points(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if self.turns == 0:
            return x - self.left, self.top - y
        if self.turns == 1:
            return y - self.bottom, x - self.left
        if self.turns == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


def _words(text_page: object, frame: _Frame) -> tuple[list[str], list[tuple[float, ...]]]:
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFText_CountChars(text_page)
    if count <= 0:
        return [], []
    text = _page_text(text_page, count)
    page = ctypes.cast(text_page, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
    box, origin = (ctypes.c_double * 4)(), (ctypes.c_double * 2)()
    # Left, right, bottom, top.
    places = [ctypes.addressof(box) + 8 * at for at in range(4)]
    x_place, y_place = ctypes.addressof(origin), ctypes.addressof(origin) + 8
    get_box = plain("FPDFText_GetCharBox", "pipppp")
    get_origin = plain("FPDFText_GetCharOrigin", "pipp")
    get_object = plain("FPDFText_GetTextObject", "pi")
    styles = Styles(page, frame.turns)
    words: list[str] = []
    rows: list[tuple[float, ...]] = []

    def add(start: int, end: int, style: Style, glued: bool, hyphen: bool, newline: bool) -> None:
        written = _normal(text[start:end])
        if not written:
            return
        get_box(page, start, *places)
        x0, x1, y0, y1 = box
        if end - start > 1:
            get_box(page, end - 1, *places)
            left, right, bottom, top = box
            x0, x1 = left if left < x0 else x0, right if right > x1 else x1
            y0, y1 = bottom if bottom < y0 else y0, top if top > y1 else y1
        get_origin(page, start, x_place, y_place)
        hidden = style.hidden
        if style.clip is not None:
            x, y, clip = (x0 + x1) / 2, (y0 + y1) / 2, style.clip
            hidden = hidden or not (clip[0] - 2 < x < clip[2] + 2 and clip[1] - 2 < y < clip[3] + 2)
        words.append(written)
        rows.append(
            (x0, y0, x1, y1, *origin, style.size, style.bold, style.italic, style.math,
             style.angle, hidden, style.white, glued, hyphen, newline)
        )  # fmt: skip

    previous_end = 0
    for match in _BREAKS.finditer(text):
        start, end = match.span()
        between = text[previous_end:start]
        newline = "\n" in between or "\r" in between
        after = text[end : end + 1]
        hyphen = after in ("\ufffe", "\u0002") and bool(after)
        previous_end = end
        item = get_object(page, start) or 0
        style = styles.of(item, start)
        if end - start == 1 or (get_object(page, end - 1) or 0) == item:
            add(start, end, style, False, hyphen, newline)
            continue
        # Parts of different size are different things: a mark hung on a word, an index on a symbol.
        part, part_style, glued = start, style, False
        for at in range(start + 1, end):
            now = styles.of(get_object(page, at) or 0, at)
            if now is not part_style and (
                abs(now.size - part_style.size) > 0.12 * part_style.size or now.math != part_style.math
            ):
                add(part, at, part_style, glued, False, newline and part == start)
                part, glued = at, True
            part_style = now
        add(part, end, part_style, glued, hyphen, newline and part == start)
    return _without_initials(words, rows)


def _without_initials(
    words: list[str], rows: list[tuple[float, ...]]
) -> tuple[list[str], list[tuple[float, ...]]]:
    """Join an initial that reaches over two lines or more to the word that it begins."""
    for at in range(len(words) - 2, -1, -1):
        if len(words[at]) != 1 or not words[at].isupper():
            continue
        first, second = rows[at], rows[at + 1]
        size = second[6]
        if (
            first[6] > 1.8 * size
            and first[5] < second[5] - 0.5 * size
            and -1 < second[0] - first[2] < 0.8 * size
        ):
            words[at : at + 2] = [words[at] + words[at + 1]]
            rows[at : at + 2] = [(first[0], *second[1:])]
    return words, rows


def _page_text(text_page: object, count: int) -> str:
    """One character for each of pdfium's, so that offsets are pdfium's indices."""
    import pypdfium2.raw as pdfium

    buffer = (ctypes.c_ushort * (2 * count + 2))()
    got = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(got - 1, 0)].decode("utf-16-le", "replace")
    if len(text) == count:
        return text
    codes = [pdfium.FPDFText_GetUnicode(text_page, at) for at in range(count)]
    return "".join(chr(c) if 0 < c < 0x110000 and not 0xD800 <= c < 0xE000 else " " for c in codes)


def _normal(word: str) -> str:
    """Ligatures and presentation forms resolved; letters, marks and mathematics otherwise as printed."""
    if word.isascii():
        return word
    word = unicodedata.normalize("NFC", word.translate(_SPACES))
    out = []
    for char in word:
        code = ord(char)
        if 0xFB00 <= code <= 0xFB4F or 0xFF01 <= code <= 0xFF5E or 0x1D400 <= code <= 0x1D7FF:
            out.append(unicodedata.normalize("NFKC", char))
        elif unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Cn"):
            out.append(char)
    return "".join(out)


def _is_prose(table: np.ndarray, box: tuple[float, float, float, float]) -> bool:
    """Whether a box (page space) holds running text: most of its words stand in lines of seven words or
    more.
    """
    x, y = (table[:, 0] + table[:, 2]) / 2, (table[:, 1] + table[:, 3]) / 2
    inside = np.flatnonzero((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3]))
    if len(inside) < 60:
        return False
    steps = np.abs(np.diff(table[inside, 5])) > 0.3 * table[inside[1:], 6]
    lengths = np.diff(np.concatenate([[0], np.flatnonzero(steps) + 1, [len(inside)]]))
    return bool(lengths[lengths >= 7].sum() > 0.5 * len(inside))


def _turned(number: int, frame: _Frame, words: list[str], table: np.ndarray, drawings: Drawings) -> PageWords:
    boxes = frame.boxes(table[:, :4])
    base_x, base_y = frame.points(table[:, 4], table[:, 5])
    size, angle = np.maximum(table[:, 6], 0.1), table[:, 10].astype(np.int64)
    width, height = frame.width, frame.height
    letters = np.array([len(word) for word in words], dtype=np.int64)
    turn = int(np.bincount(angle, weights=letters, minlength=4).argmax()) if words else 0
    images, forms, shapes = (
        frame.boxes(drawings.images),
        frame.boxes(drawings.forms),
        frame.boxes(drawings.shapes),
    )
    rules, bars = frame.boxes(drawings.rules), frame.boxes(drawings.bars)
    whole = bool((_areas(images) > 0.5 * width * height).any())
    if turn:
        angle = (angle - turn) % 4
        boxes, images, forms, shapes, rules, bars = (
            _turn(item, turn, width, height) for item in (boxes, images, forms, shapes, rules, bars)
        )
        base_y = _turn(np.stack([base_x, base_y, base_x, base_y], axis=1), turn, width, height)[:, 1]
        if turn % 2:
            rules, bars = bars, rules
            width, height = height, width
    upright = angle == 0
    # One height for all words of a size, so that rows and marks are even; what is turned keeps its ink's box.
    x0, x1 = boxes[:, 0], boxes[:, 2]
    y0 = np.where(upright, base_y - 0.76 * size, boxes[:, 1])
    y1 = np.where(upright, base_y + 0.24 * size, boxes[:, 3])
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    outside = (x < -1) | (x > width + 1) | (y < -1) | (y > height + 1)
    unseen = table[:, 11] > 0
    # A scanned page carries its text unseen over the picture of itself: there it is what the eye reads.
    if words and whole and unseen.mean() > 0.8:
        unseen = np.zeros(len(words), dtype=bool)
    white = table[:, 12] > 0
    if white.any():
        # White on a dark ground is print.
        ground = np.concatenate([images, forms, shapes])
        white &= ~_within(x, y, ground).any(0)
    pictures = np.concatenate([images, forms, clusters(shapes)])
    sides = pictures[:, 2:] - pictures[:, :2]
    pictures = pictures[(sides > 25).all(1) & (sides.prod(1) < 0.75 * width * height)]
    bold, italic, math = table[:, 7] > 0, table[:, 8] > 0, table[:, 9] > 0
    glued, hyphen = table[:, 13] > 0, table[:, 14] > 0
    by_word = (x0, y0, x1, y1, base_y, size, bold, italic, math, glued, hyphen)
    return PageWords(
        number=number,
        width=width,
        height=height,
        turn=turn,
        text=words,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        base=base_y,
        size=size,
        angle=angle,
        hidden=unseen | outside | (size < 1.2) | white,
        newline=table[:, 15] > 0,
        pictures=pictures,
        rules=rules,
        bars=bars,
        image_only=not words and whole,
        lists=WordLists(letters.tolist(), *(array.tolist() for array in by_word)),
    )


def _areas(boxes: np.ndarray) -> np.ndarray:
    areas: np.ndarray = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return areas


def _within(x: np.ndarray, y: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """For each box and point, whether the point lies in the box: (boxes, points)."""
    inside: np.ndarray = (
        (boxes[:, 0, None] <= x)
        & (x <= boxes[:, 2, None])
        & (boxes[:, 1, None] <= y)
        & (y <= boxes[:, 3, None])
    )
    return inside


def _turn(boxes: np.ndarray, turn: int, width: float, height: float) -> np.ndarray:
    x0, y0, x1, y1 = boxes.T
    if turn == 1:
        return np.stack([height - y1, x0, height - y0, x1], axis=1)
    if turn == 2:
        return np.stack([width - x1, height - y1, width - x0, height - y0], axis=1)
    return np.stack([y0, width - x1, y1, width - x0], axis=1)
