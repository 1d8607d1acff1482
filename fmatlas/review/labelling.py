"""Which candidates of a report are what a coding sheet has of it: what judges are fitted on."""

from collections.abc import Callable, Iterable, Sequence

from fmatlas.names import backbone_family
from fmatlas.review.evaluate import Row
from fmatlas.review.matching import Aliases
from fmatlas.schema.facts import Candidate


def label_candidates(
    candidates: Sequence[Candidate], coded: Iterable[Row], aliases: Aliases, name_of: Callable[[str], str]
) -> dict[tuple[str, str], frozenset[str]]:
    """Match the candidates of one report with the coded rows of its paper.

    Args:
        candidates: all candidates of the report.
        coded: the rows of its paper.
        aliases: spellings that count as the same.
        name_of: the canonical name of a vocabulary entity.

    Returns:
        By (field, surface) of each candidate that is coded the coded roles. Backbones match by family where
        no
        name is equal; then the one with most places is taken.
    """
    rows = list(coded)
    used: dict[tuple[str, str], set[str]] = {}
    for field in sorted({row.field for row in rows}):
        mine = [c for c in candidates if c.field == field]
        of_field = [row for row in rows if row.field == field]
        keys = {c.surface: _keys(aliases, field, c, name_of) for c in mine}
        left: list[Row] = []
        for row in of_field:
            wanted = aliases.keys(field, row.value)
            hits = [c for c in mine if keys[c.surface] & wanted]
            for c in hits:
                used.setdefault((field, c.surface), set()).add(row.role)
            if not hits:
                left.append(row)
        if field == "backbone":
            ordered = sorted(mine, key=lambda c: (-len(c.places), c.surface))
            for row in left:
                free = (c for c in ordered if (field, c.surface) not in used)
                best = next(
                    (c for c in free if backbone_family(c.written) == backbone_family(row.value)), None
                )
                if best:
                    used[field, best.surface] = {row.role}
    return {key: frozenset(roles) for key, roles in used.items()}


def _keys(
    aliases: Aliases, field: str, candidate: Candidate, name_of: Callable[[str], str]
) -> frozenset[str]:
    keys = aliases.keys(field, candidate.written)
    return keys | aliases.keys(field, name_of(candidate.entity)) if candidate.entity else keys
