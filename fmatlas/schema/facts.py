"""From a name in a text to a statement about a study: candidates, facts, evidence, decisions."""

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name found in one report, with all its places; nothing is claimed yet.

    Attributes:
        field: the field it could be a value of.
        surface: its folded form, which is its key within report and field.
        written: the form it has most often in the report.
        entity: id of the vocabulary entity that it names, or empty for a name no list has.
        places: spans in the report's text, in order.
        features: what is seen at these places, by feature name.
    """

    field: str
    surface: str
    written: str
    entity: str
    places: tuple[tuple[int, int], ...]
    features: dict[str, float] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that supports a fact: verbatim `text[start:end]` of the report, on `page`."""

    report: str
    start: int
    end: int
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A study uses an entity in a role (empty where the field has none), with probability `p`.

    It is stated where `p >= cut`. Evidence stands best first. `origin` is `machine`, or
    `llm:MODEL` where only a language model proposed it.
    """

    study: str
    field: str
    entity: str
    role: str
    p: float
    cut: float
    evidence: tuple[Evidence, ...] = ()
    origin: str = "machine"


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A row of `fact_now`: what the library states, after decisions.

    `name` is the entity's canonical name, `status` `reported` (or what a person said instead), `origin`
    `machine`, `person` or `llm:MODEL`; `page` and `quote` are the best evidence.
    """

    study: str
    field: str
    entity: str
    name: str
    role: str
    p: float
    status: str
    origin: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named person said; appended and never rewritten.

    `kind` is `fact`, `field`, `merge`, `split` or `study`; `verdict` `accept`, `reject`, `add` or a status.
    Things are pointed at by stable names: study key, field, folded surface or entity, role.
    `evidence` is what it rests on: `text` (then `quote` has the words), `figure`, `supplement`, `author` or
    `inferred`.
    """

    person: str
    kind: str
    verdict: str
    study_key: str = ""
    field: str = ""
    surface: str = ""
    entity: str = ""
    role: str = ""
    value: str = ""
    quote: str = ""
    round: str = ""
    undoes: int = 0
    at: str = ""
    seq: int = 0
    evidence: str = ""
