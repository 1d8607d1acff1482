"""Sentences and passages: whole, and never longer than the embedding model reads."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmatlas.ingest.passages import MAX_PIECES, count_pieces, find_passages
from fmatlas.ingest.sentences import sentence_spans
from fmatlas.schema.reading import Sentence


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "As shown in Fig. 3 | the loss falls.",
        "See Eq. (4) and Sec. 2.1 for it.",
        "Li et al. (2020) | used scans.",
        "He et al. [12] trained it.",
        "Models, e.g. CLIP, i.e. Large ones, vs. Small ones.",
        "J. K. Smith and Dr. Brown agree.",
        "We use approx. 300 scans.",
        "It is 3.5 times as fast as v1.0 is.",
        "The U.S. Food agency agrees.",
        "Data are i.i.d. in theory.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    whole = text.replace(" |", "")
    assert split(whole) == [whole]


@pytest.mark.parametrize(
    "text",
    [
        "It works.| We show why.",
        "It works [12].| We show why.",
        "Does it work?| Yes!| It does.",
        "He said “it works.”| We agree.",
        "(It works.)| Then it stops.",
        "It falls to 0.5.| Then it rises.",
        "We need vitamin C.| The scans show it.",
        "They use CT, MRI, etc.| We use all.",
        "It works. [12]| Then it stops.",
        "It works.| nnU-Net works too.",
        "The first paragraph\n|the second one.",
    ],
)
def test_a_sentence_ends_where_a_person_ends_it(text: str) -> None:
    parts = [part.strip() for part in text.split("|")]
    assert split(text.replace("|", "")) == parts


@given(st.text(alphabet="aB .?!\n[]12().,", max_size=120))
def test_sentences_hold_every_letter_once_and_in_order(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


def make_sentences(words: list[list[str]]) -> tuple[str, list[Sentence]]:
    text, sentences = "", []
    for sentence in words:
        start = len(text)
        text += " ".join(sentence) + ". "
        sentences.append(Sentence(start, len(text) - 1, 1, 0, "body"))
    return text, sentences


@given(
    st.lists(
        st.lists(st.sampled_from(["scan", "ViT-B/16", "pretraining", "x" * 40]), min_size=1, max_size=90),
        max_size=12,
    )
)
def test_passages_hold_whole_sentences_and_fit_the_model(words: list[list[str]]) -> None:
    text, sentences = make_sentences(words)
    passages = find_passages(text, sentences)
    assert all(size <= MAX_PIECES for size in count_pieces([text[p.start : p.end] for p in passages]))
    joined = "".join("".join(text[p.start : p.end].split()) for p in passages)
    assert joined == "".join("".join(text[s.start : s.end].split()) for s in sentences)
    short = {s.start for s in sentences if count_pieces([text[s.start : s.end]])[0] <= MAX_PIECES}
    borders = {p.start for p in passages}
    for sentence in sentences:
        inside = [b for b in borders if sentence.start < b < sentence.end]
        assert not (inside and sentence.start in short)


def test_a_word_without_spaces_is_cut_all_the_same() -> None:
    text = "∑" * 1500
    passages = find_passages(text, [Sentence(0, len(text), 1, 0, "body")])
    assert "".join(text[p.start : p.end] for p in passages) == text
    assert max(count_pieces([text[p.start : p.end] for p in passages])) <= MAX_PIECES


def test_reading_never_imports_torch(tmp_path: Path) -> None:
    from tests.ingest.reading_made import Paper

    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 100, 460, 20)
    code = (
        "import sys; from pathlib import Path; from fmatlas.ingest.reading import read_report; "
        f"read_report(Path({str(made.save())!r})); "
        "print([m for m in ('torch', 'transformers', 'pandas', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
