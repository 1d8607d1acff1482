"""The family of an architecture: its name without size, version and patch size."""

import re
import unicodedata
from functools import lru_cache

_SEPARATOR = re.compile(r"[\s\-_/‐-―−]+")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_SIZES = frozenset(
    [
        "tiny",
        "small",
        "base",
        "large",
        "huge",
        "giant",
        "mini",
        "nano",
        "micro",
        "medium",
        "big",
        "t",
        "s",
        "b",
        "l",
        "h",
        "g",
        "xs",
        "xl",
        "xxl",
        "m",
        "k",
        "x",
        "p",
        "px",
        "cased",
        "uncased",
        "v",
        "ti",
        "so",
    ]
)
_SAME = (
    (re.compile(r"vision transformers?|\bvits\b"), "vit"),
    (re.compile(r"swin ?transformers?|\bswin ?t\b|shifted window transformers?"), "swin"),
    (re.compile(r"residual networks?|\bresnets\b"), "resnet"),
    (re.compile(r"\bu ?nets?\b"), "unet"),
    (re.compile(r"wide ?resnets?"), "wrn"),
    (re.compile(r"variational auto ?encoders?"), "vae"),
    (re.compile(r"\b[23]d\b"), ""),
)


@lru_cache(maxsize=65536)
def family(name: str) -> str:
    """The family's key.

    Example:
        >>> family("ViT-B/16"), family("Vision Transformer"), family("bert-base-uncased")
        ('vit', 'vit', 'bert')
    """
    text = _SEPARATOR.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    pieces = _PIECE.findall(text)
    if not pieces:
        return text
    first = next((i for i, piece in enumerate(pieces) if piece.isalpha()), 0)
    short = len(pieces[first]) == 1
    kept = "".join(pieces[first : first + 2]) if short else pieces[first]
    rest = pieces[first + (2 if short else 1) :]
    return kept + "".join(p for p in rest if p.isalpha() and p not in _SIZES)
