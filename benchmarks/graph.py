"""How long a graph takes to load, and a question to be answered, on both engines.

    python -m benchmarks.graph [STUDIES]

Makes a library of invented studies (1,000 unless told otherwise; about 30 facts and 8 citations each, few
names frequent and most rare), projects it, loads it into Ladybug and into Neo4j, and asks every named
question ten times. Neo4j is that of NEO4J_URI, whose database must be empty; without it only Ladybug is
measured. Prints Markdown.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from fmatlas.graph import QUESTIONS, Graph
from fmatlas.graph.embedded import EmbeddedGraph
from fmatlas.graph.graph import Engine
from fmatlas.graph.listed import read_listed
from fmatlas.graph.project import Tables, project
from fmatlas.graph.schema import SCHEMA_VERSION
from fmatlas.graph.server import Login, ServerGraph
from fmatlas.graph.stamp import Stamp
from fmatlas.library import Library
from fmatlas.schema.fields import FIELD
from tests.graph.papers import Paper, make_library

# How many names there are of each type, and how many facts of each field a study has.
NAMES = {"model": 900, "backbone": 60, "dataset": 800, "task": 30, "loss": 25, "modality": 25, "strategy": 20}
FACTS = {
    "model": 1,
    "base_model": 2,
    "backbone": 3,
    "dataset": 12,
    "task": 3,
    "loss": 3,
    "modality": 3,
    "strategy": 3,
}
CITATIONS = 8
ROUNDS = 10


def invent(studies: int) -> tuple[list[Paper], dict[str, str], list[tuple[str, str, str]]]:
    """Papers, names and links, the same ones each time."""
    draw = random.Random(7)
    ids = {kind: [f"{kind}:{n}" for n in range(count)] for kind, count in NAMES.items()}
    weights = {kind: [1 / (n + 1) for n in range(count)] for kind, count in NAMES.items()}
    papers = []
    for n in range(studies):
        facts = {}
        for name, count in FACTS.items():
            kind = FIELD[name].node.lower()
            for entity in draw.choices(ids[kind], weights[kind], k=count):
                role = draw.choice(FIELD[name].roles or ("",))
                facts[name, entity, role] = (name, entity, role, 0.9)
        cites = tuple({f"study {draw.randrange(studies)}" for _ in range(CITATIONS)} - {f"study {n}"})
        year, category = str(draw.randint(2019, 2025)), draw.choice(("VFM", "VLFM", "other"))
        papers.append(
            Paper(
                f"study {n}", f"An Invented Study, Number {n}", year, category, tuple(facts.values()), cites
            )
        )
    names = {id: f"{id.partition(':')[0].title()} {id.partition(':')[2]}" for kind in ids for id in ids[kind]}
    links = [
        (f"{kind}:{n}", f"{kind}:{n // 4}", "kind_of")
        for kind in ("backbone", "dataset")
        for n in range(1, 60)
    ]
    return papers, names, links


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def answers(graph: Graph) -> dict[str, float]:
    """The median of each question's times, in seconds."""
    known = {
        "dataset": "Dataset 0",
        "model": "Model 0",
        "base": "Model 0",
        "task": "Task 0",
        "modality": "Modality 0",
    }
    times = {}
    for question in QUESTIONS.values():
        given = {name: known.get(name, value) for name, value in question.example.items()}
        ask = partial(graph.ask, question.name, **given)
        times[question.name] = statistics.median(seconds(ask) for _ in range(ROUNDS))
    return times


def main() -> None:
    """Measure, and print the page."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        papers, names, links = invent(studies)
        with make_library(Path(folder) / "library", papers, names, links) as library:
            listed = read_listed()
            tables = project(library.connection, listed)
            nodes = sum(table.num_rows for table in tables.nodes.values())
            relations = sum(table.num_rows for table in tables.relations.values())
            projecting = statistics.median(
                seconds(lambda: project(library.connection, listed)) for _ in range(3)
            )
            print(f"{studies:,} studies, and the catalogue: {nodes:,} nodes, {relations:,} relationships.\n")
            print(f"Projecting the store into Arrow tables: {projecting:.2f} s.\n")
            measure(library, tables)


def measure(library: Library, tables: Tables) -> None:
    """Load and ask on each engine there is."""
    engines: list[Engine] = [EmbeddedGraph(library.folder / "graph")]
    if os.environ.get("NEO4J_URI"):
        login = Login(
            os.environ["NEO4J_URI"],
            os.environ.get("NEO4J_USER", "neo4j"),
            os.environ.get("NEO4J_PASSWORD", ""),
        )
        engines.append(ServerGraph(login, library.meta("id")))
    first: list[float] = []
    again: list[float] = []
    asked: list[dict[str, float]] = []
    for engine in engines:
        for times, revision in ((first, 1_000_000), (again, 1_000_001)):
            stamp = Stamp(library.meta("id"), SCHEMA_VERSION, revision, "")
            times.append(seconds(partial(engine.build, tables, stamp)))
        with Graph(library, engine) as graph:
            graph.refresh()
            asked.append(answers(graph))
    print(f"| | {' | '.join(engine.name.split(' ')[0] for engine in engines)} |")
    print("| --- |" + " ---: |" * len(engines))
    print(f"| first load, s | {' | '.join(f'{value:.2f}' for value in first)} |")
    print(f"| whole load again, s | {' | '.join(f'{value:.2f}' for value in again)} |")
    for name in QUESTIONS:
        print(f"| `{name}`, ms | {' | '.join(f'{1000 * times[name]:.1f}' for times in asked)} |")
    if len(engines) == 2:
        print(f"\nNeo4j takes {first[1] / first[0]:.0f} times as long as Ladybug for a first load, ", end="")
        print(f"{again[1] / again[0]:.0f} times for a load over an old graph.")


if __name__ == "__main__":
    main()
