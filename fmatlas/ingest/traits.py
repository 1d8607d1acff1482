"""What is commonly known of a name, as features: a reader knows that CLIP is built upon, SVMs beaten."""

from collections.abc import Mapping

from fmatlas.ingest.lookup import Hit
from fmatlas.ingest.scene import surest
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import Vocabulary

_OLDEST = 20


def year_of(reading: Reading) -> int:
    """The likeliest year of a report; 0 where it has none."""
    year = surest(reading, "year")
    return int(year) if year.isdecimal() else 0


def trait_features(hits: Mapping[str, Hit], vocabulary: Vocabulary, year: int) -> dict[str, float]:
    """What is known of the entities that a name may stand for.

    Args:
        hits: what the vocabulary knows under the name, by type.
        vocabulary: the vocabulary.
        year: of the report, 0 where it is not known.

    Returns:
        By type the kind, how much it is used (1 to 4), the year since 2000 and its age in years when the
        report came out, plus one so that the year of release is not nothing; what is not known is left out.
    """
    found: dict[str, float] = {}
    for type, hit in sorted(hits.items()):
        traits = vocabulary.traits_of(hit.entity)
        if traits is None:
            continue
        found[f"known {type} is {traits.kind}"] = 1.0
        found[f"known {type} use"] = 1.0 + traits.use
        found |= {f"known {type} is for {word}": 1.0 for word in traits.words}
        if traits.year:
            found[f"known {type} year"] = float(traits.year - 2000)
            if year:
                found[f"known {type} age"] = 1.0 + min(max(year - traits.year, 0), _OLDEST)
    return found
