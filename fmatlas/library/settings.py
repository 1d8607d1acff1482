"""`fmatlas.toml`: the file that marks a folder as a library and keeps its settings."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from fmatlas.schema.errors import LibraryError

SETTINGS_FILE = "fmatlas.toml"
# What the library has learnt (`fmatlas learn`).
LEARNT_FILE = "judges.json"
# The user's own names, labels, aliases and cues.
VOCABULARY_FOLDER = "vocabulary"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set in a library; every setting has a default that works offline.

    Attributes:
        name: what the library is called in exports and on the app's pages.
        embedding_model: the sentence-transformers model that embeds passages, or a folder with one.
        seconds_per_report: a report that takes longer to read fails as `timed-out`.
        megabytes_per_worker: a report that needs more memory fails as `out-of-memory`.
        llm_address: an OpenAI-compatible endpoint; empty, and nothing ever leaves the machine.
        llm_model: the model to ask for there.
        neo4j_uri: a Neo4j server that holds the graph; empty, and it is in the library's folder. `NEO4J_URI`
            comes first.
        neo4j_user: who logs in there; the password is only ever read from `NEO4J_PASSWORD`.
        neo4j_database: the database there; empty is the server's own default.
    """

    name: str = ""
    embedding_model: str = "all-MiniLM-L6-v2"
    seconds_per_report: int = 120
    megabytes_per_worker: int = 4096
    llm_address: str = ""
    llm_model: str = ""
    neo4j_uri: str = ""
    neo4j_user: str = "neo4j"
    neo4j_database: str = ""


def read_settings(folder: Path) -> Settings:
    """The settings of a library folder; what its file leaves out has its default.

    Raises:
        LibraryError: no such file, not TOML, an unknown setting, or a value of the wrong type.
    """
    path = folder / SETTINGS_FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LibraryError(
            f"{folder} is no library: it has no {SETTINGS_FILE}. `fmatlas init {folder}` makes one."
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LibraryError(f"{path} cannot be read: {error}. Mend or delete the line it names.") from None
    known = {item.name: type(item.default) for item in fields(Settings)}
    for key, value in values.items():
        if key not in known:
            raise LibraryError(f"{path}: there is no setting `{key}`; the settings are {', '.join(known)}.")
        if type(value) is not known[key]:
            raise LibraryError(f"{path}: `{key}` must be of type {known[key].__name__}, not {value!r}.")
    return Settings(**values)


def write_settings(folder: Path, settings: Settings) -> None:
    """Write a library's settings file anew, one setting a line, through a file that is then renamed."""
    lines = ["# The settings of this fmatlas library. Deleting a line brings its default back."]
    for item in fields(settings):
        value = getattr(settings, item.name)
        lines.append(f"{item.name} = {_toml(value) if isinstance(value, str) else value}")
    draft = folder / (SETTINGS_FILE + ".part")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(folder / SETTINGS_FILE)


def _toml(text: str) -> str:
    """`text` as a basic TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if ord(c) >= 32 and ord(c) != 127 else f"\\u{ord(c):04X}" for c in escaped) + '"'
