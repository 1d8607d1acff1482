"""Layout against DocBank: token F1 for each label, reading order, and what share of the tokens is found.

    python benchmarks/layout.py [--docbank ../shared/benchmarks/docbank] [--differences]

DocBank's labels come from the LaTeX source of each page's tokens. Its labels map to our kinds of lines as
`OURS` says; a token is given the kind of the word that covers its middle. Reading order is compared over the
tokens of the running text (floats and furniture stand in streams of their own here): Kendall's tau against
the labelled order, beside the order of PyMuPDF's blocks over the same tokens.
"""

import argparse
import re
import sys
from bisect import bisect_right
from collections import Counter
from pathlib import Path

import numpy as np

from fmatlas.ingest.reading import read_report
from fmatlas.schema.errors import ReadError
from fmatlas.schema.reading import Reading

ROOT = Path(__file__).resolve().parent.parent
# DocBank's label -> the name both are counted under.
THEIRS = {
    "title": "title",
    "author": "authors",
    "date": "authors",
    "section": "section",
    "abstract": "abstract",
    "paragraph": "paragraph",
    "list": "paragraph",
    "equation": "equation",
    "caption": "caption",
    "table": "table",
    "figure": "figure",
    "reference": "reference",
    "footer": "footer",
}
# Our kind of line -> the same name; a line of the abstract's section is `abstract`.
OURS = {
    "title": "title",
    "authors": "authors",
    "heading": "section",
    "body": "paragraph",
    "formula": "equation",
    "caption": "caption",
    "table": "table",
    "figure": "figure",
    "reference": "reference",
    "footnote": "footer",
    "footer": "footer",
    "header": "footer",
    "page number": "footer",
}
TEXT = {"title", "section", "abstract", "paragraph", "reference"}


def labelled_tokens(path: Path) -> list[tuple[str, float, float, str]]:
    """Tokens of a page as (text, middle x, middle y, label), in shares of the page; pictures' place holders
    left out.
    """
    tokens = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) == 10 and not parts[0].startswith("##LTLine") and not parts[0].startswith("##LTFigure"):
            x0, y0, x1, y1 = (int(v) / 1000 for v in parts[1:5])
            tokens.append((parts[0], (x0 + x1) / 2, (y0 + y1) / 2, parts[9]))
    return tokens


def words_at(
    boxes: np.ndarray, tokens: list[tuple[str, float, float, str]], width: float, height: float
) -> list[int]:
    """For each token the index of the word over its middle (the nearest where several are), or -1."""
    found = []
    for _, x, y, _ in tokens:
        px, py = x * width, y * height
        across = (boxes[:, 0] - 1.5 <= px) & (px <= boxes[:, 2] + 1.5)
        inside = np.flatnonzero(across & (boxes[:, 1] - 2 <= py) & (py <= boxes[:, 3] + 2))
        if len(inside):
            distance = np.abs((boxes[inside, 1] + boxes[inside, 3]) / 2 - py)
            found.append(int(inside[distance.argmin()]))
        else:
            found.append(-1)
    return found


def our_labels(reading: Reading, page: int) -> tuple[np.ndarray, list[str], list[int]]:
    """Boxes, labels and offsets of the words on a page."""
    line_starts = [line.start for line in reading.lines]
    section_starts = [section.start for section in reading.sections]
    boxes, labels, offsets = [], [], []
    for word in reading.words:
        if word.box.page != page:
            continue
        line = reading.lines[bisect_right(line_starts, word.start) - 1]
        label = OURS.get(line.kind, line.kind)
        if label == "paragraph" and word.start < reading.body_end:
            section = reading.sections[max(bisect_right(section_starts, word.start) - 1, 0)]
            label = "abstract" if section.type == "abstract" else label
        boxes.append((word.box.x0, word.box.y0, word.box.x1, word.box.y1))
        labels.append(label)
        offsets.append(word.start)
    return np.array(boxes).reshape(len(boxes), 4), labels, offsets


def kendall(order: list[int]) -> float:
    """Kendall's tau of a sequence against 0, 1, 2 ..."""
    ranks = np.array(order, dtype=np.int64)
    n = len(ranks)
    signs = np.sign(ranks[None, :] - ranks[:, None])[np.triu_indices(n, 1)]
    return float(signs.sum() / max(n * (n - 1) / 2, 1))


def mupdf_order(path: Path, page: int, tokens: list[tuple[str, float, float, str]]) -> list[int]:
    import pymupdf

    with pymupdf.open(path) as document:
        opened = document[page - 1]
        words = opened.get_text("words", sort=False)
        boxes = np.array([word[:4] for word in words]).reshape(len(words), 4)
        return words_at(boxes, tokens, opened.rect.width, opened.rect.height)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docbank", type=Path, default=ROOT.parent / "shared" / "benchmarks" / "docbank")
    parser.add_argument("--differences", action="store_true", help="print confusions page by page")
    args = parser.parse_args()
    files = sorted(args.docbank.glob("*.txt"))
    if not files:
        sys.exit(f"{args.docbank}: no labelled pages; give the folder with --docbank")
    counts: Counter[tuple[str, str]] = Counter()
    total = found = 0
    taus: list[tuple[float, float]] = []
    for labels_file in files:
        stem, index = re.fullmatch(r"(.+)_(\d+)", labels_file.stem).groups()  # type: ignore[union-attr]
        pdf, page = labels_file.with_name(f"{stem}_black.pdf"), int(index) + 1
        try:
            reading = read_report(pdf)
        except ReadError as error:
            print(f"not read: {error}")
            continue
        tokens = labelled_tokens(labels_file)
        boxes, labels, offsets = our_labels(reading, page)
        shown = reading.pages[page - 1]
        words = words_at(boxes, tokens, shown.width, shown.height)
        total += len(tokens)
        found += sum(at >= 0 for at in words)
        here: Counter[tuple[str, str]] = Counter(
            (THEIRS[token[3]], labels[at] if at >= 0 else "none")
            for token, at in zip(tokens, words, strict=True)
        )
        counts.update(here)
        if args.differences:
            wrong = {pair: n for pair, n in here.most_common() if pair[0] != pair[1] and n > 4}
            print(labels_file.name, wrong)
        text = [
            (token, at)
            for token, at in zip(tokens, words, strict=True)
            if at >= 0 and THEIRS[token[3]] in TEXT and labels[at] in TEXT
        ]
        if len(text) > 20:
            theirs = mupdf_order(pdf, page, [token for token, _ in text])
            both = [(offsets[at], other) for (_, at), other in zip(text, theirs, strict=True) if other >= 0]
            taus.append((kendall([a for a, _ in both]), kendall([b for _, b in both])))
    print_table(counts, total, found, taus)


def print_table(
    counts: Counter[tuple[str, str]], total: int, found: int, taus: list[tuple[float, float]]
) -> None:
    print("| label | tokens | precision | recall | F1 |\n| --- | --- | --- | --- | --- |")
    hits_all = 0
    for label in sorted(set(THEIRS.values())):
        hits = counts[label, label]
        said = sum(n for (_, ours), n in counts.items() if ours == label)
        true = sum(n for (theirs, _), n in counts.items() if theirs == label)
        hits_all += hits
        precision, recall = hits / max(said, 1), hits / max(true, 1)
        f1 = 2 * hits / max(said + true, 1)
        print(f"| {label} | {true} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")
    print(f"| all (accuracy) | {total} | | | {hits_all / total:.3f} |")
    ours, theirs = (np.array([pair[i] for pair in taus]) for i in (0, 1))
    print(f"\ntokens found: {found} of {total} ({100 * found / total:.2f} %)")
    print(f"reading order, Kendall's tau over {len(taus)} pages (mean, worst):")
    print(f"fmatlas {ours.mean():.4f}, {ours.min():.3f}; PyMuPDF {theirs.mean():.4f}, {theirs.min():.3f}")


if __name__ == "__main__":
    main()
