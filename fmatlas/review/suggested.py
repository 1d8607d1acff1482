"""How well suggestions of the further fields agree with a sheet that codes them; apart from all other scores.

Values of these fields are words and amounts. Numbers must be equal after thousands separators and `M`, `k`
are written out, and amounts must share their unit's noun.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from fmatlas.names import fold_name
from fmatlas.review.evaluate import Row, Score, paper_key
from fmatlas.schema.fields import FIELDS

MORE_FIELDS = tuple(field.name for field in FIELDS if field.level == "more")

_FACTORS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "million": 1e6, "billion": 1e9}
# What a card is called besides its model.
_MAKERS = re.compile(r"nvidia|tesla|geforce|rtx|gtx|cores?|gpus?|cloud|quadro|-?\d+\s?gb|[\s\-()]")


def score_suggested(coded: Iterable[Row], found: Iterable[Row]) -> dict[str, Score]:
    """Compare suggestions with a coding sheet, a field at a time, roles ignored.

    Args:
        coded: rows of the sheet; its papers and those of its fields that are further ones count.
        found: suggestions; papers that are not coded are left out.

    Returns:
        The score of each further field that the sheet codes, in the order of the fields.
    """
    gold, have = _by_paper(coded), _by_paper(found)
    fields = {field for of_paper in gold.values() for field in of_paper}
    papers = sorted(gold)
    return {
        field: _score(field, [(gold[p].get(field, []), have[p].get(field, [])) for p in papers])
        for field in MORE_FIELDS
        if field in fields
    }


def same_value(field: str, coded: str, found: str) -> bool:
    """Whether a suggestion says what is coded.

    Example:
        >>> same_value("data_size", "1.6M image-caption pairs", "1,600,000 pairs")
        True
        >>> same_value("parameters", "86M", "87M")
        False
    """
    if field == "code_url":
        return _address(coded) in _address(found) or _address(found) in _address(coded)
    if field in ("data_size", "parameters"):
        same = _number(coded) == _number(found)
        return same and (field == "parameters" or bool(_nouns(coded) & _nouns(found)))
    if field == "compute":
        return _card(coded) == _card(found)
    return fold_name(coded) == fold_name(found)


def _by_paper(rows: Iterable[Row]) -> defaultdict[str, dict[str, list[str]]]:
    """The distinct values of each field, by paper."""
    papers: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for row in rows:
        values = papers[paper_key(row.file)].setdefault(row.field, [])
        if row.value not in values:
            values.append(row.value)
    return papers


def _score(field: str, papers: Sequence[tuple[list[str], list[str]]]) -> Score:
    hits = found = coded = 0
    for gold, have in papers:
        left = list(gold)
        for value in have:
            same = next((item for item in left if same_value(field, item, value)), None)
            if same is not None:
                left.remove(same)
                hits += 1
        found, coded = found + len(have), coded + len(gold)
    return Score(hits, found - hits, coded - hits)


def _address(value: str) -> str:
    plain = re.sub(r"^https?://|^www\.|\.git$|/+$", "", value.strip().lower())
    return re.sub(r"[^a-z0-9]", "", plain)


def _number(value: str) -> float:
    match = re.search(r"(\d[\d,]*(?:\.\d+)?)\s?([kKMB]\b|million|billion)?", value)
    return float(match[1].replace(",", "")) * _FACTORS.get(match[2] or "", 1.0) if match else -1.0


def _nouns(value: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", value.lower())}


def _card(value: str) -> str:
    return _MAKERS.sub("", value.lower())
