"""Further fields that are amounts: data sizes, parameters, hardware."""

import re
from collections.abc import Iterator

from fmatlas.ingest.readable import Whereabouts
from fmatlas.ingest.suggestion import Suggestion
from fmatlas.names import fold_name
from fmatlas.schema.reading import Reading

MOST = 12

_NUMBER = (
    r"(?<![\w.,/×x-])(?:\d{1,3}(?:[, ]\d{3})+|\d+(?:\.\d+)?)(?:\s?(?:k|K|M|B|million|billion|thousand)\b)?"
)
_UNITS = (
    r"images?|scans?|volumes?|radiographs?|X-rays?|CXRs?|slides?|WSIs?|videos?|clips|reports?|notes?|documents?|"
    r"sentences|tokens|words|pairs|triplets|patients?|subjects?|participants|individuals|studies|exams|"
    r"examinations|cases|samples|examples|instances|records?|recordings|ECGs?|signals|stays|ICU stays|"
    r"admissions|visits|encounters|"
    r"frames|patches|tiles|masks|annotations|questions|captions|instructions|conversations|articles|abstracts|"
    r"time series|sequences|segments|hours|slices|mammograms|photographs|echocardiograms"
)
_AMOUNT = re.compile(
    rf"({_NUMBER})\s+((?:(?:labell?ed|unlabell?ed|training|annotated|chest|frontal|high-quality|unique|different|"
    rf"3D|2D|CT|MRI|MR|X-ray|retinal|fundus|color|colour|medical|natural|clinical|brain|cardiac|histopathology|"
    rf"whole[- ]slide|image|image-text|image-caption|image-report|image–text|video-text|question-answer|QA|"
    rf"text|radiology|ECG|EEG|ultrasound|dermoscopic|biomedical|instruction|synthetic|de-identified|public|12-lead)\s+)"
    rf"{{0,4}})({_UNITS})\b",
    re.IGNORECASE,
)
_PRETRAIN = re.compile(r"pre-?\s?train|self-?supervis|unlabell?ed|representation learning", re.I)
_TRAIN = re.compile(
    r"train|fine-?\s?tun|learn|develop|consist|contain|compris|includ|collect|split|total", re.I
)
_TRAIN_WORD = re.compile(r"train", re.I)
_TEST = re.compile(r"\b(?:test(?:ing|ed)?|evaluat\w+|validation|held-?out|external)\b", re.I)
_ELSEWHERE = frozenset(
    {"related work", "introduction", "discussion", "conclusion", "acknowledgements", "references"}
)


def find_data_sizes(text: str, where: Whereabouts) -> list[Suggestion]:
    """Numbers of images, reports, patients ... in sentences that speak of training data."""
    found: dict[tuple[str, str], Suggestion] = {}
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        section = where.section(start)
        sentence = where.sentence(start)
        if section in _ELSEWHERE or sentence is None or where.kind(start) not in ("body", "caption"):
            continue
        said = text[sentence.start : sentence.end]
        before = text[max(sentence.start, start - 60) : start]
        if not _TRAIN.search(said) or _said_last(_TEST, before) > _said_last(_TRAIN_WORD, before):
            continue
        number = _plain(match[1])
        if number < 20:
            continue
        role = "pretrain" if _PRETRAIN.search(said) else "train"
        value = f"{_compact(match[1])} {' '.join((match[2] + match[3]).split())}"
        found.setdefault((value, role), Suggestion("data_size", value, ((start, end),), role))
    return list(found.values())[:MOST]


def _said_last(words: re.Pattern[str], before: str) -> int:
    """Where the last of these words stands; -1 where none does."""
    return max((match.start() for match in words.finditer(before)), default=-1)


_PARAMETERS = (
    re.compile(
        r"(?<![\w.,])(\d{1,4}(?:[.,]\d+)?)\s?(M|B|million|billion|K)\b(?:\s+\w+){0,2}\s+(?:param|weights\b)",
        re.I,
    ),
    re.compile(
        r"\bparam(?:eter)?s?\b[^.\n\t]{0,30}?(?<![\w.,])(\d{1,4}(?:\.\d+)?)\s?(M|B|million|billion)\b", re.I
    ),
    re.compile(r"(?<![\w.,])(\d{1,4}(?:\.\d+)?)\s?(M|B)(?:illion)?[ -]parameter", re.I),
)
_LETTER = {"million": "M", "billion": "B"}


def find_parameters(reading: Reading, text: str, where: Whereabouts) -> list[Suggestion]:
    """Stated numbers of parameters, as `86M`, in sentences and in columns of tables that say so."""
    found: dict[str, list[tuple[int, int]]] = {}
    for pattern in _PARAMETERS:
        for match in pattern.finditer(text):
            if where.section(match.start()) not in _ELSEWHERE:
                value = match[1].replace(",", ".") + _LETTER.get(match[2].lower(), match[2].upper())
                found.setdefault(value, []).append(match.span())
    for value, span in _in_tables(reading):
        found.setdefault(value, []).append(span)
    return [Suggestion("parameters", value, tuple(spans[:3])) for value, spans in found.items()][:MOST]


def _in_tables(reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    """Cells below a header `Params` in rows of the paper's own model: named in the title, or `ours`."""
    title = " ".join(reading.text[line.start : line.end] for line in reading.lines if line.kind == "title")
    name = fold_name(title.split(":")[0]) if ":" in title else ""
    for table in reading.floats:
        for n, row in enumerate(table.rows):
            head = next((c for c in row if re.search(r"param", reading.text[c.start : c.end], re.I)), None)
            if head is None:
                continue
            unit = "M" if re.search(r"\(?\bM\b|million", reading.text[head.start : head.end]) else ""
            for below in table.rows[n + 1 :]:
                words = reading.text[below[0].start : below[-1].end] if below else ""
                if not (re.search(r"\bours?\b|proposed", words, re.I) or (name and name in fold_name(words))):
                    continue
                for cell in below:
                    centre = (cell.box.x0 + cell.box.x1) / 2
                    match = re.fullmatch(
                        r"(\d+(?:\.\d+)?)\s?([MB]?)", reading.text[cell.start : cell.end].strip()
                    )
                    if match and head.box.x0 - 8 <= centre <= head.box.x1 + 8 and (match[2] or unit):
                        yield match[1] + (match[2] or unit), (cell.start, cell.end)


_COUNTS = {
    "a": "1", "an": "1", "single": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "eight": "8", "sixteen": "16",
}  # fmt: skip
_CARD = (
    r"(?:(?:A|H|B)(?:100|200|800|40|30|10|6000|5000|4000|4500)(?:X)?|V100|P100|P40|K80|T4|L4|L40S?|GH200|"
    r"(?:RTX|GTX)\s?-?(?:Titan|A?\d{4})(?:\s?(?:Ti|Super))?|(?:A\d{4})|Titan\s?-?(?:Xp|X|RTX|V)|"
    r"Quadro\s(?:RTX\s)?\w?\d{4}|DGX-\w+|TPU\s?-?v\d(?:-\d+)?|(?:Cloud )?TPUs?(?:\s?v\d)?|\d{4}\s?Ti)"
)
_COMPUTE = re.compile(
    rf"(?:\b(\d{{1,4}}|{'|'.join(_COUNTS)})\s?(?:[x×]\s?)?\s*)?"
    rf"((?:(?:NVIDIA|Nvidia|nVidia|GeForce|Google|Cloud|Graphics|GPUs?|Tesla|Ampere|\d+\s?-?GB|of|type|Tensor|Core)[\s-]+){{0,4}})"
    rf"\b({_CARD})\b",
    re.IGNORECASE,
)


def find_compute(text: str, where: Whereabouts) -> list[Suggestion]:
    """Hardware for training, as number and card: `8 A100`."""
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _COMPUTE.finditer(text):
        if where.section(match.start()) in _ELSEWHERE - {"acknowledgements"}:
            continue
        card = re.sub(r"\s+", " ", match[3]).strip()
        maker = match[2].lower()
        # A bare four-figure or short name is a card only where something says so.
        around = text[max(0, match.start() - 60) : match.end() + 25]
        if not re.search(r"GPU|NVIDIA|Tesla|GeForce|TPU|graphics|DGX|RTX|GTX", around, re.I):
            continue
        card = f"Tesla {card}" if "tesla" in maker else card
        count = _COUNTS.get((match[1] or "").lower(), match[1] or "")
        found.setdefault(f"{count} {card}".strip(), []).append(match.span())
    return [Suggestion("compute", value, tuple(spans[:3])) for value, spans in found.items()][:4]


def _plain(written: str) -> float:
    """The number that is written, `1.6M` as 1,600,000."""
    match = re.match(r"([\d,. ]+)\s?(\w*)", written)
    assert match is not None
    digits = match[1].replace(",", "").replace(" ", "").rstrip(".")
    factor = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}.get(
        match[2].lower(), 1
    )
    return float(digits) * factor


def _compact(written: str) -> str:
    """A number as the coding sheet writes it: no commas, `M` for million."""
    plain = re.sub(r"(?<=\d)[, ](?=\d{3})", "", written)
    plain = re.sub(r"\s?million\b", "M", plain, flags=re.I)
    plain = re.sub(r"\s?billion\b", "B", plain, flags=re.I)
    return re.sub(r"\s?(?:thousand|K)\b", "k", plain, flags=re.I)
