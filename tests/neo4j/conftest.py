"""A real Neo4j server: that of NEO4J_URI, else one that is started here with its own data and password."""

import logging
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT, miss

PASSWORD = secrets.token_urlsafe(12)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """How to log in, as environment variables. The database is emptied by these tests."""
    if os.environ.get("NEO4J_URI"):
        login = {name: value for name, value in os.environ.items() if name.startswith("NEO4J_")}
        _refuse_to_empty(login)
        yield login
        return
    if shutil.which("java") is None or (
        shutil.which("mvn") is None and not (ROOT / ".neo4j" / "lib").is_dir()
    ):
        miss("no NEO4J_URI, and no Java and Maven to start a Neo4j server with")
    home = tmp_path_factory.mktemp("neo4j")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "neo4j_server.py"), "--home", str(home), "--port", "0"],
        env=os.environ | {"NEO4J_PASSWORD": PASSWORD},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None and process.stderr is not None
        lines = [process.stdout.readline() for _ in range(3)]
        login = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines if "=" in line)
        try:
            if len(login) != 3:
                pytest.fail(f"the Neo4j server did not start: {process.stderr.read()}")
            yield login
        finally:
            process.terminate()


def _refuse_to_empty(login: dict[str, str]) -> None:
    with _driver(login) as driver:
        records, _, _ = driver.execute_query("MATCH (n) RETURN count(n) AS n")
    if records[0]["n"]:
        pytest.fail(
            f"the Neo4j database at {login['NEO4J_URI']} is not empty, and these tests would empty it"
        )


@pytest.fixture
def empty(server: dict[str, str]) -> Iterator[dict[str, str]]:
    """The server with nothing in it, before and after."""
    wipe(server)
    yield server
    wipe(server)


def wipe(login: dict[str, str]) -> None:
    """Delete everything."""
    run(login, "MATCH (n) DETACH DELETE n")


def run(login: dict[str, str], cypher: str) -> list[dict[str, object]]:
    """Run a statement as the server's owner may."""
    with _driver(login) as driver:
        records, _, _ = driver.execute_query(cypher)
        return [record.data() for record in records]


def _driver(login: dict[str, str]):  # type: ignore[no-untyped-def]
    import neo4j

    auth = (login.get("NEO4J_USER", "neo4j"), login.get("NEO4J_PASSWORD", ""))
    return neo4j.GraphDatabase.driver(login["NEO4J_URI"], auth=auth)


@pytest.fixture(autouse=True)
def no_notifications(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """What the server warns of, deprecated words above all, is a failure here."""
    caplog.set_level(logging.WARNING, "neo4j.notifications")
    yield
    for when in ("setup", "call"):
        for record in caplog.get_records(when):
            assert record.name != "neo4j.notifications", record.getMessage()
