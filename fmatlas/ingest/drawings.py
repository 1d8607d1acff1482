"""What is drawn on a page besides text: pictures, clusters of shapes, rules."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_OBJECT_LIMIT = 20_000
_CELL = 9.0  # points; shapes nearer than this belong to one figure


def _none() -> np.ndarray:
    return np.zeros((0, 4))


@dataclass(frozen=True, slots=True)
class Drawings:
    """Boxes (n, 4) as left, bottom, right, top in the page's own space.

    `images` are bitmaps, `forms` embedded drawings, `shapes` filled or curved paths, `rules` thin horizontal
    and `bars` thin vertical lines.
    """

    images: np.ndarray = field(default_factory=_none)
    forms: np.ndarray = field(default_factory=_none)
    shapes: np.ndarray = field(default_factory=_none)
    rules: np.ndarray = field(default_factory=_none)
    bars: np.ndarray = field(default_factory=_none)


def read_drawings(
    page: object, width: float, height: float, wraps: Callable[[tuple[float, float, float, float]], bool]
) -> Drawings:
    """Collect the boxes of what is drawn on a loaded page.

    Args:
        page: a pdfium page.
        width, height: its size in points.
        wraps: called with the box of an embedded drawing of some size; true where it holds the page's
            running text, so
            that what is inside counts as drawn on the page.
    """
    import pypdfium2.raw as pdfium

    found: dict[str, list[tuple[float, float, float, float]]] = {"images": [], "forms": [], "paths": []}
    count = min(pdfium.FPDFPage_CountObjects(page), _OBJECT_LIMIT)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pointers = [ctypes.byref(v) for v in (left, bottom, right, top)]
    get_object, get_type, get_bounds = (
        pdfium.FPDFPage_GetObject,
        pdfium.FPDFPageObj_GetType,
        pdfium.FPDFPageObj_GetBounds,
    )
    text, path, form = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM
    for index in range(count):
        item = get_object(page, index)
        kind = get_type(item)
        if kind == text or not get_bounds(item, *pointers):
            continue
        box = (left.value, bottom.value, right.value, top.value)
        if kind == path:
            found["paths"].append(box)
            continue
        box = _clipped(item, box)
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        if kind != form:
            found["images"].append(box)
        elif (box[2] - box[0]) * (box[3] - box[1]) > 0.2 * width * height and wraps(box):
            _inside(item, found)
        else:
            found["forms"].append(box)
    paths = _array(found["paths"])
    wide, high = paths[:, 2] - paths[:, 0], paths[:, 3] - paths[:, 1]
    page_wide = (wide > 0.9 * width) & (high > 0.5 * height)
    rules, bars = (high < 3) & (wide > 12), (wide < 3) & (high > 6)
    return Drawings(
        images=_array(found["images"]),
        forms=_array(found["forms"]),
        shapes=paths[~rules & ~bars & ~page_wide],
        rules=paths[rules],
        bars=paths[bars],
    )


def _array(boxes: list[tuple[float, float, float, float]]) -> np.ndarray:
    return np.array(boxes, dtype=np.float64).reshape(len(boxes), 4)


def _clipped(item: object, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The part of a picture's box that clipping leaves to be seen."""
    import pypdfium2.raw as pdfium

    for area in clip_boxes(item):
        box = _common(box, area)
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
        return box
    # A form's own frame clips what is inside it: it is the first path that clips its parts.
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    for index in range(min(pdfium.FPDFFormObj_CountObjects(item), 6)):
        areas = clip_boxes(pdfium.FPDFFormObj_GetObject(item, index))
        if areas:
            return _common(box, _moved(areas[0], matrix))
    return box


def clip_boxes(item: object) -> list[tuple[float, float, float, float]]:
    """The boxes of an object's clip paths, in the space of the page or form that holds it."""
    import pypdfium2.raw as pdfium

    boxes = []
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        points = []
        for at in range(min(pdfium.FPDFClipPath_CountPathSegments(clip, path), 64)):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, at)
            if segment and pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                points.append((x.value, y.value))
        if len(points) > 2:
            xs, ys = zip(*points, strict=True)
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes


def _common(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def _moved(box: tuple[float, float, float, float], matrix: Any) -> tuple[float, float, float, float]:
    """A box in a form's space as it lies on the page."""
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs = [matrix.a * x + matrix.c * y + matrix.e for x, y in corners]
    ys = [matrix.b * x + matrix.d * y + matrix.f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(form: object, found: dict[str, list[tuple[float, float, float, float]]]) -> None:
    """Add the objects of a form that wraps a page's text, in page space."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, matrix)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(pdfium.FPDFFormObj_CountObjects(form), _OBJECT_LIMIT)):
        item = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT or not pdfium.FPDFPageObj_GetBounds(
            item, left, bottom, right, top
        ):
            continue
        box = _moved((left.value, bottom.value, right.value, top.value), matrix)
        name = (
            "paths"
            if kind == pdfium.FPDF_PAGEOBJ_PATH
            else "forms"
            if kind == pdfium.FPDF_PAGEOBJ_FORM
            else "images"
        )
        found[name].append(box)


def clusters(shapes: np.ndarray, at_least: int = 8) -> np.ndarray:
    """Boxes of groups of at least so many neighbouring shapes, such as the parts of a diagram; (n, 4)."""
    if len(shapes) < at_least:
        return _none()
    low = np.floor(shapes[:, :2] / _CELL).astype(np.int64)
    high = np.floor(shapes[:, 2:] / _CELL).astype(np.int64)
    owner: dict[tuple[int, int], int] = {}
    parent = list(range(len(shapes)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    spans = np.minimum(high - low, 90)
    for i, ((x, y), (dx, dy)) in enumerate(zip(low.tolist(), spans.tolist(), strict=True)):
        for cx in range(x, x + dx + 1):
            for cy in range(y, y + dy + 1):
                j = owner.setdefault((cx, cy), i)
                if j != i:
                    parent[root(i)] = root(j)
    for (x, y), i in owner.items():
        for beside in ((x + 1, y), (x, y + 1), (x + 1, y + 1), (x + 1, y - 1)):
            near = owner.get(beside)
            if near is not None:
                parent[root(i)] = root(near)
    roots = np.array([root(i) for i in range(len(shapes))])
    boxes = []
    for r in np.unique(roots):
        group = shapes[roots == r]
        if len(group) >= at_least:
            boxes.append((group[:, 0].min(), group[:, 1].min(), group[:, 2].max(), group[:, 3].max()))
    return np.array(boxes, dtype=np.float64).reshape(len(boxes), 4)
