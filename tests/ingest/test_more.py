"""Suggestions for the further fields, each with the place that suggests it."""

import pytest

from fmatlas.ingest.more import find_more
from fmatlas.schema.reading import Reading
from tests.ingest.written import written


def suggested(reading: Reading, field: str) -> list[str]:
    return [suggestion.value for suggestion in find_more(reading) if suggestion.field == field]


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("We train on eight NVIDIA A100 GPUs for two days.", "8 A100"),
        ("Training ran on a single RTX 3090 GPU.", "1 RTX 3090"),
        ("It took two days on 4 x Tesla V100 GPUs.", "4 Tesla V100"),
    ],
)
def test_hardware_is_a_number_and_a_card(sentence: str, value: str) -> None:
    assert suggested(written(("experiments", sentence)), "compute") == [value]


def test_a_number_that_looks_like_a_card_is_none_without_a_word_for_it() -> None:
    assert suggested(written(("experiments", "The A100 road leads to 3090 houses.")), "compute") == []


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Our model has 86M parameters in all.", "86M"),
        ("A 7 billion parameter model is used.", "7B"),
        ("The number of parameters is 1.5 million.", "1.5M"),
    ],
)
def test_parameters_are_read_from_sentences(sentence: str, value: str) -> None:
    assert suggested(written(("method", sentence)), "parameters") == [value]


def test_parameters_are_read_from_the_papers_own_rows_of_a_table() -> None:
    rows = (("Model", "Params (M)", "Dice"), ("U-Net", "31.0", "80.1"), ("ChestNet (ours)", "12.5", "84.0"))
    reading = written(("results", "See the table."), table=("Table 1: Results.", rows))
    assert suggested(reading, "parameters") == ["12.5M"]


def test_training_data_is_counted_with_its_stage() -> None:
    reading = written(
        ("data", "We pretrain on 377,110 chest X-ray images. We fine-tune on 5000 CT scans for training.")
    )
    found = [(s.value, s.role) for s in find_more(reading) if s.field == "data_size"]
    assert found == [("377110 chest X-ray images", "pretrain"), ("5000 CT scans", "train")]


def test_a_test_set_is_no_training_data() -> None:
    assert suggested(written(("data", "We train the model and test on 500 CT scans.")), "data_size") == []


def test_the_papers_own_code_is_told_from_that_of_others() -> None:
    reading = written(
        ("abstract", "Our code is available at https://github.com/us/ours."),
        ("experiments", "We use the implementation of Smith et al. at https://github.com/them/theirs."),
    )
    assert suggested(reading, "code_url") == ["https://github.com/us/ours"]


def test_an_address_that_a_line_end_broke_is_mended() -> None:
    reading = written(("abstract", "The code is publicly available at https://github. com/us/ours."))
    assert suggested(reading, "code_url") == ["https://github.com/us/ours"]


def test_the_first_pages_notes_are_looked_at_for_code_and_reference_lists_are_not() -> None:
    reading = written(
        ("method", "A method."),
        ("references", "A. Author. Code is available at https://github.com/them/theirs."),
        footer="1. https://github.com/us/ours",
    )
    assert suggested(reading, "code_url") == ["https://github.com/us/ours"]


def test_organs_count_where_the_study_is_about_them() -> None:
    about = written(
        ("abstract", "Brain tumours in the brain."), ("method", "Each brain scan shows the brain.")
    )
    assert suggested(about, "anatomy") == ["brain"]
    passing = written(("introduction", "The brain inspires us."), ("method", "Photographs of cats."))
    assert suggested(passing, "anatomy") == []


def test_measures_are_those_of_the_tables() -> None:
    rows = (("Method", "Dice", "HD95"), ("Ours", "0.91", "3.2"))
    reading = written(("results", "Dice is good."), table=("Table 1: Dice and HD95 of all.", rows))
    assert suggested(reading, "metric") == ["Dice", "HD95"]
    assert suggested(written(("introduction", "Accuracy matters.")), "metric") == []


def test_in_house_data_needs_two_signs() -> None:
    one = written(("data", "An in-house cohort is used."))
    two = written(("data", "An in-house cohort is used. It was approved by the institutional review board."))
    assert (suggested(one, "in_house"), suggested(two, "in_house")) == ([], ["yes"])


@pytest.mark.parametrize(
    ("title", "type"),
    [
        ("A Survey of Foundation Models for Radiology", "survey"),
        ("Benchmarking Encoders: A Comparison", "benchmark"),
        ("Adapting SAM by LoRA Fine-tuning", "adaptation"),
        ("ChestNet: A Transformer Foundation Model", "new model"),
        ("RayTools: A Library for X-rays", "tool"),
    ],
)
def test_the_title_tells_the_type_of_study(title: str, type: str) -> None:
    assert suggested(written(("abstract", "We study images."), title=title), "study_type") == [type]


def test_every_suggestion_has_places_in_the_text() -> None:
    reading = written(
        ("abstract", "We present a chest X-ray model. Code is available at https://github.com/us/ours."),
        ("experiments", "We train on 4 A100 GPUs with 377,110 chest X-ray images; it has 86M parameters."),
        title="ChestNet: A Model of Chest X-rays",
    )
    for suggestion in find_more(reading):
        assert suggestion.places
        assert all(0 <= start < end <= len(reading.text) for start, end in suggestion.places)
    assert find_more(reading) == find_more(reading)
