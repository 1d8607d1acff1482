-- The store of record. One transaction per report; everything else is derived from here.
-- The columns of a primary key stand first and in its order: some SQLite versions (3.40) report a damaged table otherwise.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revision (kind TEXT PRIMARY KEY CHECK (kind IN ('text', 'facts')), n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO revision VALUES ('text', 0), ('facts', 0);
-- Who this library is, wherever its folder goes: a Neo4j database belongs to one library.
INSERT INTO meta VALUES ('id', lower(hex(randomblob(16))));

CREATE TABLE field (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, cardinality TEXT NOT NULL, level TEXT NOT NULL,
    builtin INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- identity ------------------------------------------------------------------------------------------
CREATE TABLE study (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE study_key (
    key TEXT PRIMARY KEY,                                  -- 'doi:..' | 'arxiv:..' | 'sha256:..'; every key ever seen
    study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX study_key_study ON study_key (study);
-- Keys that a report was known by and no longer shows, and the keys of the bytes that it replaced: decisions may name them.
CREATE TABLE former_key (key TEXT PRIMARY KEY, report TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX former_key_report ON former_key (report);

CREATE TABLE report (
    sha256 TEXT PRIMARY KEY,
    study TEXT REFERENCES study (id) ON UPDATE CASCADE,    -- NULL for a report that failed
    kind TEXT NOT NULL DEFAULT 'unknown',                  -- preprint | conference | journal | supplement | unknown
    version TEXT NOT NULL DEFAULT '',
    date TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('read', 'failed')),
    reason TEXT NOT NULL DEFAULT '',                       -- code of a failure, as in ReadError.reason
    message TEXT NOT NULL DEFAULT '',
    is_primary INTEGER NOT NULL DEFAULT 1,
    detected_by TEXT NOT NULL DEFAULT ''                   -- versions of detectors and vocabulary its candidates are from
) STRICT, WITHOUT ROWID;
CREATE INDEX report_study ON report (study);

CREATE TABLE file (
    path TEXT PRIMARY KEY,                                 -- as found on disk, absolute
    root TEXT NOT NULL,                                    -- the folder that was ingested; exports print path relative to it
    sha256 TEXT REFERENCES report (sha256) ON DELETE CASCADE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'ok',                     -- ok | failed (no bytes could be had) | missing
    reason TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
    zotero_key TEXT NOT NULL DEFAULT '', citation_key TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX file_sha256 ON file (sha256);

CREATE TABLE metadata (
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name), value TEXT NOT NULL, source TEXT NOT NULL,
    p REAL NOT NULL, page INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (report, field, value, source)
) STRICT, WITHOUT ROWID;

-- the text ------------------------------------------------------------------------------------------
CREATE TABLE reading (
    report TEXT PRIMARY KEY REFERENCES report (sha256) ON DELETE CASCADE,
    reader_version TEXT NOT NULL,
    text TEXT NOT NULL,                                    -- immutable; all offsets point into it
    layers BLOB NOT NULL,                                  -- every other layer of schema.Reading but its words, compressed
    words BLOB NOT NULL,                                   -- the words, apart: most readers of a report do not want them
    pages INTEGER NOT NULL, coverage REAL NOT NULL,
    image_only TEXT NOT NULL DEFAULT ''                    -- numbers of pages that are pictures without text, '3, 4'
) STRICT, WITHOUT ROWID;

CREATE TABLE section (
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE, n INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, level INTEGER NOT NULL,
    type TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL,
    PRIMARY KEY (report, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE passage (
    id INTEGER PRIMARY KEY,                                -- 63 bits of a hash of report, span and text
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL,
    section INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, text_sha TEXT NOT NULL
) STRICT;
CREATE INDEX passage_report ON passage (report);
CREATE INDEX passage_text_sha ON passage (text_sha);
CREATE VIRTUAL TABLE word USING fts5 (written, folded, tokenize = "porter unicode61 remove_diacritics 2");

CREATE TABLE reference (                                   -- entries of the reference list, as printed
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    n INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, label TEXT NOT NULL,
    title TEXT NOT NULL, authors TEXT NOT NULL, year TEXT NOT NULL, arxiv_id TEXT NOT NULL, doi TEXT NOT NULL,
    PRIMARY KEY (report, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE citation (                                    -- reference entries that are studies of the library
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    n INTEGER NOT NULL, study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE,
    PRIMARY KEY (report, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_study ON citation (study);

-- what is claimed -----------------------------------------------------------------------------------
CREATE TABLE candidate (
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name), surface TEXT NOT NULL, written TEXT NOT NULL,
    entity TEXT NOT NULL,                                  -- id in the vocabulary, or ''
    features TEXT NOT NULL, places TEXT NOT NULL,          -- JSON
    PRIMARY KEY (report, field, surface)
) STRICT;                                                  -- with rowid: its rows are long, and half the size so

-- What a language model proposed, each with its quote in the report's text; checked before it comes here.
CREATE TABLE proposal (
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    extractor TEXT NOT NULL,                               -- llm:MODEL
    field TEXT NOT NULL REFERENCES field (name), value TEXT NOT NULL, role TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    PRIMARY KEY (report, extractor, field, value, role, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE proposed (                                    -- reports that a model was asked about, whatever it found
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    extractor TEXT NOT NULL,
    PRIMARY KEY (report, extractor)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL,
    origin TEXT NOT NULL                                   -- vocabulary | user | found
) STRICT, WITHOUT ROWID;
CREATE TABLE alias (
    type TEXT NOT NULL, surface TEXT NOT NULL,             -- folded
    scope TEXT NOT NULL DEFAULT '',                        -- '' everywhere, or the report it was defined in
    entity TEXT NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    PRIMARY KEY (type, surface, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_entity ON alias (entity);
CREATE TABLE entity_link (
    child TEXT NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    parent TEXT NOT NULL REFERENCES entity (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('kind_of', 'version_of', 'derived_from', 'part_of')),
    PRIMARY KEY (child, parent, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX entity_link_parent ON entity_link (parent);

CREATE TABLE fact (
    study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name),
    entity TEXT NOT NULL REFERENCES entity (id), role TEXT NOT NULL,
    p REAL NOT NULL, cut REAL NOT NULL,
    origin TEXT NOT NULL DEFAULT 'machine',                -- machine | llm:MODEL
    model_version TEXT NOT NULL,
    PRIMARY KEY (study, field, entity, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_entity ON fact (entity);
CREATE TABLE evidence (
    study TEXT NOT NULL, field TEXT NOT NULL, entity TEXT NOT NULL, role TEXT NOT NULL, rank INTEGER NOT NULL,
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL, quote TEXT NOT NULL,
    PRIMARY KEY (study, field, entity, role, rank),
    FOREIGN KEY (study, field, entity, role) REFERENCES fact (study, field, entity, role)
        ON UPDATE CASCADE ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_report ON evidence (report);

CREATE TABLE decision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, person TEXT NOT NULL, round TEXT NOT NULL,
    kind TEXT NOT NULL, study_key TEXT NOT NULL, field TEXT NOT NULL, surface TEXT NOT NULL,
    entity TEXT NOT NULL, role TEXT NOT NULL, verdict TEXT NOT NULL, value TEXT NOT NULL,
    quote TEXT NOT NULL, undoes INTEGER NOT NULL,
    evidence TEXT NOT NULL DEFAULT ''                      -- text | figure | supplement | author | inferred | ''
) STRICT;
CREATE TRIGGER decision_is_never_rewritten BEFORE UPDATE ON decision
BEGIN SELECT raise(ABORT, 'a decision is never rewritten'); END;
CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT raise(ABORT, 'a decision is never deleted'); END;

-- What the decisions come to under today's names: derived, rewritten with the facts.
CREATE TABLE ruling (
    study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name),
    entity TEXT NOT NULL REFERENCES entity (id) ON DELETE CASCADE, role TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject')), seq INTEGER NOT NULL,
    person TEXT NOT NULL, quote TEXT NOT NULL, page INTEGER NOT NULL DEFAULT 0,
    report TEXT NOT NULL DEFAULT '', start INTEGER NOT NULL DEFAULT 0, "end" INTEGER NOT NULL DEFAULT 0,
    evidence TEXT NOT NULL DEFAULT '',
    recheck INTEGER NOT NULL DEFAULT 0,                    -- its quote is gone from the report
    conflict INTEGER NOT NULL DEFAULT 0,                   -- two decisions disagree after a merge: states nothing
    PRIMARY KEY (study, field, entity, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX ruling_entity ON ruling (entity);
-- The same of whole fields: a value that a person gave, or a status such as 'not reported'.
CREATE TABLE field_ruling (
    study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name),
    status TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, person TEXT NOT NULL,
    quote TEXT NOT NULL, page INTEGER NOT NULL DEFAULT 0, evidence TEXT NOT NULL DEFAULT '',
    recheck INTEGER NOT NULL DEFAULT 0, conflict INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (study, field)
) STRICT, WITHOUT ROWID;

-- What the program judged of a whole study that is no entity: its category.
CREATE TABLE study_value (
    study TEXT NOT NULL REFERENCES study (id) ON UPDATE CASCADE ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name), value TEXT NOT NULL, role TEXT NOT NULL DEFAULT '',
    p REAL NOT NULL, cut REAL NOT NULL, model_version TEXT NOT NULL,
    report TEXT NOT NULL DEFAULT '', start INTEGER NOT NULL DEFAULT 0, "end" INTEGER NOT NULL DEFAULT 0,
    page INTEGER NOT NULL DEFAULT 0, quote TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (study, field, value, role)
) STRICT, WITHOUT ROWID;

-- records -------------------------------------------------------------------------------------------
CREATE TABLE source (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, query TEXT NOT NULL, date TEXT NOT NULL, n INTEGER NOT NULL
) STRICT;
CREATE TABLE record (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source (id), row INTEGER NOT NULL,
    raw TEXT NOT NULL, duplicate_of INTEGER REFERENCES record (id) CHECK (duplicate_of IS NULL OR duplicate_of <> id),
    study_key TEXT NOT NULL
) STRICT;

-- views ---------------------------------------------------------------------------------------------
-- The one value of each metadata field of a study: a person's, else an imported record's, else the surest of its
-- primary report.
-- A status that a person gave ('not reported') takes the program's value away and puts none in its place.
CREATE VIEW study_metadata AS
SELECT study, field, value, source, p, page FROM (
    SELECT study, field, value, source, p, page, row_number() OVER (
        PARTITION BY study, field ORDER BY source = 'record' DESC, is_primary DESC, p DESC, source, value, report
    ) AS rank
    FROM (
        SELECT r.study, m.field, m.value, m.source, m.p, m.page, r.is_primary, m.report
        FROM metadata m JOIN report r ON r.sha256 = m.report WHERE r.study IS NOT NULL
        UNION ALL
        SELECT v.study, v.field, v.value, 'judged', v.p, v.page, 1, v.report
        FROM study_value v JOIN field f ON f.name = v.field WHERE f.kind = 'metadata'
    )
) AS chosen
WHERE rank = 1 AND NOT EXISTS (
    SELECT 1 FROM field_ruling d WHERE d.study = chosen.study AND d.field = chosen.field AND d.conflict = 0
)
UNION ALL
SELECT d.study, d.field, d.value, 'person', 1.0, d.page
FROM field_ruling d JOIN field f ON f.name = d.field
WHERE f.kind = 'metadata' AND d.conflict = 0 AND d.status = 'reported';

-- What the library states. Graph, statistics, tables, exports and pages read nothing else.
CREATE VIEW fact_now AS
SELECT f.study, f.field, f.entity, e.name, f.role,
       CASE WHEN r.verdict = 'accept' THEN 1.0 ELSE f.p END AS p,
       'reported' AS status,
       CASE WHEN r.verdict = 'accept' THEN 'person' ELSE f.origin END AS origin,
       coalesce(v.page, 0) AS page, coalesce(v.quote, '') AS quote, coalesce(v.report, '') AS report,
       coalesce(v.start, 0) AS start, coalesce(v."end", 0) AS "end"
FROM fact f
JOIN entity e ON e.id = f.entity
LEFT JOIN ruling r ON r.study = f.study AND r.field = f.field AND r.entity = f.entity AND r.role = f.role
    AND r.conflict = 0
LEFT JOIN evidence v ON v.study = f.study AND v.field = f.field AND v.entity = f.entity AND v.role = f.role
    AND v.rank = 0
WHERE r.verdict = 'accept' OR (r.verdict IS NULL AND f.p >= f.cut)
UNION ALL
SELECT r.study, r.field, r.entity, e.name, r.role, 1.0, 'reported', 'person',
       r.page, r.quote, r.report, r.start, r."end"
FROM ruling r JOIN entity e ON e.id = r.entity
WHERE r.verdict = 'accept' AND r.conflict = 0 AND NOT EXISTS (
    SELECT 1 FROM fact f WHERE f.study = r.study AND f.field = r.field AND f.entity = r.entity AND f.role = r.role
);
