"""Which versions a report's candidates come from: what is detected by others is out of date."""

from fmatlas.ingest.candidates import DETECTOR_VERSION
from fmatlas.schema.vocabulary import Vocabulary


def detected_by(vocabulary: Vocabulary) -> str:
    """The stamp of candidates found by today's detectors with this vocabulary."""
    return f"{DETECTOR_VERSION} {vocabulary.version}"
