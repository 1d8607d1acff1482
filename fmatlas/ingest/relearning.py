"""Learn from labelled papers; keep only what is better on papers that were not learnt from."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.closed import CLOSED_FIELDS
from fmatlas.ingest.comparing import LEAST_PAPERS, Change, Measure, Verdict, compare, in_order, measure
from fmatlas.ingest.correction import corrected, fit_correction
from fmatlas.ingest.facts import DATASET_ROLES, judge, rows, stated_roles
from fmatlas.ingest.learning import folds_of
from fmatlas.ingest.shortlist import NAME_FIELDS
from fmatlas.ingest.weights import Judges
from fmatlas.schema.errors import UsageError
from fmatlas.schema.facts import Candidate

FIELDS = (*NAME_FIELDS, *CLOSED_FIELDS)
LEARNABLE = (*FIELDS, *(f"dataset {role}" for role in DATASET_ROLES))
FOLDS = 5
# With fewer papers than this trees learn the papers and not the field; odds can still be calibrated.
LEAST_TO_GROW = 10
# The more papers, the more trees they bear.
ROUNDS_PER_PAPER, LEAST_ROUNDS, MOST_ROUNDS = 4, 40, 200


@dataclass(frozen=True, slots=True)
class LabelledReport:
    """A report with labels.

    Attributes:
        report: its hash.
        study: its study; all reports of one are in the same fold.
        file: what a person calls it.
        labels: by (field, surface, role) whether it is right; role empty: used at all.
    """

    report: str
    study: str
    file: str
    labels: Mapping[tuple[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class PaperChange:
    """Errors among the labelled candidates of a paper, before and with what is kept."""

    file: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Relearnt:
    """What learning came to.

    Attributes:
        papers: how many papers have labels.
        changes: one for each judge that any label is about.
        old, new: all fields together, before and with what is kept.
        by_paper: the papers whose number of errors changes.
        corrections: what is kept, fitted on all labels, by judge.
    """

    papers: int
    changes: tuple[Change, ...]
    old: Measure
    new: Measure
    by_paper: tuple[PaperChange, ...]
    corrections: dict[str, dict[str, Any]]


# By judge and the number of the study.
Verdicts = dict[str, dict[int, list[Verdict]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """Labelled rows of one judge: the table, what is right, and the study of each row by its number."""

    table: NDArray[np.float64]
    yes: NDArray[np.float64]
    study: NDArray[np.int64]


def relearn(
    reports: Sequence[LabelledReport],
    candidates_of: Callable[[str], Sequence[Candidate]],
    bundled: Judges,
    present: Judges,
    seen: frozenset[str] = frozenset(),
) -> Relearnt:
    """Correct the bundled judges by labels.

    A judge's correction is kept where, over papers of other folds, its F1 is not lower and its log loss falls
    by more than one standard error of the papers' gains. Each correction is tried as trees and as a mere
    scale and shift of the odds, and the better one taken.

    Args:
        reports: the labelled reports; their order plays no part.
        candidates_of: gives the candidates of a report.
        bundled: what corrections are built on.
        present: the judges to compare with.
        seen: reports that `present` was fitted on; there it is compared with `bundled`, which would else
            have to beat what it has been told.

    Raises:
        UsageError: too few papers have labels.
    """
    reports = sorted((r for r in reports if r.labels), key=lambda r: (r.study, r.report))
    studies = sorted({r.study for r in reports})
    if len(studies) < LEAST_PAPERS:
        raise UsageError(
            f"Learning needs labels in at least {LEAST_PAPERS} papers of the library, and there are "
            f"{len(studies)}. Code or decide more of them."
        )
    number = {study: i for i, study in enumerate(studies)}
    material = _material(reports, candidates_of, bundled, number)
    found = _cross_validate(reports, candidates_of, bundled, present, seen, number, material)
    old, tried = found["old"], {kind: of for kind, of in found.items() if kind != "old"}
    changes = [
        compare(name, old[name], {kind: of[name] for kind, of in tried.items()})
        for name in LEARNABLE
        if name in material
    ]
    kept = {change.judge: change.kept for change in changes if change.kept}
    new = {name: found[kept[name]][name] if name in kept else old[name] for name in old}
    file_of = {number[r.study]: r.file for r in reversed(reports)}
    before, after = _errors(old), _errors(new)
    return Relearnt(
        papers=len(studies),
        changes=tuple(changes),
        old=measure([v for name in FIELDS for v in in_order(old.get(name, {}))]),
        new=measure([v for name in FIELDS for v in in_order(new.get(name, {}))]),
        by_paper=tuple(
            sorted(
                (PaperChange(file_of[q], before[q], after[q]) for q in file_of if before[q] != after[q]),
                key=lambda paper: (paper.new - paper.old, paper.file),
            )
        ),
        corrections={name: _fit(name, material[name], bundled, kind) for name, kind in kept.items()},
    )


def _label(labels: Mapping[tuple[str, str, str], bool], judge_name: str, surface: str) -> bool | None:
    """What is right of a candidate; None where nobody said. A role counts only of what is used."""
    field, _, role = judge_name.partition(" ")
    if role and labels.get((field, surface, "")) is False:
        return None
    return labels.get((field, surface, role))


def _material(
    reports: Sequence[LabelledReport],
    candidates_of: Callable[[str], Sequence[Candidate]],
    bundled: Judges,
    number: Mapping[str, int],
) -> dict[str, _Material]:
    tables: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    study: dict[str, list[int]] = defaultdict(list)
    for report in reports:
        candidates = candidates_of(report.report)
        for field in FIELDS:
            mine = [c for c in candidates if c.field == field]
            seen_rows = rows(field, candidates, bundled.priors.get(field, {}), bundled.wordings)
            for name in (name for name in LEARNABLE if name.partition(" ")[0] == field):
                said = [_label(report.labels, name, c.surface) for c in mine]
                labelled = [i for i, label in enumerate(said) if label is not None]
                if labelled:
                    tables[name].append(bundled.trees[name].matrix([seen_rows[i] for i in labelled]))
                    right[name] += [bool(said[i]) for i in labelled]
                    study[name] += [number[report.study]] * len(labelled)
    return {
        name: _Material(
            np.concatenate(tables[name]), np.array(right[name], dtype=np.float64), np.array(study[name])
        )
        for name in tables
    }


def _cross_validate(
    reports: Sequence[LabelledReport],
    candidates_of: Callable[[str], Sequence[Candidate]],
    bundled: Judges,
    present: Judges,
    seen: frozenset[str],
    number: Mapping[str, int],
    material: Mapping[str, _Material],
) -> dict[str, Verdicts]:
    """What the old judges say, and those with corrections fitted on the other folds, by kind."""
    folds = min(FOLDS, len(number))
    fold_of = folds_of(np.arange(len(number)), folds)
    kinds = ("odds", "trees") if len(number) >= LEAST_TO_GROW else ("odds",)
    found: dict[str, Verdicts] = {kind: defaultdict(lambda: defaultdict(list)) for kind in ("old", *kinds)}
    for fold in range(folds):
        judges = {
            kind: replace(bundled, trees={**bundled.trees, **_others(fold, fold_of, material, bundled, kind)})
            for kind in kinds
        }
        for report in reports:
            at = number[report.study]
            if fold_of[at] != fold:
                continue
            candidates = candidates_of(report.report)
            judges["old"] = bundled if report.report in seen else present
            for kind, judged_by in judges.items():
                for name, verdict in _verdicts(report, candidates, judged_by):
                    found[kind][name][at].append(verdict)
    return found


def _others(
    fold: int, fold_of: NDArray[np.int64], material: Mapping[str, _Material], bundled: Judges, kind: str
) -> dict[str, Any]:
    """The judges corrected by the papers that are not in a fold."""
    changed = {}
    for name, all_of in material.items():
        train = fold_of[all_of.study] != fold
        if train.any():
            part = _Material(all_of.table[train], all_of.yes[train], all_of.study[train])
            changed[name] = corrected(bundled.trees[name], _fit(name, part, bundled, kind))
    return changed


def _fit(name: str, material: _Material, bundled: Judges, kind: str) -> dict[str, Any]:
    papers = len(np.unique(material.study))
    rounds = min(max(papers * ROUNDS_PER_PAPER, LEAST_ROUNDS), MOST_ROUNDS) if kind == "trees" else 0
    return fit_correction(bundled.trees[name], material.table, material.yes, rounds)


def _verdicts(
    report: LabelledReport, candidates: Sequence[Candidate], judges: Judges
) -> list[tuple[str, Verdict]]:
    found = []
    for judgement in judge(candidates, judges):
        field, surface = judgement.candidate.field, judgement.candidate.surface
        right = _label(report.labels, field, surface)
        if right is not None:
            found.append((field, Verdict(judgement.p, judgement.stated, right)))
        for role in DATASET_ROLES if field == "dataset" else ():
            right = _label(report.labels, f"dataset {role}", surface)
            if right is not None:
                stated = role in stated_roles(judgement)
                found.append((f"dataset {role}", Verdict(judgement.roles[role], stated, right)))
    return found


def _errors(verdicts: Verdicts) -> dict[int, int]:
    errors: dict[int, int] = defaultdict(int)
    for of_judge in verdicts.values():
        for study, said in of_judge.items():
            errors[study] += sum(v.stated != v.right for v in said)
    return errors
