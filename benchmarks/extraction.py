"""How good the facts are, cross-validated by paper: `python -m benchmarks.extraction [--folds 5] [--without
GROUP]`.

Reads the development papers, finds their candidates, and judges each fold with judges and a reader of
mentions fitted on the others: no paper helps to judge itself, neither by trees nor by priors nor by
calibration. Prints the table of `fmatlas evaluate` as Markdown. `--without` leaves out one group of features
(`cues`, `vocabulary`, `sections`, `tables`, `runs`, `shape`, `paper`, `priors`, `relations`, `wordings`,
`places`, `traits`), what is said at single places (`said`) or by all words together (`bag`), the papers of
machine learning at large (`scirex`) or those that do not exist (`invented`) that are fitted on too, or each
of these in turn (`all`).
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fmatlas.ingest.facts import category, judge, stated_roles
from fmatlas.ingest.learning import CodedPaper, fit, folds_of, judges_of, read_by
from fmatlas.review.evaluate import Evaluation, Row, calibration, evaluate, read_rows
from fmatlas.review.matching import read_aliases
from fmatlas.schema.vocabulary import load_vocabulary
from scripts.training import coded_papers, other_papers

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

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
    files = set(sorted({row.file for row in coded})[: asked.papers or None])
    coded = [row for row in coded if row.file in files]
    papers = coded_papers(CORPUS / "pdfs", coded, aliases, load_vocabulary())
    others = other_papers(load_vocabulary())
    for group in ["", *GROUPS, "said", "bag", *others] if asked.without == "all" else [asked.without]:
        kept = {file: without(group, paper) for file, paper in papers.items()}
        also = [without(group, p) for kind, of_kind in others.items() if kind != group for p in of_kind]
        found, judged = cross_validate(kept, also, asked.folds)
        result = evaluate(coded, found, aliases)
        print(f"### {'without ' + group if group else 'all features'}\n")
        print(table(result) if not group else f"micro-F1 {result.micro.f1:.3f}\n", flush=True)
        if not group:
            print(confidence(judged), flush=True)


def without(group: str, paper: CodedPaper) -> CodedPaper:
    """A paper without one group of features; whole where the group is none of features."""
    if group == "said":
        return replace(paper, mentions=None, read_mentions=None)
    if group == "bag":
        return replace(paper, words=None)
    if group not in GROUPS:
        return paper
    pattern = re.compile(GROUPS[group])
    kept = [
        replace(c, features={name: value for name, value in c.features.items() if not pattern.match(name)})
        for c in paper.candidates
    ]
    return replace(paper, candidates=kept)


def cross_validate(
    papers: Mapping[str, CodedPaper], others: Sequence[CodedPaper], folds: int
) -> tuple[list[Row], list[tuple[float, bool]]]:
    """Judge every paper by what was fitted on the papers of the other folds, and on `others`.

    Returns:
        The facts, and of every candidate its probability and whether it is coded.
    """
    fold_of = dict(zip(papers, folds_of(np.arange(len(papers)), folds).tolist(), strict=True))
    rows_found: list[Row] = []
    judged: list[tuple[float, bool]] = []
    for fold in range(folds):
        data, readers = fit([*(paper for file, paper in papers.items() if fold_of[file] != fold), *others])
        judges = judges_of(data)
        for file in (file for file in papers if fold_of[file] == fold):
            paper = read_by(readers, papers[file])
            judgements = judge(paper.candidates, judges)
            for j in judgements:
                c = j.candidate
                judged.append((j.p, (c.field, c.surface) in paper.used))
                if j.stated:
                    for role in stated_roles(j) if j.roles else [""]:
                        rows_found.append(Row(file, c.field, c.written, role, j.p))
            value, p = category(paper.candidates, judges, judgements)
            rows_found.append(Row(file, "category", value, "", p))
    return rows_found, judged


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
