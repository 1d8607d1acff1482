"""How well found facts agree with coded ones, by the counting rule at the end of the coding guideline.

Both sides are rows in the columns of an export (`file`, `field`, `value`, `role`, `confidence` ...), so a
library,
an exported table and a second coder's sheet are all measured by the same rule.
"""

import csv
import dataclasses
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fmatlas.review.matching import Aliases, match_values
from fmatlas.schema.errors import UsageError

COUNTED_FIELDS = ("model", "base_model", "backbone", "dataset", "task", "loss", "modality", "strategy")
SINGLE_FIELDS = ("title", "year", "arxiv_id", "category")
ROLE_FIELDS = {
    "dataset": ("pretrain", "train", "eval"),
    "backbone": ("vision", "text", "other"),
}
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One coded or found value of one paper; `confidence` is 1 where a table has no such column."""

    file: str
    field: str
    value: str
    role: str = ""
    confidence: float = 1.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one field: found and coded, found only, coded only."""

    hits: int
    false_finds: int
    misses: int

    @property
    def precision(self) -> float:
        """Share of what was found that is coded; 0 where nothing was found."""
        return self.hits / (self.hits + self.false_finds) if self.hits + self.false_finds else 0.0

    @property
    def recall(self) -> float:
        """Share of what is coded that was found; 0 where nothing is coded."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = 2 * self.hits + self.false_finds + self.misses
        return 2 * self.hits / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Facts whose confidence lies in one tenth: how many, their mean confidence, and the share that is
    right."""

    n: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole comparison.

    Attributes:
        papers: number of coded papers; all of them count, also those without any found row.
        fields: score of each counted field, roles ignored.
        roles: score of `field role` for fields that have roles.
        with_role: score of each field with roles, a value counting once for each role.
        micro: the counted fields together.
        macro_f1: mean F1 of the counted fields that are coded or found at all.
        intervals: bootstrap 95 % interval of F1 by field, and of `micro`; papers are resampled.
        single: share of papers whose one value agrees, of those coded, by metadata field.
        kappa: Cohen's kappa of the category (Cohen 1960).
        bins: ten bins of confidence of the found values of counted fields.
        ece: expected calibration error over these bins (Naeini et al. 2015).
        missed: coded rows that were not found.
        false: found rows that are not coded.
        suggested: score of each further field that the sheet codes; in none of the other numbers.
    """

    papers: int
    fields: dict[str, Score]
    roles: dict[str, Score]
    with_role: dict[str, Score]
    micro: Score
    macro_f1: float
    intervals: dict[str, tuple[float, float]]
    single: dict[str, tuple[int, int]]
    kappa: float
    bins: tuple[Bin, ...]
    ece: float
    missed: tuple[Row, ...]
    false: tuple[Row, ...]
    suggested: dict[str, Score] = dataclasses.field(default_factory=dict)


def read_rows(path: Path) -> list[Row]:
    """Read a coding sheet or an exported table of facts.

    Raises:
        UsageError: the file is missing, no CSV, or lacks one of the columns file, field and value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = {"file", "field", "value"} - set(reader.fieldnames or ())
            if missing:
                raise UsageError(
                    f"{path}: column {', '.join(sorted(missing))} is missing; export or code it again."
                )
            return [_row(raw, path, reader.line_num) for raw in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV in UTF-8 ({error}).") from error


def _row(raw: Mapping[str, str | None], path: Path, line: int) -> Row:
    text = raw.get("confidence") or ""
    try:
        confidence = float(text) if text else 1.0
    except ValueError:
        raise UsageError(f"{path}, line {line}: confidence {text!r} is no number.") from None
    return Row(
        raw["file"] or "",
        (raw["field"] or "").strip(),
        (raw["value"] or "").strip(),
        (raw.get("role") or "").strip(),
        confidence,
        raw.get("evidence") or "",
    )


def evaluate(coded: Iterable[Row], found: Iterable[Row], aliases: Aliases | None = None) -> Evaluation:
    """Compare found with coded rows, paper by paper.

    Args:
        coded: rows of a coding sheet; its papers are the ones that count.
        found: rows of an export; papers that are not coded are left out.
        aliases: spellings that count as the same, as of `read_aliases`.
    """
    aliases = aliases or Aliases({})
    gold = _by_paper(coded)
    have = _by_paper(found)
    counts: dict[str, dict[str, list[int]]] = {}
    missed: list[Row] = []
    false: list[Row] = []
    judged: list[tuple[float, bool]] = []
    for paper in sorted(gold):
        counts[paper] = _count_paper(gold[paper], have.get(paper, {}), aliases, missed, false, judged)
    keys = sorted({key for paper in counts.values() for key in paper})
    totals = {key: _total(counts, key) for key in keys}
    fields = {field: totals[field] for field in COUNTED_FIELDS if field in totals}
    micro = _sum(fields.values())
    present = [score.f1 for score in fields.values() if score.hits + score.false_finds + score.misses]
    single, kappa = _single_values(gold, have)
    bins, ece = calibration(judged)
    return Evaluation(
        papers=len(gold),
        fields=fields,
        roles={key[5:]: totals[key] for key in keys if key.startswith("role ")},
        with_role={key[6:]: totals[key] for key in keys if key.startswith("roles ")},
        micro=micro,
        macro_f1=sum(present) / len(present) if present else 0.0,
        intervals=_intervals(counts, tuple(fields)),
        single=single,
        kappa=kappa,
        bins=bins,
        ece=ece,
        missed=tuple(missed),
        false=tuple(false),
    )


def calibration(judged: Sequence[tuple[float, bool]]) -> tuple[tuple[Bin, ...], float]:
    """Ten bins of equal width over (confidence, right), and the expected calibration error."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for confidence, right in judged:
        groups[min(9, int(confidence * 10))].append((confidence, right))
    bins = tuple(
        Bin(len(g), sum(c for c, _ in g) / len(g), sum(r for _, r in g) / len(g)) if g else Bin(0, 0.0, 0.0)
        for g in groups
    )
    total = len(judged)
    return bins, sum(b.n * abs(b.confidence - b.right) for b in bins) / total if total else 0.0


def _by_paper(rows: Iterable[Row]) -> dict[str, dict[str, list[Row]]]:
    papers: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        papers[paper_key(row.file)][row.field].append(row)
    return papers


def paper_key(file: str) -> str:
    """What two tables call the same paper: the file's name, without the folders it lies in."""
    return unicodedata.normalize("NFC", file.replace("\\", "/").rsplit("/", 1)[-1])


def _count_paper(
    gold: Mapping[str, list[Row]],
    have: Mapping[str, list[Row]],
    aliases: Aliases,
    missed: list[Row],
    false: list[Row],
    judged: list[tuple[float, bool]],
) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for field in COUNTED_FIELDS:
        coded, found = gold.get(field, []), have.get(field, [])
        if not coded and not found:
            continue
        match = match_values(field, [r.value for r in coded], [r.value for r in found], aliases)
        counts[field] = [len(match.hits), len(match.extra), len(match.missing)]
        missed.extend(coded[i] for i in match.missing)
        false.extend(found[i] for i in match.extra)
        judged.extend((max(found[i].confidence for i in group), True) for _, group in match.hits)
        judged.extend((found[i].confidence, False) for i in match.extra)
        if field in ROLE_FIELDS:
            together = [0, 0, 0]
            for role in ROLE_FIELDS[field]:
                of_role = match_values(
                    field,
                    [r.value for r in coded if r.role == role],
                    [r.value for r in found if r.role == role],
                    aliases,
                )
                part = [len(of_role.hits), len(of_role.extra), len(of_role.missing)]
                counts[f"role {field} {role}"] = part
                together = [a + b for a, b in zip(together, part, strict=True)]
            counts[f"roles {field}"] = together
    return counts


def _total(counts: Mapping[str, Mapping[str, list[int]]], key: str) -> Score:
    rows = [paper[key] for paper in counts.values() if key in paper]
    return Score(sum(r[0] for r in rows), sum(r[1] for r in rows), sum(r[2] for r in rows))


def _sum(scores: Iterable[Score]) -> Score:
    listed = list(scores)
    return Score(
        sum(s.hits for s in listed), sum(s.false_finds for s in listed), sum(s.misses for s in listed)
    )


def _intervals(
    counts: Mapping[str, Mapping[str, list[int]]], fields: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap over papers, the same resamples for every field; seeded, so it repeats."""
    import numpy as np

    papers = sorted(counts)
    if not papers or not fields:
        return {}
    table = np.array([[counts[p].get(f, [0, 0, 0]) for f in fields] for p in papers], dtype=np.float64)
    picks = np.random.default_rng(0).integers(0, len(papers), size=(RESAMPLES, len(papers)))
    weights = np.zeros((RESAMPLES, len(papers)))
    np.add.at(weights, (np.arange(RESAMPLES)[:, None], picks), 1.0)
    sums = np.einsum("sp,pfc->sfc", weights, table)
    sums = np.concatenate([sums, sums.sum(axis=1, keepdims=True)], axis=1)
    below = 2 * sums[..., 0] + sums[..., 1] + sums[..., 2]
    f1 = np.divide(2 * sums[..., 0], below, out=np.zeros_like(below), where=below > 0)
    low, high = np.percentile(f1, [2.5, 97.5], axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate((*fields, "micro"))}


def _single_values(
    gold: Mapping[str, Mapping[str, list[Row]]], have: Mapping[str, Mapping[str, list[Row]]]
) -> tuple[dict[str, tuple[int, int]], float]:
    agree: dict[str, tuple[int, int]] = {}
    pairs: list[tuple[str, str]] = []
    for field in SINGLE_FIELDS:
        right = total = 0
        for paper in sorted(gold):
            coded = gold[paper].get(field)
            if not coded:
                continue
            found = have.get(paper, {}).get(field)
            value = found[0].value if found else ""
            total += 1
            right += _plain(value) == _plain(coded[0].value)
            if field == "category":
                pairs.append((coded[0].value, value))
        agree[field] = (right, total)
    return agree, cohen_kappa(pairs)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two codings of the same papers; 1 where both give one and the same value
    throughout."""
    n = len(pairs)
    if not n:
        return 0.0
    observed = sum(a == b for a, b in pairs) / n
    values = sorted({v for pair in pairs for v in pair})
    chance = sum((sum(a == v for a, _ in pairs) / n) * (sum(b == v for _, b in pairs) / n) for v in values)
    return 1.0 if chance == 1.0 else (observed - chance) / (1 - chance)
