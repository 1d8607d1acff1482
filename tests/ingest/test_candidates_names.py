"""What is found in a report before anything is judged."""

import pytest

from fmatlas.ingest.abbreviations import find_abbreviations
from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.shapes import shape
from fmatlas.schema.facts import Candidate
from fmatlas.schema.vocabulary import load_vocabulary
from tests.ingest.written import written


def found(field: str, *sections: tuple[str, str], **more: object) -> dict[str, Candidate]:
    reading = written(*sections, **more)  # type: ignore[arg-type]
    return {c.written: c for c in find_candidates(reading, load_vocabulary()) if c.field == field}


def test_a_name_that_no_list_has_is_found_beside_its_noun() -> None:
    names = found("dataset", ("data", "We train on the Zorblax dataset and test on it. We use it twice."))
    assert "Zorblax" in names


def test_names_of_the_reference_list_are_no_mentions() -> None:
    names = found(
        "dataset",
        ("data", "We use the PlumeSet-9 dataset. It is ours."),
        ("references", "The QuorSet-7 dataset."),
    )
    assert "PlumeSet-9" in names
    assert "QuorSet-7" not in names


def test_a_list_of_names_gives_each_of_them() -> None:
    text = "We evaluate on QuorSet-7, PlumeSet and VarnBench datasets. Fine."
    assert {"QuorSet-7", "PlumeSet", "VarnBench"} <= set(found("dataset", ("experiments", text)))


def test_two_names_joined_by_and_are_not_one() -> None:
    names = found("dataset", ("experiments", "We evaluate on QuorSet and PlumeSet here. They are large."))
    assert not any(" and " in name for name in names)


def test_two_versions_stay_two() -> None:
    names = found(
        "dataset", ("data", "We pretrain on ImageNet-21K and train on ImageNet-1K. ImageNet-21K is larger.")
    )
    assert {"ImageNet-21K", "ImageNet-1K"} <= set(names)
    assert names["ImageNet-21K"].entity != names["ImageNet-1K"].entity


def test_an_abbreviation_that_the_paper_defines_is_one_name_with_its_long_form() -> None:
    names = found(
        "dataset",
        ("data", "The Northern Plume Imaging Registry (NPIR) is large. We use NPIR. NPIR is public."),
    )
    assert "NPIR" in names
    assert len(names["NPIR"].places) == 4


def test_hyphens_and_spaces_do_not_split_a_name() -> None:
    names = found("dataset", ("data", "We use MIMIC-CXR for training. The MIMIC CXR dataset is public."))
    assert sum("CXR" in name for name in names) == 1


def test_every_place_is_the_name_in_the_text() -> None:
    reading = written(("data", "We use MIMIC-CXR and a ViT-B/16. We propose FooNet, a CLIP-based model."))
    for c in find_candidates(reading, load_vocabulary()):
        assert all(0 <= start <= end <= len(reading.text) for start, end in c.places)


def test_the_same_report_gives_the_same_candidates() -> None:
    reading = written(("method", "We propose FooNet, built on CLIP and ViT-B/16. FooNet uses the Dice loss."))
    assert find_candidates(reading, load_vocabulary()) == find_candidates(reading, load_vocabulary())


def test_surfaces_are_unique_within_a_field() -> None:
    text = "FooNet uses CLIP, CLIP-ViT, ResNet-50, ResNet 50 and ResNet50 in all tests."
    reading = written(("method", text))
    keys = [(c.field, c.surface) for c in find_candidates(reading, load_vocabulary())]
    assert len(keys) == len(set(keys))


def test_an_empty_report_has_no_names() -> None:
    assert [c.field for c in find_candidates(written(("front", "")), load_vocabulary())] == ["category"]


@pytest.mark.parametrize(
    ("word", "kind"), [("MIMIC-CXR", "S"), ("iNat", "S"), ("v1.1", "N"), ("Biobank", "C"), ("dataset", "l")]
)
def test_words_have_a_shape(word: str, kind: str) -> None:
    assert shape(word) == kind


def test_a_long_form_must_spell_its_short_form() -> None:
    assert find_abbreviations("the usual images (MRI) were read") == {}
    assert find_abbreviations("magnetic resonance imaging (MRI)")["MRI"][0] == "magnetic resonance imaging"
