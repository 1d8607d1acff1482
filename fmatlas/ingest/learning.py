"""Fit the judges on coded papers; needs the `fit` extra (LightGBM). Deterministic on one thread."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmatlas.ingest.bag import Bag, with_bag
from fmatlas.ingest.calibration import platt
from fmatlas.ingest.closed import CLOSED_FIELDS
from fmatlas.ingest.facts import DATASET_ROLES, NO_WEIGHTS, rows
from fmatlas.ingest.learning_bag import Worded, fit_bag
from fmatlas.ingest.learning_said import ReadMentions, fit_reader
from fmatlas.ingest.mentions import Mentions
from fmatlas.ingest.said import Reader, with_said
from fmatlas.ingest.shortlist import NAME_FIELDS
from fmatlas.ingest.weights import Judges, from_dumps, trees
from fmatlas.ingest.wordings import ReadPlaces, Weights, learn
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import CATEGORIES

INNER_FOLDS = 3
# Papers are shown by readers and priors that learnt from four fifths of them, a new one by those of all.
READ_FOLDS = 5
PULL = 3.0
_COMMON: dict[str, Any] = {
    "objective": "binary", "min_data_in_leaf": 10, "bagging_fraction": 0.8, "bagging_freq": 1, "max_bin": 63,
    "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": 1,
}  # fmt: skip
# Greedy forks and forks at random thresholds err differently; their mean is better than either.
NAME_SETTINGS: tuple[dict[str, Any], ...] = (
    {**_COMMON, "num_leaves": 15, "learning_rate": 0.06, "feature_fraction": 0.15, "lambda_l2": 3.0},
    {
        **_COMMON,
        "num_leaves": 15,
        "learning_rate": 0.08,
        "feature_fraction": 0.4,
        "lambda_l2": 3.0,
        "extra_trees": True,
    },
)
CLOSED_SETTINGS: tuple[dict[str, Any], ...] = (
    {**_COMMON, "num_leaves": 7, "learning_rate": 0.06, "feature_fraction": 0.2, "lambda_l2": 5.0},
    {
        **_COMMON,
        "num_leaves": 7,
        "learning_rate": 0.08,
        "feature_fraction": 0.4,
        "lambda_l2": 5.0,
        "extra_trees": True,
    },
)
ROUNDS = {"names": 180, "closed": 170, "roles": 80, "category": 80}
CUT = 0.35


@dataclass(frozen=True, slots=True)
class CodedPaper:
    """A paper to learn from.

    Attributes:
        candidates: all candidates of its report.
        used: (field, surface) of the candidates that are coded, each with its coded roles.
        category: the coded category, empty if it has none.
        read: single places of its labels that were read.
        weight: how much each of its candidates counts; below 1 for a paper of another kind than those that
            will be judged. It says nothing of how common a name or a label is, nor of what calibrates.
        fields: what it is coded for.
        mentions: the places of its names.
        read_mentions: those of them that were read.
        words: how often each word stands in what it says of itself.
    """

    candidates: Sequence[Candidate]
    used: Mapping[tuple[str, str], frozenset[str]]
    category: str = ""
    read: Sequence[ReadPlaces] = ()
    weight: float = 1.0
    fields: frozenset[str] = frozenset((*NAME_FIELDS, *CLOSED_FIELDS, "category"))
    mentions: Mentions | None = None
    read_mentions: ReadMentions | None = None
    words: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads a paper for the judges: single mentions of names, if any were read, and its words."""

    mentions: Reader | None
    bag: Bag


def fit(papers: Sequence[CodedPaper], seed: int = 0) -> tuple[dict[str, Any], Readers]:
    """Fit all judges and what reads for them.

    Returns:
        What `save` writes and `judges_of` reads, and the readers.
    """
    readers = _readers(papers)
    papers = _each_read(papers, seed)
    alike = [paper for paper in papers if paper.weight == 1.0]
    priors = {name: _label_priors(alike, name) for name in CLOSED_FIELDS}
    priors |= {name: _name_priors(alike, name) for name in NAME_FIELDS}
    judges: dict[str, Any] = {}
    for name in (*NAME_FIELDS, *CLOSED_FIELDS):
        judges |= _fit_field(papers, name, priors[name], seed)
    judges |= _fit_category(papers, seed)
    return {
        "papers": len(alike),
        "cuts": dict.fromkeys((*NAME_FIELDS, *CLOSED_FIELDS), CUT),
        "priors": priors,
        "wordings": asdict(_wordings(alike)),
        "judges": judges,
    }, readers


def _fit_field(
    papers: Sequence[CodedPaper], name: str, priors: Mapping[str, float], seed: int
) -> dict[str, Any]:
    """The judge of a field, and of datasets those of their roles, by name; none where no paper has any."""
    closed = name in CLOSED_FIELDS
    table, paper, keys = _table(papers, name, priors, seed)
    if not table:
        return {}
    weight = np.array([papers[q].weight for q in paper])
    used = np.array([float((name, key) in papers[q].used) for q, key in zip(paper, keys, strict=True)])
    settings = CLOSED_SETTINGS if closed else NAME_SETTINGS
    rounds = ROUNDS["closed" if closed else "names"]
    judges = {name: _fit_one(table, used, weight, paper, settings, rounds, seed)}
    if name == "dataset":
        roles = [papers[q].used.get((name, key), frozenset()) for q, key in zip(paper, keys, strict=True)]
        told = np.array([i for i, of_row in enumerate(roles) if of_row & set(DATASET_ROLES)], dtype=int)
        with_role = [table[i] for i in told]
        for role in DATASET_ROLES:
            is_role = np.array([float(role in roles[i]) for i in told])
            judges[f"{name} {role}"] = _fit_one(
                with_role, is_role, weight[told], paper[told], settings, ROUNDS["roles"], seed
            )
    return judges


def _fit_category(papers: Sequence[CodedPaper], seed: int) -> dict[str, Any]:
    """The judge of each category, by name."""
    table, paper, _ = _table(papers, "category", {}, seed)
    weight = np.array([papers[q].weight for q in paper])
    judges = {}
    for value in CATEGORIES:
        is_value = np.array([float(papers[q].category == value) for q in paper])
        judges[f"category {value}"] = _fit_one(
            table, is_value, weight, paper, CLOSED_SETTINGS, ROUNDS["category"], seed
        )
    return judges


def read_by(readers: Readers, paper: CodedPaper) -> CodedPaper:
    """The paper with what is said at the places of its names, and what its words say for its labels."""
    found = paper.candidates
    if readers.mentions is not None and paper.mentions is not None:
        found = with_said(found, paper.mentions, readers.mentions)
    if paper.words is not None:
        found = with_bag(found, paper.words, readers.bag)
    return replace(paper, candidates=found)


def _readers(papers: Sequence[CodedPaper]) -> Readers:
    read = [(paper.read_mentions, paper.weight) for paper in papers if paper.read_mentions is not None]
    return Readers(fit_reader(read) if read else None, fit_bag([_worded(paper) for paper in papers]))


def _worded(paper: CodedPaper) -> Worded:
    """Words are few in one paper and many in all, so other kinds help more than they do judges."""
    labels = {key for key in paper.used if key[0] in CLOSED_FIELDS}
    if paper.category:
        labels.add(("category", paper.category))
    return Worded(paper.words or {}, labels, paper.fields, paper.weight**0.5)


def _each_read(papers: Sequence[CodedPaper], seed: int) -> list[CodedPaper]:
    """Every paper as readers find it that were fitted on papers of other folds."""
    folds = folds_of(np.arange(len(papers)), READ_FOLDS, seed)
    found = list(papers)
    for fold in range(READ_FOLDS):
        readers = _readers([p for p, k in zip(papers, folds, strict=True) if k != fold])
        for i in np.flatnonzero(folds == fold).tolist():
            found[i] = read_by(readers, papers[i])
    return found


def judges_of(data: Mapping[str, Any], version: str = "") -> Judges:
    """Judges ready to be used, from what `fit` gives."""
    return Judges(
        version,
        {n: trees(t) for n, t in data["judges"].items()},
        data["cuts"],
        data["priors"],
        Weights(**data["wordings"]),
    )


def save(data: Mapping[str, Any], path: Path) -> None:
    """Write fitted judges as JSON, one tree a line."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_text(text.replace("]],[[", "]],\n[[") + "\n", "utf-8")


def _label_priors(papers: Sequence[CodedPaper], name: str) -> dict[str, float]:
    """How often a paper has each label of a closed field; one number for all rows of a label.

    Left out of its own paper it would tell that paper's coding.
    """
    counts = Counter(key for paper in papers for field_name, key in paper.used if field_name == name)
    return {key: round((n + 0.5) / (len(papers) + 10), 5) for key, n in sorted(counts.items())}


def _name_priors(papers: Sequence[CodedPaper], name: str) -> dict[str, float]:
    """How often a name is coded where a report has it, pulled to the share of all names, which stands under
    ''.

    Only names of three reports or more have one of their own.
    """
    there = Counter(c.surface for paper in papers for c in paper.candidates if c.field == name)
    coded = Counter(key for paper in papers for field_name, key in paper.used if field_name == name)
    usual = sum(coded.values()) / max(1, sum(there.values()))
    own = {key: (coded[key] + PULL * usual) / (n + PULL) for key, n in sorted(there.items()) if n > 2}
    return {key: round(p, 5) for key, p in {"": usual, **own}.items()}


def _wordings(papers: Sequence[CodedPaper]) -> Weights:
    return learn(
        (
            (c, (c.field, c.surface) in paper.used)
            for paper in papers
            for c in paper.candidates
            if c.field in CLOSED_FIELDS
        ),
        (row for paper in papers for row in paper.read),
    )


def _table(
    papers: Sequence[CodedPaper], name: str, priors: Mapping[str, float], seed: int
) -> tuple[list[dict[str, float]], NDArray[np.int64], list[str]]:
    """Rows of all papers that are coded for a field, with the paper and the surface of each.

    The priors of names and the weights of wordings that a row shows come from papers of other folds, as they
    will when a new paper is judged.
    """
    folds = folds_of(np.arange(len(papers)), READ_FOLDS, seed)
    by_fold: list[tuple[Mapping[str, float], Weights]] = []
    for k in range(READ_FOLDS):
        others = [p for p, fold in zip(papers, folds, strict=True) if fold != k and p.weight == 1.0]
        if name in NAME_FIELDS:
            by_fold.append((_name_priors(others, name), NO_WEIGHTS))
        else:
            by_fold.append((priors, _wordings(others) if name in CLOSED_FIELDS else NO_WEIGHTS))
    table: list[dict[str, float]] = []
    paper: list[int] = []
    keys: list[str] = []
    for q, coded in enumerate(papers):
        if name not in coded.fields:
            continue
        of_paper = rows(name, coded.candidates, *by_fold[folds[q]])
        table += of_paper
        paper += [q] * len(of_paper)
        keys += [c.surface for c in coded.candidates if c.field == name]
    return table, np.array(paper, dtype=np.int64), keys


def _fit_one(
    table: Sequence[Mapping[str, float]],
    yes: NDArray[np.float64],
    weight: NDArray[np.float64],
    paper: NDArray[np.int64],
    settings: Sequence[Mapping[str, Any]],
    rounds: int,
    seed: int,
) -> dict[str, Any]:
    """One judge, its odds calibrated on papers that an inner fit has not seen (Platt 1999).

    Rows of papers of another kind help to fit and are left out of the calibration.
    """
    import lightgbm

    names = sorted({name for row in table for name in row})
    index = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(table), len(names)))
    for r, row in enumerate(table):
        for name, value in row.items():
            matrix[r, index[name]] = value
    odds = np.zeros(len(table))
    alike = weight == 1.0
    folds = folds_of(paper, INNER_FOLDS, seed)
    for fold in range(INNER_FOLDS):
        train, test = folds != fold, (folds == fold) & alike
        if train.any() and test.any():
            for kind in settings:
                data = lightgbm.Dataset(matrix[train], yes[train], weight=weight[train])
                inner = lightgbm.train(dict(kind), data, rounds)
                odds[test] += np.asarray(inner.predict(matrix[test], raw_score=True)) / len(settings)
    models = [
        lightgbm.train(dict(kind), lightgbm.Dataset(matrix, yes, weight=weight), rounds) for kind in settings
    ]
    scale, shift = platt(odds[alike], yes[alike])
    return from_dumps([model.dump_model() for model in models], names, scale, shift)


def folds_of(paper: NDArray[np.int64], n: int, seed: int = 0) -> NDArray[np.int64]:
    """The fold, of `n`, of each row by the number of its paper: drawn at random, all of a paper in one."""
    unique = np.unique(paper)
    order = np.random.default_rng(seed).permutation(len(unique))
    of_paper = np.empty(len(unique), dtype=np.int64)
    of_paper[order] = np.arange(len(unique)) % n
    return of_paper[np.searchsorted(unique, paper)]
