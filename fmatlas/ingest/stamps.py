"""Which versions things are made with: what was made with others is out of date."""

import hashlib
from functools import lru_cache
from importlib import resources

from fmatlas.ingest.candidates import DETECTOR_VERSION
from fmatlas.ingest.weights import Judges
from fmatlas.library import Library
from fmatlas.schema.vocabulary import Vocabulary


def detected_by(vocabulary: Vocabulary) -> str:
    """The stamp of candidates found by today's detectors with this vocabulary."""
    return f"{DETECTOR_VERSION} {vocabulary.version}"


def claimed_from(library: Library, vocabulary: Vocabulary, judges: Judges) -> str:
    """The stamp of claims made now: the state of the library, what judges it, and the program's own text."""
    revisions = f"{library.revision('text')} {library.revision('facts')}"
    return f"{revisions} {detected_by(vocabulary)} {judges.version} {_program()}"


@lru_cache(maxsize=1)
def _program() -> str:
    """A hash of the modules that claims depend on: nobody has to remember to count a version up."""
    digest = hashlib.sha256()
    package = resources.files("fmatlas")
    modules = [package / "names.py", *(package / "ingest").iterdir(), *(package / "library").iterdir()]
    for module in sorted((item for item in modules if item.name.endswith(".py")), key=str):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
