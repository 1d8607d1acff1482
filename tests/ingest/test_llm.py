"""A language model's proposals, from a real endpoint over HTTP to facts in the library."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fmatlas.ingest.asking import carry_out, plan
from fmatlas.library import Library
from fmatlas.library.settings import Settings, write_settings
from fmatlas.llm import Endpoint, EndpointError, ask
from fmatlas.schema.errors import UsageError
from tests.ingest.endpoint import Reply, Server, completion


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.fixture
def library(example_library: Path, server: Server) -> Iterator[Library]:
    write_settings(example_library, Settings(llm_address=server.url, llm_model="tiny"))
    with Library.open(example_library) as library:
        yield library


def a_sentence(library: Library) -> tuple[str, str]:
    """A report and a sentence of its body."""
    report = library.connection.execute("SELECT min(report) FROM passage").fetchone()[0]
    reading = library.reading(report)
    body = [s for s in reading.sentences if s.kind == "body"]
    longest = max(body, key=lambda s: s.end - s.start)
    return report, reading.text[longest.start : longest.end]


def proposed(library: Library) -> list[tuple[str, str, str]]:
    rows = library.connection.execute(
        "SELECT field, name, quote FROM fact_now WHERE origin = 'llm:tiny' ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


def test_a_proposal_with_a_verbatim_quote_becomes_a_fact_of_its_own_origin(
    library: Library, server: Server
) -> None:
    report, sentence = a_sentence(library)
    fact = {"field": "task", "value": "phantom counting", "role": "", "quote": sentence}
    server.answer = lambda body: completion(
        [fact] if sentence in body["messages"][1]["content"] else [], "```json\n{}\n```"
    )
    outcome = carry_out(library, plan(library))
    assert outcome.kept == 1 and not outcome.problems
    assert outcome.prompt_tokens == 11 * len(server.requests)
    [(field, name, quote)] = proposed(library)
    assert (field, name) == ("task", "phantom counting")
    assert sentence in quote and quote in library.text(report)
    assert library.check() == []


@pytest.mark.parametrize(
    "fact",
    [
        {
            "field": "task",
            "value": "phantom counting",
            "role": "",
            "quote": "A sentence that no paper holds.",
        },
        {"field": "dataset", "value": "NoSuchSet", "role": "eval", "quote": "{sentence}"},
        {"field": "colour", "value": "red", "role": "", "quote": "{sentence}"},
        {"field": "dataset", "value": "{word}", "role": "shown", "quote": "{sentence}"},
        {"field": "task", "value": "", "role": "", "quote": "{sentence}"},
        {"field": "dataset", "value": "-", "role": "eval", "quote": "{sentence}"},
    ],
)
def test_a_proposal_that_the_paper_does_not_support_is_dropped(
    library: Library, server: Server, fact: dict[str, str]
) -> None:
    _, sentence = a_sentence(library)
    filled = {k: v.format(sentence=sentence, word=sentence.split()[0]) for k, v in fact.items()}
    server.answer = lambda body: completion([filled])
    outcome = carry_out(library, plan(library))
    assert outcome.kept == 0 and outcome.dropped == len(server.requests)
    assert proposed(library) == []


def test_what_the_machine_states_is_not_overwritten(library: Library, server: Server) -> None:
    stated = library.facts("task")[0]
    before = library.facts()
    fact = {"field": "task", "value": stated.name, "role": "", "quote": stated.quote}
    server.answer = lambda body: completion([fact])
    carry_out(library, plan(library))
    assert [f for f in library.facts() if f.study == stated.study and f.name == stated.name] == [
        f for f in before if f.study == stated.study and f.name == stated.name
    ]


def test_a_report_is_asked_about_once_and_the_cost_is_told_before(library: Library, server: Server) -> None:
    first = plan(library)
    assert first.prompt_tokens > 0 and not server.requests
    assert len(first.reports) == len(library.studies())
    carry_out(library, first)
    assert plan(library).reports == ()


def test_a_rate_limit_broken_json_and_a_broken_answer_are_survived(server: Server) -> None:
    replies: list[Reply] = [
        (429, {"Retry-After": "3"}, "slow down"),
        (200, {}, "no json at all"),
        (200, {"Content-Length": "9999"}, "broken o"),
        (503, {}, ""),
        completion([{"field": "task"}]),
    ]
    server.answer = lambda body: replies.pop(0)
    waits: list[float] = []
    answer = ask(Endpoint(server.url, "tiny", attempts=5), "code", "text", {}, sleep=waits.append)
    assert answer.content == {"facts": [{"field": "task"}]}
    assert waits == [3.0, 4.0, 8.0, 16.0]


def test_a_slow_endpoint_is_given_up(server: Server) -> None:
    stop = threading.Event()

    def answer_late(body: dict[str, Any]) -> Reply:
        stop.wait(5)
        return completion([])

    server.answer = answer_late
    with pytest.raises(EndpointError, match="in 2 attempts"):
        ask(Endpoint(server.url, "tiny", timeout=0.2, attempts=2), "code", "text", {}, sleep=lambda s: None)
    stop.set()


def test_a_wrong_key_is_told_at_once(server: Server) -> None:
    server.answer = lambda body: (401, {}, "no such key")
    with pytest.raises(EndpointError, match=r"401.*no such key"):
        ask(Endpoint(server.url, "tiny"), "code", "text", {}, sleep=lambda s: None)
    assert len(server.requests) == 1


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = lambda body: (307, {"Location": server.url + "/elsewhere"}, "")
    with pytest.raises(EndpointError, match="307"):
        ask(Endpoint(server.url, "tiny", key="secret"), "code", "text", {}, sleep=lambda s: None)
    assert len(server.requests) == 1


def test_a_report_with_a_failed_answer_is_asked_about_again(library: Library, server: Server) -> None:
    server.answer = lambda body: (400, {}, "context too long")
    outcome = carry_out(library, plan(library))
    assert outcome.asked == 0 and "context too long" in outcome.problems[0]
    assert len(plan(library).reports) == len(library.studies())


def test_without_an_endpoint_nothing_is_sent(example_library: Path) -> None:
    with Library.open(example_library) as library, pytest.raises(UsageError, match="llm_address"):
        plan(library)
