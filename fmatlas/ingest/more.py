"""More fields, as suggestions with their places: study type, dimension, anatomy, metrics, amounts, and so on.

They are defined by the second table of the coding sheet. A suggestion is for a person to accept: nothing here
is stated by itself.
"""

from fmatlas.ingest.more_amounts import find_compute, find_data_sizes, find_parameters
from fmatlas.ingest.more_code import find_code
from fmatlas.ingest.more_words import (
    find_anatomy,
    find_dimensions,
    find_in_house,
    find_metrics,
    find_study_type,
)
from fmatlas.ingest.readable import readable_text, whereabouts
from fmatlas.ingest.suggestion import Suggestion
from fmatlas.names import fold
from fmatlas.schema.reading import Reading


def find_more(reading: Reading) -> list[Suggestion]:
    """Suggest values of the further fields for one report.

    Returns:
        Suggestions in order of field, best first; their places are spans of the report's text. A pure
        function of the reading.
    """
    text = readable_text(reading)
    where = whereabouts(reading)
    folded = fold(text)
    return [
        *find_study_type(reading, text),
        *find_dimensions(reading, text, where),
        *find_anatomy(reading, folded, where),
        *find_metrics(folded, where),
        *find_data_sizes(text, where),
        *find_parameters(reading, text, where),
        *find_compute(text, where),
        *find_code(reading, where),
        *find_in_house(text, where),
    ]
