"""A Neo4j server for anyone with Java and Maven, and without Docker.

`python scripts/neo4j_server.py` fetches Neo4j Community from Maven Central into `.neo4j/lib` (once, 120 MB),
starts it on 127.0.0.1, sets its password at the first login, prints what to export, and runs until it is
interrupted.
"""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
JAVA = SCRIPTS / "neo4j"
FOLDER = SCRIPTS.parent / ".neo4j"
USER = "neo4j"
START_SECONDS = 180

# With 256 MB of page cache and the virtual machine itself, 1 GiB in all.
JAVA_OPTIONS = (
    "-Xmx512m",
    *(
        f"--add-opens=java.base/{name}=ALL-UNNAMED"
        for name in ("java.nio", "java.io", "java.lang", "sun.nio.ch")
    ),
)

CONFIGURATION = """\
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.memory.pagecache.size=256m
dbms.security.auth_enabled=true
dbms.security.allow_csv_import_from_file_urls=false
dbms.usage_report.enabled=false
"""


def main() -> int:
    """Fetch, start, wait. Exit codes: 0 after an interruption, 1 where something is missing or fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=FOLDER / "home", help="where its data lies")
    parser.add_argument("--port", type=int, default=7687, help="for Bolt; 0 takes a free one")
    parser.add_argument("--fetch-only", action="store_true", help="fetch it, and do not start it")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        library = fetch(FOLDER / "lib")
        if not chosen.fetch_only:
            serve(library, chosen.home.resolve(), chosen.port or free_port())
    except KeyboardInterrupt:
        pass
    except (OSError, RuntimeError) as error:
        print(f"Neo4j cannot be started: {error}", file=sys.stderr)
        return 1
    return 0


def fetch(library: Path) -> Path:
    """The folder with the server's jars, fetched by Maven where it is not there yet.

    Raises:
        RuntimeError: Java or Maven is missing, or Maven fails.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None and (program == "java" or not library.is_dir()):
            raise RuntimeError(
                f"there is no {program}; install a JDK of version 17 or 21, and Maven, or use Docker"
            )
    if library.is_dir():
        return library
    print(f"fetching Neo4j into {library}", file=sys.stderr)
    part = library.with_name(f"lib.part-{os.getpid()}")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={part}"]
    done = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(JAVA / "pom.xml"), *goal],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        shutil.rmtree(part, ignore_errors=True)
        raise RuntimeError(f"Maven failed:\n{done.stdout.strip()[-2000:]}")
    part.replace(library)
    return library


def serve(library: Path, home: Path, port: int) -> None:
    """Run the server until its process ends or this one is interrupted.

    Raises:
        RuntimeError: it does not come up; the message has the end of its output.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "neo4j.conf").write_text(CONFIGURATION.format(port=port), encoding="utf-8")
    log = home / "output.log"
    command = ["java", *JAVA_OPTIONS, "-cp", f"{library}{os.sep}*", str(JAVA / "Neo4j.java"), str(home)]
    with log.open("wb") as output:
        # The server ends when its input does: it never outlives this process, however that ends.
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(server, port, log)
        uri, password = f"bolt://127.0.0.1:{port}", password_of(home)
        log_in(uri, password)
        print(
            f"export NEO4J_URI={uri}\nexport NEO4J_USER={USER}\nexport NEO4J_PASSWORD={password}", flush=True
        )
        print(f"Neo4j runs; its data lies in {home}. Ctrl-C stops it.", file=sys.stderr, flush=True)
        server.wait()
    finally:
        assert server.stdin is not None
        server.stdin.close()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


def wait_for(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Wait until the port takes connections."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    end = log.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
    raise RuntimeError(f"it did not come up within {START_SECONDS} seconds. The end of {log}:\n{end}")


def password_of(home: Path) -> str:
    """NEO4J_PASSWORD, or one made up at the first start; kept beside the data, for its owner only."""
    kept = home / "password"
    if kept.exists():
        return kept.read_text(encoding="utf-8").strip()
    password = os.environ.get("NEO4J_PASSWORD") or secrets.token_urlsafe(12)
    kept.touch(mode=0o600)
    kept.write_text(password + "\n", encoding="utf-8")
    return password


def log_in(uri: str, password: str) -> None:
    """Set the password, where the server still has the one that it comes with."""
    import neo4j

    with neo4j.GraphDatabase.driver(uri, auth=(USER, password)) as driver:
        try:
            driver.verify_connectivity()
            return
        except neo4j.exceptions.AuthError:
            pass
    with neo4j.GraphDatabase.driver(uri, auth=(USER, USER)) as driver:
        driver.execute_query(
            "ALTER CURRENT USER SET PASSWORD FROM $old TO $new", old=USER, new=password, database_="system"
        )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
