"""How many coded values are among the candidates: `python -m benchmarks.candidates`.

Recall of each field before anything is judged: among all names that are found in a paper, among those on the
shortlist, and among its first 25; and how many candidates a paper has.
"""

from collections import Counter
from pathlib import Path

import numpy as np

from fmatlas.ingest.candidates import find_candidates, find_groups
from fmatlas.ingest.features import measure
from fmatlas.ingest.lookup import lookup_of
from fmatlas.ingest.readable import readable_text
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.scene import lay_out
from fmatlas.ingest.shortlist import NAME_FIELDS, WEIGHTS
from fmatlas.names import fold
from fmatlas.review.evaluate import COUNTED_FIELDS, read_rows
from fmatlas.review.matching import match_values, read_aliases
from fmatlas.schema.vocabulary import load_vocabulary

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FIRST = 25


def main() -> None:
    """Read, find, count, print a Markdown table."""
    vocabulary = load_vocabulary()
    lookup = lookup_of(vocabulary)
    aliases = read_aliases(CORPUS / "aliases.csv")
    coded = read_rows(CORPUS / "coding.csv")
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    files = sorted({row.file for row in coded})
    for file in files:
        reading = read_report(CORPUS / "pdfs" / file)
        candidates = find_candidates(reading, vocabulary)
        scene = lay_out(reading)
        groups = find_groups(scene, lookup, fold(readable_text(reading)))
        names, rows = measure(scene, groups) if groups else ([], np.zeros((0, 0)))
        for field in COUNTED_FIELDS:
            values = [row.value for row in coded if row.file == file and row.field == field]
            mine = [c for c in candidates if c.field == field]
            sizes[field] += len(mine)
            listed = [c.written for c in mine]
            listed += [vocabulary.entities[c.entity].name for c in mine if c.entity]
            hits = match_values(field, values, listed, aliases)
            wanted[field] += len(hits.hits) + len(hits.missing)
            found[f"{field} listed"] += len(hits.hits)
            if field in NAME_FIELDS and groups:
                everything = [form for group in groups for form in group.forms]
                found[f"{field} all"] += len(match_values(field, values, everything, aliases).hits)
                weights = WEIGHTS[field]
                score = rows[:, [names.index(n) for n in weights]] @ np.array(list(weights.values()))
                first = np.argsort(-score, kind="stable")[:FIRST]
                best = [form for i in first for form in groups[i].forms]
                found[f"{field} first"] += len(match_values(field, values, best, aliases).hits)
    print(f"| field | coded | all names | shortlist | first {FIRST} | candidates a paper |")
    print("| --- | --- | --- | --- | --- | --- |")
    for field in COUNTED_FIELDS:
        n = wanted[field]
        names_only = field in NAME_FIELDS
        cells = [
            f"{found[f'{field} {which}'] / n:.3f}" if names_only or which == "listed" else ""
            for which in ("all", "listed", "first")
        ]
        print(f"| {field} | {n} | {' | '.join(cells)} | {sizes[field] / len(files):.0f} |")


if __name__ == "__main__":
    main()
