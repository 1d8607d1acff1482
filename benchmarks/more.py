"""How good the suggestions of the further fields are: `python benchmarks/more.py`.

Reads the development papers, suggests values and compares them with `coding_more.csv`. A value counts once;
numbers must be equal after thousands separators and `M`, `k` are written out, and amounts must share their
unit's noun.
"""

import csv
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

from fmatlas.ingest.more import find_more
from fmatlas.ingest.reading import read_report
from fmatlas.names import fold_name
from fmatlas.schema.reading import Reading

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"

FACTORS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "million": 1e6, "billion": 1e9}


def same(field: str, coded: str, suggested: str) -> bool:
    """Whether a suggestion says what is coded."""
    if field == "code_url":
        return _address(coded) in _address(suggested) or _address(suggested) in _address(coded)
    if field in ("data_size", "parameters"):
        a, b = _number(coded), _number(suggested)
        return a == b and (field == "parameters" or bool(_nouns(coded) & _nouns(suggested)))
    if field == "compute":
        return _card(coded) == _card(suggested)
    return fold_name(coded) == fold_name(suggested)


def _address(value: str) -> str:
    plain = re.sub(r"^https?://|^www\.|\.git$|/+$", "", value.strip().lower())
    return re.sub(r"[^a-z0-9]", "", plain)


def _number(value: str) -> float:
    match = re.search(r"(\d[\d,]*(?:\.\d+)?)\s?([kKMB]\b|million|billion)?", value)
    return float(match[1].replace(",", "")) * FACTORS.get(match[2] or "", 1.0) if match else -1.0


def _nouns(value: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", value.lower())}


def _card(value: str) -> str:
    return re.sub(
        r"nvidia|tesla|geforce|rtx|gtx|cores?|gpus?|cloud|quadro|-?\d+\s?gb|[\s\-()]", "", value.lower()
    )


def measure(readings: dict[str, Reading]) -> None:
    """Print precision and recall of each field."""
    coded: dict[tuple[str, str], list[str]] = defaultdict(list)
    with (CORPUS / "coding_more.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["value"] not in coded[row["file"], row["field"]]:
                coded[row["file"], row["field"]].append(row["value"])
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    begin = time.process_time()
    for file, reading in sorted(readings.items()):
        suggested: dict[str, list[str]] = defaultdict(list)
        for suggestion in find_more(reading):
            if suggestion.value not in suggested[suggestion.field]:
                suggested[suggestion.field].append(suggestion.value)
        for field in {field for name, field in coded if name == file} | set(suggested):
            left = list(coded.get((file, field), []))
            for value in suggested[field]:
                hit = next((gold for gold in left if same(field, gold, value)), None)
                if hit is not None:
                    left.remove(hit)
                    counts[field][0] += 1
                elif "-v" in sys.argv and field in sys.argv:
                    print(f"  {file}: {field} {value!r} not among {coded.get((file, field), [])}")
            counts[field][1] += len(suggested[field])
            counts[field][2] += len(coded.get((file, field), []))
    seconds = time.process_time() - begin
    print(f"{'field':12} {'precision':>9} {'recall':>7} {'F1':>6} {'found':>6} {'coded':>6}")
    for field, (hits, found, gold) in sorted(counts.items()):
        print(
            f"{field:12} {hits / max(found, 1):9.2f} {hits / max(gold, 1):7.2f} "
            f"{2 * hits / max(found + gold, 1):6.2f} {found:6} {gold:6}"
        )
    pages = sum(len(reading.pages) for reading in readings.values())
    print(f"{pages / seconds:.0f} pages a second and core")


if __name__ == "__main__":
    measure({path.name: read_report(path) for path in sorted((CORPUS / "pdfs").glob("*.pdf"))})
