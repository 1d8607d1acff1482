"""Fit what ships: `python -m scripts.fit PDFS CODING.csv [--aliases ALIASES.csv]`.

Writes `judges.json`, `said.csv` and `bag.csv` in `fmatlas/ingest/`. With the same papers it writes the same
bytes. `scripts/training.py` says what it learns from beside the coding sheet.
"""

import argparse
from pathlib import Path

from fmatlas.ingest import bag, said, weights
from fmatlas.ingest.learning import fit, save
from fmatlas.ingest.learning_bag import save_bag
from fmatlas.ingest.learning_said import save_reader
from fmatlas.review.evaluate import read_rows
from fmatlas.review.matching import Aliases, read_aliases
from fmatlas.schema.vocabulary import load_vocabulary
from scripts.training import coded_papers, other_papers


def main() -> None:
    """Read the coded papers, fit, write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pdfs", type=Path)
    options.add_argument("coding", type=Path)
    options.add_argument("--aliases", type=Path)
    options.add_argument("--judges", type=Path, default=weights.BUNDLED)
    options.add_argument("--reader", type=Path, default=said.BUNDLED)
    options.add_argument("--bag", type=Path, default=bag.BUNDLED)
    asked = options.parse_args()
    vocabulary = load_vocabulary()
    aliases = read_aliases(asked.aliases) if asked.aliases else Aliases({})
    papers = coded_papers(asked.pdfs, read_rows(asked.coding), aliases, vocabulary)
    others = [paper for of_kind in other_papers(vocabulary).values() for paper in of_kind]
    judges, readers = fit([*papers.values(), *others])
    save(judges, asked.judges)
    save_bag(readers.bag, asked.bag)
    if readers.mentions:
        read = [p.read_mentions for p in (*papers.values(), *others) if p.read_mentions]
        save_reader(readers.mentions, read, asked.reader)
    print(f"fitted on {len(papers)} and {len(others)} papers: {asked.judges}, {asked.reader}, {asked.bag}")


if __name__ == "__main__":
    main()
