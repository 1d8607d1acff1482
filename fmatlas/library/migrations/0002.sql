-- Values that the program suggests for the further fields, by report; they are never facts. `rank` is 0 for the best.
ALTER TABLE report ADD COLUMN suggested_by TEXT NOT NULL DEFAULT '';   -- what its suggestions were made with
CREATE TABLE suggestion (
    report TEXT NOT NULL REFERENCES report (sha256) ON DELETE CASCADE,
    field TEXT NOT NULL REFERENCES field (name), rank INTEGER NOT NULL,
    value TEXT NOT NULL, role TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER NOT NULL, quote TEXT NOT NULL,
    PRIMARY KEY (report, field, rank)
) STRICT, WITHOUT ROWID;
