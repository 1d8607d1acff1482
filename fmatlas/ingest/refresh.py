"""Bring a library's candidates, names and facts up to date, without reading a PDF again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.citations import find_citations
from fmatlas.ingest.evidence import QUOTES, Quotes, others
from fmatlas.ingest.facts import Judgement, category, judge, stated_roles
from fmatlas.ingest.identity import assign_studies
from fmatlas.ingest.learnt import judges_of_library
from fmatlas.ingest.naming import Named, Seen, name_all
from fmatlas.ingest.proposed import seen_proposals, with_proposals
from fmatlas.ingest.stamps import claimed_from, detected_by
from fmatlas.ingest.suggest import suggest
from fmatlas.ingest.weights import Judges
from fmatlas.ingest.wordings import Weights
from fmatlas.library import Library
from fmatlas.library.decisions import entity_merges, entity_splits
from fmatlas.library.facts import Alias, Claims, Entity, EntityLink, StudyValue
from fmatlas.library.proposals import read_proposals
from fmatlas.schema.facts import Candidate, Evidence, Fact
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary

# What is less likely than this is not kept, not even for the queue of a reviewer.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        studies: how many studies were judged.
        detected: reports whose candidates were found anew.
        facts: facts that are stated.
        changed: whether anything in the library is different now.
        redone: whether anything was out of date, so that names and facts were made anew.
    """

    studies: int
    detected: int
    facts: int
    changed: bool
    redone: bool = True

    def summary(self) -> str:
        """One line for a person."""
        again = f", candidates of {self.detected} reports found anew" if self.detected else ""
        state = "" if self.changed else "; nothing changed"
        return f"{self.studies} studies judged{again}: {self.facts} facts stated{state}."


def refresh(library: Library, *, force: bool = False) -> RefreshReport:
    """Redo what is out of date: candidates, studies, names, facts.

    Candidates are found anew where detectors or vocabulary are newer. Nothing is done where reports,
    vocabulary, weights, decisions, proposals and program are those of the last time.

    Args:
        library: opened for writing.
        force: find all candidates anew, and judge them.

    Returns:
        What was done. The result depends on reports, vocabulary, weights and decisions, not on the order in
        which anything came.
    """
    vocabulary = load_vocabulary(library.vocabulary_folder)
    judges = judges_of_library(library.folder)
    with library.transaction():
        suggested = suggest(library, force=force)
        stamp = claimed_from(library, vocabulary, judges)
        if not force and library.meta("refreshed") == stamp:
            return _unchanged(library, suggested)
        detected = _detect(library, vocabulary, force)
        assign_studies(library)
        study_of = _studies(library)
        judged: dict[str, list[Judgement]] = {}
        values: list[StudyValue] = []
        for report in sorted(study_of):
            candidates = library.candidates(report)
            judged[report] = judge(candidates, judges)
            values += _category(study_of[report], candidates, judges, judged[report])
        decisions = library.decisions()
        proposals = read_proposals(library.connection)
        found = list(_seen(judged))
        names = [*found, *seen_proposals(proposals, vocabulary, found)]
        named = name_all(names, vocabulary, entity_merges(decisions), entity_splits(decisions))
        facts = _facts(library, judged, study_of, named, judges.wordings)
        facts = with_proposals(library, facts, proposals, study_of, named)
        claims = Claims(
            entities=_entities(named, vocabulary),
            aliases=[
                Alias(kind, surface, entity, scope)
                for (kind, surface, scope), entity in sorted(named.aliases.items())
            ],
            links=_links(named, vocabulary),
            facts=facts,
            values=_one_value(values),
            citations=find_citations(library),
            model_version=judges.version,
        )
        changed = library.replace_claims(claims) or suggested
        library.set_meta("refreshed", claimed_from(library, vocabulary, judges))
    stated = sum(fact.p >= fact.cut for fact in facts)
    return RefreshReport(len(set(study_of.values())), detected, stated, changed or bool(detected))


def _unchanged(library: Library, suggested: bool) -> RefreshReport:
    db = library.connection
    stated = db.execute("SELECT count(*) FROM fact WHERE p >= cut").fetchone()[0]
    return RefreshReport(db.execute("SELECT count(*) FROM study").fetchone()[0], 0, stated, suggested, False)


def _detect(library: Library, vocabulary: Vocabulary, force: bool) -> int:
    stamp = detected_by(vocabulary)
    rows = library.connection.execute(
        "SELECT sha256 AS report, detected_by FROM report WHERE status = 'read' ORDER BY sha256"
    ).fetchall()
    stale = [row["report"] for row in rows if force or row["detected_by"] != stamp]
    for report in stale:
        reading = library.reading(report, words=False)
        library.write_candidates(report, find_candidates(reading, vocabulary), stamp)
    return len(stale)


def _studies(library: Library) -> dict[str, str]:
    rows = library.connection.execute(
        "SELECT sha256, study FROM report WHERE status = 'read' AND study IS NOT NULL ORDER BY sha256"
    )
    return {row["sha256"]: row["study"] for row in rows}


def _seen(judged: dict[str, list[Judgement]]) -> Iterable[Seen]:
    for report, judgements in judged.items():
        for j in judgements:
            if j.p >= LEAST:
                c = j.candidate
                yield Seen(report, c.field, c.surface, c.written, c.entity, len(c.places))


def _facts(
    library: Library,
    judged: dict[str, list[Judgement]],
    study_of: dict[str, str],
    named: Named,
    wordings: Weights,
) -> list[Fact]:
    """Facts of all studies; what several reports or spellings of a study say of one thing is one fact."""
    best: dict[tuple[str, str, str, str], tuple[float, float]] = {}
    quotes: dict[tuple[str, str, str, str], list[Evidence]] = defaultdict(list)
    for report in sorted(judged):
        finder: Quotes | None = None
        for j in sorted(judged[report], key=lambda j: (-j.p, j.candidate.field, j.candidate.surface)):
            if j.p < LEAST:
                continue
            if finder is None:
                finder = Quotes(library.reading(report, words=False))
            entity = named.of[report, j.candidate.field, j.candidate.surface]
            said, shifts = wordings.said.get(j.candidate.entity), wordings.places.get(j.candidate.field)
            for role, p, cut in _by_role(j):
                key = (study_of[report], j.candidate.field, entity, role)
                found = finder.best(
                    report, j.candidate.field, role, j.candidate.places, said, shifts, j.candidate.surface
                )
                if not found:
                    continue
                quotes[key] += others(found, quotes[key])
                if key not in best or (p >= cut, p) > (best[key][0] >= best[key][1], best[key][0]):
                    best[key] = (p, cut)
    return [
        Fact(
            study,
            field,
            entity,
            role,
            *best[study, field, entity, role],
            tuple(quotes[study, field, entity, role][:QUOTES]),
        )
        for study, field, entity, role in sorted(best)
    ]


def _by_role(judgement: Judgement) -> list[tuple[str, float, float]]:
    """Role, probability and cut of each fact that a judgement makes.

    That a thing is used in a role is as likely as that it is used, times the role; the cut is scaled alike,
    so a role that is likely enough is stated where the thing is.
    """
    if not judgement.roles:
        return [("", judgement.p, judgement.cut)]
    stated = stated_roles(judgement)
    rows = []
    for role in sorted(judgement.roles):
        share = judgement.roles[role]
        p = round(judgement.p * share, 4)
        if role in stated:
            rows.append(
                (
                    role,
                    p,
                    min(p, round(judgement.cut * share, 4))
                    if judgement.stated
                    else max(round(judgement.cut * share, 4), round(p + 0.0001, 4)),
                )
            )
        elif p >= LEAST:
            rows.append((role, p, round(max(judgement.cut, p + 0.0001), 4)))
    return rows


def _category(
    study: str, candidates: list[Candidate], judges: Judges, judgements: list[Judgement]
) -> list[StudyValue]:
    if not candidates:
        return []
    value, p = category(candidates, judges, judgements)
    return [StudyValue(study, "category", value, p, 0.0, evidence=None)]


def _one_value(values: list[StudyValue]) -> list[StudyValue]:
    """The surest value of each study and field."""
    best: dict[tuple[str, str], StudyValue] = {}
    for value in sorted(values, key=lambda v: (v.study, v.field, -v.p, v.value)):
        best.setdefault((value.study, value.field), value)
    return [best[key] for key in sorted(best)]


def _entities(named: Named, vocabulary: Vocabulary) -> list[Entity]:
    found = {
        id_: Entity(id_, id_.partition(":")[0], name, named.origins[id_])
        for id_, name in named.entities.items()
    }
    for id_ in list(found):
        for parent in _ancestors(id_, vocabulary):
            known = vocabulary.entities[parent]
            found.setdefault(parent, Entity(parent, known.type, known.name, "vocabulary"))
    return [found[id_] for id_ in sorted(found)]


def _ancestors(entity: str, vocabulary: Vocabulary) -> set[str]:
    seen: set[str] = set()
    todo = [entity]
    while todo:
        for link in vocabulary.parents.get(todo.pop(), ()):
            if link.parent not in seen and link.parent in vocabulary.entities:
                seen.add(link.parent)
                todo.append(link.parent)
    return seen


def _links(named: Named, vocabulary: Vocabulary) -> list[EntityLink]:
    present = set(named.entities)
    for id_ in list(present):
        present |= _ancestors(id_, vocabulary)
    return [
        EntityLink(link.child, link.parent, link.kind)
        for link in vocabulary.links
        if link.child in present and link.parent in present
    ]
