"""What a user means by a name: the study, the file, the entity; with suggestions where it is unknown."""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from fmatlas.library.places import relative
from fmatlas.names import fold_name
from fmatlas.schema.errors import UsageError

_ADDRESS = re.compile(r"^(?:https?://)?(?:(?:dx\.)?doi\.org/|(?:www\.)?arxiv\.org/(?:abs|pdf)/)")
_ARXIV = re.compile(
    r"(?:arxiv:|(?:doi:)?10\.48550/arxiv\.)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?"
)
# As many digits of a hash as no two reports of a library are likely to share.
_HASH_START = re.compile(r"(?:sha256:)?([0-9a-f]{6,63})")

_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT ? UNION SELECT link.child FROM entity_link link JOIN below ON below.id = link.parent
)
SELECT id FROM below
"""


def find_study(connection: sqlite3.Connection, text: str) -> str:
    """The id of the study that a user names.

    Looked up in order: an id or any key that the study ever had (`doi:`, `arxiv:`, `sha256:` and the address
    before them may be left out, and all but the first six digits of a hash), a file's path or name, the whole
    title, a part of it.

    Raises:
        UsageError: none, or several, are meant; the message names the nearest.
    """
    text = text.strip()
    titles = dict(connection.execute("SELECT study, value FROM study_metadata WHERE field = 'title'"))
    for found in (_by_key(connection, text), studies_of_file(connection, text), _by_title(titles, text)):
        if len(found) == 1:
            return found[0]
        if found:
            named = "; ".join(f"{study} ({titles.get(study, 'no title')})" for study in found[:5])
            raise UsageError(f"{text!r} could be {len(found)} studies: {named}. Name one by its id.")
    files = [Path(row[0]).name for row in connection.execute("SELECT path FROM file")]
    near = nearest(text, [*titles.values(), *files])
    hint = (
        f"Did you mean {'; '.join(repr(name) for name in near)}?"
        if near
        else "Give its id, DOI or arXiv id, its file, or a part of its title."
    )
    raise UsageError(f"No study is called {text!r}. {hint}")


def _by_key(connection: sqlite3.Connection, text: str) -> list[str]:
    plain = _ADDRESS.sub("", text.lower())
    arxiv = _ARXIV.fullmatch(plain)
    # Keys hold an arXiv id without its version.
    keys = (text, plain, f"doi:{plain}", f"sha256:{plain}", f"arxiv:{arxiv[1]}" if arxiv else "")
    marks = ", ".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT id FROM study WHERE id IN ({marks}) "
        f"UNION SELECT study FROM study_key WHERE key IN ({marks}) ORDER BY 1",
        keys * 2,
    ).fetchall()
    start = _HASH_START.fullmatch(plain)
    if not rows and start:
        rows = connection.execute(
            "SELECT DISTINCT study FROM study_key WHERE key BETWEEN ? AND ? ORDER BY study",
            (f"sha256:{start[1]}", f"sha256:{start[1]}g"),
        ).fetchall()
    return [row[0] for row in rows]


def _by_title(titles: dict[str, str], text: str) -> list[str]:
    part = fold_name(text)
    folded = {study: fold_name(title) for study, title in sorted(titles.items())}
    whole = [study for study, title in folded.items() if part and title == part]
    return whole or [study for study, title in folded.items() if part and part in title]


def studies_of_file(connection: sqlite3.Connection, text: str) -> list[str]:
    """The studies whose report lies under a path, a path relative to its folder, or a file name; sorted."""
    files = paths_of_file(connection, text)
    rows = connection.execute(
        "SELECT path, study FROM file JOIN report USING (sha256) WHERE study IS NOT NULL"
    )
    return sorted({study for path, study in rows if path in files})


def paths_of_file(connection: sqlite3.Connection, text: str) -> list[str]:
    """The files that a user means by a path, be it relative to the ingested folder, or by a name; sorted."""
    absolute = str(Path(text).expanduser().absolute())
    rows = connection.execute("SELECT path, root FROM file ORDER BY path").fetchall()
    exact = [path for path, root in rows if path == absolute or relative(path, root) == text]
    return exact or [path for path, _ in rows if text in (Path(path).name, Path(path).stem)]


def find_paths(connection: sqlite3.Connection, text: str) -> list[str]:
    """The one file that a user names, be it read or failed, or else all files of the study that they name.

    Raises:
        UsageError: nothing is called so, or several things are.
    """
    files = paths_of_file(connection, text)
    if len(files) > 1:
        raise UsageError(
            f"{text!r} could be {len(files)} files: {', '.join(files[:5])}. Name one by its path."
        )
    if files:
        return files
    study = find_study(connection, text)
    rows = connection.execute(
        "SELECT path FROM file JOIN report USING (sha256) WHERE study = ? ORDER BY path", (study,)
    )
    return [row[0] for row in rows]


def find_entities(connection: sqlite3.Connection, kind: str, name: str, study: str = "") -> list[str]:
    """The ids of the entities of a type that a name means; none if the library knows none.

    Looked up in order: an id, what the named study itself defines, an alias or name that holds everywhere,
    what only another report defines.

    Args:
        connection: of the library.
        kind: type of entity, such as `dataset`; empty for any.
        name: an id, or a name or alias in any spelling.
        study: id of the study that is spoken of, if one is.

    Returns:
        Mostly one; several where entities that are kept apart are written alike. Best first.
    """
    row = connection.execute(
        "SELECT id FROM entity WHERE id = ? AND ? IN (type, '')", (name, kind)
    ).fetchone()
    if row:
        return [row[0]]
    folded = fold_name(name)
    scoped = connection.execute(
        "SELECT entity, scope, study FROM alias LEFT JOIN report ON sha256 = scope "
        "WHERE ? IN (type, '') AND surface = ? ORDER BY scope, entity",
        (kind, folded),
    ).fetchall()
    own = [entity for entity, scope, of_study in scoped if study and of_study == study]
    written = connection.execute("SELECT id, name FROM entity WHERE ? IN (type, '') ORDER BY id", (kind,))
    everywhere = [entity for entity, scope, _ in scoped if not scope]
    everywhere += [identifier for identifier, written_name in written if fold_name(written_name) == folded]
    elsewhere = [entity for entity, scope, _ in scoped if scope]
    return list(dict.fromkeys(own or everywhere or elsewhere))


def find_entity(connection: sqlite3.Connection, kind: str, name: str, study: str = "") -> str | None:
    """The best of `find_entities`; None if the library knows none."""
    found = find_entities(connection, kind, name, study)
    return found[0] if found else None


def need_entities(connection: sqlite3.Connection, kind: str, name: str, study: str = "") -> list[str]:
    """As `find_entities`, for a caller that cannot go on without one.

    Raises:
        UsageError: the name is unknown; the message suggests the nearest of those that the library has.
    """
    found = find_entities(connection, kind, name, study)
    if not found:
        raise unknown_entity(connection, kind, name)
    return found


def unknown_entity(connection: sqlite3.Connection, kind: str, name: str) -> UsageError:
    """What to tell a user whose name of an entity the library does not know."""
    names = connection.execute("SELECT name FROM entity WHERE ? IN (type, '')", (kind,))
    near = nearest(name, (row[0] for row in names))
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    return UsageError(f"The library knows no {kind or 'entity'} called {name!r}.{hint}")


def entities_below(connection: sqlite3.Connection, entities: Iterable[str]) -> list[str]:
    """These entities and all that are a kind, a version, a part of, or derived from one of them; sorted."""
    return sorted({row[0] for entity in entities for row in connection.execute(_BELOW, (entity,))})


def nearest(text: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names that are written most like `text`, best first; none where nothing is near."""
    from rapidfuzz import fuzz, process

    choices = sorted(set(names))
    found = process.extract(
        text, choices, scorer=fuzz.WRatio, processor=str.casefold, limit=limit, score_cutoff=65
    )
    return [str(choice) for choice, _, _ in found]
