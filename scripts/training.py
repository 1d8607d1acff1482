"""What the judges and the reader of mentions are fitted on: coded papers, and mentions that were read.

The papers are those of a coding sheet, and papers of machine learning at large: the full texts of SciREX
(Jain et al. 2020, Apache-2.0). What the latter state was read mention by mention by our guideline and stands
in `scripts/scirex.csv`, a coding sheet without text. `scripts/mentions.csv` says of single places of names,
known by a print of the words around them, what a reader found said there, in the letters of `SAID`;
`scripts/places.csv` how often such a reader agreed with a wording of a label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import BENCHMARKS, scirex
from fmatlas.ingest.candidates import find_unread
from fmatlas.ingest.learning import CodedPaper
from fmatlas.ingest.learning_said import match, read_mentions
from fmatlas.ingest.mentions import look
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.scene import lay_out
from fmatlas.ingest.wordings import ReadPlaces, read_places
from fmatlas.review.evaluate import Row, read_rows
from fmatlas.review.labelling import label_candidates
from fmatlas.review.matching import Aliases
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

HERE = Path(__file__).parent
# The other papers have no tables and no pages, and other things are common in them; tried were 1, 0.5, 0.25
# and 0.1.
WEIGHT = 0.25

Read = Mapping[tuple[str, int], str]


def coded_papers(
    pdfs: Path, coded: Sequence[Row], aliases: Aliases, vocabulary: Vocabulary
) -> dict[str, CodedPaper]:
    """The papers of a coding sheet, by file."""
    places, read = read_places(HERE / "places.csv"), read_mentions(HERE / "mentions.csv")
    papers = {}
    for file in sorted({row.file for row in coded}):
        rows = [row for row in coded if row.file == file]
        papers[file] = _coded(
            read_report(pdfs / file), rows, aliases, vocabulary, read.get(file, {}), places.get(file, ())
        )
    return papers


def other_papers(vocabulary: Vocabulary) -> list[CodedPaper]:
    """The papers of SciREX that were coded."""
    sheet, read = read_rows(HERE / "scirex.csv"), read_mentions(HERE / "mentions.csv")
    fields = frozenset(row.field for row in sheet)
    papers = []
    for text in scirex(BENCHMARKS):
        rows = [row for row in sheet if row.file == text.name]
        if rows:
            paper = _coded(text.reading, rows, Aliases({}), vocabulary, read.get(text.name, {}))
            papers.append(replace(paper, weight=WEIGHT, fields=fields))
    return papers


def _coded(
    reading: Reading,
    rows: Sequence[Row],
    aliases: Aliases,
    vocabulary: Vocabulary,
    read: Read,
    places: Sequence[ReadPlaces] = (),
) -> CodedPaper:
    scene = lay_out(reading)
    found = find_unread(scene, vocabulary)
    used = label_candidates(found, rows, aliases, lambda entity: vocabulary.entities[entity].name)
    category = next((row.value for row in rows if row.field == "category"), "")
    return CodedPaper(
        found,
        used,
        category,
        places,
        mentions=look(scene, found),
        read_mentions=match(scene, found, read),
    )
