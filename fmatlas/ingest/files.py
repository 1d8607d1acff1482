"""What a library notes about files: where reports lie, what is missing, what cannot be read and why."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fmatlas.ingest.scan import Found, Look
from fmatlas.library import Library
from fmatlas.library.reports import FileSeen, write_metadata
from fmatlas.schema.reading import MetadataValue

# An arXiv id that only the file's name shows says little: enough to be proposed, too little to join two
# studies.
_NAME_P = 0.3
_ARXIV_NAME = re.compile(r"(?:arxiv[-_ ]?)?(\d{4}\.\d{4,5})(v\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that stands as failed: `reason` is a short code, `message` a sentence."""

    file: str
    reason: str
    message: str


def is_known_and_gone(library: Library, path: Path) -> bool:
    """Whether a path that is not there is one that the library has read from."""
    if os.path.lexists(path):
        return False
    row = library.connection.execute("SELECT 1 FROM file WHERE path = ?", (str(path),)).fetchone()
    return row is not None


def mark_missing(library: Library, named: Sequence[Path], found: Sequence[Found]) -> tuple[str, ...]:
    """Mark the files that lay under these paths and are gone; what was read of them stays."""
    there = {item.path for item in found}
    gone = []
    with library.transaction() as db:
        for row in db.execute("SELECT path, status FROM file ORDER BY path").fetchall():
            path = row["path"]
            below = any(Path(path).is_relative_to(name) for name in named)
            if path in there or not below or os.path.lexists(path):
                continue
            gone.append(path)
            if row["status"] != "missing":
                db.execute("UPDATE file SET status = 'missing', reason = 'vanished' WHERE path = ?", (path,))
    return tuple(gone)


def lost(seen: FileSeen, look: Look) -> FileSeen:
    """A file whose bytes cannot be had, with the reason."""
    # A name that is no text cannot be stored as it is; what is shown of it cannot be opened either.
    path, root = (name.encode("utf-8", "backslashreplace").decode() for name in (seen.path, seen.root))
    status = "missing" if look.reason == "vanished" else "failed"
    return replace(seen, path=path, root=root, status=status, reason=look.reason, message=look.message)


def note(library: Library, files: Sequence[FileSeen], status: str, reason: str, message: str) -> None:
    """Note that files could not be read for their own reasons; the next run looks at them again."""
    for seen in files:
        library.write_file(replace(seen, mtime_ns=0, status=status, reason=reason, message=message), None)


def topmost(known: str, item: Found) -> str:
    """The root that a file keeps: of two folders above it the upper one, whichever was ingested first."""
    above = known and Path(item.path).is_relative_to(known)
    return min(known, item.root, key=len) if above else item.root


def write_name_hints(library: Library) -> None:
    """Keep the arXiv ids that files are named by as unsure metadata; of a report, those of all its files."""
    with library.transaction() as db:
        names: dict[str, set[str]] = {}
        for row in db.execute(
            "SELECT path, sha256 FROM file JOIN report USING (sha256) WHERE report.status = 'read'"
        ):
            match = _ARXIV_NAME.fullmatch(Path(row["path"]).stem)
            names.setdefault(row["sha256"], set()).update({match[1] + (match[2] or "")} if match else ())
        have: dict[str, set[str]] = {}
        for row in db.execute(
            "SELECT report, value FROM metadata WHERE field = 'arxiv_id' AND source = 'file name'"
        ):
            have.setdefault(row["report"], set()).add(row["value"])
        for sha256 in sorted(names):
            if names[sha256] == have.get(sha256, set()):
                continue
            db.execute(
                "DELETE FROM metadata WHERE report = ? AND field = 'arxiv_id' AND source = 'file name'",
                (sha256,),
            )
            values = [
                MetadataValue("arxiv_id", value, "file name", _NAME_P) for value in sorted(names[sha256])
            ]
            write_metadata(db, sha256, values)
            library.bump("facts")


def failures(library: Library, found: Sequence[Found]) -> tuple[Failure, ...]:
    """The files among the found that cannot be read as they are, with their reasons, by path."""
    there = {item.path.encode("utf-8", "backslashreplace").decode() for item in found}
    rows = library.connection.execute(
        "SELECT f.path, CASE WHEN f.status = 'ok' THEN r.reason ELSE f.reason END AS reason, "
        "CASE WHEN f.status = 'ok' THEN r.message ELSE f.message END AS message "
        "FROM file f LEFT JOIN report r USING (sha256) WHERE f.status <> 'ok' OR r.status = 'failed' "
        "ORDER BY f.path"
    )
    return tuple(Failure(*row) for row in rows if row["path"] in there)
