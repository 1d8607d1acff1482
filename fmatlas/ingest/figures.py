"""Figures: which rows stand inside a picture."""

import numpy as np

from fmatlas.ingest.columns import Row
from fmatlas.ingest.glyphs import PageWords


def mark_figures(page: PageWords, rows: list[Row], body_size: float) -> None:
    """Set kind `figure` on rows inside a picture, but not on running text that a picture's box reaches over.

    Args:
        page: the page's words and pictures.
        rows: its rows in reading order, captions marked.
        body_size: size of the running text in points.
    """
    if not len(page.pictures) or not rows:
        return
    x = np.array([(row.x0 + row.x1) / 2 for row in rows])
    y = np.array([(row.y0 + row.y1) / 2 for row in rows])
    prose = np.array(
        [len(row.text) > 45 and abs(row.size - body_size) < 0.4 and not row.kind for row in rows]
    )
    for x0, y0, x1, y1 in page.pictures.tolist():
        inside = (x0 - 2 < x) & (x < x1 + 2) & (y0 - 2 < y) & (y < y1 + 2)
        running = inside & prose
        if running.sum() >= 3:
            inside &= (y < y[running].min() - 1) | (y > y[running].max() + 1)
        # What stands below a caption inside the box is not the picture's any more.
        captions = [rows[at].y0 for at in np.flatnonzero(inside) if rows[at].kind == "caption"]
        if captions and running.any():
            inside &= y < min(captions)
        for at in np.flatnonzero(inside):
            if not rows[at].kind:
                rows[at].kind = "figure"
