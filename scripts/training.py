"""What the judges and the reader of mentions are fitted on: coded papers, and mentions that were read.

The papers are those of a coding sheet, and two other kinds. Papers of machine learning at large are the full
texts of SciREX (Jain et al. 2020, Apache-2.0); what they state was read mention by mention by our guideline
and stands in `scripts/scirex.csv`, a coding sheet without text. Papers that do not exist were written for the
purpose with their coding, and stand in `scripts/invented/`. `scripts/mentions.csv` says of single places of
names, known by a print of the words around them, what a reader found said there, in the letters of `SAID`;
`scripts/places.csv` how often such a reader agreed with a wording of a label.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import BENCHMARKS, scirex
from fmatlas.ingest.bag import count_words
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
from scripts.invented import invented_papers

HERE = Path(__file__).parent
# Other things are common in the other papers, and those of SciREX have no tables; tried were 1, 0.5, 0.25 and
# for SciREX 0.1.
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


def other_papers(vocabulary: Vocabulary) -> dict[str, list[CodedPaper]]:
    """The papers of other kinds, by kind: those of SciREX that were coded, and the invented ones."""
    sheet, read = read_rows(HERE / "scirex.csv"), read_mentions(HERE / "mentions.csv")
    fields = frozenset(row.field for row in sheet)
    papers: dict[str, list[CodedPaper]] = {"scirex": [], "invented": []}
    for text in scirex(BENCHMARKS):
        rows = [row for row in sheet if row.file == text.name]
        if rows:
            paper = _coded(text.reading, rows, Aliases({}), vocabulary, read.get(text.name, {}))
            papers["scirex"].append(replace(paper, weight=WEIGHT, fields=fields))
    for reading, rows in invented_papers():
        paper = _coded(reading, rows, Aliases({}), vocabulary, {})
        papers["invented"].append(replace(paper, weight=WEIGHT))
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
        read_mentions=match(scene, found, read) if read else None,
        words=count_words(scene),
    )
