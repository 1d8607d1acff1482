"""The reference list: its entries and what is printed of each."""

from pathlib import Path

import pytest

from fmatlas.ingest.reading import read_report
from fmatlas.ingest.references import parse_reference
from tests.ingest.reading_made import Paper, check

NAMES = (
    "Adams",
    "Baker",
    "Clark",
    "Davis",
    "Evans",
    "Frank",
    "Ghosh",
    "Hills",
    "Irwin",
    "Jones",
    "Klein",
    "Lopez",
)


def entry(n: int) -> tuple[str, str]:
    name = NAMES[n % len(NAMES)]
    return (
        f"{name}, A. and {name}, B. ({2000 + n}). A study of number {n} in",
        f"many scans. Journal of Numbers, {n}:1-9.",
    )


# A list with neither numbers nor heading is text.
@pytest.mark.parametrize(
    ("style", "heading"),
    [("[{}] ", True), ("{}. ", True), ("", True), ("[{}] ", False), ("{}. ", False)],
)
def test_entries_are_parted(tmp_path: Path, style: str, heading: bool) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 60, "1 Introduction", 13, "Times-Bold")
    y = made.prose(72, 80, 460, 12)
    if heading:
        y += 20
        made.text(72, y, "References", 13, "Times-Bold")
    y += 24
    for n in range(1, 13):
        a, b = entry(n)
        made.text(72, y, style.format(n) + a).text(90, y + 12, b)
        y += 28
        if n == 8:
            made.page()
            y = 80
    reading = read_report(made.save())
    check(reading)
    assert len(reading.references) == 12
    assert [r.year for r in reading.references] == [str(2000 + n) for n in range(1, 13)]
    assert reading.references[3].title == "A study of number 4 in many scans"
    assert reading.references[3].label == ("4" if style else "")
    assert not any(
        s.kind == "body" and "A study of number" in reading.text[s.start : s.end] for s in reading.sentences
    )


@pytest.mark.parametrize(
    ("text", "title", "year", "arxiv", "doi"),
    [
        (
            "[3] K. He, X. Zhang, and J. Sun. Deep learning of shapes. In Proc. CVPR, pages 1-9, 2016.",
            "Deep learning of shapes", "2016", "", "",
        ),
        (
            "A. Kim and B. Lee, “Learning from few scans,” IEEE Trans. Med. Imaging, vol. 3, 2019.",
            "Learning from few scans", "2019", "", "",
        ),
        (
            "Kim, A., Lee, B.: Words and scans. In: MICCAI 2020. LNCS, pp. 1-10. Springer (2020)",
            "Words and scans", "2020", "", "",
        ),
        (
            "Kim A, Lee B. Scans of the eye: a review. Media. 2021;3:1. doi:10.1016/j.media.2021.1000",
            "Scans of the eye: a review", "2021", "", "10.1016/j.media.2021.1000",
        ),
        (
            "Ann Kim and Ben Lee. Large models of scans. arXiv preprint arXiv:2103.01234, 2021.",
            "Large models of scans", "2021", "2103.01234", "",
        ),
        (
            "Kim, A. (2018). How to see. Nature, 1, 1-3. https://doi.org/10.1038/s41586-018-0001-2",
            "How to see", "2018", "", "10.1038/s41586-018-0001-2",
        ),
    ],
)  # fmt: skip
def test_an_entry_gives_up_its_parts(text: str, title: str, year: str, arxiv: str, doi: str) -> None:
    found = parse_reference(text, 0, len(text))
    assert (found.title, found.year, found.arxiv_id, found.doi) == (title, year, arxiv, doi)
    assert found.authors
