"""What `fmatlas doctor` asks of a library: every invariant of the tables, never repaired here."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

_ORPHANS = {
    "metadata": "report NOT IN (SELECT sha256 FROM report)",
    "reading": "report NOT IN (SELECT sha256 FROM report WHERE status = 'read')",
    "passage": "report NOT IN (SELECT report FROM reading)",
    "section": "report NOT IN (SELECT report FROM reading)",
    "candidate": "report NOT IN (SELECT report FROM reading)",
    "reference": "report NOT IN (SELECT report FROM reading)",
    "citation": "report NOT IN (SELECT report FROM reading)",
    "alias": "scope <> '' AND scope NOT IN (SELECT sha256 FROM report)",
    "former_key": "report NOT IN (SELECT sha256 FROM report)",
    "report": "sha256 NOT IN (SELECT sha256 FROM file WHERE sha256 IS NOT NULL)",
    "study": "id NOT IN (SELECT study FROM report WHERE study IS NOT NULL)",
    "word": "rowid NOT IN (SELECT id FROM passage)",
}
_WRONG = {
    "reports that were read have no text": "SELECT count(*) FROM report WHERE status = 'read' "
    "AND sha256 NOT IN (SELECT report FROM reading)",
    "reports that were read belong to no study": "SELECT count(*) FROM report WHERE status = 'read' "
    "AND study IS NULL",
    "passages cannot be found by their words": "SELECT count(*) FROM passage "
    "WHERE id NOT IN (SELECT rowid FROM word)",
    "studies have not exactly one primary report": "SELECT count(*) FROM (SELECT study FROM report "
    "WHERE study IS NOT NULL GROUP BY study HAVING sum(is_primary) <> 1)",
    "studies are not named by one of their own keys": "SELECT count(*) FROM study WHERE NOT EXISTS "
    "(SELECT 1 FROM study_key k WHERE k.key = study.id AND k.study = study.id)",
    "facts have no evidence": "SELECT count(*) FROM fact f WHERE NOT EXISTS (SELECT 1 FROM evidence e "
    "WHERE e.study = f.study AND e.field = f.field AND e.entity = f.entity AND e.role = f.role)",
    "pieces of evidence are from a report of another study": "SELECT count(*) FROM evidence e JOIN report r "
    "ON r.sha256 = e.report WHERE r.study IS NOT e.study",
}


def check(db: sqlite3.Connection) -> list[str]:
    """Every invariant that does not hold, one line each; files that are gone are named too."""
    found = [
        f"The database is damaged: {row[0]}."
        for row in db.execute("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    broken = [row[0] for row in db.execute("PRAGMA foreign_key_check")]
    found += [f"{broken.count(name)} rows of `{name}` point at nothing." for name in sorted(set(broken))]
    for table, where in _ORPHANS.items():
        n = db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]
        if n:
            found.append(f"{n} rows of `{table}` belong to nothing that the library holds.")
    for what, query in _WRONG.items():
        n = db.execute(query).fetchone()[0]
        if n:
            found.append(f"{n} {what}.")
    return found + _words(db) + _quotes(db) + _files(db)


def _words(db: sqlite3.Connection) -> list[str]:
    """Damage of the word index. FTS5 checks itself only by a command that writes, so a copy is asked."""
    with TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "copy.db")) as copy:
        try:
            db.backup(copy)
            copy.execute("INSERT INTO word (word) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            return [f"The word index is damaged: {error}."]
    return []


def _quotes(db: sqlite3.Connection) -> list[str]:
    """Quotes, and passages, that are not verbatim where they say they are."""
    found = []
    for report, text in db.execute("SELECT report, text FROM reading ORDER BY report"):
        columns = {"evidence": "quote", "passage": "text", "ruling": "quote", "suggestion": "quote"}
        for table, quote in columns.items():
            wrong = sum(
                text[start:end] != words
                for start, end, words in db.execute(
                    f'SELECT start, "end", {quote} FROM {table} WHERE report = ?', (report,)
                )
            )
            if wrong:
                found.append(f"{wrong} rows of `{table}` are not verbatim in report {report[:12]}.")
    return found


def _files(db: sqlite3.Connection) -> list[str]:
    found = []
    for row in db.execute("SELECT path FROM file WHERE status <> 'missing' ORDER BY path"):
        if not Path(row["path"]).exists():
            found.append(
                f"The file {row['path']!r} is gone; `fmatlas ingest` its folder again to take note of it."
            )
    return found
