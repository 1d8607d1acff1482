"""Entries of reference lists that are studies of the library: by DOI, by arXiv id, else by title.

Reference lists shorten authors and venues, but a title is printed whole or not at all: so a title counts only
where it is long enough to be one paper's, and where its numbers are the study's numbers too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from fmatlas.ingest.identity import Known, known_by, read_known
from fmatlas.library import Library
from fmatlas.library.facts import Citation

SHORTEST_TITLE = 20
CLOSE = 95.0


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a reference list: entry `n` of `report`, and what it is known by."""

    report: str
    n: int
    known: Known


def find_citations(library: Library) -> list[Citation]:
    """Look every reference of every report up among the library's studies; ordered by report and entry."""
    db = library.connection
    rows = db.execute(
        "SELECT sha256, study FROM report WHERE status = 'read' AND study IS NOT NULL ORDER BY sha256"
    )
    study_of = {row["sha256"]: row["study"] for row in rows}
    entries = (
        Entry(row["report"], row["n"], known_by("", {key: row[key] for key in ("title", "doi", "arxiv_id")}))
        for row in db.execute("SELECT report, n, title, doi, arxiv_id FROM reference ORDER BY report, n")
    )
    return match_entries(
        entries, [(k, study_of[k.sha256]) for k in read_known(library) if k.sha256 in study_of]
    )


def match_entries(entries: Iterable[Entry], reports: Sequence[tuple[Known, str]]) -> list[Citation]:
    """The entries that are studies, in the order given; a study does not cite itself.

    Args:
        entries: what the reference lists print.
        reports: what each report is known by, with the study that it belongs to.
    """
    by_doi = {known.doi: study for known, study in reports if known.doi}
    by_arxiv = {known.arxiv: study for known, study in reports if known.arxiv}
    by_title = {known.title: study for known, study in reports if len(known.title) >= SHORTEST_TITLE}
    study_of = {known.sha256: study for known, study in reports}
    found = []
    for entry in entries:
        known = entry.known
        study = by_doi.get(known.doi) or by_arxiv.get(known.arxiv) or _by_title(known.title, by_title)
        if study and study != study_of.get(entry.report):
            found.append(Citation(entry.report, entry.n, study))
    return found


def _by_title(title: str, by_title: dict[str, str]) -> str | None:
    if len(title) < SHORTEST_TITLE:
        return None
    if title in by_title:
        return by_title[title]
    close = process.extractOne(title, list(by_title), scorer=fuzz.ratio, score_cutoff=CLOSE)
    if close and re.findall(r"\d+", close[0]) == re.findall(r"\d+", title):
        return by_title[close[0]]
    return None
