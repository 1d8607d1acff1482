"""What a library has learnt: the file in its folder, and the judges that count there."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fmatlas.ingest.candidates import DETECTOR_VERSION
from fmatlas.ingest.correction import corrected
from fmatlas.ingest.learning import save
from fmatlas.ingest.weights import Judges, load_judges
from fmatlas.library.settings import LEARNT_FILE
from fmatlas.schema.errors import LibraryError


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a library has learnt.

    Attributes:
        corrections: by judge what `correction.corrected` takes.
        reports: hashes of the reports whose labels the corrections were fitted on.
        fits: whether today's bundled judges and detectors are those that it was built on.
        version: a hash of the file.
    """

    corrections: Mapping[str, Mapping[str, Any]]
    reports: frozenset[str]
    fits: bool
    version: str


def read_learnt(folder: Path) -> Learnt | None:
    """What the library in a folder has learnt; None where it has learnt nothing.

    Raises:
        LibraryError: the file cannot be read, or is none that `write_learnt` wrote.
    """
    path = folder / LEARNT_FILE
    if not path.exists():
        return None
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        for correction in data["corrections"].values():
            _check(correction)
        return Learnt(
            corrections=data["corrections"],
            reports=frozenset(data["reports"]),
            fits=data["built_on"] == _today(),
            version=hashlib.sha256(raw).hexdigest()[:16],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from None


def judges_of_library(folder: Path) -> Judges:
    """The judges that count in a library: the bundled ones, with what it has learnt where that fits them.

    Raises:
        LibraryError: the file of what was learnt is damaged.
    """
    bundled, learnt = load_judges(), read_learnt(folder)
    if learnt is None or not learnt.fits:
        return bundled
    try:
        changed = {name: corrected(bundled.trees[name], c) for name, c in learnt.corrections.items()}
    except (ValueError, KeyError) as error:
        raise _damaged(folder / LEARNT_FILE, error) from None
    version = hashlib.sha256(f"{bundled.version} {learnt.version}".encode()).hexdigest()[:16]
    return replace(bundled, version=version, trees={**bundled.trees, **changed})


def write_learnt(
    folder: Path, corrections: Mapping[str, Mapping[str, Any]], reports: Collection[str]
) -> None:
    """Keep what was learnt, in one step: a reader sees the old file or the new one."""
    data = {"built_on": _today(), "corrections": corrections, "reports": sorted(reports)}
    draft = folder / (LEARNT_FILE + ".part")
    save(data, draft)
    draft.replace(folder / LEARNT_FILE)


def forget_learnt(folder: Path) -> bool:
    """Remove what was learnt; whether there was anything."""
    path = folder / LEARNT_FILE
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def learnt_warning(folder: Path) -> str:
    """One line where a library has learnt something that does not count any more, else empty."""
    learnt = read_learnt(folder)
    if learnt is None or learnt.fits:
        return ""
    return (
        f"What was learnt in this library ({folder / LEARNT_FILE}) is left out: the judges or detectors that "
        "it corrects have changed. Run `fmatlas learn` again, or `fmatlas learn --forget`."
    )


def _damaged(path: Path, error: Exception) -> LibraryError:
    return LibraryError(
        f"{path} cannot be used ({type(error).__name__}: {error}). `fmatlas learn --forget` removes it, "
        "and the judges that ship count again."
    )


def _today() -> dict[str, str]:
    return {"judges": load_judges().version, "detectors": DETECTOR_VERSION}


def _check(correction: Mapping[str, Any]) -> None:
    """Refuse trees that would be walked without an end, or out of bounds."""
    float(correction["scale"]), float(correction["shift"])
    names = len(correction["features"])
    for tree in correction["trees"]:
        for at, (feature, _, left, right, _) in enumerate(tree):
            if feature != -1 and not (
                0 <= feature < names and at < left < len(tree) and at < right < len(tree)
            ):
                raise ValueError(f"fork {at} of a tree leads nowhere")
