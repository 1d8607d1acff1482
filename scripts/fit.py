"""Fit the bundled judges: `python scripts/fit.py PDFS CODING.csv [--aliases ALIASES.csv]`.

Beside the coding sheet it learns from `scripts/places.csv`, a reader's verdict on single places of papers.
Writes `fmatlas/ingest/judges.json`. On one thread, with the same papers, it writes the same bytes.
"""

import argparse
from pathlib import Path

from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.learning import CodedPaper, fit, save
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.weights import BUNDLED
from fmatlas.ingest.wordings import read_places
from fmatlas.review.evaluate import read_rows
from fmatlas.review.labelling import label_candidates
from fmatlas.review.matching import Aliases, read_aliases
from fmatlas.schema.vocabulary import load_vocabulary


def main() -> None:
    """Read the coded papers, fit, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pdfs", type=Path)
    options.add_argument("coding", type=Path)
    options.add_argument("--aliases", type=Path)
    options.add_argument("--places", type=Path, default=Path(__file__).parent / "places.csv")
    options.add_argument("--out", type=Path, default=BUNDLED)
    asked = options.parse_args()
    vocabulary = load_vocabulary()
    coded = read_rows(asked.coding)
    aliases = read_aliases(asked.aliases) if asked.aliases else Aliases({})
    places = read_places(asked.places)
    papers = []
    for file in sorted({row.file for row in coded}):
        found = find_candidates(read_report(asked.pdfs / file), vocabulary)
        rows = [row for row in coded if row.file == file]
        used = label_candidates(found, rows, aliases, lambda entity: vocabulary.entities[entity].name)
        category = next((row.value for row in rows if row.field == "category"), "")
        papers.append(CodedPaper(found, used, category, places.get(file, ())))
    save(fit(papers), asked.out)
    print(f"fitted on {len(papers)} papers: {asked.out}")


if __name__ == "__main__":
    main()
