"""The named questions. All Cypher of the program that reads stands here, once, for both engines.

The common dialect (a test lints it): parameters are never NULL (`''`, 0 and an empty list do not narrow), no
`type()`, `label()`, `labels()`, `toInteger()`, list comprehension, `CALL`; every ORDER BY is total over the
rows; collected lists are sorted afterwards. All count studies by their own facts, never the catalogue's; a
study counts once. A year that is not known is NULL and sorts first.
"""

from fmatlas.graph.questions import Parameter, Question, choice, integer, name_of
from fmatlas.schema.fields import CATEGORIES, FIELD

EXACT = Parameter(
    "exact",
    "flag",
    "only the thing itself, not its kinds, versions, parts and what is derived from it",
    default=False,
)
YEAR = integer("year", "only studies of this year")
SINCE = integer("since", "only studies of this year or later")
UNTIL = integer("until", "only studies of this year or earlier")
CATEGORY = choice("category", "only studies of this category", CATEGORIES)
DATASET_ROLE = choice("role", "only this use of the dataset", FIELD["dataset"].roles)
BACKBONE_ROLE = choice("role", "only backbones of this kind", FIELD["backbone"].roles)
LIMIT = integer("limit", "at most so many rows", 100)

_LEVELS = ("exact", "family")


def _level(default: str) -> Parameter:
    return choice("level", "count values as stated, or under the top of their tree", _LEVELS, default)


# The parts that several questions share; `s` is always the study.
_IN_YEARS = "($since = 0 OR s.year >= $since) AND ($until = 0 OR s.year <= $until)"
_IN_CATEGORY = "($category = '' OR s.category = $category)"


def _by_year(
    name: str,
    field: str,
    level: str,
    role: Parameter | None = None,
    example: dict[str, str | int | bool] | None = None,
) -> Question:
    """How many studies a year state each value of a field."""
    node, relation = FIELD[field].node, FIELD[field].relation
    narrowed = "($role = '' OR f.role = $role) AND " if role else ""
    plural = {"loss": "losses", "strategy": "strategies", "modality": "modalities"}.get(field, f"{field}s")
    return Question(
        name,
        f"{plural.capitalize()} by year",
        f"How many studies of each year use each {field}. A study counts once in a row.",
        (_level(level), *((role,) if role else ()), CATEGORY, SINCE, UNTIL),
        example or {"since": 2022},
        ("year", field, "studies"),
        f"""
MATCH (s:Study)-[f:{relation}]->(x:{node})
WHERE {narrowed}{_IN_CATEGORY} AND {_IN_YEARS}
UNWIND CASE WHEN $level = 'family' THEN x.families ELSE [x.name] END AS {field}
RETURN s.year AS year, {field}, count(DISTINCT s.id) AS studies
ORDER BY coalesce(year, 0), studies DESC, {field}
""",
    )


_QUESTIONS = (
    Question(
        "models-by-dataset",
        "Which studies and models use a dataset",
        "The studies that use a dataset, in which role, the model they introduce, and the sentence that says "
        "so. Versions and parts of the dataset and what is derived from it are found too, each under its own "
        "name, unless `exact` is set. A study that introduces no named model stands with an empty model.",
        (name_of("dataset", "the dataset", required=True), DATASET_ROLE, YEAR, EXACT),
        {"dataset": "MIMIC-CXR", "role": "pretrain"},
        ("study", "title", "year", "model", "dataset", "role", "page", "quote", "p", "origin"),
        """
MATCH (s:Study)-[f:USES_DATASET]->(d:Dataset)
WHERE d.id IN $dataset AND ($role = '' OR f.role = $role) AND ($year = 0 OR s.year = $year)
OPTIONAL MATCH (s)-[:INTRODUCES]->(m:Model)
WITH s, f, d, collect(DISTINCT m.name) AS model
RETURN s.id AS study, s.title AS title, s.year AS year, model, d.name AS dataset, f.role AS role,
       f.page AS page, f.quote AS quote, f.p AS p, f.origin AS origin
ORDER BY coalesce(s.year, 0), study, dataset, role, d.id
""",
        ("model",),
    ),
    Question(
        "datasets-of-model",
        "Which datasets a model was trained and tested on",
        "The datasets of the studies that introduce a model, with the role and the sentence that says so.",
        (name_of("model", "the model", required=True), DATASET_ROLE, EXACT),
        {"model": "MedSAM", "exact": True},
        ("model", "dataset", "role", "study", "title", "year", "page", "quote", "p", "origin"),
        """
MATCH (m:Model)<-[:INTRODUCES]-(s:Study)-[f:USES_DATASET]->(d:Dataset)
WHERE m.id IN $model AND ($role = '' OR f.role = $role)
RETURN m.name AS model, d.name AS dataset, f.role AS role, s.id AS study, s.title AS title, s.year AS year,
       f.page AS page, f.quote AS quote, f.p AS p, f.origin AS origin
ORDER BY model, dataset, role, study, m.id, d.id
""",
    ),
    Question(
        "most-used-datasets",
        "Which datasets are used most",
        "How many studies use each dataset, in any role and in each. A study counts once in a number.",
        (DATASET_ROLE, _level("exact"), CATEGORY, SINCE, UNTIL, LIMIT),
        {"role": "eval", "limit": 10},
        ("dataset", "studies", "pretrain", "train", "eval"),
        f"""
MATCH (s:Study)-[f:USES_DATASET]->(d:Dataset)
WHERE ($role = '' OR f.role = $role) AND {_IN_CATEGORY} AND {_IN_YEARS}
UNWIND CASE WHEN $level = 'family' THEN d.families ELSE [d.name] END AS dataset
RETURN dataset, count(DISTINCT s.id) AS studies,
       count(DISTINCT CASE WHEN f.role = 'pretrain' THEN s.id ELSE NULL END) AS pretrain,
       count(DISTINCT CASE WHEN f.role = 'train' THEN s.id ELSE NULL END) AS train,
       count(DISTINCT CASE WHEN f.role = 'eval' THEN s.id ELSE NULL END) AS eval
ORDER BY studies DESC, dataset
LIMIT $limit
""",
    ),
    _by_year("backbones-by-year", "backbone", "family", BACKBONE_ROLE, {"role": "vision"}),
    _by_year("losses-by-year", "loss", "family"),
    _by_year("strategies-by-year", "strategy", "exact"),
    _by_year("tasks-by-year", "task", "family"),
    _by_year("modalities-by-year", "modality", "exact"),
    Question(
        "categories-by-year",
        "Vision-only and vision-language studies by year",
        "How many studies of each category (VFM, VLFM, other) there are in each year.",
        (SINCE, UNTIL),
        {"since": 2021},
        ("year", "category", "studies"),
        f"""
MATCH (s:Study)
WHERE {_IN_YEARS}
RETURN s.year AS year, s.category AS category, count(DISTINCT s.id) AS studies
ORDER BY coalesce(year, 0), category
""",
    ),
    Question(
        "builds-on",
        "Who builds on whom",
        "The studies that start from, extend or embed a pretrained model, the model they introduce, and the "
        "sentence that says so; for one base model or for all.",
        (name_of("model", "the base model", name="base"), YEAR, EXACT),
        {"base": "SAM"},
        ("base", "model", "study", "title", "year", "page", "quote", "p", "origin"),
        """
MATCH (s:Study)-[f:BUILDS_ON]->(b:Model)
WHERE (size($base) = 0 OR b.id IN $base) AND ($year = 0 OR s.year = $year)
OPTIONAL MATCH (s)-[:INTRODUCES]->(m:Model)
WITH s, f, b, collect(DISTINCT m.name) AS model
RETURN b.name AS base, model, s.id AS study, s.title AS title, s.year AS year,
       f.page AS page, f.quote AS quote, f.p AS p, f.origin AS origin
ORDER BY base, coalesce(s.year, 0), study, b.id, f.role
""",
        ("model",),
    ),
    Question(
        "most-built-on",
        "Which models are built on most",
        "How many studies build on each model.",
        (_level("exact"), CATEGORY, SINCE, UNTIL, LIMIT),
        {"level": "family", "limit": 10},
        ("base", "studies"),
        f"""
MATCH (s:Study)-[:BUILDS_ON]->(b:Model)
WHERE {_IN_CATEGORY} AND {_IN_YEARS}
UNWIND CASE WHEN $level = 'family' THEN b.families ELSE [b.name] END AS base
RETURN base, count(DISTINCT s.id) AS studies
ORDER BY studies DESC, base
LIMIT $limit
""",
    ),
    Question(
        "tasks-by-modality",
        "Which tasks are done on which modality",
        "How many studies address a task and handle a modality; a study with several counts in each pair.",
        (_level("family"), CATEGORY, SINCE, UNTIL),
        {"category": "VLFM"},
        ("modality", "task", "studies"),
        f"""
MATCH (t:Task)<-[:ADDRESSES]-(s:Study)-[:HANDLES]->(m:Modality)
WHERE {_IN_CATEGORY} AND {_IN_YEARS}
UNWIND CASE WHEN $level = 'family' THEN t.families ELSE [t.name] END AS task
UNWIND CASE WHEN $level = 'family' THEN m.families ELSE [m.name] END AS modality
RETURN modality, task, count(DISTINCT s.id) AS studies
ORDER BY modality, studies DESC, task
""",
    ),
    Question(
        "studies-by-task-and-modality",
        "Which studies do a task on a modality",
        "The studies that address a task, handle a modality, or both, and the model they introduce. Kinds of "
        "the task and of the modality are found too, unless `exact` is set.",
        (name_of("task", "the task"), name_of("modality", "the modality"), CATEGORY, YEAR, EXACT),
        {"task": "segmentation", "modality": "MRI"},
        ("study", "title", "year", "category", "model", "task", "modality"),
        f"""
MATCH (s:Study)
WHERE {_IN_CATEGORY} AND ($year = 0 OR s.year = $year)
OPTIONAL MATCH (s)-[:ADDRESSES]->(t:Task) WHERE size($task) = 0 OR t.id IN $task
OPTIONAL MATCH (s)-[:HANDLES]->(y:Modality) WHERE size($modality) = 0 OR y.id IN $modality
OPTIONAL MATCH (s)-[:INTRODUCES]->(m:Model)
WITH s, collect(DISTINCT t.name) AS task, collect(DISTINCT y.name) AS modality,
     collect(DISTINCT m.name) AS model
WHERE (size($task) = 0 OR size(task) > 0) AND (size($modality) = 0 OR size(modality) > 0)
RETURN s.id AS study, s.title AS title, s.year AS year, s.category AS category, model, task, modality
ORDER BY coalesce(s.year, 0), study
""",
        ("model", "task", "modality"),
    ),
    Question(
        "co-used-datasets",
        "Which datasets are used together",
        "How many studies use both datasets of a pair, in any role or in one; for one dataset or for all.",
        (name_of("dataset", "one dataset of the pair"), DATASET_ROLE, EXACT, LIMIT),
        {"dataset": "CheXpert"},
        ("dataset", "with_dataset", "studies"),
        """
MATCH (a:Dataset)<-[f:USES_DATASET]-(s:Study)-[g:USES_DATASET]->(b:Dataset)
WHERE a.id <> b.id AND ($role = '' OR (f.role = $role AND g.role = $role))
  AND ((size($dataset) = 0 AND a.id < b.id) OR a.id IN $dataset)
WITH a, b, count(DISTINCT s.id) AS studies
RETURN a.name AS dataset, b.name AS with_dataset, studies
ORDER BY studies DESC, dataset, with_dataset, a.id, b.id
LIMIT $limit
""",
    ),
    Question(
        "citations",
        "Who cites whom",
        "Citations among the studies of the library: those from and to one study, or all.",
        (Parameter("study", "study", "the study that cites or is cited"),),
        {},
        ("study", "title", "year", "cites", "cited_title", "cited_year"),
        """
MATCH (s:Study)-[:CITES]->(c:Study)
WHERE $study = '' OR s.id = $study OR c.id = $study
RETURN s.id AS study, s.title AS title, s.year AS year,
       c.id AS cites, c.title AS cited_title, c.year AS cited_year
ORDER BY study, cites
""",
    ),
    Question(
        "most-cited",
        "Which studies are cited most within the library",
        "How many studies of the library cite each study of it.",
        (SINCE, UNTIL, LIMIT),
        {"limit": 10},
        ("study", "title", "year", "cited_by"),
        f"""
MATCH (c:Study)-[:CITES]->(s:Study)
WHERE {_IN_YEARS}
WITH s, count(DISTINCT c.id) AS cited_by
RETURN s.id AS study, s.title AS title, s.year AS year, cited_by
ORDER BY cited_by DESC, study
LIMIT $limit
""",
    ),
    Question(
        "listed-with",
        "What public lists say of a model",
        "The bundled catalogue's entries for a model, each with the list it comes from. These are no facts "
        "of the library's studies, and no other question counts them.",
        (name_of("model", "the model", required=True),),
        {"model": "MedSAM"},
        ("model", "backbone", "base", "dataset", "modality", "task", "source"),
        """
MATCH (m:Model)-[l:LISTED_WITH]->()
WHERE m.id IN $model
WITH DISTINCT m, l.source AS source
OPTIONAL MATCH (m)-[lb:LISTED_WITH]->(b:Backbone) WHERE lb.source = source
OPTIONAL MATCH (m)-[lm:LISTED_WITH]->(n:Model) WHERE lm.source = source
OPTIONAL MATCH (m)-[ld:LISTED_WITH]->(d:Dataset) WHERE ld.source = source
OPTIONAL MATCH (m)-[ly:LISTED_WITH]->(y:Modality) WHERE ly.source = source
OPTIONAL MATCH (m)-[lt:LISTED_WITH]->(t:Task) WHERE lt.source = source
WITH m, source, collect(DISTINCT b.name) AS backbone, collect(DISTINCT n.name) AS base,
     collect(DISTINCT d.name) AS dataset, collect(DISTINCT y.name) AS modality,
     collect(DISTINCT t.name) AS task
RETURN m.name AS model, backbone, base, dataset, modality, task, source
ORDER BY model, source, m.id
""",
        ("backbone", "base", "dataset", "modality", "task"),
    ),
)

QUESTIONS: dict[str, Question] = {question.name: question for question in _QUESTIONS}
