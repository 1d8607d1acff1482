"""The vocabulary: canonical entities with their aliases, the trees they form, and the cues that betray them.

It is data. The bundled files in `fmatlas/schema/data/` are plain CSV, built by `scripts/build_vocabulary.py`.
A library's own `vocabulary/` folder may hold files of the same names, whose rows extend or override them:

- `entities.csv` (`id,name,source`): `id` is `type:slug` and never changes once published.
- `aliases.csv` (`surface,entity,match`): a way to write an entity, and how that may be matched: `any case`,
  `exact` (case as written), `cue` (an ordinary word or a short acronym: only beside a word such as dataset).
- `links.csv` (`child,parent,kind`): `kind_of`, `version_of`, `derived_from` or `part_of`.
- `cues.csv` (`entity,cue,kind`): wording that points to a label of a closed field without naming it.
- `traits.csv` (`entity,kind,use,year,words`): what is commonly known of a model, dataset or backbone.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from fmatlas.schema.errors import VocabularyError

TYPES = ("model", "backbone", "dataset", "task", "loss", "modality", "strategy")
MATCHES = ("any case", "exact", "cue")
LINK_KINDS = ("kind_of", "version_of", "derived_from", "part_of")
CUE_KINDS = ("phrase", "exact", "regex", "not")
USES = ("0", "1", "2", "3")

BUNDLED = Path(__file__).parent / "data"

_COLUMNS = {
    "entities.csv": ("id", "name", "source"),
    "aliases.csv": ("surface", "entity", "match"),
    "links.csv": ("child", "parent", "kind"),
    "cues.csv": ("entity", "cue", "kind"),
    "traits.csv": ("entity", "kind", "use", "year", "words"),
}


@dataclass(frozen=True, slots=True)
class VocabularyEntity:
    """A canonical thing: `id` is `type:slug`, `name` as tables print it, `source` where it is known from."""

    id: str
    name: str
    source: str

    @property
    def type(self) -> str:
        """One of `TYPES`."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Alias:
    """A way to write an entity, and how it may be matched: one of `MATCHES`."""

    surface: str
    entity: str
    match: str

    @property
    def type(self) -> str:
        """The type of the entity."""
        return self.entity.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Link:
    """`child` is a kind, a version or a part of `parent`, or derived from it: one of `LINK_KINDS`."""

    child: str
    parent: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cue:
    """Wording that points to an entity of a closed field.

    `kind` is `phrase` (found as a folded name, any case), `exact` (the same, case as written), `regex` (a
    regular expression over the text as it stands, any case unless it says `(?-i:...)`) or `not` (a phrase
    that holds a cue and does not point to the entity, such as `in contrast`).
    """

    entity: str
    cue: str
    kind: str


@dataclass(frozen=True, slots=True)
class Traits:
    """What is commonly known of an entity, from general knowledge of the literature.

    Attributes:
        kind: of a model `pretrained` (its weights are reused), `closed` (behind an API), `recipe` (a way to
            train or adapt), `network` (for one task, later mostly a competitor), `architecture`, `tool` or
            `classical`; of a dataset `labelled`, `corpus` (to pretrain on), `weights` (known as the source of
            borrowed weights), `archive` (data are drawn from it), `suite` or `instructions`; of a backbone
            its family.
        use: how often papers build on it or use it, 0 (hardly ever) to 3 (very often).
        year: of first release; 0 where it is not known.
        words: what else: the domain and data of a model, the usual roles of a dataset, `family` or `sized`.
    """

    kind: str
    use: int
    year: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All entities, aliases, links, cues and traits, the user's included. Never changed once loaded.

    Attributes:
        version: a hash of everything in it: readings are detected again where it differs.
        entities: by id.
        aliases: sorted by surface; each entity's own name is among them.
        links: sorted by child.
        cues: sorted by entity.
        traits: by entity, of those of which any are known.
    """

    version: str
    entities: dict[str, VocabularyEntity]
    aliases: tuple[Alias, ...]
    links: tuple[Link, ...]
    cues: tuple[Cue, ...]
    traits: dict[str, Traits]

    def of_type(self, type: str) -> list[VocabularyEntity]:
        """The entities of one type, in order of id."""
        return [entity for entity in self.entities.values() if entity.type == type]

    @cached_property
    def parents(self) -> dict[str, tuple[Link, ...]]:
        """The links that go up from each entity that has any."""
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.child, []).append(link)
        return {child: tuple(links) for child, links in found.items()}

    def root(self, entity: str) -> str:
        """The top of the tree that an entity stands in, over `kind_of` links only: `ViT-B/16` gives `ViT`."""
        seen = {entity}
        while True:
            up = [link.parent for link in self.parents.get(entity, ()) if link.kind == "kind_of"]
            if not up or up[0] in seen:
                return entity
            entity = up[0]
            seen.add(entity)

    def traits_of(self, entity: str) -> Traits | None:
        """What is known of an entity; where nothing is said of a version or a size, what is of its family."""
        seen: set[str] = set()
        while entity not in self.traits and entity not in seen:
            seen.add(entity)
            links = self.parents.get(entity, ())
            entity = next((k.parent for k in links if k.kind in ("version_of", "kind_of")), entity)
        return self.traits.get(entity)


def load_vocabulary(user_folder: Path | None = None) -> Vocabulary:
    """Load the bundled vocabulary and, over it, the files of a user's folder.

    Args:
        user_folder: a library's `vocabulary/` folder; it need not exist or hold all the files.

    Raises:
        VocabularyError: a row is bad; the message names file and line.
    """
    stamp: tuple[tuple[str, int, int], ...] = ()
    if user_folder is not None and user_folder.is_dir():
        files = (user_folder / name for name in _COLUMNS)
        stats = ((file, file.stat()) for file in files if file.is_file())
        stamp = tuple((str(file), stat.st_mtime_ns, stat.st_size) for file, stat in stats)
    return _load(stamp)


@lru_cache(maxsize=8)
def _load(user_files: tuple[tuple[str, int, int], ...]) -> Vocabulary:
    files = [BUNDLED / name for name in _COLUMNS] + [Path(path) for path, _, _ in user_files]
    # All entities first, so that a user's alias may point to a bundled entity and the other way round.
    files.sort(key=lambda file: list(_COLUMNS).index(file.name))
    entities: dict[str, VocabularyEntity] = {}
    aliases: dict[tuple[str, str], Alias] = {}
    links: dict[tuple[str, str], Link] = {}
    cues: dict[tuple[str, str], Cue] = {}
    traits: dict[str, Traits] = {}
    digest = hashlib.sha256()
    for file in files:
        for line, row in _rows(file, digest):
            where = f"{file}, line {line}"
            if file.name == "entities.csv":
                _check_entity(row, where)
                entities[row[0]] = VocabularyEntity(*row)
            elif file.name == "aliases.csv":
                _check(row[1] in entities, where, f"no entity {row[1]!r}; add it to entities.csv")
                _check(row[2] in MATCHES, where, f"match is {row[2]!r}; use one of {', '.join(MATCHES)}")
                aliases[row[0], row[1]] = Alias(*row)
            elif file.name == "links.csv":
                for end in row[:2]:
                    _check(end in entities, where, f"no entity {end!r}; add it to entities.csv")
                _check(row[2] in LINK_KINDS, where, f"kind is {row[2]!r}; use one of {', '.join(LINK_KINDS)}")
                links[row[0], row[1]] = Link(*row)
            elif file.name == "traits.csv":
                known, kind, use, year, words = row
                _check(known in entities, where, f"no entity {known!r}; add it to entities.csv")
                _check(use in USES, where, f"use is {use!r}; use one of {', '.join(USES)}")
                _check(not year or year.isdecimal(), where, f"year is {year!r}; use four digits or nothing")
                traits[known] = Traits(kind, int(use), int(year or 0), tuple(words.split()))
            else:
                _check(row[0] in entities, where, f"no entity {row[0]!r}; add it to entities.csv")
                _check(row[2] in CUE_KINDS, where, f"kind is {row[2]!r}; use one of {', '.join(CUE_KINDS)}")
                if row[2] == "regex":
                    _check(_compiles(row[1]), where, f"not a regular expression: {row[1]!r}")
                cues[row[0], row[1]] = Cue(*row)
    for entity in entities.values():
        aliases.setdefault((entity.name, entity.id), Alias(entity.name, entity.id, "any case"))
    return Vocabulary(
        digest.hexdigest()[:16],
        {id: entities[id] for id in sorted(entities)},
        tuple(aliases[key] for key in sorted(aliases)),
        tuple(links[key] for key in sorted(links)),
        tuple(cues[key] for key in sorted(cues)),
        traits,
    )


def _rows(file: Path, digest: "hashlib._Hash") -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of a file with their line numbers, checked against the columns that it must have."""
    columns = _COLUMNS[file.name]
    data = file.read_bytes()
    digest.update(file.name.encode() + b"\0" + data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise VocabularyError(f"{file}, line {line}: not UTF-8; save the file as UTF-8") from None
    reader = csv.reader(text.splitlines(keepends=True))
    header = tuple(next(reader, ()))
    _check(
        header == columns,
        f"{file}, line 1",
        f"the columns are {','.join(header)!r}; use {','.join(columns)!r}",
    )
    for row in reader:
        if not row:
            continue
        where = f"{file}, line {reader.line_num}"
        _check(len(row) == len(columns), where, f"{len(row)} cells; use {len(columns)}: {','.join(columns)}")
        _check(bool(row[0] and row[1]), where, f"{columns[0]} and {columns[1]} must not be empty")
        yield reader.line_num, tuple(row)


def _check_entity(row: tuple[str, ...], where: str) -> None:
    type, colon, slug = row[0].partition(":")
    _check(
        type in TYPES and bool(colon and slug),
        where,
        f"id is {row[0]!r}; use type:slug, type of {', '.join(TYPES)}",
    )


def _check(holds: bool, where: str, what: str) -> None:
    if not holds:
        raise VocabularyError(f"{where}: {what}")


def _compiles(expression: str) -> bool:
    try:
        re.compile(expression)
    except re.error:
        return False
    return True
