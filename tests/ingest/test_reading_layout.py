"""Lines come in the order a person reads them, each with its kind."""

from pathlib import Path

import pypdf
import pytest

from fmatlas.ingest.reading import read_report
from tests.ingest.reading_made import HEIGHT, WIDTH, Paper, check, kinds


def body_of(path: Path) -> str:
    reading = read_report(path)
    check(reading)
    return reading.text[: reading.body_end]


def two_columns(made: Paper, top: float = 150, rows: int = 40) -> None:
    """Lines `L0 ...` at the left, `R0 ...` at the right, written line by line across the gap."""
    for row in range(rows):
        y = top + 12 * row
        made.text(54, y, f"L{row} words that fill a whole line of the left column")
        made.text(317, y, f"R{row} words that fill a line of the right column too")


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(120, 90, "A Title over Both Columns of the Page", 18)
    two_columns(made)
    body = body_of(made.save())
    places = [body.index(f"{side}{row} ") for side in "LR" for row in range(40)]
    assert places == sorted(places)


def test_what_spans_both_columns_parts_them(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    two_columns(made, 100, 20)
    made.text(
        60,
        360,
        "A line in the middle of the page that runs over both columns from left to right margin and on",
    )
    for row in range(20, 40):
        made.text(54, 150 + 12 * row, f"L{row} words that fill a whole line of the left column")
        made.text(317, 150 + 12 * row, f"R{row} words that fill a line of the right column too")
    body = body_of(made.save())
    order = [
        body.index(mark)
        for mark in ("L0 ", "L19 ", "R0 ", "R19 ", "A line in", "L20 ", "L39 ", "R20 ", "R39 ")
    ]
    assert order == sorted(order)


def test_headers_footers_and_page_numbers_are_furniture(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    for page in range(1, 7):
        made.text(72, 40, "Author and Other: A Running Title", 9)
        made.prose(72, 90, 460, 45, seed=page)
        made.text(300, 770, str(page), 9)
        made.page()
    reading = read_report(made.save())
    check(reading)
    assert kinds(reading, "header") == ["Author and Other: A Running Title"] * 6
    assert kinds(reading, "page number") == ["1", "2", "3", "4", "5", "6"]
    assert "Running Title" not in reading.text[: reading.floats_end]


def test_line_numbers_of_review_copies_are_furniture(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(100, 100, 420, 40)
    for row in range(40):
        made.text(60, 100 + 12 * row, f"{row + 1:03}", 7)
    reading = read_report(made.save())
    check(reading)
    assert len(kinds(reading, "line number")) == 40
    assert "017" not in reading.text[: reading.body_end]


@pytest.mark.parametrize("turns", [0, 90, 180, 270])
def test_a_turned_page_reads_the_same(tmp_path: Path, turns: int) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 80, "An Upright Title of a Turned Page", 18)
    made.prose(72, 120, 460, 20)
    writer = pypdf.PdfWriter(clone_from=made.save())
    writer.pages[0].rotate(turns)
    writer.write(made.path)
    reading = read_report(made.path)
    check(reading)
    assert reading.text.startswith("An Upright Title of a Turned Page\nthe encoder maps")
    for word in reading.words:
        page = reading.pages[0]
        assert 0 <= word.box.x0 < word.box.x1 <= page.width
        assert 0 <= word.box.y0 < word.box.y1 <= page.height


def test_sideways_text_on_a_page_is_read_and_boxed_where_it_shows(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.canvas.translate(WIDTH, 0)
    made.canvas.rotate(90)
    made.height = WIDTH
    made.prose(72, 100, 600, 20)
    reading = read_report(made.save())
    check(reading)
    assert reading.text.startswith("the encoder maps each scan")
    first = reading.words[0].box
    # The first word stands at the left edge near the foot of the page and runs upwards.
    assert first.x1 < 110 and first.y0 > HEIGHT - 110
    assert first.y1 - first.y0 > first.x1 - first.x0


def test_the_stamp_at_the_margin_is_no_text(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(100, 80, "A Title of Some Length for a Paper", 18)
    made.prose(100, 120, 430, 45)
    made.canvas.saveState()
    made.canvas.translate(30, 250)
    made.canvas.rotate(90)
    made.canvas.setFont("Times-Roman", 20)
    made.canvas.drawString(0, 0, "arXiv:2101.01234v2 [cs.CV] 7 Mar 2022")
    made.canvas.restoreState()
    reading = read_report(made.save())
    check(reading)
    assert kinds(reading, "stamp") == ["arXiv:2101.01234v2 [cs.CV] 7 Mar 2022"]
    assert "arXiv" not in reading.text[: reading.floats_end]


def test_text_that_no_person_sees_is_marked(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 100, 460, 20)
    made.canvas.setFillColorRGB(1, 1, 1)
    made.text(72, 400, "white words on a white page")
    made.canvas.setFillColorRGB(0, 0, 0)
    made.text(72, 430, "words too small to see", 0.8)
    made.text(900, 460, "words beyond the edge")
    text = made.canvas.beginText(72, 300)
    text.setTextRenderMode(3)
    text.textLine("words without ink")
    made.canvas.drawText(text)
    reading = read_report(made.save())
    check(reading)
    hidden = " ".join(kinds(reading, "hidden"))
    for words in ("white words", "too small to see", "beyond the edge", "without ink"):
        assert words in hidden
        assert words not in reading.text[: reading.floats_end]


def test_white_text_on_a_dark_ground_is_print(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 100, 460, 20)
    made.canvas.setFillColorRGB(0.1, 0.1, 0.4)
    made.canvas.rect(60, HEIGHT - 420, 300, 30, fill=1)
    made.canvas.setFillColorRGB(1, 1, 1)
    made.text(72, 410, "white words on a dark bar")
    reading = read_report(made.save())
    assert not kinds(reading, "hidden")


def test_a_word_broken_at_a_line_end_is_joined_where_it_stands_whole_elsewhere(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.lines(
        72,
        100,
        [
            "Here segmentation of organs is the task and self-supervised learning is the way, and a segmen-",
            "tation of good quality needs many labels, while self-",
            "supervised pretraining needs none of them at all, and state-of-the-art results are re-",
            "ported for it by others.",
        ],
    )
    body = body_of(made.save())
    assert "a segmentation of good" in body
    assert "while self-supervised pretraining" in body
    assert "results are reported for" in body


def test_marks_above_the_line_are_parted_from_words(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 100, 460, 12)
    made.text(72, 300, "We use the data of MIMIC")
    made.text(72 + 109, 296, "12,13", 6)
    made.text(72 + 126, 300, "and others for the training of it.")
    body = body_of(made.save())
    assert "MIMIC 12,13 and others" in body


def test_ligatures_are_letters(tmp_path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 100, "The \ufb01ne-tuning of \ufb02at networks", 10, "Vera")
    assert "The fine-tuning of flat networks" in body_of(made.save())


def test_footnotes_do_not_interrupt_the_sentence_that_goes_on_overleaf(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    y = made.prose(72, 90, 460, 45, seed=1)
    made.text(
        72, y, "This sentence of the body starts here at the foot of the first page and it then goes on"
    )
    made.rule(72, 200, 700)
    made.text(74, 708, "1", 5).text(78, 711, "A note about the data at the foot of the page.", 8)
    made.page()
    made.text(72, 90, "over the page break until it ends.")
    made.prose(72, 102, 460, 20)
    reading = read_report(made.save())
    check(reading)
    assert "and it then goes on over the page break until it ends." in reading.text
    assert kinds(reading, "footnote") == ["1 A note about the data at the foot of the page."]


def test_a_table_over_both_columns_is_not_torn(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(
        54,
        70,
        "Table 1: Results of four models on three sets of scans that we used, over both columns of it",
        9,
    )
    for y in (80, 95, 150):
        made.rule(54, 560, y)
    for row, name in enumerate(("Model", "Alpha", "Beta", "Gamma")):
        for column, x in enumerate((60, 180, 250, 340, 440, 520)):
            made.text(x, 91 + 16 * row, name if not column else f"{row}{column}.5", 9)
    two_columns(made, 190, 30)
    reading = read_report(made.save())
    check(reading)
    (table,) = reading.floats
    assert [len(row) for row in table.rows] == [6, 6, 6, 6]


def test_labels_of_a_drawing_stay_out_of_the_text(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.prose(72, 80, 460, 10)
    for at in range(6):
        made.canvas.roundRect(80 + 70 * at, HEIGHT - 330, 55, 40, 4, fill=0)
        made.canvas.circle(100 + 70 * at, HEIGHT - 360, 8)
        made.text(85 + 70 * at, 315, f"Block {at}", 8)
    made.text(72, 400, "Figure 1: The blocks of the network that we train.", 9)
    made.prose(72, 440, 460, 20, seed=3)
    reading = read_report(made.save())
    check(reading)
    assert "Block 3" not in reading.text[: reading.body_end]
    assert reading.floats[0].label == "Figure 1"
    assert reading.floats[0].box.y0 < 320


def test_keywords_beside_an_abstract_are_not_mixed_into_it(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(54, 90, "A Journal Paper with a Box of Keywords", 16)
    made.text(54, 120, "Ann Author, Ben Builder", 11)
    made.text(54, 170, "A R T I C L E I N F O", 9).text(220, 170, "A B S T R A C T", 9)
    for row, words in enumerate(("Keywords:", "Ultrasound", "Pretraining", "Segmentation")):
        made.text(54, 190 + 10 * row, words, 8)
    made.prose(220, 190, 330, 12, size=8)
    two_columns(made, 360, 30)
    reading = read_report(made.save())
    check(reading)
    abstract = next(v.value for v in reading.metadata if v.field == "abstract")
    assert abstract.startswith("the encoder maps each scan")
    assert "Ultrasound" not in abstract


def test_an_initial_over_two_lines_is_part_of_its_word(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.text(72, 112, "P", 30)
    made.text(91, 100, "EOPLE look at scans every day and they do so in large hospitals and small")
    made.text(91, 112, "ones alike, which takes them a long time.")
    made.prose(72, 124, 460, 20)
    assert body_of(made.save()).startswith("PEOPLE look at scans")


def test_text_that_a_drawings_frame_cuts_off_is_hidden(tmp_path: Path) -> None:
    made = Paper(tmp_path / "p.pdf")
    made.canvas.beginForm("drawing", 0, 0, 300, 100)
    made.canvas.setFont("Helvetica", 8)
    made.canvas.drawString(20, 50, "Label inside of the frame")
    made.canvas.drawString(20, 130, "Figure 1: A caption that was cropped away")
    made.canvas.rect(10, 10, 280, 80)
    made.canvas.endForm()
    made.prose(72, 80, 460, 10)
    made.canvas.saveState()
    made.canvas.translate(150, 350)
    made.canvas.doForm("drawing")
    made.canvas.restoreState()
    made.text(72, 470, "Figure 2: The caption of the drawing in this paper.", 9)
    made.prose(72, 520, 460, 10)
    reading = read_report(made.save())
    check(reading)
    assert kinds(reading, "hidden") == ["Figure 1: A caption that was cropped away"]
    assert kinds(reading, "figure") == ["Label inside of the frame"]
    assert [item.label for item in reading.floats] == ["Figure 2"]
