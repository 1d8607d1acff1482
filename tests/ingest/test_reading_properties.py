"""What holds of every reading, on papers that chance lays out and on a few real ones."""

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fmatlas.ingest.glyphs import read_page
from fmatlas.ingest.open import open_pdf
from fmatlas.ingest.reading import read_report
from tests.ingest.reading_made import HEIGHT, WIDTH, WORDS, Paper, check

BLOCKS = ("prose", "heading", "two columns", "table", "caption", "note", "stray", "turned", "list")


def draw(made: Paper, block: str, y: float, seed: int) -> float:
    """Write a block at height `y` and say where the next may start."""
    if block == "prose":
        return made.prose(72, y, 460, 3 + seed % 6, seed=seed)
    if block == "heading":
        made.text(72, y, f"{seed % 9 + 1} Heading of the part", 13, "Times-Bold")
        return y + 20
    if block == "two columns":
        made.prose(54, y, 240, 6, seed=seed)
        return made.prose(318, y, 240, 6, seed=seed + 7)
    if block == "table":
        for row in range(3):
            for column in range(4):
                made.text(80 + 110 * column, y + 13 * row, f"{WORDS[(seed + column) % len(WORDS)]} {row}", 9)
        return y + 50
    if block == "caption":
        made.text(72, y, f"Table {seed % 5 + 1}: What was found in the scans", 9)
        return y + 20
    if block == "note":
        made.text(74, y - 3, "1", 5).text(78, y, "A note on it.", 8)
        return y + 14
    if block == "stray":
        made.text(40 + seed % 500, 30 + (7 * seed) % 700, "astray", 4 + seed % 20)
        return y
    if block == "turned":
        made.canvas.saveState()
        made.canvas.translate(20 + seed % 560, 100)
        made.canvas.rotate(90)
        made.canvas.drawString(0, 0, "turned words of the page")
        made.canvas.restoreState()
        return y
    for item in range(3):
        made.text(84, y, f"({item + 1}) a thing that we list here")
        y += 13
    return y


def words_of(path: Path) -> Counter[str]:
    with open_pdf(path) as document:
        return Counter(word for page in range(3) for word in read_page(document, page).text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(0, 200)), min_size=1, max_size=9),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([(WIDTH, HEIGHT), (HEIGHT, WIDTH), (400.0, 600.0)]),
)
def test_any_layout_gives_a_sound_reading(
    pages: list[list[tuple[str, int]]], size: tuple[float, float]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = Paper(Path(folder) / "p.pdf", size)
        for blocks in pages:
            y = 60.0
            for block, seed in blocks:
                y = draw(made, block, y, seed)
            made.text(30, 40, "x").page()
        path = made.save()
        reading = read_report(path)
        check(reading)
        # Every word of print is in exactly one line, hyphens that were mended apart.
        read = Counter(reading.text[word.start : word.end] for word in reading.words)
        assert read == words_of(path)
        assert read_report(path) == reading


def test_the_words_of_sentences_are_printed_at_their_boxes(tmp_path: Path) -> None:
    import pypdfium2

    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 80, 460, 20)
    made.text(72, 340, "1 Heading of the part", 13, "Times-Bold")
    made.prose(54, 370, 240, 20, seed=3)
    made.prose(318, 370, 240, 20, seed=9)
    reading = read_report(made.save())
    document = pypdfium2.PdfDocument(made.path)
    page = document[0].get_textpage()
    pairs = []
    for word in reading.words:
        box = word.box
        seen = page.get_text_bounded(box.x0 - 0.5, HEIGHT - box.y1, box.x1 + 0.5, HEIGHT - box.y0)
        pairs.append((seen.strip(), reading.text[word.start : word.end]))
    page.close()
    document.close()
    assert len(pairs) > 400
    assert [pair for pair in pairs if pair[0] != pair[1]] == []


@pytest.mark.corpus
def test_real_papers_give_sound_readings(corpus: Path) -> None:
    for path in sorted((corpus / "pdfs").glob("*.pdf"))[::31]:
        reading = read_report(path)
        check(reading)
        assert reading.coverage > 0.9
        assert len(reading.references) > 5
