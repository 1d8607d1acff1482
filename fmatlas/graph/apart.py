"""A query of a user's own, in a process of its own: one that hangs, eats memory or crashes ends there.

Ladybug looks at its time limit only now and then: a product of four tables or ten UNWINDs can run for hours.
The process may not write any file, as a second line behind the allow-list.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fmatlas.schema.errors import GraphError

# How long Ladybug may take beyond the time limit before its process is killed.
_GRACE_SECONDS = 0.5
# The most address space, in bytes: what an open database maps, and 4 GiB.
_MOST_MEMORY = (1 << 34) + (1 << 32)
_READY = b"ready\n"


def rows_apart(
    database: Path, cypher: str, parameters: Mapping[str, Any], timeout: float
) -> list[dict[str, Any]]:
    """Run a checked query over a published graph file in a process of its own.

    Raises:
        GraphError: the query is wrong, takes too long, or ended its process.
    """
    asked = {"database": str(database), "cypher": cypher, "parameters": dict(parameters), "timeout": timeout}
    # -P: whatever lies in the working folder is not imported. Unbuffered: only the line `ready` is read.
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "fmatlas.graph.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            if process.stdout.readline() != _READY:
                raise GraphError("no process can be started for the query: look for room in memory")
            said, _ = process.communicate(json.dumps(asked).encode(), timeout=timeout + _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            raise GraphError(f"the query was stopped after {timeout:g} seconds: ask for less") from None
        finally:
            process.kill()
    try:
        answer = json.loads(said)
    except ValueError:
        raise GraphError(
            "the query ended its own process, for want of memory perhaps: ask for less"
        ) from None
    if "error" in answer:
        raise GraphError(answer["error"])
    rows: list[dict[str, Any]] = answer["rows"]
    return rows


def _give_up_rights() -> None:
    """No byte may be written to a file any more, and memory has a limit, where the system has such limits."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, _MOST_MEMORY),
    ):
        resource.setrlimit(limit, (most, most))


def _main() -> None:
    """Read a query from standard input; print its rows, or what went wrong, as JSON."""
    from fmatlas.graph.embedded import open_database, run_query

    _give_up_rights()
    sys.stdout.buffer.write(_READY)
    sys.stdout.flush()
    asked = json.load(sys.stdin)
    answer: dict[str, Any]
    try:
        with open_database(Path(asked["database"]), read_only=True) as database:
            answer = {"rows": run_query(database, asked["cypher"], asked["parameters"], asked["timeout"])}
    except GraphError as error:
        answer = {"error": str(error)}
    except (OSError, RuntimeError, MemoryError) as error:
        answer = {"error": f"the query failed: {str(error) or 'not enough memory'}"}
    json.dump(answer, sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    _main()
