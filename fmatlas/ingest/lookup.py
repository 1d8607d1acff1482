"""The vocabulary made ready for looking names up: by spelling, and by a scan over a text."""

from collections import defaultdict
from typing import NamedTuple

from fmatlas.names import Matcher, backbone_family, cased_name, comparison_key, fold_name
from fmatlas.schema.vocabulary import Vocabulary

NAME_TYPES = ("dataset", "model", "backbone")


class Hit(NamedTuple):
    """An entity that the vocabulary gives to a spelling; `match` as there; `ambiguous` where others share
    it."""

    type: str
    entity: str
    match: str
    ambiguous: bool


class Lookup:
    """Names of datasets, models and backbones of one vocabulary."""

    __slots__ = ("_by_key", "families", "matcher", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        by_key: dict[str, dict[str, list[tuple[str, str, str]]]] = defaultdict(lambda: defaultdict(list))
        names: list[tuple[str, str, bool]] = []
        for alias in vocabulary.aliases:
            if alias.type not in NAME_TYPES:
                continue
            key = comparison_key(alias.surface)
            by_key[key][alias.type].append((alias.entity, alias.match, alias.surface))
            # One word with capitals is found by its shape; the scan is for phrases and plain words.
            if alias.match != "cue" and len(fold_name(alias.surface)) > 2:
                names.append((alias.surface, alias.entity, alias.match == "exact"))
        self._by_key = {key: {t: sorted(set(v)) for t, v in types.items()} for key, types in by_key.items()}
        self.matcher: Matcher[str] = Matcher(names)
        self.families = frozenset(
            backbone_family(alias.surface) for alias in vocabulary.aliases if alias.type == "backbone"
        )
        self.vocabulary = vocabulary

    def named(self, written: str) -> list[Hit]:
        """What the vocabulary knows under this spelling, one entity for each type at most."""
        hits: list[Hit] = []
        for type_, rows in self._by_key.get(comparison_key(written), {}).items():
            fitting = [r for r in rows if r[1] != "exact" or cased_name(r[2]) == cased_name(written)]
            fitting = fitting or [(e, "cue", s) for e, m, s in rows]
            entities = sorted({entity for entity, _, _ in fitting})
            exact = [r for r in fitting if r[2] == written]
            best = (exact or fitting)[0]
            hits.append(Hit(type_, best[0], best[1], len(entities) > 1))
        return hits


_MADE: dict[str, Lookup] = {}


def lookup_of(vocabulary: Vocabulary) -> Lookup:
    """The look-up of a vocabulary, made once for each version."""
    if vocabulary.version not in _MADE:
        _MADE.clear()
        _MADE[vocabulary.version] = Lookup(vocabulary)
    return _MADE[vocabulary.version]
