"""A page of a paper with a sentence marked, drawn by a process of its own.

PDFium is not thread-safe, and a page can crash it; Streamlit serves every visitor from a thread. So the
drawing is done by `fmatlas.ui.draw` in a fresh process, which gets the file, the page and the boxes, and
gives a PNG.
"""

import json
import subprocess
import sys
from typing import Any

import streamlit as st

from fmatlas.schema.reading import Box, Reading
from fmatlas.ui import library

SECONDS = 30


def page_picture(study: str, page: int, sentence: str, key: str) -> None:
    """A button that opens the page with the sentence marked."""
    if st.button("Show the page", icon=":material/pageview:", key=f"page {key}"):
        _show(study, page, sentence)


@st.dialog("The page", width="large")
def _show(study: str, page: int, sentence: str) -> None:
    with st.spinner("Drawing the page"):
        picture = draw(study, page, sentence, library.revision())
    if picture is None:
        st.warning(
            "The page cannot be drawn: its PDF is not where it was, or is damaged.", icon=":material/image:"
        )
    else:
        st.image(picture, caption=f"Page {page}", width="stretch")


@st.cache_data(show_spinner=False, max_entries=32)
def draw(study: str, page: int, sentence: str, revision: tuple[int, int]) -> bytes | None:
    """A page as PNG, with the lines of a sentence marked; None where that cannot be done.

    Args:
        study: its id.
        page: 1-based.
        sentence: verbatim in the text of one of the study's reports.
        revision: of the library, for the cache.
    """
    wanted = _wanted(study, page, sentence)
    if wanted is None:
        return None
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "fmatlas.ui.draw"],
            input=json.dumps(wanted).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return ran.stdout or None


def _wanted(study: str, page: int, sentence: str) -> dict[str, Any] | None:
    """What to draw: the file of the report that has the sentence, and the boxes of its words."""
    with library.atlas() as atlas:
        for report, path in atlas.report_files(study):
            start = atlas.library.text(report).find(sentence)
            if start >= 0:
                boxes = boxes_of(atlas.library.reading(report), start, start + len(sentence), page)
                corners = [[box.x0, box.y0, box.x1, box.y1] for box in boxes]
                return {"path": str(path), "page": page, "boxes": corners}
    return None


def boxes_of(reading: Reading, start: int, end: int, page: int) -> list[Box]:
    """The boxes of the words of `text[start:end]` on a page, those of a line joined."""
    joined: list[Box] = []
    for word in reading.words:
        box = word.box
        if word.end <= start or word.start >= end or box.page != page:
            continue
        last = joined[-1] if joined else None
        if last and abs(last.y0 - box.y0) < 3 and 0 <= box.x0 - last.x1 < 20:
            joined[-1] = Box(page, last.x0, min(last.y0, box.y0), box.x1, max(last.y1, box.y1))
        else:
            joined.append(box)
    return joined
