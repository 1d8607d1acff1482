"""Which versions things are made with: what was made with others is out of date."""

import hashlib
from functools import lru_cache
from importlib import resources

from fmatlas.ingest import bag, said
from fmatlas.ingest.candidates import DETECTOR_VERSION
from fmatlas.ingest.weights import Judges
from fmatlas.library import Library
from fmatlas.schema.vocabulary import Vocabulary


def detected_by(vocabulary: Vocabulary) -> str:
    """The stamp of candidates found by today's detectors and readers with this vocabulary."""
    return f"{DETECTOR_VERSION} {_readers()} {vocabulary.version}"


@lru_cache(maxsize=1)
def _readers() -> str:
    """A hash of what ships of the readers: what they found is out of date with others."""
    digest = hashlib.sha256()
    for path in (said.BUNDLED, bag.BUNDLED):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def claimed_from(library: Library, vocabulary: Vocabulary, judges: Judges) -> str:
    """The stamp of claims made now: texts, decisions and proposals, what judges them, and the program's text.

    A decision counts as soon as it is appended.
    """
    db = library.connection
    decided = db.execute("SELECT coalesce(max(seq), 0) FROM decision").fetchone()[0]
    proposed = repr([tuple(row) for row in db.execute("SELECT * FROM proposal ORDER BY 1, 2, 3, 4, 5, 6")])
    digest = hashlib.sha256(proposed.encode()).hexdigest()[:16]
    parts = (library.revision("text"), decided, digest, detected_by(vocabulary), judges.version, _program())
    return " ".join(map(str, parts))


@lru_cache(maxsize=1)
def _program() -> str:
    """A hash of the modules that claims depend on: nobody has to remember to count a version up."""
    digest = hashlib.sha256()
    package = resources.files("fmatlas")
    modules = [package / "names.py", *(package / "ingest").iterdir(), *(package / "library").iterdir()]
    for module in sorted((item for item in modules if item.name.endswith(".py")), key=str):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
