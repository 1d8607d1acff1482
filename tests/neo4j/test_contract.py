"""One set of questions, two engines: the same rows from Ladybug and from Neo4j."""

from collections.abc import Iterator

import pytest

from fmatlas.graph import QUESTIONS, Graph, Question, open_graph
from fmatlas.library import Library
from tests.graph.answers import ANSWERS, Answer, ask
from tests.graph.papers import make_library
from tests.graph.test_cypher import READS
from tests.neo4j.conftest import wipe

pytestmark = pytest.mark.neo4j

# What raw queries give as whole nodes comes in an order of its own.
SORTED_READS = [
    (text, parameters) for text, parameters in READS if "LIMIT" not in text and "skip" not in text
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with make_library(tmp_path_factory.mktemp("contract") / "library") as library:
        yield library


@pytest.fixture(scope="module")
def ladybug(library: Library) -> Iterator[Graph]:
    with open_graph(library, "") as graph:
        yield graph


@pytest.fixture(scope="module")
def neo4j(library: Library, server: dict[str, str]) -> Iterator[Graph]:
    wipe(server)
    with open_graph(library, environment=server) as graph:
        assert graph.engine.startswith("Neo4j")
        yield graph
    wipe(server)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.question)
def test_a_question_answers_what_the_papers_say(neo4j: Graph, answer: Answer) -> None:
    assert ask(neo4j, answer.question, answer.columns, **answer.given) == answer.rows


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.question)
def test_both_engines_give_the_same_rows(ladybug: Graph, neo4j: Graph, answer: Answer) -> None:
    rows = neo4j.ask(answer.question, **answer.given)
    assert rows == ladybug.ask(answer.question, **answer.given)


@pytest.mark.parametrize("question", list(QUESTIONS.values()), ids=lambda question: question.name)
def test_both_engines_answer_the_examples_alike(ladybug: Graph, neo4j: Graph, question: Question) -> None:
    assert neo4j.ask(question.name, **question.example) == ladybug.ask(question.name, **question.example)


@pytest.mark.parametrize("model", ["SAM", "MedSAM", "BiomedCLIP", "LLaVA-Med"])
def test_both_engines_know_the_catalogue(ladybug: Graph, neo4j: Graph, model: str) -> None:
    rows = neo4j.ask("listed-with", model=model)
    assert rows and rows == ladybug.ask("listed-with", model=model)


@pytest.mark.parametrize(("text", "parameters"), SORTED_READS)
def test_both_engines_give_raw_queries_the_same_rows(
    ladybug: Graph, neo4j: Graph, text: str, parameters: dict[str, object]
) -> None:
    ours = [list(row.values()) for row in ladybug.cypher(text, parameters, limit=100_000)]
    theirs = [list(row.values()) for row in neo4j.cypher(text, parameters, limit=100_000)]
    assert sorted(map(repr, ours)) == sorted(map(repr, theirs))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a:Study)",
        "(a:Model)",
        "(a:Dataset)",
        "(a)-[r:KIND_OF]->(b)",
        "(a)-[r:LISTED_WITH]->(b)",
        "(a:Study)-[r]->(b)",
    ],
)
def test_both_engines_hold_as_much(ladybug: Graph, neo4j: Graph, pattern: str) -> None:
    counted = f"MATCH {pattern} RETURN count(*) AS n"
    assert neo4j.cypher(counted) == ladybug.cypher(counted)
    assert neo4j.cypher(counted)[0]["n"] > 0
