"""What full-text search sees of a passage besides its words as written: names in one form, whatever their
hyphens.

`MIMIC-CXR`, `MIMIC CXR` and `mimic cxr` have the same pieces, `nnUNet` and `nnU-Net` too, and so have
`COCO2017` and `COCO 2017`. Where a joined name has several pieces its joined form is kept as well, so that
`MSCOCO` finds `MS-COCO`.
"""

import re

from fmatlas.names import fold_name

_JOINED = re.compile(r"[^\W_]+(?:[-_\u00ad\u2010-\u2015\u2212/.][^\W_]+)*")
_PIECE = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")


def pieces(text: str) -> list[str]:
    """The pieces of a text's words, in order and in lower case.

    They part at spaces and signs, at letter-digit borders and where small letters meet capitals.

    Example:
        >>> pieces("nnU-Net on COCO2017")
        ['nn', 'u', 'net', 'on', 'coco', '2017']
    """
    return [piece.lower() for piece in _PIECE.findall(text)]


def folded_words(text: str) -> str:
    """The `folded` column of a passage: all its pieces, then the joined forms of words of several pieces.

    Example:
        >>> folded_words("on MIMIC-CXR data")
        'on mimic cxr data mimiccxr'
    """
    joined = []
    for word in _JOINED.findall(text):
        if len(_PIECE.findall(word)) > 1:
            joined.append(fold_name(word))
    return " ".join(pieces(text) + joined)
