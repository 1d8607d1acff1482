"""What a user means by a name: the study, the field, the entity; with suggestions where it is unknown."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from fmatlas.names import fold_name
from fmatlas.review.places import relative
from fmatlas.schema.errors import UsageError
from fmatlas.schema.fields import FIELD, Field, entity_type


def find_field(name: str) -> Field:
    """The field of that name; case, hyphens and a plural `s` do not matter.

    Raises:
        UsageError: there is no such field; the message lists those that there are.

    Example:
        >>> find_field("Datasets").name, find_field("base-model").name
        ('dataset', 'base_model')
    """
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    singular = {
        "losses": "loss",
        "modalities": "modality",
        "strategies": "strategy",
        "categories": "category",
    }
    for form in (plain, singular.get(plain, plain.removesuffix("s"))):
        if form in FIELD:
            return FIELD[form]
    raise UsageError(f"There is no field {name!r}. Fields are: {', '.join(FIELD)}.")


def find_role(field: Field, role: str) -> str:
    """The role as it is spelled; empty stays empty.

    Raises:
        UsageError: the field has no such role.
    """
    plain = role.strip().lower()
    if plain and plain not in field.roles:
        roles = ", ".join(field.roles) if field.roles else "none"
        raise UsageError(f"{field.name} has no role {role!r}; its roles are: {roles}.")
    return plain


def find_study(connection: sqlite3.Connection, text: str) -> str:
    """The id of the study that a user names: by id or any key, file name or path, or a part of its title.

    Raises:
        UsageError: none, or several, are meant; the message names the nearest.
    """
    keys = (text, f"arxiv:{text}", f"doi:{text}", f"sha256:{text}")
    marks = ", ".join("?" * len(keys))
    rows = connection.execute(
        f"SELECT id FROM study WHERE id IN ({marks}) "
        f"UNION SELECT study FROM study_key WHERE key IN ({marks})",
        keys * 2,
    ).fetchall()
    if len(rows) == 1:
        return str(rows[0][0])
    by_file = studies_of_file(connection, text)
    if len(by_file) == 1:
        return by_file[0]
    titles = dict(connection.execute("SELECT study, value FROM study_metadata WHERE field = 'title'"))
    part = fold_name(text)
    by_title = sorted(study for study, title in titles.items() if part and part in fold_name(title))
    exact = [study for study in by_title if fold_name(titles[study]) == part]
    if len(exact) == 1 or len(by_title) == 1:
        return (exact or by_title)[0]
    several = by_file or by_title
    if several:
        named = "; ".join(f"{study} ({titles.get(study, 'no title')})" for study in several[:5])
        raise UsageError(f"{text!r} could be {len(several)} studies: {named}. Name one by its id.")
    raise UsageError(f"No study is called {text!r}.{_suggest_study(connection, text, titles)}")


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


def find_entity(connection: sqlite3.Connection, field: Field, name: str, study: str = "") -> str | None:
    """The id of the entity that a name means in a field, by id, name or alias; None if unknown.

    What the named study itself defines comes first, what only another report defines comes last.
    """
    kind = entity_type(field.name)
    folded = fold_name(name)
    row = connection.execute("SELECT id FROM entity WHERE id = ? AND type = ?", (name, kind)).fetchone()
    row = (
        row
        or connection.execute(
            "SELECT entity FROM alias JOIN report ON report.sha256 = alias.scope "
            "WHERE type = ? AND surface = ? AND study = ? ORDER BY scope, entity",
            (kind, folded, study),
        ).fetchone()
    )
    row = (
        row
        or connection.execute(
            "SELECT entity FROM alias WHERE type = ? AND surface = ? ORDER BY scope, entity", (kind, folded)
        ).fetchone()
    )
    if row:
        return str(row[0])
    for identifier, written in connection.execute(
        "SELECT id, name FROM entity WHERE type = ? ORDER BY id", (kind,)
    ):
        if fold_name(written) == folded:
            return str(identifier)
    return None


def need_entity(connection: sqlite3.Connection, field: Field, name: str, study: str = "") -> str:
    """As `find_entity`, for a caller that cannot go on without one.

    Raises:
        UsageError: the name is unknown; the message suggests the nearest of those that the library has.
    """
    found = find_entity(connection, field, name, study)
    if found is not None:
        return found
    names = connection.execute("SELECT name FROM entity WHERE type = ?", (entity_type(field.name),))
    near = nearest(name, (row[0] for row in names))
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise UsageError(f"The library knows no {field.name.replace('_', ' ')} called {name!r}.{hint}")


def nearest(text: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """The names that are written most like `text`, best first; none where nothing is near."""
    from rapidfuzz import fuzz, process

    choices = sorted(set(names))
    found = process.extract(
        text, choices, scorer=fuzz.WRatio, processor=str.casefold, limit=limit, score_cutoff=65
    )
    return [str(choice) for choice, _, _ in found]


def _suggest_study(connection: sqlite3.Connection, text: str, titles: dict[str, str]) -> str:
    files = [Path(row[0]).name for row in connection.execute("SELECT path FROM file")]
    near = nearest(text, [*titles.values(), *files])
    return f" Did you mean {'; '.join(repr(name) for name in near)}?" if near else ""
