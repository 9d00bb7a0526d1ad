-- A ledger that does not grow with every stride: an entry may have no file, and entries may be compacted into one row, which keeps the
-- last of their numbers. It stands for all entries from first_seq to seq that its members list (JSON under Brotli).
DROP VIEW product_origins;
DROP TRIGGER products_append_only ON products;
ALTER TABLE products
  ALTER COLUMN path DROP NOT NULL,
  ALTER COLUMN sha256 DROP NOT NULL,
  ADD COLUMN parents JSON NOT NULL DEFAULT '[]',
  ADD COLUMN first_seq BIGINT,
  ADD COLUMN compaction BIGINT,
  ADD COLUMN members BYTEA;
UPDATE products SET first_seq = seq, parents = COALESCE(
  (SELECT json_agg(parent ORDER BY ordinal) FROM product_parents o WHERE o.seq = products.seq), '[]');
ALTER TABLE products
  ALTER COLUMN first_seq SET NOT NULL,
  ADD CHECK ((path IS NULL) = (sha256 IS NULL)),
  ADD CHECK (first_seq <= seq),
  ADD CHECK ((compaction IS NULL) = (members IS NULL));
DROP TABLE product_parents;
CREATE UNIQUE INDEX products_compaction ON products (compaction) WHERE compaction IS NOT NULL;

-- Files that the ledger names no more and that are still to be removed from the disk, relative to the folder of products.
CREATE TABLE removals (path TEXT NOT NULL PRIMARY KEY);

-- Rows leave the ledger only in a transaction that has opened this door: one that compacts, or collects what is too old.
CREATE TABLE ledger_door (open BIGINT NOT NULL);
CREATE FUNCTION append_only_but_for_the_door() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_door) THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'P0001';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER products_append_only BEFORE UPDATE OR TRUNCATE ON products EXECUTE FUNCTION append_only();
CREATE TRIGGER products_no_delete BEFORE DELETE ON products EXECUTE FUNCTION append_only_but_for_the_door();

-- A parent is older than its child, so lineage has no cycles.
CREATE VIEW product_parents AS
  SELECT p.seq, o.ordinality - 1 AS ordinal, CAST(o.value AS BIGINT) AS parent
  FROM products p CROSS JOIN LATERAL json_array_elements_text(p.parents) WITH ORDINALITY AS o (value, ordinality);
CREATE TRIGGER product_parents_append_only INSTEAD OF INSERT OR UPDATE OR DELETE ON product_parents
  FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE VIEW product_origins AS
  SELECT c.seq, c.kind, c.nickname, c.path, o.ordinal,
    p.seq AS origin, p.kind AS origin_kind, p.nickname AS origin_nickname, p.path AS origin_path
  FROM product_parents o JOIN products c ON c.seq = o.seq JOIN products p ON p.seq = o.parent;
