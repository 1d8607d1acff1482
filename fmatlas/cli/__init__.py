"""The command line: `fmatlas ...`, one file for each command, thin over the atlas."""

import os
import sys
from collections.abc import Sequence

from fmatlas.schema.errors import FmAtlasError, UsageError

FAILED, USAGE, PARTLY, INTERRUPTED = 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; whatever goes wrong ends as one line on the standard error.

    Args:
        arguments: without the program's name; those of the process by default.

    Returns:
        The exit code: 0 ok, 1 failed, 2 wrongly called, 3 partly done, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A file name may hold bytes that are no text in any encoding; printing it must not fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except FmAtlasError as error:
        code = _say(str(error), USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python's own flush at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except OSError as error:
        code = _say(f"{error.filename or 'fmatlas'}: {error.strerror or error}", FAILED)
    except Exception as error:
        if os.environ.get("FMATLAS_TRACEBACK"):
            raise
        code = _say(
            f"Unexpected {type(error).__name__}: {error}. This is a fault of fmatlas; "
            "FMATLAS_TRACEBACK=1 before the command shows where.",
            FAILED,
        )
    if code == INTERRUPTED:
        _say("Interrupted. What was done so far is kept; the same command goes on from there.", code)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    from fmatlas.cli.app import app

    try:
        app(args=None if arguments is None else list(arguments), prog_name="fmatlas")
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else FAILED * bool(exit_.code)
    return 0


def _say(message: str, code: int) -> int:
    print(f"fmatlas: {' '.join(message.split())}", file=sys.stderr)
    return code
