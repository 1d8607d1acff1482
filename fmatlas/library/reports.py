"""Whole reports into the library and out of it: each is written, replaced or removed in one transaction."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

from fmatlas.library.layers import pack_layers, pack_words, read_candidate, unpack_layers, unpack_words
from fmatlas.library.words import folded_words
from fmatlas.schema.errors import LibraryError
from fmatlas.schema.facts import Candidate
from fmatlas.schema.reading import MetadataValue, Reading

# The tables whose rows come from a report's text.
_OF_A_REPORT = (
    "passage",
    "section",
    "reading",
    "metadata",
    "candidate",
    "reference",
    "citation",
    "proposal",
    "proposed",
    "evidence",
    "suggestion",
)


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file as it was found: where, under which ingested folder, how big and how old.

    `status` is `ok`, `failed` (its bytes could not be had; `reason` and `message` say why) or `missing`.
    """

    path: str
    root: str
    size: int
    mtime_ns: int
    status: str = "ok"
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it is stored; `id` is a hash of report, place and text, so it never depends on order."""

    id: int
    study: str
    report: str
    start: int
    end: int
    page: int
    section: int
    kind: str
    text: str
    text_sha: str


def text_sha(text: str) -> str:
    """The key under which a text's vector is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def passage_id(report: str, start: int, end: int, text: str) -> int:
    """63 bits of a hash: the same passage has the same id in every library, and no id is ever used again."""
    digest = hashlib.sha256(f"{report}\n{start}\n{end}\n{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def write_file(db: sqlite3.Connection, seen: FileSeen, sha256: str | None) -> None:
    """Note that a file lies where it lies.

    With `sha256` None its bytes could not be had this time: what is known of the path stays. A report whose
    last file has other bytes now is replaced by theirs: it is removed, and decisions about it are about the
    new one. The keys of Zotero and of citations that belong to the path stay.
    """
    row = db.execute("SELECT sha256 FROM file WHERE path = ?", (seen.path,)).fetchone()
    before = row["sha256"] if row else None
    sha256 = sha256 or before
    db.execute(
        "INSERT INTO file (path, root, sha256, size, mtime_ns, status, reason, message) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET root = excluded.root, "
        "sha256 = excluded.sha256, size = excluded.size, mtime_ns = excluded.mtime_ns, "
        "status = excluded.status, reason = excluded.reason, message = excluded.message",
        (seen.path, seen.root, sha256, seen.size, seen.mtime_ns, seen.status, seen.reason, seen.message),
    )
    if before and before != sha256:
        left = db.execute("SELECT 1 FROM file WHERE sha256 = ?", (before,)).fetchone()
        if not left:
            _hand_on_keys(db, before, str(sha256))
            remove_report(db, before)


def _hand_on_keys(db: sqlite3.Connection, old: str, new: str) -> None:
    """Let `new` answer to the keys of `old`, and to all keys of its study if that has no other report."""
    db.execute("UPDATE former_key SET report = ? WHERE report = ?", (new, old))
    db.execute(
        "INSERT OR REPLACE INTO former_key (key, report) SELECT key, ? FROM study_key "
        "WHERE key = 'sha256:' || ? OR study IN "
        "(SELECT study FROM report GROUP BY study HAVING count(*) = 1 AND max(sha256) = ?)",
        (new, old, old),
    )


def write_report(
    db: sqlite3.Connection,
    sha256: str,
    reading: Reading,
    reader_version: str,
    packed: tuple[bytes, bytes] | None = None,
) -> None:
    """Put a report that was read in the place of whatever the library had of it.

    Until studies are formed anew it is a study of its own. `packed` has the layers and the words of the
    reading where they are packed already; then the reading need not have its words.
    """
    layers, words = packed or (pack_layers(reading), pack_words(reading.words))
    _drop_content(db, sha256)
    key = f"sha256:{sha256}"
    known = db.execute("SELECT study FROM report WHERE sha256 = ?", (sha256,)).fetchone()
    if not known or known["study"] is None:
        owner = db.execute("SELECT study FROM study_key WHERE key = ?", (key,)).fetchone()
        study = owner["study"] if owner else key
        db.execute("INSERT OR IGNORE INTO study (id) VALUES (?)", (study,))
        db.execute("INSERT OR IGNORE INTO study_key (key, study) VALUES (?, ?)", (key, study))
    else:
        study = known["study"]
    db.execute(
        "INSERT INTO report (sha256, study, status) VALUES (?, ?, 'read') ON CONFLICT (sha256) DO UPDATE "
        "SET study = excluded.study, status = 'read', reason = '', message = '', detected_by = '', "
        "suggested_by = ''",
        (sha256, study),
    )
    db.execute(
        "INSERT INTO reading (report, reader_version, text, layers, words, pages, coverage, image_only) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            sha256,
            reader_version,
            reading.text,
            layers,
            words,
            len(reading.pages),
            reading.coverage,
            ", ".join(str(n) for n, page in enumerate(reading.pages, 1) if page.image_only),
        ),
    )
    write_metadata(db, sha256, reading.metadata)
    db.executemany(
        'INSERT INTO section (report, n, start, "end", level, type, number, title) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (sha256, n, item.start, item.end, item.level, item.type, item.number, item.title)
            for n, item in enumerate(reading.sections)
        ],
    )
    db.executemany(
        'INSERT INTO reference (report, n, start, "end", label, title, authors, year, arxiv_id, doi) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(sha256, n, *astuple(item)) for n, item in enumerate(reading.references)],
    )
    for item in reading.passages:
        text = reading.text[item.start : item.end]
        number = passage_id(sha256, item.start, item.end, text)
        db.execute(
            'INSERT INTO passage (id, report, start, "end", page, section, kind, text, text_sha) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, sha256, item.start, item.end, item.page, item.section, item.kind, text, text_sha(text)),
        )
        db.execute(
            "INSERT INTO word (rowid, written, folded) VALUES (?, ?, ?)", (number, text, folded_words(text))
        )


def write_metadata(db: sqlite3.Connection, sha256: str, values: Iterable[MetadataValue]) -> None:
    """Add metadata candidates; the surest of equal ones is kept."""
    db.executemany(
        "INSERT INTO metadata (report, field, value, source, p, page) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET p = max(p, excluded.p), page = min(page, excluded.page)",
        [(sha256, item.field, item.value, item.source, item.p, item.page) for item in values],
    )


def write_candidates(
    db: sqlite3.Connection, sha256: str, rows: Iterable[Sequence[str]], detected_by: str
) -> None:
    """Replace a report's candidates; `detected_by` names the versions of detectors and vocabulary.

    Args:
        rows: candidates as `layers.candidate_row` makes them.
    """
    db.execute("DELETE FROM candidate WHERE report = ?", (sha256,))
    db.executemany(
        "INSERT INTO candidate (report, field, surface, written, entity, features, places) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(sha256, *row) for row in rows],
    )
    db.execute("UPDATE report SET detected_by = ? WHERE sha256 = ?", (detected_by, sha256))


def write_failure(db: sqlite3.Connection, sha256: str, reason: str, message: str) -> None:
    """Note that a report could not be read, and why; what an earlier reading gave goes."""
    _drop_content(db, sha256)
    study = _study_of(db, sha256)
    db.execute(
        "INSERT INTO report (sha256, study, status, reason, message) VALUES (?, NULL, 'failed', ?, ?) "
        "ON CONFLICT (sha256) DO UPDATE SET study = NULL, status = 'failed', reason = excluded.reason, "
        "message = excluded.message, detected_by = ''",
        (sha256, reason, message),
    )
    _drop_study(db, study)


def remove_report(db: sqlite3.Connection, sha256: str) -> None:
    """Take a report out with all that came from it; its study goes with its last report."""
    study = _study_of(db, sha256)
    _drop_content(db, sha256)
    db.execute("DELETE FROM file WHERE sha256 = ?", (sha256,))
    db.execute("DELETE FROM report WHERE sha256 = ?", (sha256,))
    db.execute("DELETE FROM alias WHERE scope = ?", (sha256,))
    db.execute("DELETE FROM former_key WHERE report = ?", (sha256,))
    db.execute("DELETE FROM study_key WHERE key = ?", (f"sha256:{sha256}",))
    _drop_study(db, study)


def read_reading(db: sqlite3.Connection, sha256: str, words: bool) -> Reading:
    """The stored reading of a report; without its word layer it loads in a fifth of the time.

    Raises:
        LibraryError: the report is unknown or was not read.
    """
    columns = "text, layers, words" if words else "text, layers"
    row = db.execute(f"SELECT {columns} FROM reading WHERE report = ?", (sha256,)).fetchone()
    if row is None:
        raise LibraryError(
            f"The library holds no text of report {sha256[:12]}. `fmatlas status` lists what it holds."
        )
    return unpack_layers(row["text"], row["layers"], unpack_words(row["words"]) if words else ())


def read_candidates(db: sqlite3.Connection, sha256: str) -> list[Candidate]:
    """The candidates of a report, by field and surface."""
    rows = db.execute(
        "SELECT field, surface, written, entity, features, places FROM candidate WHERE report = ? "
        "ORDER BY field, surface",
        (sha256,),
    )
    return [read_candidate(tuple(row)) for row in rows]


def read_passages(db: sqlite3.Connection, report: str | None = None) -> Iterator[StoredPassage]:
    """All passages, or those of one report, by report and place."""
    where, values = ("WHERE p.report = ?", (report,)) if report else ("", ())
    rows = db.execute(
        f'SELECT p.id, r.study, p.report, p.start, p."end", p.page, p.section, p.kind, p.text, p.text_sha '
        f"FROM passage p JOIN report r ON r.sha256 = p.report {where} ORDER BY p.report, p.start, p.id",
        values,
    )
    return (StoredPassage(*row) for row in rows)


def _study_of(db: sqlite3.Connection, sha256: str) -> str | None:
    row = db.execute("SELECT study FROM report WHERE sha256 = ?", (sha256,)).fetchone()
    return row["study"] if row else None


def _drop_content(db: sqlite3.Connection, sha256: str) -> None:
    """Delete what a report's text gave. Facts that are left without evidence go with it."""
    db.execute("DELETE FROM word WHERE rowid IN (SELECT id FROM passage WHERE report = ?)", (sha256,))
    for table in _OF_A_REPORT:
        db.execute(f"DELETE FROM {table} WHERE report = ?", (sha256,))
    study = _study_of(db, sha256)
    db.execute("DELETE FROM study_value WHERE report = ?", (sha256,))
    db.execute(
        "DELETE FROM fact WHERE study = ? AND NOT EXISTS (SELECT 1 FROM evidence v "
        "WHERE v.study = fact.study AND v.field = fact.field AND v.entity = fact.entity "
        "AND v.role = fact.role)",
        (study,),
    )


def _drop_study(db: sqlite3.Connection, study: str | None) -> None:
    """Delete a study that has no report any more; its facts and rulings go with it, decisions stay."""
    db.execute(
        "DELETE FROM study WHERE id = ? AND NOT EXISTS (SELECT 1 FROM report WHERE report.study = study.id)",
        (study,),
    )
