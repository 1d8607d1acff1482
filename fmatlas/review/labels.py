"""What persons said of candidates, as labels to learn from: in coding sheets, and by decisions."""

from collections import defaultdict
from pathlib import Path

from fmatlas.library import Library
from fmatlas.review.evaluate import COUNTED_FIELDS, Row, paper_key, read_rows
from fmatlas.review.labelling import label_candidates
from fmatlas.review.matching import Aliases, read_aliases
from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import FIELD, entity_type
from fmatlas.schema.vocabulary import load_vocabulary

# By (field, surface, role) of a candidate whether it is right; role empty: used at all.
Labels = dict[tuple[str, str, str], bool]


def labels_of_sheet(library: Library, coding: Path, aliases: Path | None = None) -> dict[str, Labels]:
    """Labels of all candidates of the reports that a coding sheet has rows of, by the report's hash.

    Papers are matched by the names of their files. A field that the sheet codes nowhere has no labels.

    Raises:
        UsageError: a file is missing or lacks a column, or the library has none of the papers.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    coded_fields = set()
    for row in read_rows(coding):
        # All fields of a paper are coded or none, so one with a title and nothing else uses nothing.
        of_paper = rows[paper_key(row.file)]
        if row.field in COUNTED_FIELDS:
            of_paper.append(row)
            coded_fields.add(row.field)
    alike = read_aliases(aliases) if aliases else Aliases({})
    vocabulary = load_vocabulary(library.vocabulary_folder)
    found: dict[str, Labels] = {}
    for path, sha256 in library.connection.execute(
        "SELECT path, sha256 FROM file JOIN report USING (sha256) WHERE report.status = 'read' "
        "AND report.study IS NOT NULL ORDER BY path"
    ).fetchall():
        coded = rows.get(paper_key(path))
        if coded is None or sha256 in found:
            continue
        candidates = library.candidates(sha256)
        used = label_candidates(candidates, coded, alike, lambda entity: vocabulary.entities[entity].name)
        labels: Labels = {}
        for c in candidates:
            if c.field in coded_fields:
                roles = used.get((c.field, c.surface))
                labels[c.field, c.surface, ""] = roles is not None
                if roles and "" not in roles:
                    labels |= {(c.field, c.surface, role): role in roles for role in FIELD[c.field].roles}
        found[sha256] = labels
    if not found:
        raise UsageError(
            f"{coding}: none of its papers is in the library; the column file has the names of their PDFs."
        )
    return found


def labels_of_decisions(library: Library) -> dict[str, Labels]:
    """Labels of just those candidates that the decisions in force are about, by the report's hash.

    What is accepted or added is right, in its role. What is rejected is wrong in its role, and not used at
    all where the study states it in no other role. Decisions that disagree say nothing.
    """
    db = library.connection
    stated = {tuple(row) for row in db.execute("SELECT study, field, entity FROM fact_now")}
    said: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)
    for study, field, entity, role, verdict in db.execute(
        "SELECT study, field, entity, role, verdict FROM ruling WHERE conflict = 0 "
        "ORDER BY study, field, entity, role"
    ):
        said[study, field, entity][role] = verdict == "accept"
    found: dict[str, Labels] = {}
    for study in sorted({study for study, _, _ in said}):
        for (report,) in db.execute(
            "SELECT sha256 FROM report WHERE study = ? AND status = 'read' ORDER BY sha256", (study,)
        ).fetchall():
            entity_of = _entities(library, report)
            labels: Labels = {}
            for c in library.candidates(report):
                kind = entity_type(c.field)
                entity = entity_of.get((kind, c.surface)) or c.entity or f"{kind}:{c.surface}"
                roles = said.get((study, c.field, entity))
                if roles is None:
                    continue
                labels |= {(c.field, c.surface, role): right for role, right in roles.items() if role}
                if any(roles.values()):
                    labels[c.field, c.surface, ""] = True
                elif (study, c.field, entity) not in stated:
                    labels[c.field, c.surface, ""] = False
            found[report] = labels
    return found


def _entities(library: Library, report: str) -> dict[tuple[str, str], str]:
    """From (type, surface) to the entity that it names in a report; what the report itself defines wins."""
    rows = library.connection.execute(
        "SELECT type, surface, entity FROM alias WHERE scope IN ('', ?) ORDER BY scope, type, surface",
        (report,),
    )
    return {(row["type"], row["surface"]): row["entity"] for row in rows}
