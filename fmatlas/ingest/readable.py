"""The readable part of a report, at the offsets of its text, and where in the report an offset stands."""

from bisect import bisect_right
from dataclasses import dataclass

from fmatlas.schema.reading import Line, Reading, Sentence


def readable_text(reading: Reading) -> str:
    """The text without its reference lists and furniture; what is left out is blank, so offsets stay true."""
    pieces, at = [], 0
    for section in reading.sections:
        if section.type == "references":
            pieces += [reading.text[at : section.start], "\n" * (section.end - section.start)]
            at = section.end
    pieces.append(reading.text[at : reading.floats_end])
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Finds the sentence and the section that an offset stands in."""

    reading: Reading
    lines: tuple[Line, ...]
    sentences: tuple[Sentence, ...]
    starts: tuple[int, ...]
    section_starts: tuple[int, ...]
    line_starts: tuple[int, ...]

    def sentence(self, at: int) -> Sentence | None:
        """The sentence, caption or table row at an offset, if there is one."""
        n = bisect_right(self.starts, at) - 1
        return self.sentences[n] if n >= 0 and self.sentences[n].end > at else None

    def line(self, at: int) -> Line | None:
        """The line of print at an offset."""
        n = bisect_right(self.line_starts, at) - 1
        return self.lines[n] if n >= 0 and self.lines[n].end > at else None

    def kind(self, at: int) -> str:
        """The sentence's kind; outside sentences `heading` in the body and `figure` in the floats."""
        sentence = self.sentence(at)
        if sentence is not None:
            return sentence.kind
        return "heading" if at < self.reading.body_end else "figure"

    def section(self, at: int) -> str:
        """The type of the section at an offset; a float's is that of the section it stands in."""
        sections = self.reading.sections
        sentence = self.sentence(at)
        if sentence is not None and 0 <= sentence.section < len(sections):
            return sections[sentence.section].type
        n = bisect_right(self.section_starts, at) - 1
        return sections[n].type if n >= 0 and sections[n].end > at else "other"


def whereabouts(reading: Reading) -> Whereabouts:
    """Prepare a report for asking where its offsets stand."""
    sentences = tuple(sorted(reading.sentences, key=lambda sentence: (sentence.start, sentence.end)))
    lines = tuple(sorted(reading.lines, key=lambda line: (line.start, line.end)))
    return Whereabouts(
        reading,
        lines,
        sentences,
        tuple(sentence.start for sentence in sentences),
        tuple(section.start for section in reading.sections),
        tuple(line.start for line in lines),
    )
