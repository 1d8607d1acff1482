"""From the store to the graph: what the library states is there, once, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmatlas.graph import Graph
from fmatlas.graph.embedded import EmbeddedGraph
from fmatlas.graph.listed import read_listed
from fmatlas.graph.project import find_families, project
from fmatlas.graph.schema import NODE, RELATION, ladybug_tables, neo4j_constraints
from fmatlas.graph.stamp import Stamp
from fmatlas.library import Library
from fmatlas.schema.fields import ENTITY_FIELDS, FIELD, FIELDS
from tests.graph.papers import ALPHA, DELTA, Paper, make_library


def _edges(graph: Graph, type: str) -> set[tuple[str, str, str]]:
    rows = graph.cypher(
        f"MATCH (m:Model)-[r:{type}]->(x) RETURN m.name AS model, x.name AS name, r.role AS role"
    )
    return {(row["model"], row["name"], row["role"]) for row in rows}


def test_the_only_model_of_a_study_gets_the_edges_of_the_study(graph: Graph) -> None:
    assert _edges(graph, "TRAINED_ON") == {
        ("AlphaNet", "MIMIC-CXR", "pretrain"),
        ("AlphaNet", "MIMIC-CXR", "train"),
        ("MedSAM", "BraTS", "train"),
        ("MedSAM", 'O\'Brien "Lung" \\ 1; 100 % ü', "train"),
    }
    assert _edges(graph, "EVALUATED_ON") == {
        ("AlphaNet", "MIMIC-CXR", "eval"),
        ("AlphaNet", "CheXpert", "eval"),
    }
    assert _edges(graph, "HAS_BACKBONE") == {
        ("AlphaNet", "ViT-B/16", "vision"),
        ("AlphaNet", "BERT", "text"),
        ("MedSAM", "ViT-B", "vision"),
    }


def test_a_model_does_not_extend_itself(graph: Graph) -> None:
    assert _edges(graph, "EXTENDS") == {("AlphaNet", "CLIP", ""), ("MedSAM", "SAM", "")}


def test_a_derived_edge_names_its_study(graph: Graph) -> None:
    rows = graph.cypher("MATCH (:Model)-[r:EXTENDS]->(m:Model {name: 'SAM'}) RETURN r.study AS study")
    assert rows == [{"study": DELTA.study}]


def test_a_fact_carries_its_sentence(graph: Graph) -> None:
    rows = graph.cypher(
        "MATCH (s:Study {id: $study})-[r:USES_DATASET {role: 'pretrain'}]->(d:Dataset) RETURN r",
        {"study": ALPHA.study},
    )
    assert rows == [
        {
            "r": {
                "type": "USES_DATASET",
                "role": "pretrain",
                "p": 0.95,
                "status": "reported",
                "origin": "machine",
                "page": 5,
                "quote": "Fact 4: MIMIC-CXR.",
            }
        }
    ]


def test_taxonomies_keep_what_kind_of_link_they_are(graph: Graph) -> None:
    rows = graph.cypher(
        "MATCH (a:Dataset)-[k:KIND_OF]->(b:Dataset) RETURN a.name AS child, k.kind AS kind, b.name AS parent "
        "ORDER BY child"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("BraTS 2021", "version_of", "BraTS"),
        ("MIMIC-CXR-JPG", "derived_from", "MIMIC-CXR"),
    ]


def test_a_study_without_facts_is_in_the_graph(graph: Graph) -> None:
    assert graph.cypher("MATCH (s:Study {title: 'Nothing Is Stated Here'}) RETURN s.year AS year") == [
        {"year": 2024}
    ]


def test_a_year_that_is_not_known_is_null(graph: Graph) -> None:
    rows = graph.cypher("MATCH (s:Study) WHERE s.year IS NULL RETURN s.category AS category")
    assert rows == [{"category": "VLFM"}]


def test_a_study_does_not_cite_itself(graph: Graph) -> None:
    assert graph.cypher("MATCH (a:Study)-[:CITES]->(b:Study) WHERE a.id = b.id RETURN a.id") == []


def test_only_what_is_stated_becomes_an_edge(graph: Graph) -> None:
    rows = graph.cypher(
        "MATCH (s:Study)-[:USES_DATASET {role: 'train'}]->(d:Dataset {name: 'CheXpert'}) RETURN s.id"
    )
    assert rows == []


def test_the_catalogue_hangs_on_models_alone_and_names_its_source(made: Library, graph: Graph) -> None:
    rows = graph.cypher("MATCH (a)-[l:LISTED_WITH]->(b) WHERE l.source = '' RETURN a.name LIMIT 1")
    assert rows == []
    tables = project(made.connection, read_listed())
    assert sum(t.num_rows for (type, _), t in tables.relations.items() if type == "LISTED_WITH") > 1000
    without = project(made.connection)
    for key, table in without.relations.items():
        if key[0] != "LISTED_WITH":
            assert table == tables.relations[key]


def test_a_listed_model_that_the_library_knows_is_one_node(graph: Graph) -> None:
    rows = graph.cypher("MATCH (m:Model {name: 'MedSAM'}) RETURN m.id AS id, m.origin AS origin")
    assert rows == [{"id": "model:medsam", "origin": "vocabulary"}]


def test_families_of_several_trees_and_of_loops() -> None:
    names = {"a": "A", "b": "B", "c": "C", "d": "D"}
    families = find_families(names, [("a", "b"), ("a", "c"), ("c", "d"), ("d", "c")])
    assert families["a"] == ["B", "D"] and families["b"] == ["B"]
    assert families["c"] == ["D"] and families["d"] == ["C"]


def test_the_schema_has_every_entity_field() -> None:
    for field in FIELDS:
        if field.kind == "entity":
            assert field.node in NODE
            assert ("Study", field.node) in RELATION[field.relation].ends


def test_both_engines_are_given_every_label() -> None:
    tables, constraints = " ".join(ladybug_tables()), " ".join(neo4j_constraints())
    for label in NODE:
        assert f"NODE TABLE {label} " in tables and f"(n:{label})" in constraints
    for type in RELATION:
        assert f"REL TABLE {type} " in tables


# Any library --------------------------------------------------------------------------------------------

_ENTITIES = {
    f"{kind}:{n}": f"{kind} {n}"
    for kind in ("model", "backbone", "dataset", "task", "loss", "modality", "strategy")
    for n in range(3)
}
_FACTS = st.sampled_from([field for field in FIELDS if field.kind == "entity"]).flatmap(
    lambda field: st.tuples(
        st.just(field.name),
        st.sampled_from([id for id in _ENTITIES if id.startswith(field.node.lower())]),
        st.sampled_from(field.roles or ("",)),
        st.sampled_from([0.2, 0.5, 0.8]),
    )
)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[list[Paper], list[tuple[str, str, str]]]:
    """Up to five papers with any facts and citations, and any tree of entities."""
    count = draw(st.integers(0, 5))
    papers = [
        Paper(
            f"paper-{n}",
            draw(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)) or "t",
            draw(st.sampled_from(["", "2020", "2021"])),
            draw(st.sampled_from(["", "VFM", "VLFM"])),
            tuple({fact[:3]: fact for fact in draw(st.lists(_FACTS, max_size=12))}.values()),
            tuple(f"paper-{m}" for m in draw(st.sets(st.integers(0, count - 1), max_size=3))),
        )
        for n in range(count)
    ]
    link = st.tuples(
        st.sampled_from(["backbone", "dataset", "task"]),
        st.sampled_from([(0, 1), (1, 2), (0, 2)]),
        st.sampled_from(["kind_of", "version_of", "part_of"]),
    )
    links = {(f"{kind}:{a}", f"{kind}:{b}", how) for kind, (a, b), how in draw(st.lists(link, max_size=5))}
    return papers, sorted(links)


_CITED = """
SELECT count(DISTINCT r.study || ' ' || c.study) FROM citation c JOIN report r ON r.sha256 = c.report
WHERE r.study <> c.study
"""


@settings(max_examples=15, deadline=None)
@given(drawn=libraries())
def test_counts_by_cypher_equal_counts_by_sql(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[Paper], list[tuple[str, str, str]]]
) -> None:
    papers, links = drawn
    folder = tmp_path_factory.mktemp("any")
    with make_library(folder / "library", papers, _ENTITIES, links) as library:
        db = library.connection
        engine = EmbeddedGraph(folder / "graph")
        engine.build(project(db), Stamp("any", 1, 0, ""))

        def counts(cypher: str) -> list[tuple[object, ...]]:
            return [tuple(row.values()) for row in engine.rows(cypher, {}, 10)]

        studies = db.execute("SELECT count(*) FROM study").fetchone()
        assert counts("MATCH (s:Study) RETURN count(s)") == [tuple(studies)]
        for name in ENTITY_FIELDS:
            node, relation = FIELD[name].node, FIELD[name].relation
            by_sql = db.execute(
                "SELECT entity, role, count(*), count(DISTINCT study) FROM fact_now WHERE field = ? "
                "GROUP BY entity, role ORDER BY entity, role",
                (name,),
            )
            assert [tuple(row) for row in by_sql] == counts(
                f"MATCH (s:Study)-[r:{relation}]->(x:{node}) "
                "RETURN x.id AS entity, r.role AS role, count(*), count(DISTINCT s.id) ORDER BY entity, role"
            )
        cited = db.execute(_CITED).fetchone()
        assert counts("MATCH (:Study)-[:CITES]->(:Study) RETURN count(*)") == [tuple(cited)]
        engine.close()
