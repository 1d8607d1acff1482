"""Why a name is, or is not, a fact of a study: where it stands, what it was taken for, how it was judged."""

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from fmatlas.library import Library
from fmatlas.library.lookup import find_entity, find_study
from fmatlas.library.places import report_files
from fmatlas.names import Matcher, fold_name
from fmatlas.review.suggestions import suggestions
from fmatlas.schema.facts import Candidate
from fmatlas.schema.fields import entity_type, find_field
from fmatlas.schema.reading import Reading


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the extractor thinks of a candidate: probability that the report uses it, the cut, and why.

    `weights` is what each feature adds to the log odds, the largest first.
    """

    p: float
    cut: float
    weights: dict[str, float]


Judge = Callable[[str, Candidate], Opinion | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: file, 1-based page, title of the section, and the sentence or table row."""

    file: str
    page: int
    section: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A candidate that the name means: as written in a report, folded, with features and places.

    `opinion` is None where nothing judges the field.
    """

    file: str
    field: str
    written: str
    folded: str
    entity: str
    features: dict[str, float]
    places: tuple[Place, ...]
    opinion: Opinion | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How the fact was judged in one role: probability, cut, and what came of it.

    `decision` is `stated`, `below the cut`, or what a person decided, with the person's name.
    """

    role: str
    p: float
    cut: float
    decision: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a field could have: where it was seen, how sure that is, if it was chosen.

    `p` is None for a suggestion, which nothing weighs; `quote` is the sentence that suggests it.
    """

    value: str
    source: str
    p: float | None
    page: int
    chosen: bool
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer; `verdict` says it in one sentence.

    `unjudged` are places where the words stand but no detector took them for a name of the field; `values`
    are those that a metadata field could have, the surest first.
    """

    study: str
    title: str
    field: str
    name: str
    folded: str
    entity: str
    entity_name: str
    verdict: str
    seen: tuple[Seen, ...]
    judged: tuple[Judged, ...]
    unjudged: tuple[Place, ...] = ()
    values: tuple[Value, ...] = ()

    def record(self) -> dict[str, Any]:
        """The answer as plain dictionaries and lists, ready for JSON."""
        return asdict(self)


def why(library: Library, judge: Judge, study: str, field: str, name: str) -> Why:
    """Tell why a name is or is not a fact of a study.

    Args:
        judge: gives the extractor's opinion of a candidate of a report.
        study, field, name: as a user writes them.

    Raises:
        UsageError: the study or the field is unknown. A name that is unknown is an answer, not an error.
    """
    connection = library.connection
    study_id, kind = find_study(connection, study), find_field(field)
    if kind.kind != "entity":
        values = _suggested if kind.level == "more" else _metadata
        return _why_value(connection, study_id, kind.name, name, values(connection, study_id, kind.name))
    entity = find_entity(connection, entity_type(kind.name), name, study_id) or ""
    row = connection.execute("SELECT name FROM entity WHERE id = ?", (entity,)).fetchone()
    files = report_files(connection)
    reports = [
        sha256
        for (sha256,) in connection.execute(
            "SELECT sha256 FROM report WHERE study = ? AND status = 'read' ORDER BY is_primary DESC, sha256",
            (study_id,),
        )
    ]
    wanted = _surfaces(connection, entity) | {fold_name(name)}
    seen: list[Seen] = []
    unjudged: list[Place] = []
    for sha256 in reports:
        reading, file = library.reading(sha256, words=False), files.get(sha256, "")
        mine = [
            candidate
            for candidate in library.candidates(sha256)
            if candidate.field == kind.name
            and (candidate.surface in wanted or (entity and candidate.entity == entity))
        ]
        seen += [_seen(reading, file, candidate, judge(sha256, candidate)) for candidate in mine]
        unjudged += [] if mine else _standing(reading, file, name)
    judged = _judged(connection, study_id, kind.name, entity)
    return Why(
        study=study_id,
        title=_chosen(connection, study_id, "title"),
        field=kind.name,
        name=name,
        folded=fold_name(name),
        entity=entity,
        entity_name=row[0] if row else "",
        verdict=_verdict(judged, seen, bool(unjudged)),
        seen=tuple(seen),
        judged=judged,
        unjudged=() if seen else tuple(unjudged),
    )


def _metadata(connection: sqlite3.Connection, study: str, field: str) -> tuple[Value, ...]:
    """The values that a metadata field could have, the surest first."""
    chosen = _chosen(connection, study, field)
    rows = connection.execute(
        """
        SELECT value, source, p, page FROM metadata JOIN report ON sha256 = report
        WHERE study = :study AND field = :field
        UNION SELECT value, 'judged', p, page FROM study_value WHERE study = :study AND field = :field
        UNION SELECT value, person, 1.0, page FROM field_ruling WHERE study = :study AND field = :field
        ORDER BY 3 DESC, 1, 2
        """,
        {"study": study, "field": field},
    ).fetchall()
    return tuple(
        Value(row["value"], row["source"], row["p"], row["page"], row["value"] == chosen)
        for row in rows
        if row["value"]
    )


def _suggested(connection: sqlite3.Connection, study: str, field: str) -> tuple[Value, ...]:
    """The values of a further field; only those count as chosen that a person gave."""
    return tuple(
        Value(
            item.value,
            ("a person" if item.origin == "person" else "a suggestion")
            + (f" for {item.role}" if item.role else ""),
            1.0 if item.origin == "person" else None,
            item.page,
            item.origin == "person",
            item.quote,
        )
        for item in suggestions(connection, study, field)
    )


def _why_value(
    connection: sqlite3.Connection, study: str, field: str, name: str, values: tuple[Value, ...]
) -> Why:
    """The same of a field that holds a value: which ones it could have, and which was chosen."""
    chosen = "; ".join(dict.fromkeys(value.value for value in values if value.chosen))
    found = f"the {field} is {chosen}" if chosen else f"no {field} is stated"
    known = any(fold_name(value.value) == fold_name(name) for value in values)
    return Why(
        study=study,
        title=_chosen(connection, study, "title"),
        field=field,
        name=name,
        folded=fold_name(name),
        entity="",
        entity_name="",
        verdict=found if known else f"{found}; {name!r} is not among the values that were seen",
        seen=(),
        judged=(),
        values=values,
    )


def _chosen(connection: sqlite3.Connection, study: str, field: str) -> str:
    row = connection.execute(
        "SELECT value FROM study_metadata WHERE study = ? AND field = ?", (study, field)
    ).fetchone()
    return row[0] if row else ""


def _surfaces(connection: sqlite3.Connection, entity: str) -> set[str]:
    """The folded forms that name an entity, anywhere."""
    rows = connection.execute("SELECT surface FROM alias WHERE entity = ? AND entity <> ''", (entity,))
    return {row[0] for row in rows}


def _seen(reading: Reading, file: str, candidate: Candidate, opinion: Opinion | None) -> Seen:
    return Seen(
        file=file,
        field=candidate.field,
        written=candidate.written,
        folded=candidate.surface,
        entity=candidate.entity,
        features=dict(candidate.features),
        places=tuple(_place(reading, file, start) for start, _ in candidate.places),
        opinion=opinion,
    )


def _standing(reading: Reading, file: str, name: str) -> list[Place]:
    """Where the words of a name stand in a report, whatever they were taken for."""
    places = [
        _place(reading, file, match.start) for match in Matcher([(name, name, False)]).find(reading.text)
    ]
    return list(dict.fromkeys(places))


def _place(reading: Reading, file: str, at: int) -> Place:
    for sentence in reading.sentences:
        if sentence.start <= at < sentence.end:
            section = (
                reading.sections[sentence.section].title if sentence.section < len(reading.sections) else ""
            )
            return Place(file, sentence.page, section, reading.text[sentence.start : sentence.end].strip())
    # Furniture, headings and references are no sentences: the line says the page.
    for line in reading.lines:
        if line.start <= at < line.end:
            return Place(file, line.box.page, line.kind, reading.text[line.start : line.end].strip())
    return Place(file, 0, "", "")


def _judged(connection: sqlite3.Connection, study: str, field: str, entity: str) -> tuple[Judged, ...]:
    rows = connection.execute(
        """
        SELECT f.role, f.p, f.cut, r.verdict, r.person, coalesce(v.page, r.page, 0) AS page,
               coalesce(v.quote, r.quote, '') AS quote, coalesce(r.conflict, 0) AS conflict
        FROM fact f
        LEFT JOIN ruling r ON r.study = f.study AND r.field = f.field AND r.entity = f.entity
             AND r.role = f.role
        LEFT JOIN evidence v ON v.study = f.study AND v.field = f.field AND v.entity = f.entity
             AND v.role = f.role AND v.rank = 0
        WHERE f.study = :study AND f.field = :field AND f.entity = :entity
        UNION ALL
        SELECT r.role, 1.0, 1.0, r.verdict, r.person, r.page, r.quote, r.conflict FROM ruling r
        WHERE r.study = :study AND r.field = :field AND r.entity = :entity AND NOT EXISTS (
            SELECT 1 FROM fact f
            WHERE f.study = r.study AND f.field = r.field AND f.entity = r.entity AND f.role = r.role
        )
        ORDER BY 1
        """,
        {"study": study, "field": field, "entity": entity},
    )
    return tuple(
        Judged(row["role"], row["p"], row["cut"], _decision(row), row["page"], row["quote"]) for row in rows
    )


def _decision(row: sqlite3.Row) -> str:
    if row["verdict"] and not row["conflict"]:
        return f"{row['verdict']}ed by {row['person']}"
    judged = "stated" if row["p"] >= row["cut"] else "below the cut"
    return f"{judged} (decisions disagree)" if row["conflict"] else judged


def _verdict(judged: tuple[Judged, ...], seen: list[Seen], standing: bool) -> str:
    if judged:
        return "; ".join(
            f"{f'as {item.role}: ' if item.role else ''}{item.decision} "
            f"(probability {item.p:.3f}, cut {item.cut:.3f})"
            for item in judged
        )
    opinions = [item.opinion for item in seen if item.opinion]
    if opinions:
        best = max(opinions, key=lambda opinion: opinion.p)
        return f"found, but judged as hardly used (probability {best.p:.3f}, cut {best.cut:.3f})"
    if seen:
        return "found, but nothing judges this field"
    if standing:
        return "the words stand in the text, but no detector took them for a name of this field"
    return "the name does not stand in the text"
