"""Closed fields: for task, loss, modality and strategy every label that a report has any wording for.

Labels seldom stand in a paper by name; cues of the vocabulary betray them: `InfoNCE` the loss `contrastive`,
`CXR` the modality `X-ray`. This finds places and claims nothing; all of them together are judged later.
"""

import re

from fmatlas.names import Folded, Match, Matcher, fold, fold_name
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

CLOSED_FIELDS = ("task", "loss", "modality", "strategy")

# What a match says of a label: its entity, the wording that led to it, and whether that names the label.
Found = tuple[str, str, bool]


class Cues:
    """The wordings of one closed field, ready to be looked for."""

    __slots__ = ("_expressions", "_matcher")

    def __init__(self, vocabulary: Vocabulary, field: str) -> None:
        cues = [cue for cue in vocabulary.cues if cue.entity.startswith(f"{field}:")]
        labels = {cue.entity for cue in cues}
        names: list[tuple[str, Found, bool]] = []
        for alias in vocabulary.aliases:
            label = _label(vocabulary, alias.entity, labels) if alias.type == field else ""
            if label:
                names.append(
                    (alias.surface, (label, fold_name(alias.surface), True), alias.match != "any case")
                )
        for cue in cues:
            if cue.kind != "regex":
                names.append((cue.cue, (cue.entity, fold_name(cue.cue), False), cue.kind == "exact"))
        self._matcher: Matcher[Found] = Matcher(names)
        self._expressions = [
            (re.compile(cue.cue, re.IGNORECASE), (cue.entity, cue.cue, False))
            for cue in cues
            if cue.kind == "regex"
        ]

    def find(self, text: str, folded: Folded) -> list[Match[Found]]:
        """All places of all wordings in a text; a wording inside a longer one of the field does not count."""
        found = self._matcher.find(folded)
        for expression, key in self._expressions:
            found += [Match(*match.span(), key) for match in expression.finditer(text)]
        return found


def find_closed(reading: Reading, vocabulary: Vocabulary) -> list[Candidate]:
    """Find the labels of the closed fields that a report has wording for.

    Args:
        reading: the report.
        vocabulary: its labels, their aliases and cues.

    Returns:
        Candidates by field and label; `surface` is the folded label, `written` its name. The features count
        the places (`closed names` by a name of the label, `closed cues` by other wording) and the distinct
        wordings (`closed wordings`).
    """
    text = _readable(reading)
    folded = fold(text)
    candidates = []
    for field in CLOSED_FIELDS:
        places: dict[str, dict[tuple[int, int], Found]] = {}
        for start, end, found in _cues_of(vocabulary, field).find(text, folded):
            of_label = places.setdefault(found[0], {})
            # The same wording may be a name and a cue: then it is a name.
            if (start, end) not in of_label or found[2]:
                of_label[start, end] = found
        for label in sorted(places):
            by_name = sum(found[2] for found in places[label].values())
            name = vocabulary.entities[label].name
            candidates.append(
                Candidate(
                    field=field,
                    surface=fold_name(name),
                    written=name,
                    entity=label,
                    places=tuple(sorted(places[label])),
                    features={
                        "closed names": float(by_name),
                        "closed cues": float(len(places[label]) - by_name),
                        "closed wordings": float(len({found[1] for found in places[label].values()})),
                    },
                )
            )
    return candidates


_MADE: dict[tuple[str, str], Cues] = {}


def _cues_of(vocabulary: Vocabulary, field: str) -> Cues:
    """The cues of a field, made once for each version of the vocabulary."""
    key = (vocabulary.version, field)
    if key not in _MADE:
        _MADE[key] = Cues(vocabulary, field)
    return _MADE[key]


def _label(vocabulary: Vocabulary, entity: str, labels: set[str]) -> str:
    """The entity itself where it has cues, else the nearest above it that has; empty where none has."""
    seen: set[str] = set()
    while entity and entity not in labels and entity not in seen:
        seen.add(entity)
        up = [link.parent for link in vocabulary.parents.get(entity, ()) if link.kind == "kind_of"]
        entity = up[0] if up else ""
    return entity if entity in labels else ""


def _readable(reading: Reading) -> str:
    """The text of the report without its reference lists and furniture, at the same offsets."""
    pieces, at = [], 0
    for section in reading.sections:
        if section.type == "references":
            pieces += [reading.text[at : section.start], "\n" * (section.end - section.start)]
            at = section.end
    pieces.append(reading.text[at : reading.floats_end])
    return "".join(pieces)
