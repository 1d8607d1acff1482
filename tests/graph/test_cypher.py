"""Raw Cypher: what reads passes, nothing else does, however it is written."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fmatlas.graph import Graph
from fmatlas.graph.apart import rows_apart
from fmatlas.graph.cypher import FORBIDDEN, FUNCTIONS, KEYWORDS, MAX_LIMIT, check_cypher, tokenise
from fmatlas.graph.publish import read_pointer
from fmatlas.graph.schema import NODE, PROPERTIES, RELATION
from fmatlas.library import Library
from fmatlas.schema.errors import GraphError

READS = (
    ("MATCH (s:Study) RETURN s.title ORDER BY s.title LIMIT 2", {}),
    ("match (s:Study) where s.year >= 2023 and not s.title contains 'Ü' return s.title, s.year skip 1", {}),
    (
        "MATCH (s:Study)-[u:USES_DATASET {role: 'eval'}]->(d:Dataset) RETURN d.name, count(DISTINCT s) AS n",
        {},
    ),
    ("MATCH (d:Dataset)-[:KIND_OF*1..3]->(e:Dataset) RETURN d.name, e.name", {}),
    ("MATCH (d:Dataset)-[k:KIND_OF*2]->(e:Dataset) RETURN d.name", {}),
    ("MATCH (s:Study)-[f:INTRODUCES|BUILDS_ON]->(m:Model) RETURN s, f, m", {}),
    ("MATCH p = (s:Study)-[:CITES]->(:Study) RETURN p", {}),
    ("MATCH (s:Study) WHERE s.title = $title OR s.year IN $years RETURN s", {"title": "x", "years": [1, 2]}),
    ("MATCH (s:Study) WHERE NOT (s)-[:CITES]->(:Study) RETURN count(*) AS n", {}),
    ("MATCH (s:Study) WHERE NOT EXISTS { MATCH (s)-[:INTRODUCES]->(:Model) } RETURN s.title", {}),
    ("MATCH (s:Study) RETURN CASE WHEN s.year > 2022 THEN 'new' ELSE 'old' END AS age, count(s) AS n", {}),
    ("UNWIND [1, 2, 3] AS x RETURN x * 2 + -1 AS y", {}),
    ("MATCH (s:Study) WITH s.year AS year, collect(s.title) AS titles RETURN year, size(titles) AS n", {}),
    (
        "MATCH (s:Study) WHERE s.year IS NOT NULL RETURN s.year AS year, count(*) AS n ORDER BY n DESC, year",
        {},
    ),
    ("MATCH (s:Study)\r\n\tOPTIONAL MATCH (s)<-[:CITES]-(c:Study)\nRETURN s.title, c.title", {}),
    ("MATCH (s:Study) WHERE s.title CONTAINS '// no comment; CALL /* LOAD CSV' RETURN s.title", {}),
    ('MATCH (s:Study) WHERE s.title = "It\'s" RETURN s.title', {}),
    ("MATCH (a:Study)--(b) RETURN a.title, b LIMIT 1", {}),
)


@pytest.mark.parametrize(("text", "parameters"), READS)
def test_a_query_that_reads_runs(graph: Graph, text: str, parameters: dict[str, object]) -> None:
    assert isinstance(graph.cypher(text, parameters), list)


REFUSED = (
    # Files, procedures, extensions.
    ("LOAD FROM '/etc/passwd' (file_format='csv', delim=':') RETURN *", "begins with"),
    ("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "begins with"),
    ("MATCH (s:Study) LOAD CSV FROM 'http://x' AS row RETURN row", "LOAD is not allowed"),
    ("MATCH (s:Study) WITH s LOAD FROM 'x.csv' RETURN *", "LOAD is not allowed"),
    ("COPY (MATCH (s:Study) RETURN s) TO '/tmp/x.csv'", "begins with"),
    ("EXPORT DATABASE '/tmp/x'", "begins with"),
    ("IMPORT DATABASE '/tmp/x'", "begins with"),
    ("ATTACH '/tmp/x' AS y (dbtype duckdb)", "begins with"),
    ("INSTALL httpfs", "begins with"),
    ("CALL show_tables() RETURN *", "begins with"),
    ("CALL dbms.components() YIELD name RETURN name", "begins with"),
    ("MATCH (s:Study) CALL db.labels() YIELD label RETURN label", "CALL is not allowed"),
    ("MATCH (s:Study) CALL { WITH s RETURN 1 AS x } RETURN x", "CALL is not allowed"),
    ("MATCH (s:Study) RETURN apoc.load.json('x')", "is not allowed"),
    ("MATCH (s:Study) RETURN custom.read('x')", "with a dot"),
    ("MATCH (s:Study) RETURN load_file('x')", "no function load_file"),
    ("MATCH (s:Study) RETURN range(1, 1000000000)", "no function range"),
    # Writing.
    ("CREATE (s:Study)", "begins with"),
    ("MATCH (s:Study) SET s.title = 'x' RETURN s", "SET is not allowed"),
    ("MATCH (s:Study) DETACH DELETE s RETURN 1", "DETACH is not allowed"),
    ("MATCH (s:Study) REMOVE s.title RETURN s", "REMOVE is not allowed"),
    ("MATCH (s:Study) MERGE (t:Study {id: 'x'}) RETURN t", "MERGE is not allowed"),
    ("MATCH (s:Study) FOREACH (x IN [1] | SET s.year = x) RETURN s", "FOREACH is not allowed"),
    ("DROP TABLE Study", "begins with"),
    ("ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'", "begins with"),
    ("USE system RETURN 1 AS x", "begins with"),
    # Several statements, comments, unseen signs.
    ("MATCH (s:Study) RETURN s; DROP TABLE Study", "semicolon"),
    ("MATCH (s:Study) RETURN s;", "semicolon"),
    ("MATCH (s:Study) /* x */ RETURN s", "comments"),
    ("MATCH (s:Study) RETURN s // LIMIT 1", "comments"),
    ("MATCH (s:Study) RETURN s //", "comments"),
    ("MATCH (s:`Study`) RETURN s", "back-ticks"),
    ("MATCH (s:Study) WHERE s.title = '\\u0027 CALL x' RETURN s", "back-slash"),
    ("MATCH (s:Study) WHERE s.title = 'a\\' RETURN s", "back-slash"),
    ("\\u0043ALL x() RETURN 1", "not allowed"),
    ("MATCH (s:Study) ＣＡＬＬ db() RETURN s", "only inside quotes"),
    ("MATCH (s:Study) ſet RETURN s", "only inside quotes"),
    ("MATCH (s:Study)\u200b RETURN s", "U\\+200B"),
    ("MATCH\u00a0(s:Study) RETURN s", "U\\+00A0"),
    ("MATCH (s:Study) RETURN s\0", "not allowed"),
    ("MATCH (s:Study) WHERE s.title = 'open RETURN s", "does not end"),
    # Names and shapes.
    ("MATCH (s:Studdy) RETURN s", "no label Studdy; it has Study"),
    ("MATCH (s:Study|Nothing) RETURN s", "no label Nothing"),
    ("MATCH (s:Study)-[:USES]->(d) RETURN d", "no relationship USES"),
    ("MATCH (s:Study)-[:CITES|NOTHING]->(d) RETURN d", "no relationship NOTHING"),
    ("MATCH (m:FmAtlas) RETURN m", "no label FmAtlas"),
    ("MATCH (s:Study) RETURN s.yaer", "no property yaer; it has"),
    ("MATCH (s:Study)-[:CITES*]->(t) RETURN t", "how far"),
    ("MATCH (s:Study)-[:CITES*1..]->(t) RETURN t", "how far"),
    ("MATCH (s:Study)-[:CITES*1..30]->(t) RETURN t", "how far"),
    ("MATCH (s:Study)-[* {role: ''}]->(t) RETURN t", "how far"),
    ("MATCH (s:Study) RETURN s UNION MATCH (s:Study) RETURN s", "UNION is not allowed"),
    ("MATCH (s:Study) RETURN s LIMIT 5 MATCH (t:Study)", "nothing but"),
    ("MATCH (s:Study) RETURN s LIMIT $n", "whole number"),
    ("MATCH (s:Study) RETURN s LIMIT 1 + 1000000", "end of the query"),
    ("MATCH (s:Study) RETURN s.title RETURN s.year", "one RETURN"),
    ("MATCH (s:Study)", "returns nothing"),
    ("MATCH (s:Study RETURN s", "missing"),
    ("MATCH (s:Study)) RETURN s", "closes nothing"),
    ("MATCH (s:Study) anything RETURN s", "anything is not expected"),
    ("MATCH (s:Study) WHERE s.year = 2023 FROBNICATE RETURN s", "FROBNICATE is not expected"),
    ("MATCH (s:Study) RETURN [x IN [1] | x] AS y", "`\\|`"),
    ("EXPLAIN MATCH (s:Study) RETURN s", "begins with"),
    ("PROFILE MATCH (s:Study) RETURN s", "begins with"),
    ("", "empty"),
    ("  \n", "empty"),
    ("RETURN " + "1 + " * 10_000 + "1", "longer"),
    ("MATCH (s:Study) WHERE s.title = $title RETURN s", "needs a value for \\$title"),
)


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_a_query_that_could_do_more_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(GraphError, match=why):
        check_cypher(text, {"n": 1} if "$n" in text else {})


@pytest.mark.parametrize("value", [None, {"a": 1}, [None], [[1]], object()])
def test_a_parameter_is_a_plain_value(value: object) -> None:
    with pytest.raises(GraphError, match=r"\$x must be text"):
        check_cypher("MATCH (s:Study) WHERE s.title = $x RETURN s", {"x": value})


@pytest.mark.parametrize(
    ("own", "limit", "kept"), [("", 7, 7), (" LIMIT 3", 7, 3), (" LIMIT 9", 7, 7), (" limit 1000000", 7, 7)]
)
def test_a_query_gives_no_more_rows_than_its_limit(own: str, limit: int, kept: int) -> None:
    checked = check_cypher(f"MATCH (s:Study) RETURN s.title{own}", limit=limit)
    assert re.fullmatch(rf"MATCH \(s:Study\) RETURN s.title (?i:LIMIT) {kept}", checked)


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_limit_is_a_sensible_number(limit: int) -> None:
    with pytest.raises(GraphError, match="rows"):
        check_cypher("MATCH (s:Study) RETURN s", limit=limit)


def test_a_limit_inside_the_query_is_not_the_last_one() -> None:
    text = "MATCH (s:Study) WITH s LIMIT 3 RETURN s.title"
    assert check_cypher(text) == f"{text} LIMIT 1000"


def test_rows_beyond_the_limit_do_not_come(graph: Graph) -> None:
    assert len(graph.cypher("MATCH (s:Study) RETURN s.title", limit=2)) == 2


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"UNWIND [1,2,3,4,5,6,7,8,9,10,11,12] AS x{n}" for n in range(12))
        + " RETURN sum(x0 + x11) AS n",
        "MATCH (a:Model), (b:Model), (c:Model), (d:Model) WHERE a.name < d.name RETURN sum(size(b.id))",
        "MATCH (a)-[*1..8]-(b) RETURN count(*) AS n",
    ],
)
def test_a_query_that_takes_too_long_is_stopped(graph: Graph, text: str) -> None:
    with pytest.raises(GraphError, match=r"stopped after 0\.2 seconds"):
        graph.cypher(text, timeout=0.2)
    assert graph.ask("most-cited")


def test_a_query_of_a_user_runs_where_no_file_can_be_written(
    graph: Graph, made: Library, tmp_path: Path
) -> None:
    """The second line: what the allow-list would let through by mistake finds its process without rights."""
    graph.refresh()
    published = read_pointer(made.folder / "graph")
    assert published is not None
    target = tmp_path / "out.csv"
    with pytest.raises(GraphError):
        rows_apart(
            made.folder / "graph" / published.file,
            f"COPY (MATCH (s:Study) RETURN s.title) TO '{target}'",
            {},
            10,
        )
    assert not target.exists() or target.stat().st_size == 0


def test_a_wrong_query_is_told_in_one_line(graph: Graph) -> None:
    with pytest.raises(GraphError) as told:
        graph.cypher("MATCH (s:Study) RETURN s.title ORDER")
    assert "\n" not in str(told.value)


# Fuzz --------------------------------------------------------------------------------------------------

_WORDS = [*sorted(FORBIDDEN | KEYWORDS | FUNCTIONS | PROPERTIES), *NODE, *RELATION, "s", "x"]
_SIGNS = [*"()[]{}<>=.,:|&!+-*/%^$;`'\"\\ \n\t0123456789\u200bＣſ", "//", "/*", "*/", "..", "->", "<-"]
_PIECES = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from([word.lower() for word in _WORDS]),
    st.sampled_from(_SIGNS),
    st.sampled_from(["'/etc/passwd'", "'CALL'", "$x", "(s:Study)", "RETURN s", "MATCH (s:Study)", "LIMIT 5"]),
    st.text(max_size=3),
)


def _without_strings(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "''", text)


@settings(max_examples=1500, deadline=None)
@given(st.lists(_PIECES, max_size=25).map(" ".join) | st.lists(_PIECES, max_size=25).map("".join))
@example("MATCH (s:Study) RETURN s")
@example("MATCH (s:Study) WHERE s.title = 'CALL' RETURN s")
def test_whatever_passes_has_no_word_that_writes_or_reads_files(text: str) -> None:
    try:
        checked = check_cypher(text, {"x": 1})
    except GraphError:
        return
    bare = _without_strings(checked)
    words = {word.upper() for word in re.findall(r"\w+", bare)}
    assert not words & FORBIDDEN
    assert bare.isascii() and not re.search(r"[;`\\]|//|/\*", bare)
    assert re.search(r"(?i)\blimit \d+$", checked)
    called = {word.lower() for word in re.findall(r"(\w+)\s*\(", bare)}
    assert called <= {name.lower() for name in FUNCTIONS | KEYWORDS}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([text for text, parameters in READS if not parameters]),
    st.integers(0, 400),
    st.sampled_from(
        [*sorted(FORBIDDEN), "LOAD FROM '/x' RETURN *", "CALL x()", "; COPY x TO 'y'", "/**/", "\\u0027"]
    ),
)
def test_nothing_forbidden_can_be_put_into_a_good_query(text: str, at: int, put: str) -> None:
    """Wherever it is put, it is refused, or has become a part of a string or of a longer name."""
    spoiled = f"{text[: at % len(text)]} {put} {text[at % len(text) :]}"
    try:
        checked = check_cypher(spoiled)
    except GraphError:
        return
    assert put not in _without_strings(checked)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_taken_or_refused_but_never_breaks(text: str) -> None:
    try:
        assert tokenise(text)
    except GraphError as refused:
        assert "\n" not in str(refused) or "\n" in text
