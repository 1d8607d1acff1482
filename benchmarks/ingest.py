"""How fast papers become facts, beside what two well-known libraries take for their text alone.

    uv run --group peers python benchmarks/ingest.py [--papers DIR] [--limit N] [--out
    docs/benchmarks/ingest.md]

All rates are pages per second of CPU time of one core, so other work on the machine does not change them
much; all rows are of the same files in the same run. Peers extract plain text; fmatlas's reading gives glyph
boxes, lines, columns, sections, tables and references as well.
"""

import argparse
import logging
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fmatlas.ingest.candidates import find_candidates
from fmatlas.ingest.reading import read_report
from fmatlas.ingest.refresh import refresh
from fmatlas.ingest.runner import ingest
from fmatlas.ingest.suggest import suggest
from fmatlas.library import Library
from fmatlas.schema.errors import ReadError
from fmatlas.schema.reading import Reading
from fmatlas.schema.vocabulary import load_vocabulary

PAPERS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pdfs"


@dataclass(frozen=True, slots=True)
class Row:
    """What one step took of all pages: seconds of CPU time."""

    name: str
    seconds: float


def main() -> None:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=Path, default=PAPERS)
    parser.add_argument("--limit", type=int, default=40, help="how many papers to take, by name; 0 for all")
    parser.add_argument("--out", type=Path, help="a Markdown file to write the table to")
    options = parser.parse_args()
    paths = sorted(options.papers.glob("*.pdf"))[: options.limit or None]
    readings, read = measure_reading(paths)
    paths = [path for path, _ in readings]
    pages = sum(len(reading.pages) for _, reading in readings)
    vocabulary = load_vocabulary()
    rows = [
        Row("reading", read),
        Row("candidates", cpu(lambda: [find_candidates(reading, vocabulary) for _, reading in readings])),
    ]
    whole, again, suggesting, refreshed, megabytes = measure_ingest(paths)
    rows.append(Row("naming, facts, evidence (refresh)", refreshed))
    rows.append(Row("suggestions of further fields", suggesting))
    rows.append(Row("all after reading", rows[1].seconds + refreshed + suggesting))
    rows.append(Row("the whole ingest, writing included", whole))
    rows.append(Row("PyMuPDF, plain text", cpu(lambda: [mupdf_text(path) for path in paths])))
    rows.append(Row("pypdf, plain text", cpu(lambda: [pypdf_text(path) for path in paths])))
    text = report(rows, len(paths), pages, again, megabytes)
    print(text)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, encoding="utf-8")


def cpu(work: Callable[[], object]) -> float:
    """The seconds of CPU time that this process spends on a piece of work."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def all_cpu() -> float:
    """The seconds of CPU time that this process and the workers it has seen end have spent."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in spent)


def measure_reading(paths: list[Path]) -> tuple[list[tuple[Path, Reading]], float]:
    """Readings of the papers that can be read, and the CPU time of it; the first is read once before."""
    read_report(paths[0])
    readings = []
    begun = time.process_time()
    for path in paths:
        try:
            readings.append((path, read_report(path)))
        except ReadError as error:
            print(f"left out: {error}")
    return readings, time.process_time() - begun


def measure_ingest(paths: list[Path]) -> tuple[float, float, float, float, int]:
    """CPU seconds of an ingest, clock seconds again, CPU seconds of suggestions and of facts, peak MB."""
    with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder) / "library") as library:
        before = all_cpu()
        ingest(library, paths, workers=1)
        whole = all_cpu() - before
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        revisions = library.revision("text"), library.revision("facts")
        begun = time.monotonic()
        ingest(library, paths, workers=1)
        again = time.monotonic() - begun
        if (library.revision("text"), library.revision("facts")) != revisions:
            raise SystemExit("Ingesting twice changed the library.")
        # Forced, a refresh detects and suggests anew as well; what is left is naming and facts.
        detect = library.connection.execute("SELECT sha256 FROM report WHERE status = 'read'").fetchall()
        vocabulary = load_vocabulary()
        detection = cpu(
            lambda: [
                find_candidates(library.reading(row["sha256"], words=False), vocabulary) for row in detect
            ]
        )
        with library.transaction():
            suggesting = cpu(lambda: suggest(library, force=True))
        refreshed = cpu(lambda: refresh(library, force=True)) - detection - suggesting
    return whole, again, suggesting, max(refreshed, 0.0), megabytes


def mupdf_text(path: Path) -> int:
    """All text of a paper, by PyMuPDF."""
    import pymupdf

    with pymupdf.open(path) as document:
        return sum(len(page.get_text()) for page in document)


def pypdf_text(path: Path) -> int:
    """All text of a paper, by pypdf."""
    import pypdf

    # It tells of fonts that it cannot fully decode, once a page.
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    return sum(len(page.extract_text()) for page in pypdf.PdfReader(path).pages)


def report(rows: list[Row], papers: int, pages: int, again: float, megabytes: int) -> str:
    """The table in Markdown."""
    reading = rows[0].seconds
    lines = [
        "# Speed of an ingest",
        "",
        f"{papers} papers, {pages} pages; Python {platform.python_version()}, {processor()}.",
        "Made by `benchmarks/ingest.py`. Pages per second of CPU time of one core, and that as a multiple",
        "of the reading's.",
        "",
        "| step | pages/s | of the reading's |",
        "| --- | ---: | ---: |",
        *(
            f"| {row.name} | {pages / row.seconds:.0f} | {reading / row.seconds:.2f} |"
            for row in rows
            if row.seconds
        ),
        "",
        f"- The same command again, nothing changed: {again:.2f} s; it changes nothing.",
        f"- A worker's memory at its peak: {megabytes} MB.",
    ]
    return "\n".join(lines) + "\n"


def processor() -> str:
    """What the processor calls itself."""
    try:
        names = [
            line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")
        ]
        return names[0].split(":", 1)[1].strip()
    except (OSError, IndexError):
        return platform.machine()


if __name__ == "__main__":
    main()
