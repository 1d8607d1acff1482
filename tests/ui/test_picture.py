"""A page is drawn by a process of its own, with the words of a sentence marked."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fmatlas.ingest.reading import read_report
from fmatlas.library import Library
from fmatlas.library.reports import FileSeen
from fmatlas.schema.reading import Reading
from fmatlas.ui.picture import boxes_of, draw

SHA = "ab" * 32


@pytest.fixture
def reading(examples: Path) -> Reading:
    """One of the invented papers."""
    return read_report(examples / "prostasam.pdf")


@pytest.fixture
def study(tmp_path: Path, examples: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch) -> str:
    """The study of a library that holds that paper."""
    paper = tmp_path / "paper.pdf"
    paper.write_bytes((examples / "prostasam.pdf").read_bytes())
    with Library.create(tmp_path / "library") as library:
        seen = FileSeen(str(paper), str(tmp_path), paper.stat().st_size, 1)
        library.write_report(SHA, reading, files=[seen])
        monkeypatch.setenv("FMATLAS_LIBRARY", str(library.folder))
        return library.studies()[0]


def yellow(picture: Image.Image, box: tuple[float, float, float, float]) -> float:
    """The share of a region's pixels that are marked."""
    pixels = np.asarray(picture.crop(tuple(map(round, box))), dtype=int)
    return float((pixels[..., 0] - pixels[..., 2] > 40).mean())


def test_the_words_of_the_sentence_are_marked_and_no_others(study: str, reading: Reading) -> None:
    sentence = next(item for item in reading.sentences if item.page == 1 and item.end - item.start > 120)
    text = reading.text[sentence.start : sentence.end]
    data = draw(study, 1, text, (0, 0))
    assert data is not None
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    scale = picture.width / reading.pages[0].width
    boxes = boxes_of(reading, sentence.start, sentence.end, 1)
    assert boxes
    for box in boxes:
        assert yellow(picture, (box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)) > 0.5
    low = max(box.y1 for box in boxes) * scale + 20
    assert yellow(picture, (0, low, picture.width, picture.height)) < 0.001


def test_the_boxes_of_a_line_are_joined(reading: Reading) -> None:
    sentence = next(item for item in reading.sentences if item.page == 1 and item.end - item.start > 120)
    words = [word for word in reading.words if sentence.start <= word.start < sentence.end]
    boxes = boxes_of(reading, sentence.start, sentence.end, 1)
    assert 1 < len(boxes) < len(words) / 3


@pytest.mark.parametrize("damage", ["gone", "cut", "another sentence"])
def test_what_cannot_be_drawn_gives_no_picture_and_no_fault(
    study: str, reading: Reading, tmp_path: Path, damage: str
) -> None:
    text = reading.text[reading.sentences[0].start : reading.sentences[0].end]
    if damage == "gone":
        (tmp_path / "paper.pdf").unlink()
    elif damage == "cut":
        (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")
    else:
        text = "No paper says this."
    assert draw(study, 1, text, (0, 0)) is None
