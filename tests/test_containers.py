"""The container files. No container engine is needed: the schema and the promises are checked on the text."""

import re
import subprocess
import sys
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return YAML(typ="safe").load(COMPOSE)["services"]


def check_schema(path: str) -> subprocess.CompletedProcess[str]:
    """Run the compose specification's own schema over a file."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", path]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_compose_file_keeps_the_compose_schema() -> None:
    checked = check_schema(str(COMPOSE))
    assert checked.returncode == 0, checked.stdout


def test_the_schema_would_refuse_a_mistake(tmp_path: Any) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(
        COMPOSE.read_text(encoding="utf-8").replace("healthcheck:", "healtcheck:"), encoding="utf-8"
    )
    assert check_schema(str(wrong)).returncode != 0


def test_ports_are_open_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service["ports"]]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_every_service_has_a_health_check_and_keeps_its_data(services: dict[str, Any]) -> None:
    assert all(service["healthcheck"]["test"] and service["volumes"] for service in services.values())
    assert services["app"]["depends_on"]["neo4j"]["condition"] == "service_healthy"


def test_the_password_comes_from_the_environment_and_has_no_default(services: dict[str, Any]) -> None:
    assert services["neo4j"]["image"] == "neo4j:5.26-community"
    assert re.fullmatch(r"neo4j/\$\{NEO4J_PASSWORD:\?.+\}", services["neo4j"]["environment"]["NEO4J_AUTH"])
    assert re.fullmatch(r"\$\{NEO4J_PASSWORD:\?.+\}", services["app"]["environment"]["NEO4J_PASSWORD"])


def test_queries_cannot_read_files_of_the_server(services: dict[str, Any]) -> None:
    environment = services["neo4j"]["environment"]
    assert environment["NEO4J_dbms_security_allow__csv__import__from__file__urls"] == "false"


def test_the_image_runs_as_a_user_without_rights_and_has_cpu_wheels() -> None:
    assert re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE) == ["atlas"]
    assert DOCKERFILE.index("\nUSER ") < DOCKERFILE.index("\nCMD ")
    assert "--torch-backend cpu" in DOCKERFILE and "--locked" in DOCKERFILE


def test_what_the_image_copies_is_let_through_to_the_builder() -> None:
    copied = [
        word
        for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
    ]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied and all((ROOT / name).exists() and f"!{name}" in ignored for name in copied)
