"""How text objects are printed: size, weight, direction, colour, what clips them."""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from fmatlas.ingest.drawings import clip_boxes

_BOLD = re.compile(
    r"bold|black|heavy|demi|nimbus.*medi|-medi(ital)?$|(cm|sf|ec|lm|tc|la)(ss)?(bx|b\d|bi|sbx)|ptmb|phvb|pplb|"
    r"lin\w+t[bz][io]?$|\bbd\b|-bd|,b",
    re.I,
)
_MATH = re.compile(r"cmmi|cmsy|cmex|msbm|msam|math|symbol|eufm|rsfs|stix.*mat|mtmi|mtsy|txsy|pxsy", re.I)
_ITALIC = re.compile(r"ital|obli|(cm|sf|ec|lm)(ti|sl)\d|-it\b|slant|lin\w+ti$", re.I)
_HIDDEN_MODES = (3, 7)


@dataclass(slots=True)
class Style:
    """How a text object is printed: size in points, weight, direction in quarter turns, what is seen of it.

    `clip` is the part of the page that it shows in, where something clips it.
    """

    size: float
    bold: bool
    italic: bool
    math: bool
    angle: int
    hidden: bool
    white: bool
    clip: tuple[float, float, float, float] | None = None


@cache
def plain(name: str, arguments: str, result: Any = ctypes.c_void_p) -> Callable[..., Any]:
    """A function of pdfium that takes plain integers: `p` an address, `i` an index.

    ctypes spends more time on wrapping a typed pointer than pdfium does on the answer.
    """
    import pypdfium2.raw as pdfium

    address = ctypes.cast(getattr(pdfium, name), ctypes.c_void_p).value or 0
    kinds = [ctypes.c_int if kind == "i" else ctypes.c_void_p for kind in arguments]
    plain: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *kinds)(address)
    return plain


class Styles:
    """The style of each text object of a page, asked for once."""

    def __init__(self, page: int, turns: int) -> None:

        self.seen: dict[int, Style] = {}
        self._page, self._turns = page, turns
        self._fonts: dict[int, tuple[bool, bool, bool]] = {}
        self._matrix = (ctypes.c_float * 6)()
        self._colour = (ctypes.c_uint * 4)()
        self._matrix_at = ctypes.addressof(self._matrix)
        self._colours_at = [ctypes.addressof(self._colour) + 4 * at for at in range(4)]
        self._get_matrix = plain("FPDFText_GetMatrix", "pip")
        self._get_size = plain("FPDFText_GetFontSize", "pi", ctypes.c_double)
        self._get_font = plain("FPDFTextObj_GetFont", "p")
        self._get_mode = plain("FPDFTextObj_GetTextRenderMode", "p", ctypes.c_int)
        self._get_colour = plain("FPDFPageObj_GetFillColor", "ppppp", ctypes.c_int)
        self._get_own_matrix = plain("FPDFPageObj_GetMatrix", "pp", ctypes.c_int)

    def of(self, item: int, at: int) -> Style:
        """The style of text object `item` (0 for none), which holds the glyph `at`."""
        style = self.seen.get(item)
        if style is None:
            style = self.seen[item] = self._read(item, at)
        return style

    def _read(self, item: int, at: int) -> Style:
        self._get_matrix(self._page, at, self._matrix_at)
        a, b, c, d, e, f = self._matrix
        size = self._get_size(self._page, at) * ((c * c + d * d) ** 0.5 or 1.0)
        # Quarter turns counter-clockwise of the writing, less the clockwise turns of the page.
        if abs(a) >= abs(b):
            angle = 0 if a >= 0 else 2
        else:
            angle = 1 if b > 0 else 3
        angle = (angle - self._turns) % 4
        if not item:
            return Style(size, False, False, False, angle, False, False)
        font = self._get_font(item) or 0
        if font not in self._fonts:
            self._fonts[font] = _font(font)
        bold, italic, math = self._fonts[font]
        mode = self._get_mode(item)
        hidden, white = mode in _HIDDEN_MODES, False
        if self._get_colour(item, *self._colours_at):
            *ink, alpha = self._colour
            hidden = hidden or alpha == 0
            white = mode == 0 and min(ink) >= 250
        clip = None
        self._get_own_matrix(item, self._matrix_at)
        if abs(self._matrix[4] - e) + abs(self._matrix[5] - f) > 0.01:
            # Drawn inside a form: its frame may cut off text that stands in the file all the same.
            clip = _seen_part(item, (*self._matrix,), (a, b, c, d, e, f))
        return Style(size, bold, italic, math, angle, hidden, white, clip)


def _seen_part(
    item: int, own: tuple[float, ...], shown: tuple[float, ...]
) -> tuple[float, float, float, float] | None:
    """The box in page space that the clip paths of a text object inside a form leave to be seen.

    Args:
        item: address of the text object.
        own: its matrix in the form's space.
        shown: its matrix on the page; both together say how the form lies on the page.
    """
    import pypdfium2.raw as pdfium

    boxes = clip_boxes(ctypes.cast(item, pdfium.FPDF_PAGEOBJECT))
    a, b, c, d, e, f = own
    area = a * d - b * c
    if not boxes or abs(area) < 1e-9:
        return None
    left, bottom = max(box[0] for box in boxes), max(box[1] for box in boxes)
    right, top = min(box[2] for box in boxes), min(box[3] for box in boxes)
    xs, ys = [], []
    for x, y in ((left, bottom), (left, top), (right, bottom), (right, top)):
        # Back through the object's own matrix, then forth through the shown one.
        u, v = ((x - e) * d - (y - f) * c) / area, ((y - f) * a - (x - e) * b) / area
        xs.append(u * shown[0] + v * shown[2] + shown[4])
        ys.append(u * shown[1] + v * shown[3] + shown[5])
    return min(xs), min(ys), max(xs), max(ys)


def _font(font: int) -> tuple[bool, bool, bool]:
    """Whether a font is bold, italic, for mathematics; by its name, which says it better than its flags."""

    if not font:
        return False, False, False
    buffer = ctypes.create_string_buffer(256)
    plain("FPDFFont_GetBaseFontName", "ppp")(font, ctypes.addressof(buffer), 256)
    name = buffer.value.decode("latin-1").split("+")[-1]
    return bool(_BOLD.search(name)), bool(_ITALIC.search(name)), bool(_MATH.search(name))
