"""Closed fields: for task, loss, modality and strategy every label that a report has any wording for.

Labels seldom stand in a paper by name; cues of the vocabulary betray them: `InfoNCE` the loss `contrastive`,
`CXR` the modality `X-ray`. This finds places and claims nothing; all of them together are judged later.
"""

import re
from collections import Counter

from fmatlas.ingest.readable import readable_text
from fmatlas.names import Match, Matcher, fold_name, longest
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

CLOSED_FIELDS = ("task", "loss", "modality", "strategy")

# What a match says of a label: its entity, the wording that led to it, and whether that names the label.
Found = tuple[str, str, bool]


class Cues:
    """The wordings of all closed fields, ready to be looked for."""

    __slots__ = ("_expressions", "_matcher")

    def __init__(self, vocabulary: Vocabulary) -> None:
        cues = [cue for cue in vocabulary.cues if _type(cue.entity) in CLOSED_FIELDS]
        labels = {cue.entity for cue in cues}
        names: list[tuple[str, Found, bool]] = []
        for alias in vocabulary.aliases:
            label = _label(vocabulary, alias.entity, labels) if alias.type in CLOSED_FIELDS else ""
            # An ordinary word such as `identity` names its loss only where a cue says so: `identity loss`.
            if label and alias.match != "cue":
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

    def find(self, text: str) -> list[Match[Found]]:
        """All places of all wordings in a text; one inside a longer one of the same field does not count."""
        found: list[Match[Found]] = []
        matches = self._matcher.find_all(text)
        for field in CLOSED_FIELDS:
            found += longest(match for match in matches if _type(match.key[0]) == field)
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
        the places (`closed names` by a name of the label, `closed cues` by other wording), their share of the
        field's, the distinct wordings (`closed wordings`) and the places of each wording (`cue ...`).
    """
    places: dict[str, dict[tuple[int, int], Found]] = {}
    for start, end, found in _cues_of(vocabulary).find(readable_text(reading)):
        of_label = places.setdefault(found[0], {})
        # The same wording may be a name and a cue: then it is a name.
        if (start, end) not in of_label or found[2]:
            of_label[start, end] = found
    of_field = Counter(dict.fromkeys(CLOSED_FIELDS, 0))
    for label, of_label in places.items():
        of_field[_type(label)] += len(of_label)
    return [
        _candidate(vocabulary, label, places[label], of_field[_type(label)])
        for label in sorted(places, key=lambda label: (CLOSED_FIELDS.index(_type(label)), label))
    ]


def _candidate(
    vocabulary: Vocabulary, label: str, places: dict[tuple[int, int], Found], of_field: int
) -> Candidate:
    name = vocabulary.entities[label].name
    by_name = sum(found[2] for found in places.values())
    wordings = Counter(found[1] for found in places.values())
    features = {
        "closed names": float(by_name),
        "closed cues": float(len(places) - by_name),
        "closed share": round(len(places) / of_field, 5),
        "closed wordings": float(len(wordings)),
    }
    features |= {f"cue {wording}": float(n) for wording, n in sorted(wordings.items())}
    return Candidate(_type(label), fold_name(name), name, label, tuple(sorted(places)), features)


_MADE: dict[str, Cues] = {}


def _cues_of(vocabulary: Vocabulary) -> Cues:
    """The cues of a vocabulary, made once for each version of it."""
    if vocabulary.version not in _MADE:
        _MADE[vocabulary.version] = Cues(vocabulary)
    return _MADE[vocabulary.version]


def _type(entity: str) -> str:
    return entity.partition(":")[0]


def _label(vocabulary: Vocabulary, entity: str, labels: set[str]) -> str:
    """The entity itself where it has cues, else the nearest above it that has; empty where none has."""
    seen: set[str] = set()
    while entity and entity not in labels and entity not in seen:
        seen.add(entity)
        up = [link.parent for link in vocabulary.parents.get(entity, ()) if link.kind == "kind_of"]
        entity = up[0] if up else ""
    return entity if entity in labels else ""
