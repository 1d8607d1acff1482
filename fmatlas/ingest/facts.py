"""From candidates to facts: for each the probability that the report uses it, and in which role.

One small boosted model for each field was fitted on coded papers; it sees all that is seen around a name (or
a label),
what the report is like as a whole, and, for labels, which other labels have wordings in the report.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fmatlas.ingest.candidates import PAPER
from fmatlas.ingest.closed import CLOSED_FIELDS
from fmatlas.ingest.roles import TEXT, backbone_role, is_seen
from fmatlas.ingest.shortlist import NAME_FIELDS
from fmatlas.ingest.weights import Judges
from fmatlas.ingest.wordings import STANDS, Weights, compare, weigh
from fmatlas.names import backbone_family
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import CATEGORIES

DATASET_ROLES = ("pretrain", "train", "eval")
# Text as data, and the tasks that cannot be done without it.
_READ = frozenset(
    {
        TEXT,
        "task:report-generation",
        "task:visual-question-answering",
        "task:captioning",
        "task:visual-grounding",
    }
)
# How much the data of a report weigh beside the judge of its category, as a power.
_EVIDENCE = 0.5
ROLE_CUT = 0.5


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is thought of a candidate: probability that it is used, the cut, and the probability of each role.

    `roles` is empty for a field without roles.
    """

    candidate: Candidate
    p: float
    cut: float
    roles: Mapping[str, float] = field(default_factory=dict)

    @property
    def stated(self) -> bool:
        """Whether the candidate becomes a fact."""
        return self.p >= self.cut


NO_WEIGHTS = Weights({}, {}, {}, {})


def rows(
    field_name: str,
    candidates: Sequence[Candidate],
    priors: Mapping[str, float],
    weights: Weights = NO_WEIGHTS,
) -> list[dict[str, float]]:
    """What a judge sees: a row of numbers for each candidate of one field of one report, in their order.

    Args:
        field_name: the field.
        candidates: all candidates of the report.
        priors: how often a label is coded, or a name where a report has it, by surface; empty for any other.
        weights: what the wordings of labels say for them.
    """
    paper = paper_features(candidates)
    mine = [c for c in candidates if c.field == field_name]
    if field_name in NAME_FIELDS:
        usual = priors.get("", 0.0)
        return [{**paper, **c.features, "prior": priors.get(c.surface, usual)} for c in mine]
    others: dict[str, float] = {}
    for c in candidates:
        if c.field in CLOSED_FIELDS:
            others[f"other {c.entity}"] = math.log1p(c.features.get("closed names", 0.0))
            others[f"wording {c.entity}"] = math.log1p(c.features.get("closed cues", 0.0))
    if field_name == "category":
        return [{**paper, **others}]
    shared = {**paper, **others}
    found = [
        {
            **shared,
            **{name: value for name, value in c.features.items() if not name.startswith(STANDS)},
            **weigh(c, weights),
            "prior": priors.get(c.surface, 0.0),
            f"is {c.entity}": 1.0,
        }
        for c in mine
    ]
    compare(found)
    return found


def paper_features(candidates: Sequence[Candidate]) -> Mapping[str, float]:
    """What is true of the whole report."""
    return next((c.features for c in candidates if c.field == "category" and c.surface == PAPER), {})


def judge(candidates: Sequence[Candidate], judges: Judges) -> list[Judgement]:
    """Judge all candidates of one report; in order of field and surface."""
    found: list[Judgement] = []
    for name in (*NAME_FIELDS, *CLOSED_FIELDS):
        mine = [c for c in candidates if c.field == name]
        if not mine or name not in judges.trees:
            continue
        table = rows(name, candidates, judges.priors.get(name, {}), judges.wordings)
        used = judges.trees[name].judge(table).tolist()
        roles: list[dict[str, float]] = [{} for _ in mine]
        if name == "dataset":
            for role in DATASET_ROLES:
                for at, p in enumerate(judges.trees[f"dataset {role}"].judge(table).tolist()):
                    roles[at][role] = p
        elif name == "backbone":
            roles = [{backbone_role(c, candidates): 1.0} for c in mine]
        elif name == "model":
            roles = [{"introduced": 1.0} for _ in mine]
        cuts = [judges.cuts[name]] * len(mine)
        if name == "backbone":
            cuts = _sizes_before_families(mine, used, judges.cuts[name])
        for c, p, cut, of_role in zip(mine, used, cuts, roles, strict=True):
            found.append(Judgement(c, p, cut, of_role))
    return sorted(found, key=lambda j: (j.candidate.field, j.candidate.surface))


def _sizes_before_families(mine: Sequence[Candidate], used: Sequence[float], cut: float) -> list[float]:
    """The cut of each backbone: a family is not stated where one of its sizes is (`ViT` beside `ViT-B/16`).

    The guideline has one row for each stated size, and the family's name in the text means the same thing.
    """
    sized = [(c.surface, backbone_family(c.written)) for c, p in zip(mine, used, strict=True) if p >= cut]
    cuts: list[float] = []
    for c in mine:
        plain = not any(sign.isdigit() for sign in c.written)
        covered = any(
            surface != c.surface
            and (
                surface.startswith(c.surface)
                or (
                    plain and family == backbone_family(c.written) and any(sign.isdigit() for sign in surface)
                )
            )
            for surface, family in sized
        )
        cuts.append(1.0 if covered else cut)
    return cuts


def stated_roles(judgement: Judgement) -> list[str]:
    """The roles that are stated where the candidate is: the likely ones, at least the likeliest."""
    best = max(judgement.roles.values())
    return sorted(role for role, p in judgement.roles.items() if p >= ROLE_CUT or p == best)


def category(
    candidates: Sequence[Candidate], judges: Judges, judgements: Sequence[Judgement]
) -> tuple[str, float]:
    """The category of a report and its probability.

    The judge of the whole report is weighed by what the report's data are judged to be: a VFM sees and does
    not read, a VLFM sees and reads.
    """
    table = rows("category", candidates, {})
    p = {value: float(judges.trees[f"category {value}"].judge(table)[0]) for value in CATEGORIES}
    sees = _any_of(j for j in judgements if j.candidate.field == "modality" and is_seen(j.candidate.entity))
    reads = _any_of(j for j in judgements if j.candidate.entity in _READ)
    p["VFM"] *= (sees * (1.0 - reads)) ** _EVIDENCE
    p["VLFM"] *= (sees * reads) ** _EVIDENCE
    best = max(CATEGORIES, key=lambda value: p[value])
    return best, round(p[best] / max(sum(p.values()), 1e-9), 4)


def _any_of(judgements: Iterable[Judgement]) -> float:
    """The probability that at least one holds, kept from 0 and 1."""
    none = math.prod(1.0 - j.p for j in judgements)
    return min(max(1.0 - none, 0.02), 0.98)


def explain(candidate: Candidate, candidates: Sequence[Candidate], judges: Judges) -> dict[str, float]:
    """What each feature of a candidate adds to the log odds that it is used, largest first."""
    mine = [c for c in candidates if c.field == candidate.field]
    at = [c.surface for c in mine].index(candidate.surface)
    table = rows(candidate.field, candidates, judges.priors.get(candidate.field, {}), judges.wordings)
    return judges.trees[candidate.field].explain(table[at])
