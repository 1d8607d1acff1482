"""The best one to three quotes for a fact: whole sentences, rows or captions, verbatim, with their page."""

import re
from collections.abc import Mapping, Sequence

from fmatlas.ingest.closed import place_of
from fmatlas.ingest.readable import whereabouts
from fmatlas.ingest.wordings import place_odds
from fmatlas.names import fold_name
from fmatlas.schema.facts import Evidence
from fmatlas.schema.reading import Reading, Sentence

QUOTES = 3
LONGEST = 600

_SECTIONS = {
    "abstract": 1.5, "method": 1.0, "data": 1.5, "experiments": 1.5, "results": 1.0, "introduction": 0.3,
    "related work": -2.0, "appendix": 0.0, "conclusion": 0.3, "front": -0.5,
}  # fmt: skip
_KINDS = {"body": 1.0, "caption": 0.3, "table": -0.3, "footnote": 0.0}
_OWN = re.compile(r"\b(?:we|our|ours)\b", re.I)
_CUES: dict[str, re.Pattern[str]] = {
    "pretrain": re.compile(r"pre-?\s?train|self-?\s?supervis", re.I),
    "train": re.compile(r"(?<!pre-)(?<!pre)\b(?:train|fine-?\s?tun|adapt)", re.I),
    "eval": re.compile(r"evaluat|test|validat|experiment|result|performance|benchmark", re.I),
    "introduced": re.compile(r"propos|introduc|present|call|name|dub|term", re.I),
    "dataset": re.compile(r"dataset|data|benchmark|corpus|cohort|challenge", re.I),
    "backbone": re.compile(r"backbone|encoder|decoder|architecture|network|use|adopt|employ", re.I),
    "base_model": re.compile(r"pre-?\s?trained|initiali|frozen|weights|based on|built|extend|adapt|use|"
    "employ", re.I),
    "vision": re.compile(r"\b(?:image|visual|vision|video|pixel|slide|patch)\W+(?:\w+\W+)?"
    r"(?:encoder|backbone|branch|tower|stream|extractor|feature)", re.I),
    "text": re.compile(r"\b(?:text|textual|language|report|sentence|word|caption)\W+(?:\w+\W+)?"
    r"(?:encoder|decoder|backbone|branch|tower|model|generator|embedding)", re.I),
    "other": re.compile(r"\b(?:audio|speech|graph|signal|ECG|EEG|tabular|fusion|diffusion|denoising|"
    r"multi-?\s?modal|cross-?\s?modal)\W+(?:\w+\W+)?"
    r"(?:encoder|decoder|backbone|branch|model|transformer|network|module)", re.I),
    "loss": re.compile(r"loss|objective|minimi|optimi", re.I),
    "task": re.compile(r"task|evaluat|propos|for", re.I),
    "modality": re.compile(r"dataset|image|scan|data|use", re.I),
    "strategy": re.compile(r"train|learn|tun|propos|use|perform", re.I),
}  # fmt: skip


class Quotes:
    """Finds quotes in one report."""

    __slots__ = ("_reading", "_where")

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._where = whereabouts(reading)

    def best(
        self,
        report: str,
        field: str,
        role: str,
        places: Sequence[tuple[int, int]],
        said: Mapping[str, float] | None = None,
        shifts: Mapping[str, float] | None = None,
        name: str = "",
    ) -> tuple[Evidence, ...]:
        """The best quotes that hold one of the places, best first, each with the page that its place is on.

        A place that no sentence holds (a title, a heading) gives its own line, where there is nothing better.

        Args:
            report: its sha256.
            field: what the quotes are for.
            role: likewise; may be empty.
            places: where the report has the thing, half-open.
            said: for a label of a closed field, the share of places that state it, by folded wording; that
                of any other wording under ''. Without it places are ranked by section and kind alone.
            shifts: what each part of a paper, as `closed.place_of` names it, adds to the log odds of `said`.
            name: the label's folded name: a place that has it tells a reader more than `AUROC` does.
        """
        scored: dict[tuple[int, int], tuple[float, Evidence]] = {}
        for start, end in places:
            found = self._around(report, start, end)
            if found is None:
                continue
            sentence, quote = found
            key = (quote.start, quote.end)
            value = self._suits(sentence, quote.quote, field, role)
            if said:
                value += self._states(start, end, said, shifts or {}, name)
            if key not in scored or value > scored[key][0]:
                scored[key] = (value, quote)
        ranked = sorted(scored.values(), key=lambda item: (-item[0], item[1].start))
        return tuple(quote for _, quote in ranked[:QUOTES])

    def _states(
        self, start: int, end: int, said: Mapping[str, float], shifts: Mapping[str, float], name: str
    ) -> float:
        wording = fold_name(self._reading.text[start:end])
        odds = place_odds(said, shifts, wording, place_of(self._where, start))
        return odds + 1.0 * bool(name and name in wording)

    def _suits(self, sentence: Sentence | None, quote: str, field: str, role: str) -> float:
        if sentence is None:
            return -1.0
        sections = self._reading.sections
        value = _KINDS.get(sentence.kind, 0.0)
        if sections:
            value += _SECTIONS.get(sections[sentence.section].type, 0.0)
        value += 1.0 * bool(_OWN.search(quote))
        value += 1.2 * bool(role in _CUES and _CUES[role].search(quote))
        value += 0.8 * bool(field in _CUES and _CUES[field].search(quote))
        return value - 0.5 * (len(quote) > 350) - 0.5 * (len(quote) < 40)

    def _around(self, report: str, start: int, end: int) -> tuple[Sentence | None, Evidence] | None:
        text = self._reading.text
        sentence, line = self._where.sentence(start), self._where.line(start)
        if sentence is not None and end <= sentence.end:
            first, last, page = sentence.start, sentence.end, sentence.page
        else:
            sentence, page = None, 1
            first = text.rfind("\n", 0, start) + 1
            last = text.find("\n", end)
            last = len(text) if last < 0 else last
        # A sentence may go on over the end of its page: what counts is where the place itself is printed.
        page = line.box.page if line is not None else page
        first, last = _trim(text, *_shorten(text, first, last, start, end))
        if first >= last:
            return None
        return sentence, Evidence(report, first, last, page, text[first:last])


def others(quotes: Sequence[Evidence], than: Sequence[Evidence]) -> list[Evidence]:
    """The quotes that stand elsewhere than the given ones.

    One sentence may be quoted for places on either side of a page's end; it is one quote all the same.
    """
    spans = {(quote.report, quote.start, quote.end) for quote in than}
    return [quote for quote in quotes if (quote.report, quote.start, quote.end) not in spans]


def _shorten(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """At most `LONGEST` characters around the place, cut at spaces."""
    if last - first <= LONGEST:
        return first, last
    room = (LONGEST - (end - start)) // 2
    low, high = max(first, start - room), min(last, end + room)
    if low > first:
        space = text.find(" ", low, start)
        low = space + 1 if space >= 0 else low
    if high < last:
        space = text.rfind(" ", end, high)
        high = space if space >= 0 else high
    return low, high


def _trim(text: str, first: int, last: int) -> tuple[int, int]:
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last
