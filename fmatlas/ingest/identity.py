"""Which reports are one study: joined by DOI, arXiv id, close title and authors, and by what persons said.

A study's id is the strongest key of its group, so the order in which reports came does not matter.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from fmatlas.library import Library
from fmatlas.library.decisions import study_pairs
from fmatlas.library.facts import replace_rows
from fmatlas.names import fold_name

# A DOI or an arXiv id that is less sure than this may be another paper's and joins nothing.
SURE = 0.85
_TITLE_MIN, _TITLE_ALONE, _TITLE_CLOSE, _BLOCK = 15, 30, 95.0, 10
_ARXIV = re.compile(
    r"(?:arxiv[:./]*)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v(\d+))?$", re.IGNORECASE
)
_ARXIV_DOI = "10.48550/arxiv."

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a report is known by; empty where it is not known.

    `doi` is in lower case without an address, `arxiv` without its version, `version` the number of that
    version, `title` folded, `authors` folded family names. `former` are keys it was known by before and no
    longer shows.
    """

    sha256: str
    doi: str = ""
    arxiv: str = ""
    version: int = 0
    title: str = ""
    authors: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """Its own keys, strongest first."""
        found = (f"doi:{self.doi}" if self.doi else "", f"arxiv:{self.arxiv}" if self.arxiv else "")
        return (*filter(None, found), f"sha256:{self.sha256}")


@dataclass(frozen=True, slots=True)
class Group:
    """A study: its id, its reports (the primary one first, then by hash) and all its keys in order."""

    id: str
    reports: tuple[str, ...]
    keys: tuple[str, ...]


def known_by(sha256: str, values: Mapping[str, str], former: Iterable[str] = ()) -> Known:
    """What a report is known by, from the surest value of each of its metadata fields."""
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", values.get("doi", "").strip().lower())
    arxiv = _ARXIV.search(values.get("arxiv_id", "").strip())
    if doi.startswith(_ARXIV_DOI):
        arxiv, doi = arxiv or _ARXIV.search(doi.removeprefix(_ARXIV_DOI)), ""
    return Known(
        sha256,
        doi,
        arxiv[1].lower() if arxiv else "",
        int(arxiv[2] or 0) if arxiv else 0,
        fold_name(values.get("title", "")),
        _family_names(values.get("authors", "")),
        frozenset(former),
    )


def form_studies(reports: Sequence[Known], merged: Pairs = (), parted: Pairs = ()) -> list[Group]:
    """Group reports into studies; a pure function, whatever the order of its arguments.

    Args:
        reports: everything that was read.
        merged: pairs of keys that a person said are one study.
        parted: pairs of keys that a person said are two; the second is the one that was split off. This is
            stronger than any reason to join.

    Returns:
        Studies by id. Where two of them show the same key, it is that of the one that was not split off.
    """
    reports = sorted(reports, key=lambda r: r.sha256)
    holders: dict[str, list[str]] = {}
    for report in reports:
        for key in {*report.keys, *report.former}:
            holders.setdefault(key, []).append(report.sha256)
    apart: list[tuple[set[str], set[str]]] = []
    for key, off in sorted(parted):
        out = set(holders.get(off, ()))
        apart.append((set(holders.get(key, ())) - out, out))
    groups = {report.sha256: {report.sha256} for report in reports}

    def join(a: str, b: str) -> None:
        one = groups[a] | groups[b]
        if len(one) == len(groups[a]) or any(one & left and one & right for left, right in apart):
            return
        for sha256 in one:
            groups[sha256] = one

    for key, other in sorted(merged):
        for a in holders.get(key, ())[:1]:
            for b in holders.get(other, ()):
                join(a, b)
    for kind in ("doi:", "arxiv:"):
        for key in sorted(k for k in holders if k.startswith(kind)):
            for b in holders[key][1:]:
                join(holders[key][0], b)
    for a, b in _title_pairs(reports):
        join(a, b)

    split_off = set().union(*(out for _, out in apart)) if apart else set()
    return _name_groups({id(g): g for g in groups.values()}.values(), reports, split_off)


def assign_studies(library: Library) -> bool:
    """Form the library's studies anew and write what differs, in one transaction.

    Facts of a study that is no more go with it, so call this inside the transaction that writes the facts.

    Returns:
        Whether anything changed.
    """
    merged, parted = study_pairs(library.decisions())
    with library.transaction() as db:
        reports = read_known(library)
        groups = form_studies(reports, merged, parted)
        version = {r.sha256: f"v{r.version}" if r.version else "" for r in reports}
        kind = {r.sha256: "preprint" if r.arxiv and not r.doi else "unknown" for r in reports}
        db.execute("PRAGMA defer_foreign_keys = ON")
        changed = replace_rows(db, "study", ("id",), (), ((g.id,) for g in groups))
        keys = ((key, g.id) for g in groups for key in g.keys)
        changed |= replace_rows(db, "study_key", ("key",), ("study",), keys)
        columns = ("study", "is_primary", "version", "kind")
        have = {
            row[0]: tuple(row)[1:]
            for row in db.execute(f"SELECT sha256, {', '.join(columns)} FROM report WHERE status = 'read'")
        }
        for group in groups:
            for n, sha256 in enumerate(group.reports):
                want = (group.id, int(n == 0), version[sha256], kind[sha256])
                if have[sha256] != want:
                    db.execute(
                        "UPDATE report SET study = ?, is_primary = ?, version = ?, kind = ? WHERE sha256 = ?",
                        (*want, sha256),
                    )
                    changed = True
        if changed:
            library.bump("facts")
    return changed


def read_known(library: Library) -> list[Known]:
    """What every report is known by, in order of hash; keys that no report shows any more are noted."""
    db = library.connection
    values: dict[str, dict[str, str]] = {}
    for row in db.execute(
        "SELECT sha256, field, value FROM report LEFT JOIN metadata m ON m.report = sha256 "
        "AND (field IN ('title', 'authors') OR (field IN ('doi', 'arxiv_id') AND p >= ?)) "
        "WHERE status = 'read' ORDER BY sha256, field, p DESC, source, value",
        (SURE,),
    ):
        values.setdefault(row["sha256"], {})
        if row["field"]:
            values[row["sha256"]].setdefault(row["field"], row["value"])
    shown = {key for sha256, found in values.items() for key in known_by(sha256, found).keys}
    _keep_lost_keys(db, shown)
    former: dict[str, set[str]] = {}
    for row in db.execute("SELECT key, report FROM former_key"):
        if row["key"] not in shown:
            former.setdefault(row["report"], set()).add(row["key"])
    return [known_by(sha256, found, former.get(sha256, ())) for sha256, found in sorted(values.items())]


def _keep_lost_keys(db: sqlite3.Connection, shown: set[str]) -> None:
    """Note the keys of studies that no report shows any more: decisions may name them."""
    rows = db.execute(
        "SELECT k.key, min(r.sha256) FROM study_key k JOIN report r ON r.study = k.study GROUP BY k.key"
    ).fetchall()
    db.executemany(
        "INSERT OR IGNORE INTO former_key (key, report) VALUES (?, ?)",
        [tuple(row) for row in rows if row[0] not in shown],
    )


def _name_groups(groups: Iterable[set[str]], reports: Sequence[Known], split_off: set[str]) -> list[Group]:
    by_sha = {report.sha256: report for report in reports}
    strength = {"doi": 0, "arxiv": 1, "sha256": 2}
    taken: set[str] = set()
    named: list[Group] = []
    for group in sorted(groups, key=lambda g: (bool(g & split_off), min(g))):
        members = sorted(
            (by_sha[sha256] for sha256 in group), key=lambda r: (not r.doi, -r.version, r.sha256)
        )
        own = {key for member in members for key in member.keys} - taken
        former = {key for member in members for key in member.former} - taken - own
        taken |= own | former
        strongest = min(own, key=lambda key: (strength[key.split(":", 1)[0]], key))
        ordered = tuple(sorted(own | former))
        named.append(Group(strongest, tuple(member.sha256 for member in members), ordered))
    return sorted(named, key=lambda g: g.id)


def _title_pairs(reports: Sequence[Known]) -> list[tuple[str, str]]:
    """Pairs that have close titles and an author in common, and no two different arXiv ids."""
    blocks: dict[str, list[Known]] = {}
    for report in reports:
        if len(report.title) >= _TITLE_MIN:
            # A title that is close to another begins or ends as it does.
            for block in ("<" + report.title[:_BLOCK], ">" + report.title[-_BLOCK:]):
                blocks.setdefault(block, []).append(report)
    pairs = {
        (a.sha256, b.sha256)
        for block in blocks.values()
        for a, b in combinations(block, 2)
        if not (a.arxiv and b.arxiv and a.arxiv != b.arxiv) and _same_paper(a, b)
    }
    return sorted(pairs)


def _same_paper(a: Known, b: Known) -> bool:
    if not a.authors or not b.authors:
        return a.title == b.title and len(a.title) >= _TITLE_ALONE
    # Numbers tell parts, years and versions of a series apart, however close the rest is.
    if re.findall(r"\d+", a.title) != re.findall(r"\d+", b.title):
        return False
    common = len(a.authors & b.authors)
    return (
        2 * common >= min(len(a.authors), len(b.authors))
        and fuzz.ratio(a.title, b.title, score_cutoff=_TITLE_CLOSE) >= _TITLE_CLOSE
    )


def _family_names(authors: str) -> frozenset[str]:
    """Folded family names from `A. Name, B. Name` or `Name, A.; Name, B.`."""
    if ";" in authors:
        parts = [part.split(",")[0] if "," in part else part for part in authors.split(";")]
    else:
        parts = re.split(r",|\n|\band\b|&", authors)
    last = (re.sub(r"[\d*†‡§]+", "", part).split() for part in parts)
    return frozenset(name for words in last if words and len(name := fold_name(words[-1])) > 1)
