"""Which files an ingest is about: folders walked, what is no regular file told apart, bytes hashed."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fmatlas.schema.errors import UsageError

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file to look at: its absolute path and the ingested folder that it was found under."""

    path: str
    root: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a file gives: size and age, or why it cannot be read."""

    size: int = 0
    mtime_ns: int = 0
    reason: str = ""
    message: str = ""


def absolute(path: str | Path) -> Path:
    """A path from the root, `..` resolved by name alone: a link stays the link that the user named."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def find_pdfs(paths: Iterable[Path]) -> list[Found]:
    """All PDFs among these files and folders, by path; a file is found under the topmost folder that was
    named.

    Names end in `.pdf`, in any case; hidden files and folders are left out. Links to folders are followed,
    once each.

    Raises:
        UsageError: a path that is neither file nor folder, or a file of another kind.
    """
    found: dict[str, str] = {}
    for path in sorted(absolute(path) for path in paths):
        if path.is_dir():
            for name in _walk(str(path), set()):
                found.setdefault(name, str(path))
        elif not os.path.lexists(path):
            raise UsageError(f"There is no file or folder {str(path)!r}.")
        elif path.suffix.lower() != ".pdf":
            raise UsageError(f"{str(path)!r} is no PDF by its name; fmatlas reads files that end in .pdf.")
        else:
            found.setdefault(str(path), str(path.parent))
    return [Found(path, root) for path, root in sorted(found.items())]


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str]:
    try:
        status = Path(folder).stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        # A folder that may not be entered, or is gone again, has nothing to offer.
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry.path, seen)
        elif entry.name.lower().endswith(".pdf"):
            yield entry.path


def look_at(path: str) -> Look:
    """Size and age of a regular file, or why it is none; nothing is opened, so a FIFO does not block."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Look(reason="bad-name", message="Its name is not valid UTF-8; rename it.")
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        return Look(reason="vanished", message="It is gone, or a link to nothing.")
    except OSError as error:
        return Look(reason="unreadable", message=f"It cannot be looked at: {error.strerror}.")
    if not stat.S_ISREG(status.st_mode):
        return Look(reason="not-a-file", message="It is no regular file.")
    return Look(status.st_size, status.st_mtime_ns)


def hash_file(path: str | Path) -> str:
    """The sha256 of a file's bytes.

    Raises:
        OSError: they cannot be had.
    """
    digest = hashlib.sha256()
    # Not blocking, so that a FIFO put in a file's place since it was looked at cannot hang the run.
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
