"""PDFs that tests make in code, and readers that misbehave on demand."""

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from fmatlas.ingest.reading import read_report
from fmatlas.schema.errors import ReadError
from fmatlas.schema.reading import Box, Line, Page, Passage, Reading, Section, Sentence

_HEAVY = ("torch", "streamlit", "sentence_transformers", "tensorflow", "pandas", "faiss", "plotly", "ladybug")


def make_pdf(path: Path, n: int = 1, pages: int = 1) -> Path:
    """A small invented paper; the same `n` gives the same bytes."""
    style = getSampleStyleSheet()
    name = f"Foo{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n % 26]}Net"
    story = [
        Paragraph(f"{name}: A Foundation Model for Invented Images of Kind {n}", style["Title"]),
        Paragraph("Ada Example, Ben Sample", style["Normal"]),
        Paragraph("Abstract", style["Heading1"]),
        Paragraph(
            f"We propose {name}, a foundation model. We pretrain it on the MIMIC-CXR dataset and evaluate it "
            f"on the CheXpert dataset with a ViT-B/16 backbone. This is invented paper number {n}.",
            style["Normal"],
        ),
    ]
    for page in range(pages):
        story += [
            Paragraph(f"{page + 1} Method", style["Heading1"]),
            Paragraph(
                f"{name} is pretrained on MIMIC-CXR by masked image modeling and segmentation is our task. "
                * 8,
                style["Normal"],
            ),
            PageBreak(),
        ]
    SimpleDocTemplate(str(path), pagesize=A4, invariant=1).build(story)
    return path


def make_folder(folder: Path, count: int) -> Path:
    """A folder of so many different papers."""
    folder.mkdir(parents=True)
    for n in range(count):
        make_pdf(folder / f"paper-{n}.pdf", n)
    return folder


def make_encrypted(path: Path) -> Path:
    """A PDF that only opens with a password."""
    canvas = Canvas(str(path), encrypt="secret")
    canvas.drawString(72, 700, "Nobody can read this.")
    canvas.save()
    return path


def quick_reading(text: str) -> Reading:
    """A reading of one line, without the cost of a real one."""
    box = Box(1, 0, 0, 100, 10)
    end = len(text)
    return Reading(
        text + "\n",
        end + 1,
        end + 1,
        (Page(100, 100),),
        (Line(0, end, box, "body", 10, False),),
        (),
        (Section(0, end + 1, 1, "", "", "other"),),
        (Sentence(0, end, 1, 0, "body"),),
        (Passage(0, end, 1, 0, "body"),),
    )


def misbehave(path: Path) -> Reading:
    """Do what the file says: crash, be killed, hang, eat memory, fail; else read its first line at once."""
    text = path.read_bytes().decode().strip()
    if text == "crash":
        ctypes.string_at(0)
    if text == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "hang":
        time.sleep(600)
    if text == "eat":
        bytearray(1 << 45)
    if text == "bug":
        raise RuntimeError("a bug\nof two lines")
    if text == "print":
        os.write(1, b"what native code prints must not reach the supervisor")
    return quick_reading(text)


def name_modules(path: Path) -> Reading:
    """Read a report, then fail with the heavy modules that reading it brought in."""
    read_report(path)
    raise ReadError("modules", json.dumps([name for name in _HEAVY if sys.modules.get(name) is not None]))
