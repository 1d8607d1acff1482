"""The words around a name, and what a reader of them finds said."""

from pathlib import Path

import numpy as np
import pytest

from fmatlas.ingest.candidates import find_candidates, find_unread
from fmatlas.ingest.learning_said import ReadMentions, fit_reader, match, read_mentions, save_reader
from fmatlas.ingest.mentions import MOST, Mentions, look, prints_of, word_id
from fmatlas.ingest.said import SAID, load_reader, with_said
from fmatlas.ingest.scene import lay_out
from fmatlas.schema.vocabulary import load_vocabulary
from tests.ingest.written import written


def seen(*sections: tuple[str, str]) -> Mentions:
    scene = lay_out(written(*sections))
    return look(scene, find_unread(scene, load_vocabulary()))


def print_of(surface: str, *sections: tuple[str, str]) -> int:
    scene = lay_out(written(*sections))
    mentions = look(scene, find_unread(scene, load_vocabulary()))
    return prints_of(scene, mentions)[mentions.surfaces.index(surface)]


def marks_of(mentions: Mentions, surface: str) -> dict[str, set[tuple[int, ...]]]:
    """The marks at the first place of a name, by kind."""
    at = mentions.surfaces.index(surface)
    found: dict[str, set[tuple[int, ...]]] = {}
    for kind, words in mentions.marks:
        width = min(ids.shape[1] for ids in words)
        found.setdefault(kind, set()).update(
            tuple(int(ids[at, j if ids.shape[1] > 1 else 0]) for ids in words) for j in range(width)
        )
    return found


def probability(text: str, surface: str, what: str, section: str = "method") -> float:
    mentions = seen((section, text))
    read = load_reader().read(mentions.keys())
    places = [i for i, name in enumerate(mentions.surfaces) if name == surface]
    return float(read[places, list(SAID).index(what)].max())


def test_the_next_words_are_marks_with_their_distance() -> None:
    marks = marks_of(seen(("method", "We train on the Zorblax dataset and test it. Fine.")), "zorblax")
    assert (word_id("the"),) in marks["left 1"]
    assert (word_id("on"),) in marks["left 2"]
    assert (word_id("dataset"), word_id("and")) in marks["right 1"]
    assert not any(word_id("fine") in words for words in marks["right"])


def test_a_citation_is_one_mark_and_numbers_are_one_word() -> None:
    text = "We train on the Zorblax [12, 13] dataset of 4500 scans. Fine."
    marks = marks_of(seen(("method", text)), "zorblax")
    assert (word_id("<cited>"),) in marks["right 1"]
    assert (word_id("dataset"),) in marks["right 2"]
    assert (word_id("0"),) in marks["right"]


def test_another_name_stands_as_what_it_is() -> None:
    marks = marks_of(
        seen(("method", "We compare Zorblax-7 with CheXpert and more. Zorblax-7 wins.")), "zorblax7"
    )
    assert (word_id("<dataset>"),) in marks["right near"]
    assert (word_id("chexpert"),) not in marks["right near"]


def test_equal_words_around_a_name_have_equal_prints_wherever_they_stand() -> None:
    text = "Then we went on to train it on the Zorblax dataset and to test it there once more."
    first = print_of("zorblax", ("method", text))
    second = print_of("zorblax", ("introduction", "Some words before. Others."), ("data", text))
    assert first == second


def test_a_name_of_many_places_is_looked_at_in_some_of_them() -> None:
    mentions = seen(("method", "We train on the Zorblax dataset here. " * (3 * MOST)))
    assert mentions.surfaces.count("zorblax") == MOST


def test_a_report_without_names_has_no_mentions() -> None:
    mentions = seen(("front", ""))
    assert mentions.surfaces == ()
    assert load_reader().read(mentions.keys()).shape == (0, len(SAID))


@pytest.mark.parametrize(
    ("said", "other", "surface", "what"),
    [
        (
            "We initialize our encoder with the pretrained weights of Zorblax and fine-tune it.",
            "In contrast, Zorblax was compared with our method as a baseline.",
            "zorblax",
            "base",
        ),
        (
            "We evaluate our model on the QuorSet-7 dataset and report the mean.",
            "Smith et al. collected QuorSet-7 years ago, as related work says.",
            "quorset7",
            "eval",
        ),
        (
            "We compare our method with baselines such as Zorblax-7 in Table 2.",
            "We build our model upon Zorblax-7 and load its weights.",
            "zorblax7",
            "compared",
        ),
    ],
)
def test_the_reader_tells_apart_what_is_said_of_a_name(
    said: str, other: str, surface: str, what: str
) -> None:
    assert probability(said, surface, what) > 2 * probability(other, surface, what)


def test_what_is_said_is_added_to_names_and_changes_no_candidate() -> None:
    reading = written(("data", "We evaluate on the CheXpert dataset with our ViT-B encoder. It is good."))
    scene = lay_out(reading)
    unread, found = find_unread(scene, load_vocabulary()), find_candidates(reading, load_vocabulary())
    assert [(c.field, c.surface, c.places) for c in unread] == [(c.field, c.surface, c.places) for c in found]
    said = with_said(unread, look(scene, unread), load_reader())
    for before, after in zip(unread, said, strict=True):
        added = set(after.features) - set(before.features)
        assert all(name.startswith("said ") for name in added)
        assert bool(added) == (before.field in ("model", "base_model", "backbone", "dataset"))
        assert before.features.items() <= after.features.items()


def read_of(text: str, letters: str) -> tuple[ReadMentions, float]:
    scene = lay_out(written(("method", text)))
    found = find_unread(scene, load_vocabulary())
    mentions = look(scene, found)
    read = dict.fromkeys(zip(mentions.surfaces, prints_of(scene, mentions), strict=True), letters)
    return match(scene, found, read), 1.0


def test_a_reader_that_is_written_reads_the_same_when_it_is_loaded(tmp_path: Path) -> None:
    uses = [
        f"We evaluate it on the {name} dataset, as said." for name in ("Zorblax", "QuorSet-7", "PlumeSet-9")
    ]
    cites = [
        f"Before that, {name} was proposed by others." for name in ("Zorblax", "QuorSet-7", "PlumeSet-9")
    ]
    read = [read_of(text, "E") for text in uses] + [read_of(text, "R") for text in cites]
    fitted = fit_reader(read)
    again = fit_reader(read)
    assert np.array_equal(fitted.weights, again.weights)
    save_reader(fitted, [one for one, _ in read], tmp_path / "said.csv")
    loaded = load_reader(tmp_path / "said.csv")
    new = seen(("method", "We evaluate it on the VarnBench-3 dataset, as said.")).keys()
    assert np.allclose(loaded.read(new), fitted.read(new))
    assert loaded.read(new)[0, list(SAID).index("eval")] > loaded.read(new)[0, list(SAID).index("cited")]


def test_read_mentions_come_by_file_name_and_print(tmp_path: Path) -> None:
    sheet = tmp_path / "mentions.csv"
    sheet.write_text("file,name,print,said\na.pdf,clip,0000000a,BA\nb.pdf,sam,ffffffff,C\n", "utf-8")
    assert read_mentions(sheet) == {"a.pdf": {("clip", 10): "BA"}, "b.pdf": {("sam", 0xFFFFFFFF): "C"}}


def test_names_without_a_place_that_was_looked_at_stay_as_they_are() -> None:
    scene = lay_out(written(("data", "We evaluate on the CheXpert dataset. It is good.")))
    unread = find_unread(scene, load_vocabulary())
    assert with_said(unread, Mentions((), (), ()), load_reader()) == unread
