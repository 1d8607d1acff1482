"""Closed fields: for task, loss, modality and strategy every label that a report has any wording for.

Labels seldom stand in a paper by name; cues of the vocabulary betray them: `InfoNCE` the loss `contrastive`,
`CXR` the modality `X-ray`. This finds places and claims nothing; all of them together are judged later.
"""

import re
from collections import Counter

from fmatlas.ingest.readable import Whereabouts, readable_text, whereabouts
from fmatlas.names import Folded, Match, Matcher, fold_name, longest
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

CLOSED_FIELDS = ("task", "loss", "modality", "strategy")

# What a match says of a label: its entity, the wording that led to it, and `name`, `cue` or `not`.
Found = tuple[str, str, str]


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
                    (alias.surface, (label, fold_name(alias.surface), "name"), alias.match != "any case")
                )
        for cue in cues:
            if cue.kind != "regex":
                says = "not" if cue.kind == "not" else "cue"
                names.append((cue.cue, (cue.entity, fold_name(cue.cue), says), cue.kind == "exact"))
        self._matcher: Matcher[Found] = Matcher(names)
        self._expressions = [
            (re.compile(cue.cue, re.IGNORECASE), (cue.entity, cue.cue, "cue"))
            for cue in cues
            if cue.kind == "regex"
        ]

    def find(self, text: str, folded: Folded | None = None) -> list[Match[Found]]:
        """All places of all wordings in a text; one inside a longer one of the same field does not count.

        `folded` is the text folded, where that has been done before.
        """
        of_field: dict[str, list[Match[Found]]] = {field: [] for field in CLOSED_FIELDS}
        for match in self._matcher.find_all(folded or text):
            of_field[_type(match.key[0])].append(match)
        found = [match for matches in of_field.values() for match in longest(matches)]
        for expression, key in self._expressions:
            found += [Match(*match.span(), key) for match in expression.finditer(text)]
        return found


def find_closed(reading: Reading, vocabulary: Vocabulary, folded: Folded | None = None) -> list[Candidate]:
    """Find the labels of the closed fields that a report has wording for.

    Args:
        reading: the report.
        vocabulary: its labels, their aliases and cues.
        folded: its readable text folded, where that has been done before.

    Returns:
        Candidates by field and label; `surface` is the folded label, `written` its name. The features count
        the places (`closed names` by a name of the label, `closed cues` by other wording), their share of the
        field's, the distinct wordings (`closed wordings`) and the places of each wording: `cue ...`, and
        `cue not ...` for what only looks like one; `at PLACE: ...` counts them by where they stand (a
        section, `table` or `caption`).
    """
    found: dict[str, dict[tuple[int, int], Found]] = {}
    for start, end, match in _cues_of(vocabulary).find(readable_text(reading), folded):
        of_label = found.setdefault(match[0], {})
        # The same wording may be a name and a cue: then it is a name.
        if (start, end) not in of_label or match[2] == "name":
            of_label[start, end] = match
    of_field = Counter(
        _type(label) for label, of_label in found.items() for match in of_label.values() if match[2] != "not"
    )
    where = whereabouts(reading)
    candidates = [
        _candidate(vocabulary, label, found[label], of_field[_type(label)], where) for label in sorted(found)
    ]
    return sorted(
        (candidate for candidate in candidates if candidate.places),
        key=lambda candidate: (CLOSED_FIELDS.index(candidate.field), candidate.entity),
    )


def _candidate(
    vocabulary: Vocabulary, label: str, found: dict[tuple[int, int], Found], of_field: int, where: Whereabouts
) -> Candidate:
    name = vocabulary.entities[label].name
    says = Counter(match[2] for match in found.values())
    wordings = Counter((match[2] == "not", match[1]) for match in found.values())
    places = sorted(place for place, match in found.items() if match[2] != "not")
    features = {
        "closed names": float(says["name"]),
        "closed cues": float(says["cue"]),
        "closed share": round(len(places) / max(of_field, 1), 5),
        "closed wordings": float(sum(not other for other, _ in wordings)),
    }
    for (other, wording), n in sorted(wordings.items()):
        features[f"cue not {wording}" if other else f"cue {wording}"] = float(n)
    stands = Counter(
        (place_of(where, start), match[1]) for (start, _), match in found.items() if match[2] != "not"
    )
    features |= {f"at {place}: {wording}": float(n) for (place, wording), n in sorted(stands.items())}
    return Candidate(_type(label), fold_name(name), name, label, tuple(places), features)


def place_of(where: Whereabouts, at: int) -> str:
    """Where an offset stands, as far as it matters for what is said there: section, `table`, `caption`."""
    kind = where.kind(at)
    return kind if kind in ("table", "caption") else where.section(at)


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
