"""Build the bundled vocabulary and catalogue: `python scripts/build_vocabulary.py`.

Reads the hand-written lists in `scripts/vocabulary/`, the public lists in `../shared/catalogue/` (noisy, so
they are cleaned here and their sources kept) and word counts from `../shared/benchmarks/`.
Writes the CSV files and `catalogue.db` in `fmatlas/schema/data/`. The same inputs give the same files.
"""

import csv
import gzip
import itertools
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fmatlas.names import fold_name  # noqa: E402
from fmatlas.schema.vocabulary import BUNDLED, LINK_KINDS, TYPES  # noqa: E402

CURATED = ROOT / "scripts" / "vocabulary"
CATALOGUE = ROOT / ".." / "shared" / "catalogue"
BENCHMARKS = ROOT / ".." / "shared" / "benchmarks"

HAND = "fmatlas"
MARKS = {"=": "exact", "?": "cue", "~": "any case"}
CUE_MARKS = {"/": "regex", "=": "exact", "!": "not"}
CLOSED = ("task", "loss", "modality", "strategy")

# What behind a model's name makes another of it.
VERSION = re.compile(r"\d|^(?:mini|small|medium|large|nano|opus|sonnet|haiku|pro|flash|ultra|turbo)$")

# A word that texts write in lower case this often is an ordinary one.
COMMON = 2


@dataclass
class Entry:
    """An entity under construction; `aliases` maps what is written to how it matches."""

    type: str
    name: str
    source: str
    aliases: dict[str, str] = field(default_factory=dict)
    parents: list[tuple[str, str]] = field(default_factory=list)
    cues: list[str] = field(default_factory=list)


class Names:
    """The entries of one type, found by any folded name that they claimed first."""

    def __init__(self, type: str) -> None:
        self.type = type
        self.entries: dict[str, Entry] = {}
        self.claimed: dict[str, Entry] = {}

    def entry(self, name: str, source: str) -> Entry:
        """The entry that a name belongs to, a new one if none does."""
        key = fold_name(name)
        found = self.claimed.get(key)
        if found is None:
            found = self.entries[key] = self.claimed[key] = Entry(self.type, name, source)
        elif source not in found.source.split(" + "):
            found.source += f" + {source}"
        return found

    def claim(self, entry: Entry, alias: str) -> bool:
        """Whether an alias is free for this entry, which then owns it."""
        return self.claimed.setdefault(fold_name(alias), entry) is entry


def word_counts() -> Counter[str]:
    """How often texts write a word, by each way to write it."""
    counts: Counter[str] = Counter()
    with gzip.open(BENCHMARKS / "scirex" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            counts.update(json.loads(line)["words"])
    cranfield = (BENCHMARKS / "cranfield" / "cran.all.1400.xml").read_text(encoding="utf-8", errors="replace")
    counts.update(re.findall(r"[a-z]+", re.sub(r"<[^>]*>", " ", cranfield)))
    return counts


def how_it_matches(name: str, type: str, by_hand: bool, counts: Counter[str]) -> str:
    """Decide from its shape and from word counts how a name may match."""
    if type in CLOSED:
        return "any case"
    words = re.findall(r"[^\W\d_]+", name)
    letters = "".join(words)
    capitals = sum(char.isupper() for char in letters)
    common = bool(words) and all(counts[word.lower()] >= COMMON or len(word) == 1 for word in words)
    if re.search(r"\d", name) and letters:
        return "exact" if len(fold_name(name)) <= 3 or (common and not by_hand) else "any case"
    if len(words) > 1:
        if not common:
            return "any case"
        if by_hand:
            return "any case" if len(words) > 2 or type == "backbone" else "exact"
        return "exact" if capitals > len(words) else "cue"
    if common:
        return "exact" if capitals >= 2 and (by_hand or len(letters) >= 5) else "cue"
    if len(letters) <= 3:
        return "exact" if by_hand or type == "model" else "cue"
    # A person's name or a heading, such as Adam, is written otherwise than the acronym.
    other = sum(counts[form] for form in (letters.capitalize(), letters.upper()) if form != letters)
    return "exact" if other >= COMMON else "any case"


def expand(pattern: str) -> Iterator[list[str]]:
    """`ViT-{B=Base,L}` gives the spellings of two names: `ViT-B` or `ViT-Base`, and `ViT-L`."""
    parts = re.split(r"\{([^}]*)\}", pattern)
    choices = [part.split(",") if i % 2 else [part] for i, part in enumerate(parts)]
    for choice in itertools.product(*choices):
        spellings = (part.split("=") if i % 2 else [part] for i, part in enumerate(choice))
        yield ["".join(spelling) for spelling in itertools.product(*spellings)]


def read_curated(type: str, names: Names) -> None:
    """Read one hand-written list; see `scripts/vocabulary/README.md` for its lines."""
    family = ""
    rows = []
    for line in (CURATED / f"{type}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" + "):
            rows += [(name, "; ".join(others), family, "") for name, *others in expand(line[3:].strip())]
            continue
        name, aliases, parents, cues, *_ = (part.strip() for part in [*line.split("|", 3), "", "", ""])
        family = name
        rows.append((name, aliases, parents, cues))
    # Names before aliases: what has a line of its own is nobody's alias.
    for name, *_ in rows:
        names.entry(name, HAND)
    for name, aliases, parents, cues in rows:
        entry = names.entry(name, HAND)
        for alias in filter(None, (part.strip() for part in aliases.split(";"))):
            written = alias[1:] if alias[0] in MARKS else alias
            if names.claim(entry, written):
                entry.aliases[written] = MARKS.get(alias[0], "")
        for parent in filter(None, (part.strip() for part in parents.split(";"))):
            kind, _, rest = parent.partition(" ")
            kind, parent = (kind, rest) if kind in LINK_KINDS else ("kind_of", parent)
            if fold_name(parent) not in names.claimed:
                raise SystemExit(f"{type}.txt: {name!r} has an unknown parent {parent!r}")
            entry.parents.append((kind, parent))
        entry.cues += filter(None, (part.strip() for part in cues.split(";")))


def share_sizes(models: Names, backbones: Names) -> None:
    """A size of a family that is also a pretrained model is one too: `T5-XXL`, `LLaMA-7B`."""
    for entry in list(backbones.entries.values()):
        for kind, parent in entry.parents:
            if kind == "kind_of" and fold_name(parent) in models.claimed:
                known = fold_name(entry.name) in models.claimed
                size = models.entry(entry.name, HAND)
                size.aliases.update((a, m) for a, m in entry.aliases.items() if models.claim(size, a))
                if not known:
                    size.parents.append((kind, models.claimed[fold_name(parent)].name))


def clean(name: str) -> str:
    """A name of the public lists without their decorations; empty where nothing usable is left."""
    name = re.sub(r"\((?:PWC|Duplicate|MICCAI ?\d{4})\)", "", name)
    name = re.sub(r"^[\s$*\-–—.,:#]+|[\s*:,;]+$", "", re.sub(r"\s+", " ", name))
    name = re.sub(r"^[Tt]he\s+(?=\S+\s)", "", name)
    name = re.sub(r"(?i)(?<=\S)[\s\-]+(?:data ?set|database)$", "", name)
    folded = fold_name(name)
    if len(folded) < 2 or folded.isdigit() or len(name) > 80 or len(name.split()) > 9:
        return ""
    return name


def listed(file: str) -> list[dict[str, str]]:
    """The rows of one of the catalogue's files; what a person added to the lists is ours."""
    with (CATALOGUE / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["source"] = re.sub(r"curated-aliases \([^)]*\)", HAND, row["source"])
    return rows


def read_datasets(names: Names) -> None:
    """Add the catalogue's datasets; an alias that several of them share belongs to none."""
    rows = listed("datasets.csv")
    cleaned = [(clean(row["name"]), row) for row in rows]
    for name, row in cleaned:
        if name:
            names.entry(name, row["source"])
    owners: dict[str, set[str]] = {}
    pairs = []
    for name, row in cleaned:
        for alias in map(clean, row["aliases"].split(";") if name else ()):
            if alias:
                pairs.append((name, alias))
                owners.setdefault(fold_name(alias), set()).add(fold_name(name))
    for name, alias in pairs:
        entry = names.entry(name, entry_source(names, name))
        # A long alias that is more than a spelling is often another dataset's description.
        if len(owners[fold_name(alias)]) == 1 and names.claim(entry, alias):
            entry.aliases.setdefault(alias, "")


def entry_source(names: Names, name: str) -> str:
    """The first source of a known name: asking for it again adds none."""
    return names.claimed[fold_name(name)].source.split(" + ")[0]


def read_models(names: Names, counts: Counter[str]) -> None:
    """Add the catalogue's models, but for sentences and ordinary words taken from titles."""
    for row in listed("models.csv"):
        name = clean(re.sub(r"\s*\([^)]*\)$", "", row["model"]))
        capitals = sum(char.isupper() for char in name)
        if not name or len(name.split()) > 4 or (capitals < 2 and counts[name.lower()] >= COMMON):
            continue
        names.entry(name, row["source"])


def link_versions(names: Names) -> None:
    """`BraTS 2021` is a version of `BraTS`: another's name with a year or a version number behind."""
    for entry in list(names.entries.values()):
        if any(kind == "version_of" for kind, _ in entry.parents):
            continue
        match = re.fullmatch(r"(.*?[^\W\d_])[\s\-_']*(?:(?:19|20)\d\d|v\d(?:\.\d)?)", entry.name)
        base = names.claimed.get(fold_name(match[1])) if match else None
        if base is not None and base is not entry:
            entry.parents.append(("version_of", base.name))


def split_versions(names: Names) -> None:
    """A numbered version or a size is a thing of its own, no spelling: `DALL-E 3` is not `DALL-E`.

    Of datasets a year is mostly no other thing (`COCO 2017`), so this is for models and backbones.
    """
    for entry in list(names.entries.values()):
        plain = fold_name(entry.name)
        for alias, match in list(entry.aliases.items()):
            rest = fold_name(alias).removeprefix(plain)
            if rest in ("", fold_name(alias)) or not VERSION.search(rest):
                continue
            del entry.aliases[alias]
            key = plain + re.sub(r"^v(?=\d)", "", rest)
            version = names.entries.get(key) or Entry(names.type, alias, entry.source)
            version.aliases[alias] = match
            if entry is not version and not version.parents:
                version.parents.append(("version_of", entry.name))
            names.entries[key] = names.claimed[key] = names.claimed[fold_name(alias)] = version


def slug(name: str) -> str:
    """The part of an id after the type."""
    spelled = name.lower().replace("+", " plus").replace("&", " and ")
    return re.sub(r"[\W_]+", "-", spelled).strip("-")


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write sorted rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(set(rows)))


def write_vocabulary(out: Path, all_names: list[Names], counts: Counter[str]) -> dict[tuple[str, str], str]:
    """Write the CSV files; returns the id of each (type, folded name)."""
    entities, aliases, links, cues = [], [], [], []
    ids: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for names in all_names:
        for key, entry in names.entries.items():
            id = stem = f"{entry.type}:{slug(entry.name) or key}"
            for n in itertools.count(2):
                if id not in taken:
                    break
                id = f"{stem}-{n}"
            taken.add(id)
            for folded, owner in names.claimed.items():
                if owner is entry:
                    ids[entry.type, folded] = id
    for names in all_names:
        for key, entry in names.entries.items():
            id = ids[entry.type, key]
            entities.append((id, entry.name, entry.source))
            by_hand = HAND in entry.source.split(" + ")
            for surface, match in {entry.name: "", **entry.aliases}.items():
                aliases.append((surface, id, match or how_it_matches(surface, entry.type, by_hand, counts)))
            for kind, parent in entry.parents:
                links.append((id, ids[entry.type, fold_name(parent)], kind))
            for cue in entry.cues:
                kind = CUE_MARKS.get(cue[0], "phrase")
                cues.append((id, cue.strip("/") if kind == "regex" else cue.lstrip("=!"), kind))
    write_csv(out / "entities.csv", ("id", "name", "source"), entities)
    write_csv(out / "aliases.csv", ("surface", "entity", "match"), aliases)
    write_csv(out / "links.csv", ("child", "parent", "kind"), [link for link in links if link[0] != link[1]])
    write_csv(out / "cues.csv", ("entity", "cue", "kind"), cues)
    return ids


def write_traits(out: Path, ids: dict[tuple[str, str], str]) -> None:
    """Write what is commonly known of the entities."""
    with (CURATED / "traits.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    unknown = [row["name"] for row in rows if (row["type"], fold_name(row["name"])) not in ids]
    if unknown:
        raise SystemExit(f"traits.csv: no such names: {', '.join(unknown)}")
    write_csv(
        out / "traits.csv",
        ("entity", "kind", "use", "year", "words"),
        ((ids[row["type"], fold_name(row["name"])], *list(row.values())[2:]) for row in rows),
    )


def write_more(out: Path) -> None:
    """Write the values of the further fields with the wording that each is found by, and its weight."""
    rows = []
    for line in (CURATED / "more.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        field, value, cues = (part.strip() for part in line.split("|", 2))
        for cue in (part.strip() for part in cues.split(";")):
            if match := re.fullmatch(r"(?:([\d.]+) )?/(.*)/", cue):
                rows.append((field, value, match[2], "regex", match[1] or "1"))
            else:
                rows.append(
                    (field, value, cue.removeprefix("="), "exact" if cue.startswith("=") else "phrase", "1")
                )
    write_csv(out / "more.csv", ("field", "value", "cue", "kind", "weight"), rows)


def write_catalogue(out: Path, ids: dict[tuple[str, str], str]) -> None:
    """Write `catalogue.db`: the public lists as they are, each row with its entity where it has one."""
    path = out / "catalogue.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for table, file in (("model", "models.csv"), ("dataset", "datasets.csv")):
        rows = listed(file)
        columns = ["name" if column == "model" else column for column in rows[0]]
        spec = ", ".join(f"{column} TEXT NOT NULL" for column in columns)
        connection.execute(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {spec}, entity TEXT NOT NULL) STRICT"
        )
        marks = ", ".join("?" * (len(columns) + 2))
        for n, row in enumerate(rows, start=1):
            name = clean(next(iter(row.values())))
            entity = ids.get((table, fold_name(name)), "") if name else ""
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", (n, *row.values(), entity))
        connection.execute(f"CREATE INDEX {table}_entity ON {table} (entity)")
    connection.execute("CREATE INDEX model_arxiv_id ON model (arxiv_id)")
    connection.commit()
    connection.execute("VACUUM")
    connection.close()


def build(out: Path) -> None:
    """Write all the files into a folder."""
    counts = word_counts()
    all_names = [Names(type) for type in TYPES]
    for names in all_names:
        read_curated(names.type, names)
        if names.type == "model":
            read_models(names, counts)
        if names.type == "dataset":
            read_datasets(names)
            link_versions(names)
        if names.type in ("model", "backbone"):
            split_versions(names)
    share_sizes(all_names[0], all_names[1])
    ids = write_vocabulary(out, all_names, counts)
    write_catalogue(out, ids)
    write_traits(out, ids)
    write_more(out)
    for names in all_names:
        print(f"{names.type}: {len(names.entries)} entities, {len(names.claimed)} names")


if __name__ == "__main__":
    build(BUNDLED)
