"""What is commonly known of a name is told to the judges."""

import pytest

from fmatlas.ingest.lookup import Hit
from fmatlas.ingest.traits import trait_features, year_of
from fmatlas.schema.reading import MetadataValue
from fmatlas.schema.vocabulary import Vocabulary, load_vocabulary
from tests.ingest.test_closed import written


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


def hits(*entities: str) -> dict[str, Hit]:
    return {e.partition(":")[0]: Hit(e.partition(":")[0], e, "any case", False) for e in entities}


def test_a_pretrained_model_is_told_from_a_network_for_one_task(vocabulary: Vocabulary) -> None:
    clip = trait_features(hits("model:clip"), vocabulary, 2024)
    transunet = trait_features(hits("model:transunet"), vocabulary, 2024)
    assert clip["known model is pretrained"] == 1.0
    assert transunet["known model is network"] == 1.0
    assert clip["known model use"] == 1 + vocabulary.traits["model:clip"].use


def test_age_is_counted_to_the_year_of_the_report(vocabulary: Vocabulary) -> None:
    released = vocabulary.traits["model:clip"].year
    assert trait_features(hits("model:clip"), vocabulary, released)["known model age"] == 1.0
    assert trait_features(hits("model:clip"), vocabulary, released + 3)["known model age"] == 4.0
    assert "known model age" not in trait_features(hits("model:clip"), vocabulary, 0)


def test_every_type_that_a_name_may_stand_for_is_told(vocabulary: Vocabulary) -> None:
    found = trait_features(hits("model:bert", "backbone:bert"), vocabulary, 2020)
    assert found["known model is pretrained"] == found["known backbone is language model"] == 1.0


def test_nothing_is_told_of_what_is_not_known(vocabulary: Vocabulary) -> None:
    assert trait_features(hits("model:never-heard-of"), vocabulary, 2024) == {}
    assert trait_features({}, vocabulary, 2024) == {}


def test_the_likeliest_year_of_a_report_counts() -> None:
    from dataclasses import replace

    years = (MetadataValue("year", "2021", "footer", 0.4), MetadataValue("year", "2023", "stamp", 0.9))
    assert year_of(replace(written(("method", "Nothing.")), metadata=years)) == 2023
    assert year_of(replace(written(("method", "Nothing.")), metadata=())) == 0
