"""The sentence of a passage that answers best: the one with most of the question's words."""

from collections.abc import Sequence

from fmatlas.library.words import pieces
from fmatlas.search.words import query_words


def best_sentence(text: str, spans: Sequence[tuple[int, int]], query: str) -> tuple[int, int]:
    """The span of the sentence with most of the question's words; the first of equals.

    Words with a capital or a digit inside, which are names, count twice. Words are compared by their
    beginnings, so that `segmenting` meets `segmentation`.

    Args:
        text: the passage.
        spans: its sentences, as half-open spans in `text`; the whole text where there are none.
        query: what the user asked.

    Example:
        >>> best_sentence("We like MRI. SAM segments it.", [(0, 12), (13, 29)], "segmentation with SAM")
        (13, 29)
    """
    if not spans:
        return 0, len(text)
    wanted = {
        _stem(piece): 2 if word[1:] != word[1:].lower() or any(map(str.isdigit, word)) else 1
        for word in query_words(query)
        for piece in pieces(word)
    }

    def score(span: tuple[int, int]) -> int:
        found = {_stem(piece) for piece in pieces(text[span[0] : span[1]])}
        return sum(weight for stem, weight in wanted.items() if stem in found)

    return max(spans, key=lambda span: (score(span), -span[0]))


def _stem(word: str) -> str:
    """The beginning of a word that its inflections share, roughly: it only chooses what is marked."""
    return word[: max(5, len(word) - 5)] if len(word) > 5 else word.removesuffix("s")
