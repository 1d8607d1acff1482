"""Proposals of language models become facts: named like any other, stated where nothing else is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from fmatlas.ingest.evidence import QUOTES, Quotes, others
from fmatlas.ingest.naming import Named, Seen
from fmatlas.library import Library
from fmatlas.library.proposals import StoredProposal
from fmatlas.names import comparison_key, fold_name
from fmatlas.schema.facts import Evidence, Fact
from fmatlas.schema.fields import entity_type
from fmatlas.schema.vocabulary import Vocabulary

# A model's proposal is not calibrated; it is stated with a confidence that claims nothing.
PROPOSED_P = 0.5


def seen_proposals(
    proposals: Sequence[StoredProposal], vocabulary: Vocabulary, found: Iterable[Seen]
) -> Iterable[Seen]:
    """The proposed values as names that need an entity.

    They bend to the names that were found: what a report's own name stands for stays, and as names seen no
    time they have no say in how a thing that was found is written.
    """
    if not proposals:
        return
    own = {(name.report, name.field, name.surface): name.entity for name in found}
    known = {(alias.type, comparison_key(alias.surface)): alias.entity for alias in vocabulary.aliases}
    for stored in proposals:
        field, value = stored.proposal.field, stored.proposal.value
        place = (stored.report, field, fold_name(value))
        entity = known.get((entity_type(field), comparison_key(value)), "")
        yield Seen(*place, value, own.get(place, entity), n=0)


def with_proposals(
    library: Library,
    facts: Sequence[Fact],
    proposals: Sequence[StoredProposal],
    study_of: Mapping[str, str],
    named: Named,
) -> list[Fact]:
    """Facts, and those that only a model proposes; what the machine states itself stays as it is.

    Args:
        library: where the reports' texts are.
        facts: the machine's own, stated or not.
        proposals: of all reports.
        study_of: the study of each report.
        named: the entities of the proposed names, among others.
    """
    found = {(fact.study, fact.field, fact.entity, fact.role): fact for fact in facts}
    by_report: dict[str, list[StoredProposal]] = defaultdict(list)
    for stored in proposals:
        by_report[stored.report].append(stored)
    for report in sorted(by_report.keys() & study_of.keys()):
        quotes = Quotes(library.reading(report, words=False))
        for stored in by_report[report]:
            p = stored.proposal
            entity = named.of[report, p.field, fold_name(p.value)]
            key = (study_of[report], p.field, entity, p.role)
            before = found.get(key)
            if before and before.origin == "machine" and before.p >= before.cut:
                continue
            evidence = quotes.best(report, p.field, p.role, [(p.start, p.end)])
            if evidence:
                found[key] = _propose(
                    before or Fact(*key, PROPOSED_P, PROPOSED_P), evidence, stored.extractor
                )
    return [found[key] for key in sorted(found)]


def _propose(before: Fact, evidence: tuple[Evidence, ...], extractor: str) -> Fact:
    return replace(
        before,
        p=max(before.p, PROPOSED_P),
        cut=PROPOSED_P,
        evidence=(*evidence, *others(before.evidence, evidence))[:QUOTES],
        origin=extractor,
    )
