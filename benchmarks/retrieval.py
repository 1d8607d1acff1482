"""How well passages are found: nDCG@10 on the Cranfield collection, by words, by meaning and fused.

    python -m benchmarks.retrieval ../shared/benchmarks/cranfield

The collection (1,400 abstracts, 225 questions, graded judgements) lies outside of the repository.
"""

import math
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import wrapped
from fmatlas.library import Library
from fmatlas.schema.reading import Passage, Reading, Section
from fmatlas.search import build, search
from fmatlas.search.hits import MODES


def read_collection(folder: Path) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, int]]]:
    """Documents by number, questions by number, and for each question the grades of documents."""
    documents = {}
    for entry in re.findall(r"<doc>(.*?)</doc>", (folder / "cran.all.1400.xml").read_text(), re.DOTALL):
        number = re.search(r"<docno>\s*(\d+)", entry)
        text = re.search(r"<text>(.*?)</text>", entry, re.DOTALL)
        if number and text and text[1].strip():
            documents[number[1]] = " ".join(text[1].split())
    titles = re.findall(r"<title>(.*?)</title>", (folder / "cran.qry.xml").read_text(), re.DOTALL)
    # The judgements number the questions in order, not by the numbers printed beside them.
    questions = {str(n): " ".join(title.split()) for n, title in enumerate(titles, start=1)}
    grades: dict[str, dict[str, int]] = {}
    for line in (folder / "cranqrel.trec.txt").read_text().splitlines():
        question, _, document, grade = line.split()
        grades.setdefault(question, {})[document] = int(grade)
    return documents, questions, grades


def as_reading(texts: Sequence[str]) -> Reading:
    """A reading with a passage, of one sentence, for each text."""
    spans, at = [], 0
    for text in texts:
        spans.append((at, at + len(text)))
        at += len(text) + 1
    joined = "\n".join(texts) + "\n"
    section = Section(0, len(joined), 1, "", "", "abstract")
    reading = wrapped(joined, [(start, end, 0) for start, end in spans], (section,))
    return replace(reading, passages=tuple(Passage(start, end, 1, 0, "body") for start, end in spans))


def ndcg(found: list[str], grades: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` documents (Jarvelin and Kekalainen 2002)."""

    def gain(values: list[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:depth]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(document, 0) for document in found]) / best if best else 0.0


def main(folder: Path) -> None:
    documents, questions, grades = read_collection(folder)
    with tempfile.TemporaryDirectory() as temporary, Library.create(Path(temporary) / "library") as library:
        with library.transaction():
            for number, text in documents.items():
                library.write_report(number, as_reading([text]))
        built = build(library)
        print(f"{built.passages} passages, {built.embedded / built.seconds:.0f} a second, {built.model}")
        for mode in MODES:
            start = time.perf_counter()
            scores = [
                ndcg([hit.report for hit in search(library, text, 10, mode=mode)], grades[number])
                for number, text in questions.items()
            ]
            took = (time.perf_counter() - start) / len(scores) * 1000
            print(f"{mode:8} nDCG@10 {sum(scores) / len(scores):.3f}   {took:.0f} ms a question")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/benchmarks/cranfield"))
