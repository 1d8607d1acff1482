"""What persons may say, which of it is in force, and what they merged and split.

Decisions are appended and never rewritten; `library.rulings` brings them to today's names.

How decisions are written:

- kind `fact`: `study_key`, `field`, `surface` (folded) and/or `entity`, `role`. Verdicts: `accept`; `reject`;
  `add` (`value` is the name as written); `correct` (what stands is wrong; `value` is the right name, or
  `role=ROLE`).
- kind `field`: `study_key`, `field`. Verdict `accept` with the right `value`, or a status: `not reported`,
  `not applicable`, `unclear`, `not looked at`.
- kind `merge`: `entity` is the same thing as the entity `value`. Kind `split`: in `field`, `surface` is no
  name of `entity` but of a thing of its own, written `value`.
- kind `study`: verdict `merge` (keys `study_key` and `value` are one study) or `split` (they are two).
- any kind with `undoes`: takes the decision of that number back, whatever else it says.

A decision of a coding round (`round` other than empty or `reconciled`) is kept for comparison and rules
nothing.
"""

from collections.abc import Iterable, Mapping

from fmatlas.schema.errors import UsageError
from fmatlas.schema.facts import Decision
from fmatlas.schema.fields import FIELD, entity_type

STATUSES = ("not reported", "not applicable", "unclear", "not looked at")
VERDICTS = {
    "fact": ("accept", "reject", "add", "correct"),
    "field": ("accept", *STATUSES),
    "merge": ("accept",),
    "split": ("accept",),
    "study": ("merge", "split"),
}
EVIDENCE_KINDS = ("", "text", "figure", "supplement", "author", "inferred")
RULING_ROUNDS = ("", "reconciled")


def check_decision(decision: Decision) -> None:
    """Refuse a decision that could never be resolved.

    Raises:
        UsageError: no person, an unknown kind, verdict, field, role or kind of evidence, or nothing pointed
        at.
    """
    d = decision
    if not d.person.strip():
        raise UsageError("A decision needs the name of the person who makes it (--person NAME).")
    if d.kind not in VERDICTS:
        raise UsageError(f"There is no decision of kind {d.kind!r}; kinds are {', '.join(VERDICTS)}.")
    if d.undoes:
        return
    if d.verdict not in VERDICTS[d.kind]:
        raise UsageError(
            f"A decision of kind {d.kind} says one of {', '.join(VERDICTS[d.kind])}, not {d.verdict!r}."
        )
    if d.evidence not in EVIDENCE_KINDS:
        raise UsageError(f"Evidence is one of {', '.join(EVIDENCE_KINDS[1:])}, not {d.evidence!r}.")
    if d.kind in ("fact", "field", "split") and d.field not in FIELD:
        raise UsageError(f"There is no field {d.field!r}; fields are {', '.join(FIELD)}.")
    if d.kind in ("fact", "field", "study") and not d.study_key:
        raise UsageError("A decision of this kind needs the key of a study.")
    if d.kind == "fact":
        if FIELD[d.field].kind != "entity":
            raise UsageError(f"{d.field} holds no entities: decide it as a field, with a value.")
        for role in (d.role, d.value[5:] if d.value.startswith("role=") else d.role):
            if role not in (FIELD[d.field].roles or ("",)):
                raise UsageError(
                    f"{d.field} has the roles {', '.join(FIELD[d.field].roles) or 'none'}, not {role!r}."
                )
        if not (d.surface or d.entity or (d.verdict == "add" and d.value)):
            raise UsageError("A decision about a fact needs the name of the thing it is about.")
    if d.verdict == "correct" and not d.value:
        raise UsageError("A correction needs what is right: a name, or role=ROLE.")
    if d.kind in ("merge", "split", "study") and not d.value:
        raise UsageError(f"A decision of kind {d.kind} needs a value: what it joins to or parts from.")
    if d.kind == "merge" and not d.entity:
        raise UsageError("A merge needs the id of the entity that is the same as another.")
    if d.kind == "split" and not d.surface:
        raise UsageError("A split needs the name that is to be a thing of its own.")


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that no later one takes back, by number; an undo that is undone takes nothing back."""
    undone: set[int] = set()
    kept: list[Decision] = []
    for decision in sorted(decisions, key=lambda d: d.seq, reverse=True):
        if decision.seq in undone:
            continue
        if decision.undoes:
            undone.add(decision.undoes)
        else:
            kept.append(decision)
    return kept[::-1]


def entity_merges(decisions: Iterable[Decision]) -> dict[str, str]:
    """From the id of each entity that a person merged into another to the id at the end of the chain.

    A later merge of the same entity replaces an earlier one; a merge that would close a circle is left out.
    """
    step: dict[str, str] = {}
    for d in in_force(decisions):
        if d.kind == "merge" and d.round in RULING_ROUNDS and _end(step, d.value) != d.entity:
            step[d.entity] = d.value
    return {entity: _end(step, entity) for entity in sorted(step)}


def entity_splits(decisions: Iterable[Decision]) -> dict[tuple[str, str], str]:
    """From (type, folded surface) that a person made a thing of its own to the name that they gave it."""
    return {
        (entity_type(d.field), d.surface): d.value
        for d in in_force(decisions)
        if d.kind == "split" and d.round in RULING_ROUNDS
    }


def study_pairs(decisions: Iterable[Decision]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of keys that persons said are one study, and pairs they said are two; the latest word counts."""
    last: dict[tuple[str, str], str] = {}
    for d in in_force(decisions):
        if d.kind == "study" and d.round in RULING_ROUNDS:
            a, b = sorted((d.study_key, d.value))
            last[a, b] = d.verdict
    pairs = sorted(last)
    return [p for p in pairs if last[p] == "merge"], [p for p in pairs if last[p] == "split"]


def _end(step: Mapping[str, str], entity: str) -> str:
    while entity in step:
        entity = step[entity]
    return entity
