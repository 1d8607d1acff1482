"""Small PDFs that show one shape of page each, and what holds of every reading."""

from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from fmatlas.schema.reading import LINE_KINDS, SECTION_TYPES, Reading

WIDTH, HEIGHT = 612.0, 792.0
_TEXT = """
the encoder maps each scan to a short vector and the decoder turns it back into an image of the same
size while a small head predicts which organ is shown so that both parts learn from unlabelled data
and from the few labels that a hospital can give without much work by its own staff in one week
"""
WORDS = _TEXT.split()


class Paper:
    """A PDF under construction; places are points from the top left corner, `y` is a baseline."""

    def __init__(self, path: Path, size: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
        self.path = path
        self.height = size[1]
        self.canvas = Canvas(str(path), pagesize=size, invariant=1)

    def text(self, x: float, y: float, text: str, size: float = 10, font: str = "Times-Roman") -> "Paper":
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)
        return self

    def lines(self, x: float, y: float, lines: Sequence[str], size: float = 10, step: float = 12) -> float:
        """Write lines under each other; the baseline after the last is returned."""
        for line in lines:
            self.text(x, y, line, size)
            y += step
        return y

    def prose(self, x: float, y: float, width: float, count: int, size: float = 10, seed: int = 0) -> float:
        """Write `count` lines of running text of full width, the last ending in a full stop."""
        at = seed
        for number in range(count):
            line = ""
            while stringWidth(f"{line} {WORDS[at % len(WORDS)]}", "Times-Roman", size) < width - 4:
                line = f"{line} {WORDS[at % len(WORDS)]}".strip()
                at += 1
            self.text(x, y, line + ("." if number == count - 1 else ""), size)
            y += 1.2 * size
        return y

    def rule(self, x0: float, x1: float, y: float) -> "Paper":
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x0, self.height - y, x1, self.height - y)
        return self

    def page(self) -> "Paper":
        self.canvas.showPage()
        return self

    def save(self) -> Path:
        self.canvas.save()
        return self.path


def kinds(reading: Reading, kind: str) -> list[str]:
    """The text of each line of a kind, in order."""
    return [reading.text[line.start : line.end] for line in reading.lines if line.kind == kind]


def first(reading: Reading, field: str) -> str:
    """The surest value of a metadata field."""
    return next((value.value for value in reading.metadata if value.field == field), "")


def check(reading: Reading) -> None:
    """What holds of every reading, whatever the paper."""
    text, end = reading.text, len(reading.text)
    assert 0 <= reading.body_end <= reading.floats_end <= end
    # Lines and words are in order, do not overlap, and nothing but white space stands between lines.
    at = 0
    for line in reading.lines:
        assert line.kind in LINE_KINDS
        assert at <= line.start < line.end <= end
        assert not text[at : line.start].strip()
        at = line.end
    assert not text[at:].strip()
    at = 0
    for word in reading.words:
        assert at <= word.start < word.end
        assert not text[at : word.start].strip()
        at = word.end
    # Sections part the body.
    if reading.body_end:
        assert reading.sections[0].start == 0
        assert reading.sections[-1].end == reading.body_end
    for a, b in zip(reading.sections, reading.sections[1:], strict=False):
        assert a.end == b.start
    assert all(section.type in SECTION_TYPES for section in reading.sections)
    # Sentences are made of whole words that lie on the sentence's page or the next, and hold no line break.
    starts = {word.start: word for word in reading.words}
    for a, b in zip(reading.sentences, reading.sentences[1:], strict=False):
        assert a.end <= b.start
    for sentence in reading.sentences:
        assert "\n" not in text[sentence.start : sentence.end]
        assert starts[sentence.start].box.page == sentence.page
        inside = [w for w in reading.words if sentence.start <= w.start < sentence.end]
        joined = "".join(text[w.start : w.end] for w in inside)
        assert joined == "".join(text[sentence.start : sentence.end].split())
        assert 0 <= sentence.section < max(len(reading.sections), 1)
    for passage in reading.passages:
        assert text[passage.start : passage.end].strip()
    for reference in reading.references:
        assert reference.end <= reading.body_end
    for item in reading.floats:
        assert text[item.caption_start : item.caption_end].startswith(item.label)
        for cell in (cell for row in item.rows for cell in row):
            assert "\t" not in text[cell.start : cell.end]
    assert 0 <= reading.coverage <= 1
