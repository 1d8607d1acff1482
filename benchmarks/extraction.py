"""How good the facts are, cross-validated by paper: `python benchmarks/extraction.py [--folds 5] [--without
GROUP]`.

Reads the development papers, finds their candidates, and judges each fold with judges fitted on the others:
no
paper helps to judge itself, neither by trees nor by priors nor by calibration. Prints the table of
`fmatlas evaluate` as Markdown. `--without` leaves out one group of features (`cues`, `vocabulary`,
`sections`, `tables`, `runs`, `shape`, `paper`, `priors`, `relations`, `wordings`, `places`, `traits`, `all`
for every group in turn).
"""

import argparse
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.facts import category, judge, stated_roles
from fmatlas.ingest.learning import CodedPaper, fit, folds_of, judges_of
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.wordings import read_places
from fmatlas.review.evaluate import Evaluation, Row, calibration, evaluate, read_rows
from fmatlas.review.labelling import label_candidates
from fmatlas.review.matching import Aliases, read_aliases
from fmatlas.schema.facts import Candidate
from fmatlas.schema.vocabulary import load_vocabulary

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
PLACES = Path(__file__).resolve().parents[1] / "scripts" / "places.csv"

GROUPS = {
    "cues": r"(?:adj|near|sent|share|rank|rel )[AB]? ?",
    "vocabulary": r"known |chain |run ",
    "sections": r"in |n (?:abstract|own)|head |n head |section types|page one|first|last",
    "tables": r"cell |kind |n kind ",
    "runs": r"chain |run ",
    "shape": r"length|words|capitals|n digits|modelish|dataish|family$|year|size|hyphen|slash|"
    "all capitals|plain",
    "paper": r"paper |abstract |title ",
    "priors": r"prior",
    "relations": r"parent|child|tail|family (?:count|share)|with own|own ",
    "wordings": r"cue |other |wording |at ",
    "places": r"at ",
    "traits": r"known \w+ (?:is|use|year|age)",
}


def main() -> None:
    """Read, find, cross-validate, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folds", type=int, default=5)
    options.add_argument("--without", default="")
    options.add_argument("--papers", type=int, default=0, help="only the first so many papers")
    asked = options.parse_args()
    coded = read_rows(CORPUS / "coding.csv")
    aliases = read_aliases(CORPUS / "aliases.csv")
    files = sorted({row.file for row in coded})[: asked.papers or None]
    coded = [row for row in coded if row.file in set(files)]
    candidates, pages, seconds = find_all(files)
    print(f"{len(files)} papers, {pages} pages; candidates: {pages / seconds:.0f} pages/s\n")
    groups = ["", *GROUPS] if asked.without == "all" else [asked.without]
    for group in groups:
        kept = [without(group, found) for found in candidates] if group else candidates
        result, judged = cross_validate(files, kept, coded, aliases, asked.folds)
        print(f"### {'without ' + group if group else 'all features'}\n")
        print(table(result) if not group else f"micro-F1 {result.micro.f1:.3f}\n")
        if not group:
            print(confidence(judged))


def find_all(files: Sequence[str]) -> tuple[list[list[Candidate]], int, float]:
    """Candidates of all papers, the number of pages, and the seconds that finding took (reading apart)."""
    vocabulary = load_vocabulary()
    found, pages, seconds = [], 0, 0.0
    for file in files:
        reading = read_report(CORPUS / "pdfs" / file)
        started = time.perf_counter()
        found.append(find_candidates(reading, vocabulary))
        seconds += time.perf_counter() - started
        pages += len(reading.pages)
    return found, pages, seconds


def without(group: str, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates without one group of features."""
    pattern = re.compile(GROUPS[group])
    return [
        replace(c, features={name: value for name, value in c.features.items() if not pattern.match(name)})
        for c in candidates
    ]


def cross_validate(
    files: Sequence[str],
    candidates: Sequence[list[Candidate]],
    coded: Sequence[Row],
    aliases: Aliases,
    folds: int,
) -> tuple[Evaluation, list[tuple[float, bool]]]:
    """Judge every paper by judges fitted on the papers of the other folds.

    Returns:
        The comparison with the coding, and of every candidate its probability and whether it is coded.
    """
    vocabulary, places = load_vocabulary(), read_places(PLACES)
    papers = []
    for file, found in zip(files, candidates, strict=True):
        rows = [row for row in coded if row.file == file]
        used = label_candidates(found, rows, aliases, lambda entity: vocabulary.entities[entity].name)
        value = next((row.value for row in rows if row.field == "category"), "")
        papers.append(CodedPaper(found, used, value, places.get(file, ())))
    fold_of = folds_of(np.arange(len(files)), folds)
    rows_found: list[Row] = []
    judged: list[tuple[float, bool]] = []
    for fold in range(folds):
        judges = judges_of(fit([p for p, k in zip(papers, fold_of, strict=True) if k != fold]))
        for file, paper, k in zip(files, papers, fold_of, strict=True):
            if k != fold:
                continue
            judgements = judge(paper.candidates, judges)
            for j in judgements:
                c = j.candidate
                judged.append((j.p, (c.field, c.surface) in paper.used))
                if j.stated:
                    for role in stated_roles(j) if j.roles else [""]:
                        rows_found.append(Row(file, c.field, c.written, role, j.p))
            value, p = category(paper.candidates, judges, judgements)
            rows_found.append(Row(file, "category", value, "", p))
    return evaluate(coded, rows_found, aliases), judged


def table(result: Evaluation) -> str:
    """The scores as a Markdown table."""
    lines = ["| field | P | R | F1 | 95 % interval |", "| --- | --- | --- | --- | --- |"]
    named = [*result.fields.items(), *((f"{k} with role", s) for k, s in result.with_role.items())]
    for name, score in [*named, ("**micro**", result.micro)]:
        low, high = result.intervals.get(name.strip("*"), (float("nan"), float("nan")))
        interval = "" if low != low else f"{low:.3f} to {high:.3f}"
        lines.append(f"| {name} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} | {interval} |")
    right, total = result.single["category"]
    lines.append(
        f"\nmacro F1 {result.macro_f1:.3f}; category {right / total:.3f}, kappa {result.kappa:.3f}\n"
    )
    return "\n".join(lines)


def confidence(judged: Sequence[tuple[float, bool]]) -> str:
    """Calibration over all candidates, and what is above 0.9."""
    bins, error = calibration(judged)
    sure = [right for p, right in judged if p > 0.9]
    lines = ["| confidence | candidates | mean | right |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {i / 10:.1f} to {(i + 1) / 10:.1f} | {b.n} | {b.confidence:.3f} | {b.right:.3f} |"
        for i, b in enumerate(bins)
    ]
    share = sum(sure) / len(sure) if sure else 0.0
    return "\n".join([*lines, f"\nECE {error:.3f}; above 0.9: {len(sure)} candidates, {share:.3f} right\n"])


if __name__ == "__main__":
    main()
