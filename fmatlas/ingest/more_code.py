"""The address of a paper's own code or weights."""

import re

from fmatlas.ingest.readable import Whereabouts
from fmatlas.ingest.suggestion import Suggestion
from fmatlas.schema.reading import Reading

# An address may be broken by a space where the line broke.
_HOST = (
    r"(?:https?:\s?//\s?)?(?:www\.)?(?:github\.\s?com|gitlab\.(?:com|[\w.]+)|huggingface\.\s?co|bitbucket\.org|"
    r"zenodo\.org|anonymous\.4open\.science|osf\.io|doi\.org/10\.(?:5281|13026)|[\w-]+\.github\.io)"
)
_ADDRESS = re.compile(rf"{_HOST}(?:/\s?[\w.\-~%#]+)*/?|https?://[\w.\-]+(?:/[\w.\-~%#]+)+", re.IGNORECASE)
_CODE_HOST = re.compile(r"github|gitlab|huggingface|4open", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:codes?(?:base)?|implementation|models?|weights|checkpoints|project page|software|repository)\b"
    r"[^.]{0,70}\b(?:available|released?|found|access\w*|open-?sourced?|provided|public\w*|at|here|:)"
    r"|\b(?:we|is|are)\s+(?:release|open-?source|publish|provide|make|made|publicly)\b"
    r"|(?:^|\n)\W*\d?\W*(?:code|project|github)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\bour\b|\bthis (?:paper|work|study)\b|\bwe (?:release|make|provide|publish)", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:baseline|et al|following|we use(?:d)? the|implementation of|based on|their|provided by)\b",
    re.IGNORECASE,
)
_TOOLS = re.compile(
    r"huggingface/|pytorch|tensorflow|monai|nltk|coco-?caption|timm|google-research/bert", re.IGNORECASE
)
ENOUGH = 2.0


def find_code(reading: Reading, where: Whereabouts) -> list[Suggestion]:
    """The address that is said to be the paper's own, or stands in a footnote of its first pages.

    The footers are looked at too: first pages keep their notes there. Reference lists are not.
    """
    references = [(s.start, s.end) for s in reading.sections if s.type == "references"]
    best: tuple[float, int, int] | None = None
    for match in _ADDRESS.finditer(reading.text):
        start, end = match.span()
        if any(begin <= start < stop for begin, stop in references):
            continue
        score = _score(reading, where, start, end)
        if score >= ENOUGH and (best is None or score > best[0]):
            best = score, start, end
    if best is None:
        return []
    _, start, end = best
    address = re.sub(r"\s", "", reading.text[start:end]).rstrip(".,;)")
    return [Suggestion("code_url", address, ((start, end),))]


def _score(reading: Reading, where: Whereabouts, start: int, end: int) -> float:
    """How much speaks for an address being the paper's own."""
    text = reading.text
    before = text[max(0, start - 160) : start]
    # What another note or paragraph says is not said of this address.
    said = before[before.rfind("\n") :] if "\n" in before[:-2] else before
    address = text[start:end]
    score = 0.0
    if _OWN.search(said + " " + text[end : end + 60].split("\n")[0]):
        score += 2.0
    if _OURS.search(said):
        score += 1.0
    if where.section(start) in ("abstract", "front", "introduction", "conclusion"):
        score += 1.0
    if _CODE_HOST.search(address):
        score += 0.5
    line = where.line(start)
    if (
        line is not None
        and line.box.page <= 2
        and re.fullmatch(r"\W*\d{0,2}\W*", said)
        and _CODE_HOST.search(address)
    ):
        score += 1.5
    if _OTHERS.search(said[-80:]):
        score -= 1.5
    if _TOOLS.search(address):
        score -= 1.5
    return score
