"""The named questions: what they answer, and the words that they are written in."""

import re

import pytest

from fmatlas.graph import QUESTIONS, Graph, Question
from fmatlas.graph.cypher import check_cypher, tokenise
from fmatlas.graph.schema import NODE, PROPERTIES
from fmatlas.library import Library
from fmatlas.schema.errors import UsageError
from tests.graph.answers import ANSWERS, Answer, ask
from tests.graph.papers import PAPERS

QUESTION_LIST = list(QUESTIONS.values())


def _named(thing: Answer | Question) -> str:
    return thing.question if isinstance(thing, Answer) else thing.name


@pytest.mark.parametrize("answer", ANSWERS, ids=_named)
def test_a_question_answers_what_the_papers_say(graph: Graph, answer: Answer) -> None:
    assert ask(graph, answer.question, answer.columns, **answer.given) == answer.rows


def test_every_question_over_facts_has_an_expected_answer() -> None:
    assert {answer.question for answer in ANSWERS} == set(QUESTIONS) - {"listed-with"}


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_an_example_of_a_question_can_be_asked(graph: Graph, question: Question) -> None:
    for row in graph.ask(question.name, **question.example):
        assert tuple(row) == question.columns


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_describes_itself(question: Question) -> None:
    assert question.title and question.description.endswith(".")
    assert all(parameter.description for parameter in question.parameters)
    assert set(question.example) <= {parameter.name for parameter in question.parameters}
    assert all(name in question.example for name in _required(question))


def _required(question: Question) -> list[str]:
    return [parameter.name for parameter in question.parameters if parameter.required]


# The common dialect ------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_passes_the_allow_list_of_raw_cypher(question: Question) -> None:
    text = re.sub(r"LIMIT \$limit\s*$", "", question.cypher)
    given: dict[str, list[str]] = {name: [] for name in re.findall(r"\$(\w+)", question.cypher)}
    assert check_cypher(text, given)


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_keeps_to_the_common_dialect(question: Question) -> None:
    text = question.cypher
    assert not re.search(r"\$\w+ IS (NOT )?NULL", text), "Ladybug's binder refuses a NULL parameter"
    assert not re.search(r"(?i)\b(type|labels?|id|toInteger|toString|properties|keys|exists)\s*\(", text)
    assert not re.search(r"(?i)\bCALL\b|\bSET\b|\bFOREACH\b|\bEXISTS\b", text)
    assert not re.search(r"\[\s*\w+ IN\b", text), "no list comprehension"
    assert not re.search(r"\*\s*\d*\s*\.\.", text), "walks and trails differ between the engines"


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_uses_its_parameters_and_no_others(question: Question) -> None:
    used = {token.text[1:] for token in tokenise(question.cypher) if token.kind == "parameter"}
    assert used == {parameter.name for parameter in question.parameters if parameter.type != "flag"}


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_names_every_column_that_it_returns(question: Question) -> None:
    returned = question.cypher.rpartition("RETURN")[2].partition("ORDER BY")[0]
    # Commas inside of brackets part no columns.
    flat = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", returned)
    names = [part.split(" AS ")[-1].strip() for part in flat.split(",")]
    assert tuple(names) == question.columns


@pytest.mark.parametrize("question", QUESTION_LIST, ids=_named)
def test_a_question_has_a_total_order(question: Question) -> None:
    """What it sorts by must tell any two rows apart: keys of the nodes, or all that it groups by."""
    order = question.cypher.rpartition("ORDER BY")[2].partition("LIMIT")[0]
    sorted_by = set(re.findall(r"[a-z_]+(?:\.[a-z_]+)?", order.replace("coalesce", "").replace("DESC", "")))
    body = question.cypher.rpartition("ORDER BY")[0]
    last = body.rpartition("RETURN")[2]
    if "count(" in last:
        groups = {c for c in question.columns if not re.search(rf"\) AS {c}\b", last)}
        assert groups <= sorted_by
    else:
        id_of = dict(re.findall(r"(\w+\.id) AS (\w+)", last))
        nodes = _grouping_nodes(question.cypher)
        keys = {f"{node}.id" for node in nodes}
        assert all(key in sorted_by or id_of.get(key, "") in sorted_by for key in keys), (keys, sorted_by)
        if re.search(r"\[f:USES_DATASET\]", question.cypher) and "f.role AS role" in last:
            assert "role" in sorted_by


def _grouping_nodes(cypher: str) -> set[str]:
    """The nodes that a row stands for: those of the last WITH, else all that are matched and not optional."""
    carried = re.findall(r"\bWITH (?:DISTINCT )?([^W]*?)(?:\n(?:WHERE|RETURN|MATCH|OPTIONAL))", cypher)
    labels = dict(re.findall(r"\((\w+):(\w+)\)", cypher))
    if carried:
        names = re.split(r",\s*", re.sub(r"\([^)]*\)", "", carried[-1]))
        return {name for name in names if name in labels}
    return {name for name, label in labels.items() if label in NODE}


def test_every_property_that_questions_use_is_in_the_schema() -> None:
    used = {
        name for question in QUESTION_LIST for name in re.findall(r"\b[a-z]+\.([a-z_]+)", question.cypher)
    }
    assert used <= PROPERTIES


# Parameters --------------------------------------------------------------------------------------------


def test_an_unknown_question_is_told_the_others(graph: Graph) -> None:
    with pytest.raises(UsageError, match="models-by-dataset"):
        graph.ask("models-by-datasets-of")


def test_a_question_may_be_written_with_spaces_or_underscores(graph: Graph) -> None:
    assert graph.ask("Most used datasets") == graph.ask("most_used_datasets")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "needs dataset, for example: models-by-dataset --dataset MIMIC-CXR"),
        ({"dataset": ""}, "needs dataset"),
        ({"dataset": None}, "needs dataset"),
        ({"dataset": "CheXpart"}, "Did you mean CheXpert"),
        ({"dataset": "AlphaNet"}, "The library knows no dataset called 'AlphaNet'"),
        ({"dataset": "CheXpert", "role": "test"}, "it can be: pretrain, train, eval"),
        ({"dataset": "CheXpert", "year": "last"}, "whole number"),
        ({"dataset": "CheXpert", "year": -1}, "whole number"),
        ({"dataset": "CheXpert", "year": 10**30}, "whole number"),
        ({"dataset": "CheXpert", "exact": "perhaps"}, "true, false"),
        ({"dataset": "CheXpert", "yaer": 2023}, "has no parameter yaer. Its parameters: dataset"),
    ],
)
def test_a_wrong_parameter_is_told_what_is_right(
    graph: Graph, given: dict[str, object], message: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        graph.ask("models-by-dataset", **given)


def test_a_name_that_only_the_vocabulary_knows_has_an_empty_answer(graph: Graph) -> None:
    assert graph.ask("models-by-dataset", dataset="ImageNet") == []


def test_an_unknown_study_is_told_how_to_name_one(graph: Graph) -> None:
    with pytest.raises(UsageError, match="DOI or arXiv id"):
        graph.ask("citations", study="no such title")


def test_a_part_of_several_titles_is_no_study(graph: Graph) -> None:
    with pytest.raises(UsageError, match="'Radiographs' could be 2 studies"):
        graph.ask("citations", study="Radiographs")


def test_the_catalogue_is_asked_by_one_question_and_counted_by_none(graph: Graph, made: Library) -> None:
    listed = graph.ask("listed-with", model="MedSAM")
    assert listed and all(row["source"] for row in listed)
    for question in QUESTION_LIST:
        if "count(" in question.cypher:
            assert "LISTED_WITH" not in question.cypher
    studies = graph.cypher("MATCH (s:Study) RETURN count(*) AS n")
    assert studies == [{"n": len(PAPERS)}]
