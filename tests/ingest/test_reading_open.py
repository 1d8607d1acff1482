"""A file that is no readable paper ends with a reason; whatever can be read is read."""

from pathlib import Path

import pypdf
import pytest

from fmatlas.ingest import open as opening
from fmatlas.ingest.reading import read_report
from fmatlas.schema.errors import ReadError
from tests.ingest.reading_made import Paper, kinds


def reason_of(path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        read_report(path)
    assert path.name in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    made = Paper(tmp_path / "paper.pdf")
    made.text(72, 80, "A Title of Some Length for a Paper", 18)
    made.prose(72, 120, 460, 30)
    return made.save()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 4096, "empty"),
        (b"<html><body>Access denied</body></html>", "not-a-pdf"),
        (b"%PDF-1.7\n" + b"rubbish " * 400, "damaged"),
    ],
)
def test_a_file_that_is_no_pdf_has_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file.pdf"
    path.write_bytes(content)
    assert reason_of(path) == reason


def test_a_missing_file_is_a_read_error(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "gone.pdf") == "damaged"


def test_a_truncated_pdf_is_read_as_far_as_it_goes_or_named_damaged(tmp_path: Path, paper: Path) -> None:
    path = tmp_path / "cut.pdf"
    content = paper.read_bytes()
    for share in (0.2, 0.5, 0.8, 0.95):
        path.write_bytes(content[: int(share * len(content))])
        try:
            assert read_report(path).text
        except ReadError as error:
            assert error.reason in ("damaged", "no-text")


def test_a_pdf_without_pages_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "none.pdf"
    pypdf.PdfWriter().write(path)
    assert reason_of(path) == "damaged"


def encrypted(paper: Path, user: str) -> Path:
    path = paper.with_name("locked.pdf")
    writer = pypdf.PdfWriter(clone_from=paper)
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    writer.write(path)
    return path


def test_a_pdf_that_needs_a_password_is_named_encrypted(paper: Path) -> None:
    assert reason_of(encrypted(paper, "secret")) == "encrypted"


def test_a_pdf_that_only_forbids_printing_is_read(paper: Path) -> None:
    assert read_report(encrypted(paper, "")).text == read_report(paper).text


def picture_page(made: Paper) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    image = ImageReader(Image.new("L", (60, 80), 200))
    made.canvas.drawImage(image, 0, 0, 612, 792)


def test_a_scan_without_a_text_layer_is_named_image_only(tmp_path: Path) -> None:
    made = Paper(tmp_path / "scan.pdf")
    picture_page(made)
    assert reason_of(made.page().save()) == "image-only"


def test_a_scanned_page_among_others_is_flagged(tmp_path: Path) -> None:
    made = Paper(tmp_path / "part.pdf")
    made.prose(72, 100, 460, 20)
    made.page()
    picture_page(made)
    reading = read_report(made.save())
    assert [page.image_only for page in reading.pages] == [False, True]
    assert any("2" in note for note in reading.notes)


def test_the_unseen_text_layer_over_a_scan_is_its_text(tmp_path: Path) -> None:
    made = Paper(tmp_path / "ocr.pdf")
    picture_page(made)
    text = made.canvas.beginText(72, 600)
    text.setFont("Times-Roman", 10)
    text.setTextRenderMode(3)
    for _ in range(12):
        text.textLine("Recognised words of a scanned page stand unseen over its picture")
    made.canvas.drawText(text)
    reading = read_report(made.save())
    assert not kinds(reading, "hidden")
    assert "Recognised words" in reading.text


def test_empty_pages_have_no_text(tmp_path: Path) -> None:
    assert reason_of(Paper(tmp_path / "blank.pdf").page().page().save()) == "no-text"


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, paper: Path) -> None:
    made = Paper(tmp_path / "long.pdf")
    for _ in range(3):
        made.text(72, 80, "page").page()
    monkeypatch.setattr(opening, "MAX_PAGES", 2)
    assert reason_of(made.save()) == "too-many-pages"
    monkeypatch.setattr(opening, "MAX_BYTES", 100)
    assert reason_of(paper) == "too-large"


def test_rubbish_before_the_header_is_forgiven(tmp_path: Path, paper: Path) -> None:
    path = tmp_path / "mail.pdf"
    path.write_bytes(b"\r\n\r\n" + paper.read_bytes())
    assert "A Title of Some Length" in read_report(path).text


def test_the_reading_does_not_depend_on_the_file_name(tmp_path: Path, paper: Path) -> None:
    other = tmp_path / "2101.00001 other name.pdf"
    other.write_bytes(paper.read_bytes())
    assert read_report(other) == read_report(paper)
