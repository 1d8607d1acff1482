"""A graph file is built aside and published by a pointer, so that no reader ever sees half of one.

`current.json` names the file that holds, its checksum, and what it was built from. It is replaced in one
step; a file is never written again once it is named there. Readers that have an older one open keep it.
"""

import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from fmatlas.graph.stamp import Stamp

POINTER = "current.json"
SUFFIX = ".lbug"
DRAFT_PREFIX = "draft-"
DAMAGED_PREFIX = "damaged-"
LOCK = "publisher.lock"

# A draft this old belongs to a process that was killed.
_DRAFT_SECONDS = 3600
# A build takes seconds; who waits longer than this for another's has waited for a process that hangs.
_LOCK_SECONDS = 300

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """What the pointer says: the file's name, its sha256, and what it was built from."""

    file: str
    sha256: str
    stamp: Stamp


def read_pointer(folder: Path) -> Published | None:
    """What is published in a folder; None where nothing is, or where the pointer makes no sense."""
    try:
        said = json.loads((folder / POINTER).read_text(encoding="utf-8"))
        published = Published(said["file"], said["sha256"], Stamp(**said["stamp"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    plain = isinstance(published.file, str) and Path(published.file).name == published.file
    return published if plain else None


def draft_path(folder: Path) -> Path:
    """A path for a new graph file that no other process uses."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{DRAFT_PREFIX}{os.getpid()}-{time.time_ns()}{SUFFIX}"


@contextmanager
def publishing(folder: Path) -> Iterator[None]:
    """Be the only one who publishes in a folder, among threads and processes; a killed one lets go.

    The lock is SQLite's, which is there on every system.

    Raises:
        OSError: the lock cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(folder / LOCK, timeout=_LOCK_SECONDS, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.Error as error:
        raise OSError(f"another process publishes there: {error}") from None


def publish(draft: Path, stamp: Stamp) -> Published:
    """Make a finished draft the graph of its folder, and clear away what nobody needs any more.

    The file before this one stays until the next, for readers who are about to open it.
    """
    folder = draft.parent
    before = read_pointer(folder)
    final = folder / draft.name.removeprefix(DRAFT_PREFIX)
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.replace(final)
    published = Published(final.name, checksum(final), stamp)
    part = folder / f"{POINTER}.{os.getpid()}-{time.time_ns()}.part"
    with part.open("w", encoding="utf-8") as pointer:
        json.dump(asdict(published), pointer, indent=1, sort_keys=True)
        pointer.flush()
        os.fsync(pointer.fileno())
    part.replace(folder / POINTER)
    _clean(folder, keep={published.file, before.file if before else published.file})
    return published


def is_whole(folder: Path, published: Published) -> bool:
    """Whether the published file is there and has the bytes that were published."""
    try:
        return checksum(folder / published.file) == published.sha256
    except OSError:
        return False


def quarantine(folder: Path, published: Published) -> None:
    """Put a published file that cannot be used aside; only the last such file is kept."""
    path = folder / published.file
    if path.exists():
        for old in folder.glob(f"{DAMAGED_PREFIX}*"):
            old.unlink(missing_ok=True)
        path.replace(folder / f"{DAMAGED_PREFIX}{published.file}")
    log.warning("the graph file %s is damaged or missing; it is built anew from the library", path)


def checksum(path: Path) -> str:
    """The sha256 of a file's bytes, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _clean(folder: Path, keep: set[str]) -> None:
    for path in folder.iterdir():
        if path.name in keep or path.name in (POINTER, LOCK) or path.name.startswith(DAMAGED_PREFIX):
            continue
        being_written = path.name.startswith((DRAFT_PREFIX, POINTER))
        try:
            if not being_written or time.time() - path.stat().st_mtime > _DRAFT_SECONDS:
                path.unlink()
        except OSError:
            # Another process was faster, or still has it open on a system that minds.
            continue
