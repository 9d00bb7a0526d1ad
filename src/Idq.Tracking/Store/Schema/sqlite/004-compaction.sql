-- A ledger that does not grow with every stride: an entry may have no file, and entries may be compacted into one row, which keeps the
-- last of their numbers. It stands for all entries from first_seq to seq that its members list (JSON under Brotli).
DROP VIEW product_origins;
CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  nickname TEXT NOT NULL,
  job TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  path TEXT UNIQUE,
  sha256 TEXT CHECK (length(sha256) = 64),
  attributes TEXT NOT NULL DEFAULT '{}',
  time_created TEXT NOT NULL,
  parents TEXT NOT NULL DEFAULT '[]',
  first_seq INTEGER NOT NULL,
  compaction INTEGER,
  members BLOB,
  CHECK (start_ns <= end_ns),
  CHECK ((path IS NULL) = (sha256 IS NULL)),
  CHECK (first_seq <= seq),
  CHECK ((compaction IS NULL) = (members IS NULL))
);
INSERT INTO ledger (seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created, parents, first_seq)
  SELECT p.seq, kind, nickname, job, start_ns, end_ns, path, sha256, attributes, time_created,
    (SELECT json_group_array(parent) FROM (SELECT parent FROM product_parents o WHERE o.seq = p.seq ORDER BY ordinal)), p.seq
  FROM products p;
DROP TABLE product_parents;
DROP TABLE products;
ALTER TABLE ledger RENAME TO products;
CREATE INDEX products_kind_nickname ON products (kind, nickname, seq);
CREATE INDEX products_end ON products (end_ns);
CREATE INDEX products_kind_nickname_end ON products (kind, nickname, end_ns, seq);
CREATE UNIQUE INDEX products_compaction ON products (compaction) WHERE compaction IS NOT NULL;

-- Files that the ledger names no more and that are still to be removed from the disk, relative to the folder of products.
CREATE TABLE removals (path TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;

-- Rows leave the ledger only in a transaction that has opened this door: one that compacts, or collects what is too old.
CREATE TABLE ledger_door (open INTEGER NOT NULL);
CREATE TRIGGER products_no_update BEFORE UPDATE ON products BEGIN SELECT RAISE(ABORT, 'products is append-only'); END;
CREATE TRIGGER products_no_delete BEFORE DELETE ON products WHEN NOT EXISTS (SELECT 1 FROM ledger_door)
  BEGIN SELECT RAISE(ABORT, 'products is append-only'); END;
CREATE TRIGGER products_no_replace BEFORE INSERT ON products
  WHEN EXISTS (SELECT 1 FROM products WHERE seq = NEW.seq OR path = NEW.path)
  BEGIN SELECT RAISE(ABORT, 'products is append-only: this seq or path is registered'); END;

-- A parent is older than its child, so lineage has no cycles.
CREATE VIEW product_parents AS
  SELECT p.seq, CAST(o.key AS INTEGER) AS ordinal, CAST(o.value AS INTEGER) AS parent FROM products p, json_each(p.parents) o;
CREATE TRIGGER product_parents_no_update INSTEAD OF UPDATE ON product_parents
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE TRIGGER product_parents_no_delete INSTEAD OF DELETE ON product_parents
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE TRIGGER product_parents_no_insert INSTEAD OF INSERT ON product_parents
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE VIEW product_origins AS
  SELECT c.seq, c.kind, c.nickname, c.path, o.ordinal,
    p.seq AS origin, p.kind AS origin_kind, p.nickname AS origin_nickname, p.path AS origin_path
  FROM product_parents o JOIN products c ON c.seq = o.seq JOIN products p ON p.seq = o.parent;
