"""How good the suggestions of the further fields are: `python -m benchmarks.more [LIBRARY]`.

Suggests values for the development papers, as stored in a library or else read from their PDFs, and
compares them with `coding_more.csv` as `fmatlas evaluate` does. A value counts once. `-v FIELD` before the
library lists the false finds of a field.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fmatlas.ingest.more import find_more
from fmatlas.ingest.reading import read_report
from fmatlas.library import Library
from fmatlas.library.places import report_files
from fmatlas.review.evaluate import Row, Score, read_rows
from fmatlas.review.suggested import same_value, score_suggested
from fmatlas.schema.reading import Reading

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def stored(folder: Path) -> Iterator[tuple[str, Reading]]:
    """The file and the reading of every report of a library."""
    with Library.open(folder, readonly=True) as library:
        for report, file in sorted(report_files(library.connection).items(), key=lambda item: item[1]):
            yield file, library.reading(report, words=False)


def read() -> Iterator[tuple[str, Reading]]:
    """The same of the development papers, read now."""
    for path in sorted((CORPUS / "pdfs").glob("*.pdf")):
        yield path.name, read_report(path)


def main(arguments: list[str]) -> None:
    """Print the score of each field."""
    listed = arguments[1] if arguments[:1] == ["-v"] else ""
    folder = arguments[2:] if listed else arguments
    coded, found = read_rows(CORPUS / "coding_more.csv"), []
    pages, seconds = 0, 0.0
    for file, reading in stored(Path(folder[0])) if folder else read():
        begin = time.process_time()
        found += [Row(file, item.field, item.value, item.role) for item in find_more(reading)]
        seconds += time.process_time() - begin
        pages += len(reading.pages)
    print("| field | precision | recall | F1 | suggested | coded |\n| --- | --- | --- | --- | --- | --- |")
    scores = score_suggested(coded, found)
    for field, score in scores.items():
        print(_line(field, score))
    print(_line("all", Score(*(sum(n) for n in zip(*map(_counts, scores.values()), strict=True)))))
    print(f"\n{pages} pages, {pages / seconds:.0f} pages a second and core")
    for row in found if listed else ():
        gold = [other.value for other in coded if (other.file, other.field) == (row.file, row.field)]
        if row.field == listed and not any(same_value(listed, value, row.value) for value in gold):
            print(f"  {row.file}: {row.value!r} not among {gold}")


def _counts(score: Score) -> tuple[int, int, int]:
    return score.hits, score.false_finds, score.misses


def _line(name: str, score: Score) -> str:
    cells = (f"{score.precision:.2f}", f"{score.recall:.2f}", f"{score.f1:.2f}")
    counts = (score.hits + score.false_finds, score.hits + score.misses)
    return f"| {name} | {' | '.join(cells)} | {counts[0]} | {counts[1]} |"


if __name__ == "__main__":
    main(sys.argv[1:])
