"""An ingest: what is new or changed is read by workers and written whole; what is known is left alone.

Every report is one transaction, so a run that is stopped anywhere loses at most the reports in flight, and
the same command goes on from there.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fmatlas.ingest.files import (
    Failure,
    failures,
    is_known_and_gone,
    lost,
    mark_missing,
    note,
    topmost,
    write_name_hints,
)
from fmatlas.ingest.scan import Found, absolute, find_pdfs, hash_file, look_at
from fmatlas.ingest.worker import READER, Job
from fmatlas.ingest.workers import Frame, read_all
from fmatlas.library import Library
from fmatlas.library.layers import unpack_layers, unpack_rows
from fmatlas.library.reports import FileSeen
from fmatlas.library.suggestions import SuggestedValue, write_suggestions

if TYPE_CHECKING:
    from fmatlas.ingest.refresh import RefreshReport

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest came to.

    Attributes:
        found: how many PDFs were looked at.
        read: the reports that were read in this run, by hash.
        unchanged: how many files were known as they are.
        copies: how many files have the bytes of another that was dealt with in this run.
        failed: all files among the found that cannot be read, also those that failed before and were not
            retried.
        missing: the files that were there once and are gone.
        pages: how many pages were read in this run.
        seconds: how long reading took, without the refresh.
        interrupted: a person stopped it; what was read by then is kept.
        refreshed: what the refresh at the end came to; None where nothing was out of date.
    """

    found: int
    read: tuple[str, ...] = ()
    unchanged: int = 0
    copies: int = 0
    failed: tuple[Failure, ...] = ()
    missing: tuple[str, ...] = ()
    pages: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    refreshed: "RefreshReport | None" = None

    def summary(self) -> str:
        """The run in one line."""
        rate = f", {self.pages / self.seconds:.0f} pages/s" if self.pages and self.seconds else ""
        parts = [
            f"{self.found} PDFs: {len(self.read)} read ({self.pages} pages{rate})",
            f"{self.unchanged} unchanged",
            f"{len(self.failed)} failed",
        ]
        if self.copies:
            parts.append(f"{self.copies} copies of others")
        if self.missing:
            parts.append(f"{len(self.missing)} missing")
        stopped = " Stopped; the same command goes on from here." if self.interrupted else ""
        return ", ".join(parts) + "." + stopped


@dataclass(slots=True)
class _Plan:
    """What is to be read: for each hash the files that have these bytes, the first of them to be read."""

    files: dict[str, list[FileSeen]] = field(default_factory=dict)
    unchanged: int = 0


def ingest(
    library: Library,
    paths: Iterable[Path | str],
    *,
    workers: int | None = None,
    retry: bool = False,
    progress: Progress | None = None,
    reader: str = READER,
) -> IngestReport:
    """Bring a library up to date with files and folders, then refresh its names and facts.

    Args:
        library: the one to fill.
        paths: PDFs, and folders to be walked.
        workers: how many processes read at once; as many as this one may use cores by default.
        retry: read what failed before again; else that is done only when the file has changed.
        progress: called with how many reports are dealt with, and of how many.
        reader: dotted name of the function that reads one PDF in a worker.

    Returns:
        What was read, what failed and why. Ctrl-C ends the run early and is noted there.

    Raises:
        UsageError: a path that there is not.
        LibraryError: another process writes to the library, or the disk is full.
    """
    begun = time.monotonic()
    named = [absolute(path) for path in paths]
    found = find_pdfs(path for path in named if not is_known_and_gone(library, path))
    read: list[str] = []
    pages = 0
    interrupted = False
    plan = _Plan()
    try:
        missing = mark_missing(library, named, found)
        _plan(library, found, retry, plan)
        count = workers or _cores()
        tasks = {
            files[0].path: sha256 for sha256, files in sorted(plan.files.items(), key=lambda i: i[1][0].path)
        }
        job = Job(reader, str(library.vocabulary_folder), library.settings.megabytes_per_worker)
        if progress:
            progress(0, len(tasks))
        with closing(read_all(list(tasks), count, job, library.settings.seconds_per_report)) as frames:
            for done, (path, frame) in enumerate(frames, 1):
                pages += _write(library, tasks[path], plan.files[tasks[path]], frame, read)
                if progress:
                    progress(done, len(tasks))
        write_name_hints(library)
    except KeyboardInterrupt:
        interrupted, missing = True, ()
    seconds = time.monotonic() - begun
    return IngestReport(
        found=len(found),
        read=tuple(sorted(read)),
        unchanged=plan.unchanged,
        copies=sum(len(files) - 1 for files in plan.files.values()),
        failed=failures(library, found),
        missing=missing,
        pages=pages,
        seconds=seconds,
        interrupted=interrupted,
        refreshed=None if interrupted else _refresh(library),
    )


def _refresh(library: Library) -> "RefreshReport | None":
    """Bring names and facts up to date; None where nothing was out of date."""
    from fmatlas.ingest.refresh import refresh

    report = refresh(library)
    return report if report.redone else None


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plan(library: Library, found: Sequence[Found], retry: bool, plan: _Plan) -> None:
    """Decide what is to be read. Files of known reports, and files without bytes, are noted at once."""
    from fmatlas.ingest.reading import READER_VERSION

    rows = {row["path"]: row for row in library.connection.execute("SELECT * FROM file")}
    done = {
        row["sha256"]
        for row in library.connection.execute(
            "SELECT sha256, status, reader_version FROM report LEFT JOIN reading ON report = sha256"
        )
        if (row["reader_version"] == READER_VERSION if row["status"] == "read" else not retry)
    }
    noted: list[tuple[FileSeen, str | None]] = []
    for item in found:
        row, look = rows.get(item.path), look_at(item.path)
        root = topmost(row["root"] if row else "", item)
        sha256, known = "", False
        if row is not None and row["status"] == "ok":
            sha256 = row["sha256"] or ""
            known = bool(sha256) and (row["size"], row["mtime_ns"]) == (look.size, look.mtime_ns)
        if not look.reason and not known:
            try:
                sha256 = hash_file(item.path)
            except OSError as error:
                look = replace(look, reason="unreadable", message=f"It cannot be read: {error.strerror}.")
        seen = FileSeen(item.path, root, look.size, look.mtime_ns)
        if look.reason:
            noted.append((lost(seen, look), None))
        elif sha256 not in done:
            plan.files.setdefault(sha256, []).append(seen)
        else:
            plan.unchanged += 1
            if row is None or not known or row["root"] != root:
                noted.append((seen, sha256))
    with library.transaction():
        for seen, of in noted:
            library.write_file(seen, of)


def _write(library: Library, sha256: str, files: Sequence[FileSeen], frame: Frame, read: list[str]) -> int:
    """Write what a worker made of a report, in one transaction; gives the number of its pages."""
    header, blobs = frame
    if header.get("reason") == "vanished":
        again = "Its like was gone when it was to be read; ingest it again."
        note(library, files[:1], "missing", "vanished", header["message"])
        note(library, files[1:], "failed", "not-read", again)
        return 0
    if header.get("sha256", sha256) != sha256:
        note(library, files, "failed", "changed", "It changed while it was read; ingest it again.")
        return 0
    if not blobs:
        library.write_failure(sha256, header["reason"], header["message"], files)
        return 0
    text, layers, words, candidates, suggestions = blobs
    reading = unpack_layers(text.decode(), layers)
    with library.transaction() as db:
        library.write_report(
            sha256,
            reading,
            reader_version=header["reader_version"],
            detected_by=header["detected_by"],
            files=files,
            packed=(layers, words, candidates),
        )
        values = [SuggestedValue(*row) for row in unpack_rows(suggestions)]
        write_suggestions(db, sha256, values, header["suggested_by"])
    read.append(sha256)
    return len(reading.pages)
