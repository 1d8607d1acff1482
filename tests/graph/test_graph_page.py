"""docs/graph.md says what there is, no more and no less."""

import re
from pathlib import Path

from fmatlas.graph import QUESTIONS
from fmatlas.graph.cypher import check_cypher
from fmatlas.graph.schema import NODE, RELATION

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "graph.md").read_text(encoding="utf-8")


def test_every_question_stands_on_the_page_with_its_parameters() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \| (.*) \|$", PAGE, re.MULTILINE)
    expected = [
        (
            question.name,
            question.title,
            ", ".join(f"**{p.name}**" if p.required else p.name for p in question.parameters),
        )
        for question in QUESTIONS.values()
    ]
    assert rows == expected


def test_every_label_and_relationship_stands_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert set(NODE) <= named
    assert set(RELATION) <= named


def test_the_queries_of_the_page_are_allowed() -> None:
    queries = re.findall(r"```cypher\n(.+?)```", PAGE, re.DOTALL)
    assert queries
    for query in queries:
        assert check_cypher(query)
