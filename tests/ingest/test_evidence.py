"""The best quotes of a fact: which sentence comes first, and the page that it is told to be on."""

from dataclasses import replace

import pytest

from fmatlas.ingest.evidence import Quotes
from fmatlas.ingest.weights import load_judges
from fmatlas.schema.reading import Box, Line, Reading, Sentence
from tests.ingest.written import written


def places_of(reading: Reading, *names: str) -> list[tuple[int, int]]:
    return sorted((at, at + len(name)) for name in names for at in [reading.text.index(name)])


def printed(text: str, *lines: tuple[str, int]) -> Reading:
    """A method section of one sentence for each line of the text, printed in these lines on these pages."""
    reading = written(("method", text))
    spans = []
    for words, page in lines:
        start = reading.text.index(words)
        spans.append(Line(start, start + len(words), Box(page, 50, 50, 500, 60), "body", 10.0, False))
    return replace(reading, lines=tuple(spans))


def test_the_page_is_that_of_the_line_with_the_name_where_a_sentence_runs_over_a_page() -> None:
    reading = printed(
        "We train for a long time on QuorSet images.",
        ("We train for a long", 1),
        ("time on QuorSet images.", 2),
    )
    assert reading.sentences[0].page == 1
    (quote,) = Quotes(reading).best("r", "dataset", "train", places_of(reading, "QuorSet"))
    assert quote.page == 2
    (quote,) = Quotes(reading).best("r", "dataset", "train", places_of(reading, "train"))
    assert quote.page == 1


def test_the_page_of_a_heading_is_its_own_and_not_that_of_the_sentence_before() -> None:
    reading = printed("We use a network.\nResults with QuorNet", ("We use a", 1), ("Results with QuorNet", 2))
    first = Sentence(0, len("We use a network."), 1, 0, "body")
    reading = replace(reading, sentences=(first,))
    (quote,) = Quotes(reading).best("r", "backbone", "vision", places_of(reading, "QuorNet"))
    assert (quote.quote, quote.page) == ("Results with QuorNet", 2)


def test_without_lines_the_page_is_that_of_the_sentence() -> None:
    reading = replace(written(("abstract", "Nothing."), ("method", "We use QuorNet here.")), lines=())
    (quote,) = Quotes(reading).best("r", "model", "", places_of(reading, "QuorNet"))
    assert quote.page == 2


@pytest.fixture(scope="module")
def contrastive() -> Reading:
    return written(
        (
            "method",
            (
                "For the objective we sample negative pairs from the batch of the images. "
                "The two encoders are trained with a contrastive loss over the batch."
            ),
        )
    )


def test_a_wording_that_states_its_label_comes_before_one_that_seldom_does(contrastive: Reading) -> None:
    places = places_of(contrastive, "negative pairs", "contrastive loss")
    plain = Quotes(contrastive).best("r", "loss", "", places)
    assert "negative pairs" in plain[0].quote, "without what wordings say, `we` counts more"
    said = load_judges().wordings.said["loss:contrastive"]
    quotes = Quotes(contrastive).best("r", "loss", "", places, said)
    assert ["contrastive loss" in quote.quote for quote in quotes] == [True, False]


def test_among_places_of_one_wording_the_paper_s_own_voice_comes_first() -> None:
    reading = written(
        (
            "method",
            "The contrastive loss has often been used for images. We minimise a contrastive loss for it.",
        )
    )
    first = reading.text.index("contrastive loss")
    second = reading.text.index("contrastive loss", first + 1)
    places = [(at, at + len("contrastive loss")) for at in (first, second)]
    said = load_judges().wordings.said["loss:contrastive"]
    assert Quotes(reading).best("r", "loss", "", places, said)[0].quote.startswith("We minimise")


def test_a_name_of_the_label_comes_before_what_only_betrays_it() -> None:
    reading = written(
        ("results", "It has an AUROC of 0.9 on these images. The classification of images is good.")
    )
    places = places_of(reading, "AUROC", "classification")
    named = {"": 0.3, "auroc": 0.7, "classification": 0.6}
    assert "AUROC" in Quotes(reading).best("r", "task", "", places, named)[0].quote
    quotes = Quotes(reading).best("r", "task", "", places, named, name="classification")
    assert "classification" in quotes[0].quote


def test_a_part_of_a_paper_that_seldom_states_a_label_comes_last() -> None:
    line = "A contrastive loss aligns the images with their reports."
    reading = written(("related work", line), ("method", line))
    first = reading.text.index("contrastive loss")
    second = reading.text.index("contrastive loss", first + 1)
    places = [(at, at + len("contrastive loss")) for at in (first, second)]
    wordings = load_judges().wordings
    quotes = Quotes(reading).best(
        "r", "loss", "", places, wordings.said["loss:contrastive"], wordings.places["loss"]
    )
    assert [quote.page for quote in quotes] == [2, 1]


@pytest.mark.parametrize(
    ("role", "begins"),
    [("vision", "The image encoder"), ("text", "The report encoder"), ("other", "A fusion")],
)
def test_the_quote_of_a_backbone_is_the_sentence_of_its_role(role: str, begins: str) -> None:
    reading = written(
        (
            "method",
            (
                "QuorNet is what all parts are built on. The image encoder follows the QuorNet design. "
                "The report encoder follows the QuorNet design. A fusion module follows the QuorNet design."
            ),
        )
    )
    text, places, at = reading.text, [], -1
    while (at := text.find("QuorNet", at + 1)) >= 0:
        places.append((at, at + len("QuorNet")))
    assert Quotes(reading).best("r", "backbone", role, places)[0].quote.startswith(begins)
