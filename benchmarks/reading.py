"""How well papers are read, on the development corpus: metadata, headings, captions, references, coverage,
speed.

    python benchmarks/reading.py [--corpus ../shared/corpus] [--every 1] [--peers]

Titles, years and arXiv ids are compared with the corpus's coding; headings with the outlines that some of
the PDFs carry (which the reader is told to leave aside here); captions with the numbers 1..n; references
with the highest number that the text cites. With `--peers` the text extraction of PyMuPDF, pdfminer.six and
pypdf is timed on the same files.
"""

import argparse
import csv
import re
import sys
import time
from collections import Counter
from pathlib import Path

from fmatlas.ingest.headings import split_number
from fmatlas.ingest.open import open_pdf, outline
from fmatlas.ingest.reading import read_document
from fmatlas.schema.errors import ReadError
from fmatlas.schema.reading import Reading

ROOT = Path(__file__).resolve().parent.parent
# Headings that outlines often leave out though the page prints them; they count neither way where one does.
NEUTRAL = re.compile(
    r"abstract|keywords|references|bibliography|acknowledge?ments?|appendix|supplement.*|contents|"
    r"supplementary materials?|highlights|checklist"
)


def letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def gold_metadata(corpus: Path) -> dict[str, dict[str, str]]:
    gold: dict[str, dict[str, str]] = {}
    with (corpus / "coding.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["field"] in ("title", "year", "arxiv_id"):
                gold.setdefault(row["file"], {})[row["field"]] = row["value"]
    return gold


def metadata_hits(reading: Reading, gold: dict[str, str]) -> dict[str, bool]:
    best: dict[str, str] = {}
    for value in reading.metadata:
        best.setdefault(value.field, value.value)
    return {name: letters(best.get(name, "")) == letters(value) for name, value in gold.items()}


def heading_counts(
    reading: Reading, bookmarks: list[tuple[int, str, int]]
) -> tuple[int, int, int, list[str]] | None:
    """Hits, headings found and bookmarks of one paper, and what differs; None where it has no outline of
    sections.
    """
    wanted = Counter(
        letters(split_number(title)[1]) for level, title, _ in bookmarks if level <= 4 and letters(title)
    )
    titles = [letters(split_number(title)[1]) for _, title, _ in bookmarks]
    if len(wanted) < 5 or not any("introduction" in t or "conclusion" in t or "method" in t for t in titles):
        return None
    paper_title = next((letters(v.value) for v in reading.metadata if v.field == "title"), "")
    for title in list(wanted):
        if NEUTRAL.fullmatch(title) or title == paper_title:
            del wanted[title]
    found = Counter(letters(s.title) for s in reading.sections if s.title)
    for title in list(found):
        if NEUTRAL.fullmatch(title):
            del found[title]
    hits = sum((found & wanted).values())
    wrong = [f"+{t}" for t in (found - wanted)] + [f"-{t}" for t in (wanted - found)]
    return hits, sum(found.values()), sum(wanted.values()), wrong


def caption_counts(reading: Reading) -> tuple[int, int, int, list[str]]:
    """Hits, captions found, captions expected (1..n for each kind): n is the highest number found or spoken
    of.
    """
    hits = found = expected = 0
    wrong: list[str] = []
    body = reading.text[: reading.body_end]
    for kind, word in (("figure", r"(?:Figure|Fig\.?)s?"), ("table", r"(?:Table|Tab\.)s?")):
        numbers = [
            int(match[1])
            for item in reading.floats
            if item.kind == kind
            and (match := re.fullmatch(r"(?i)(?:figure|fig\.?|table|tab\.)\s*(\d{1,2})", item.label))
        ]
        # A number that is spoken of twice exists; once may be another paper's.
        spoken = Counter(int(n) for n in re.findall(word + r"\s*(\d{1,2})\b(?!\s*(?:of|in) \[)", body))
        top = max([*numbers, *(n for n, times in spoken.items() if times > 1)], default=0)
        counts = Counter(numbers)
        hits += sum(1 for n in range(1, top + 1) if counts[n])
        found += len(numbers)
        expected += top
        wrong += [f"-{kind} {n}" for n in range(1, top + 1) if not counts[n]]
        wrong += [f"+{kind} {n}" for n, times in sorted(counts.items()) if times > 1]
        if numbers != sorted(numbers):
            wrong.append(f"order of {kind}s: {numbers}")
    return hits, found, expected, wrong


def highest_citation(reading: Reading) -> int:
    """The highest number cited as `[n]` in the body before the reference list, 0 where citations are not
    numbers.
    """
    first = min((r.start for r in reading.references), default=reading.body_end)
    numbers: list[int] = []
    groups = re.findall(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]", reading.text[:first])
    for group in groups:
        numbers += [int(n) for n in re.findall(r"\d+", group)]
    if len(groups) < 8 or not {1, 2, 3} & set(numbers):
        return 0
    # A bracket may hold an interval of pixels; citations count up without great holes.
    cited = sorted(set(numbers))
    return max((number for seen, number in enumerate(cited, 1) if seen >= 0.5 * number), default=0)


def share(part: float, whole: float) -> str:
    return f"{part:.0f} of {whole:.0f} ({100 * part / whole:.1f} %)" if whole else "none"


def f1(hits: int, found: int, wanted: int) -> float:
    return 2 * hits / (found + wanted) if found + wanted else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--every", type=int, default=1, help="read every n-th paper only")
    parser.add_argument("--peers", action="store_true", help="time the peers too")
    parser.add_argument("--differences", action="store_true", help="print what differs, paper by paper")
    args = parser.parse_args()
    files = sorted((args.corpus / "pdfs").glob("*.pdf"))[:: args.every]
    if not files:
        sys.exit(f"{args.corpus}: no papers; give the corpus with --corpus")
    measure(files, gold_metadata(args.corpus), args.differences)
    if args.peers:
        time_peers(files)


def measure(files: list[Path], gold: dict[str, dict[str, str]], differences: bool) -> None:
    hits: Counter[str] = Counter()
    of: Counter[str] = Counter()
    head, caps = [0, 0, 0], [0, 0, 0]
    outlines = ordered = references = references_right = covered = pages = papers = 0
    times: Counter[str] = Counter()
    for path in files:
        bookmarks: list[tuple[int, str, int]] = []
        began = time.process_time()
        try:
            with open_pdf(path) as document:
                reading = read_document(document, path.name, use_outline=False, spent=times)
                times["all"] += time.process_time() - began
                bookmarks = outline(document)
        except ReadError as error:
            print(f"not read: {error}")
            continue
        papers += 1
        pages += len(reading.pages)
        notes: list[str] = []
        for name, right in metadata_hits(reading, gold.get(path.name, {})).items():
            hits[name] += right
            of[name] += 1
            if not right:
                got = next((v.value for v in reading.metadata if v.field == name), "")
                notes.append(f"{name}: {gold[path.name][name]!r}, read {got!r}")
        if counts := heading_counts(reading, bookmarks):
            outlines += 1
            head = [a + b for a, b in zip(head, counts[:3], strict=True)]
            notes += [f"heading {w}" for w in counts[3]]
        h, f, e, wrong = caption_counts(reading)
        caps = [caps[0] + h, caps[1] + f, caps[2] + e]
        ordered += not any(w.startswith("order") for w in wrong)
        notes += wrong
        if cited := highest_citation(reading):
            references += 1
            right = abs(len(reading.references) - cited) <= max(0.02 * cited, 0)
            references_right += right
            if not right:
                notes.append(f"references: {len(reading.references)}, cited up to {cited}")
        covered += reading.coverage >= 0.97
        if reading.coverage < 0.97:
            notes.append(f"coverage {reading.coverage}")
        if differences and notes:
            print(path.name, *notes, sep="\n    ")
    precision, recall = head[0] / max(head[1], 1), head[0] / max(head[2], 1)
    both = f"F1 {f1(*head):.3f} (precision {precision:.3f}, recall {recall:.3f})"
    counted = share(references_right, references)
    print(f"papers {papers}, pages {pages}\n")
    print("| what | measured | goal |\n| --- | --- | --- |")
    for name, goal in (("title", "98 %"), ("year", "95 %"), ("arxiv_id", "98 %")):
        print(f"| {name} as coded | {share(hits[name], of[name])} | {goal} |")
    print(f"| headings against {outlines} outlines | {both} | 0.95 |")
    print(f"| captions found once | F1 {f1(*caps):.3f} ({caps[0]} of {caps[2]}, {caps[1]} found) | 0.97 |")
    print(f"| papers with captions in order | {share(ordered, papers)} | |")
    print(f"| reference count within 2 % of the highest citation | {counted} | 95 % |")
    print(f"| papers with coverage of 0.97 or more | {share(covered, papers)} | 95 % |")
    layout = times["layout"] + times["sections"]
    print(f"| open, layout, sections: pages per second and core | {pages / layout:.0f} | 100 |")
    print(f"| the whole reading: pages per second and core | {pages / times['all']:.0f} | |")


def time_peers(files: list[Path]) -> None:
    import pymupdf
    import pypdf
    import pypdfium2
    from pdfminer.high_level import extract_text

    def by_pymupdf(path: Path) -> int:
        with pymupdf.open(path) as document:
            return sum(len(page.get_text("dict")["blocks"]) * 0 + 1 for page in document)

    def by_pypdf(path: Path) -> int:
        return sum(1 for page in pypdf.PdfReader(path).pages if page.extract_text() is not None)

    def by_pdfium(path: Path) -> int:
        document = pypdfium2.PdfDocument(path)
        count = sum(1 for page in document if page.get_textpage().get_text_range() is not None)
        document.close()
        return count

    def by_pdfminer(path: Path) -> int:
        return extract_text(path).count("\f")

    print("\n| peer | what it gives | pages per second and core |\n| --- | --- | --- |")
    for name, gives, read, every in (
        ("pypdfium2", "plain text", by_pdfium, 1),
        ("PyMuPDF", "lines with boxes, fonts, sizes (dict)", by_pymupdf, 1),
        ("pypdf", "plain text", by_pypdf, 8),
        ("pdfminer.six", "plain text after layout analysis", by_pdfminer, 8),
    ):
        began, pages = time.process_time(), 0
        for path in files[::every]:
            pages += read(path)
        print(f"| {name} | {gives} | {pages / (time.process_time() - began):.0f} |")


if __name__ == "__main__":
    main()
