"""A worker process: reads one PDF after another and hands each on as a frame; it may die without harm.

It is started by `fmatlas.ingest.workers` with a job on its command line, takes one path a line from its
standard input, and writes one frame for each to what was its standard output. What native code prints goes to
its standard error.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from fmatlas.ingest.frames import pack_frame

# Some libraries pull these in wherever they are installed: seconds and half a gigabyte for nothing.
NOT_IN_A_WORKER = ("torch", "streamlit", "sentence_transformers", "tensorflow")

_PR_SET_PDEATHSIG = 1
READER = "fmatlas.ingest.reading:read_report"


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told when it starts.

    Attributes:
        reader: dotted name of the function from a path to a Reading, as `module:function`.
        vocabulary: the library's own vocabulary folder; it need not exist.
        megabytes: the address space that the process may take; 0 for as much as there is.
    """

    reader: str = READER
    vocabulary: str = ""
    megabytes: int = 0

    def to_json(self) -> str:
        """For the command line."""
        return json.dumps(asdict(self))


def main() -> None:
    """Work until the standard input ends."""
    # The supervisor decides when a worker ends, also when Ctrl-C reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for name in NOT_IN_A_WORKER:
        sys.modules[name] = None  # type: ignore[assignment]
    job = Job(**json.loads(sys.argv[1]))
    limit_memory(job.megabytes)
    die_with_parent()
    try:
        process = prepare(job)
    except Exception as error:
        out.write(pack_frame({"fatal": str(error) or type(error).__name__}))
        out.flush()
        return
    out.write(pack_frame({"ready": True}))
    out.flush()
    for line in sys.stdin.buffer:
        # A supervisor that is gone wants no more reports.
        with suppress(BrokenPipeError):
            out.write(process(Path(os.fsdecode(json.loads(line).encode("utf-8", "surrogateescape")))))
            out.flush()


def prepare(job: Job) -> Callable[[Path], bytes]:
    """Load what every report needs, once, and give the function from a path to a frame."""
    from fmatlas.ingest.candidates import find_candidates
    from fmatlas.ingest.reading import READER_VERSION
    from fmatlas.ingest.scan import hash_file
    from fmatlas.ingest.stamps import detected_by
    from fmatlas.ingest.suggest import suggested_by, suggested_values
    from fmatlas.library.layers import candidate_row, pack_layers, pack_rows, pack_words
    from fmatlas.schema.errors import FmAtlasError, ReadError
    from fmatlas.schema.vocabulary import load_vocabulary

    module, _, name = job.reader.partition(":")
    read = getattr(import_module(module), name)
    vocabulary = load_vocabulary(Path(job.vocabulary) if job.vocabulary else None)
    stamp = detected_by(vocabulary)

    def attempt(path: Path) -> tuple[dict[str, Any], tuple[bytes, ...]]:
        try:
            reading = read(path)
            candidates = find_candidates(reading, vocabulary)
            return {"reader_version": READER_VERSION, "detected_by": stamp, "suggested_by": suggested_by()}, (
                reading.text.encode(),
                pack_layers(reading),
                pack_words(reading.words),
                pack_rows(map(candidate_row, candidates)),
                pack_rows(map(astuple, suggested_values(reading))),
            )
        except ReadError as error:
            return {"reason": error.reason, "message": str(error)}, ()
        except FmAtlasError as error:
            return {"reason": "unreadable", "message": str(error)}, ()
        except MemoryError:
            return {"reason": "out-of-memory", "message": _TOO_MUCH}, ()
        except Exception as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            return {"reason": "reader-error", "message": f"The reader failed on it ({said})."}, ()

    def process(path: Path) -> bytes:
        header, blobs = attempt(path)
        try:
            # Afterwards, so that the supervisor sees whether these were the bytes that it meant.
            header["sha256"] = hash_file(path)
        except FileNotFoundError:
            header, blobs = {"reason": "vanished", "message": "It was gone when it was to be read."}, ()
        except OSError as error:
            header, blobs = {"reason": "unreadable", "message": f"It cannot be read: {error.strerror}."}, ()
        return pack_frame(header, *blobs)

    return process


_TOO_MUCH = "Reading it takes more memory than a worker may have; raise megabytes_per_worker in fmatlas.toml."


def limit_memory(megabytes: int) -> None:
    """Let the process take no more address space than this, where the system knows such a limit."""
    if not megabytes:
        return
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def die_with_parent() -> None:
    """Be killed when the supervisor is, so that a hanging worker is not left behind; Linux only."""
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
