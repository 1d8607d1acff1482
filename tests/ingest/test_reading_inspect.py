"""The debug view of a page."""

from pathlib import Path

import pytest

from fmatlas.ingest.inspect import COLOURS, inspect_page
from fmatlas.schema.errors import UsageError
from fmatlas.schema.reading import LINE_KINDS
from tests.ingest.reading_made import Paper


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 80, "1 Introduction", 13, "Times-Bold")
    made.prose(72, 100, 460, 20)
    return made.save()


def test_a_page_is_drawn_with_its_lines_in_colour(tmp_path: Path, paper: Path) -> None:
    from PIL import Image

    out = tmp_path / "page.png"
    inspect_page(paper, 1, out)
    with Image.open(out) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 24) or []}
    for kind in ("heading", "body"):
        value = COLOURS[kind].lstrip("#")
        assert tuple(int(value[i : i + 2], 16) for i in (0, 2, 4)) in colours


def test_every_kind_of_line_has_a_colour() -> None:
    assert set(COLOURS) == set(LINE_KINDS)


@pytest.mark.parametrize("page", [0, 2])
def test_a_page_that_is_not_there_is_said(tmp_path: Path, paper: Path, page: int) -> None:
    with pytest.raises(UsageError, match="pages 1 to 1"):
        inspect_page(paper, page, tmp_path / "page.png")
