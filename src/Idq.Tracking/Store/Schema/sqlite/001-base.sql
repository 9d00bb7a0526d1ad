-- Experiments, runs and wide metrics: SQLTrack's shape. Times are ISO 8601 UTC text with six decimals, which sorts as time does.
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_created TEXT NOT NULL,
  time_updated TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  comment TEXT,
  tags TEXT NOT NULL DEFAULT '{}',
  extras TEXT NOT NULL DEFAULT '{}',
  lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
  artifact_location TEXT
);

CREATE TABLE experiment_links (
  from_id INTEGER NOT NULL REFERENCES experiments (id),
  kind TEXT NOT NULL,
  to_id INTEGER NOT NULL REFERENCES experiments (id),
  PRIMARY KEY (from_id, kind, to_id)
);

-- The uid names a run outside of the store: 32 lower-case hexadecimal digits.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'PENDING' CHECK (status IN (
    'BOOT_FAIL', 'CANCELLED', 'CONFIGURING', 'COMPLETED', 'COMPLETING', 'DEADLINE', 'FAILED', 'NODE_FAIL',
    'OUT_OF_MEMORY', 'PENDING', 'PREEMPTED', 'RESV_DEL_HOLD', 'REQUEUE_FED', 'REQUEUE_HOLD', 'REQUEUED', 'RESIZING',
    'REVOKED', 'RUNNING', 'SIGNALING', 'SPECIAL_EXIT', 'STAGE_OUT', 'STOPPED', 'SUSPENDED', 'TIMEOUT')),
  time_created TEXT NOT NULL,
  time_started TEXT,
  time_updated TEXT,
  time_ended TEXT,
  time_deleted TEXT,
  comment TEXT,
  tags TEXT NOT NULL DEFAULT '{}',
  args TEXT NOT NULL DEFAULT '{}',
  env TEXT NOT NULL DEFAULT '{}',
  extras TEXT NOT NULL DEFAULT '{}',
  user_name TEXT,
  lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
  artifact_uri TEXT,
  heartbeat_seconds REAL
);
CREATE INDEX runs_experiment ON runs (experiment_id);

CREATE TABLE run_links (
  from_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  to_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  PRIMARY KEY (from_id, kind, to_id)
);

-- One column per metric is added when the metric is first seen. A NaN is the text 'NaN': NULL means "not given".
CREATE TABLE metrics (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL DEFAULT 0,
  progress REAL NOT NULL DEFAULT 0.0,
  gps INTEGER,
  PRIMARY KEY (run_id, step, progress)
);

-- Values that have no place in the wide table: of metrics past the limit of columns, or of another type than their column's.
CREATE TABLE metrics_narrow (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL DEFAULT 0,
  progress REAL NOT NULL DEFAULT 0.0,
  key TEXT NOT NULL,
  number REAL,
  integer INTEGER,
  text TEXT,
  PRIMARY KEY (run_id, step, progress, key)
) WITHOUT ROWID;

-- The append-only history beside the wide table: every value with its time. The value belongs to the key, so that a repeated row is one
-- row.
CREATE TABLE metric_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE
);
CREATE TABLE history (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_keys (id),
  step INTEGER NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  extras TEXT,
  PRIMARY KEY (run_id, key_id, step, timestamp_ms, value)
) WITHOUT ROWID;
CREATE TABLE latest (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_keys (id),
  step INTEGER NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, key_id)
) WITHOUT ROWID;
CREATE INDEX latest_key ON latest (key_id, value);

-- What became of the points of a history that retention thinned: one row a bucket of time. Points that are not finite, and the newest one,
-- stay in the history.
CREATE TABLE rollups (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  key_id INTEGER NOT NULL REFERENCES metric_keys (id),
  start_ms INTEGER NOT NULL,
  width_ms INTEGER NOT NULL CHECK (width_ms > 0),
  points INTEGER NOT NULL CHECK (points > 0),
  total REAL NOT NULL,
  lowest REAL NOT NULL,
  highest REAL NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, key_id, start_ms, width_ms)
) WITHOUT ROWID;

CREATE TABLE datasets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  source_type TEXT NOT NULL,
  source TEXT NOT NULL,
  schema TEXT,
  profile TEXT,
  UNIQUE (experiment_id, name, digest)
);
CREATE TABLE inputs (
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  tags TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (run_id, dataset_id)
);

-- What arrives as a stream of records: a gap in idx is a record that was lost and not repaired.
CREATE TABLE sequences (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  UNIQUE (run_id, name)
);
CREATE TABLE sequence_rows (
  sequence_id INTEGER NOT NULL REFERENCES sequences (id) ON DELETE CASCADE,
  idx INTEGER NOT NULL,
  timestamp_us INTEGER NOT NULL,
  received_us INTEGER NOT NULL,
  value_json TEXT NOT NULL,
  PRIMARY KEY (sequence_id, idx)
) WITHOUT ROWID;

-- Large objects lie in files beside the database, one a content: <folder>/<experiment_id>/<sha256>. A row without a run is the experiment's
-- own.
CREATE TABLE objects (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  time_created TEXT NOT NULL
);
CREATE UNIQUE INDEX objects_run ON objects (run_id, name) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX objects_experiment ON objects (experiment_id, name) WHERE run_id IS NULL;
CREATE INDEX objects_content ON objects (experiment_id, sha256);

-- Whose a folder of objects is: its marker holds the same uid.
CREATE TABLE store_identity (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  uid TEXT NOT NULL
);

-- What was taken away on purpose: metrics after a restart, runs collected as garbage, points that were thinned.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time TEXT NOT NULL,
  run_id INTEGER,
  action TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}'
);

-- The ledger of products. Spans are half-open, in nanoseconds.
CREATE TABLE products (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  nickname TEXT NOT NULL,
  job TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  path TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  attributes TEXT NOT NULL DEFAULT '{}',
  time_created TEXT NOT NULL,
  CHECK (start_ns <= end_ns)
);
CREATE INDEX products_kind_nickname ON products (kind, nickname, seq);
CREATE INDEX products_end ON products (end_ns);

-- A parent is older than its child, so lineage has no cycles.
CREATE TABLE product_parents (
  seq INTEGER NOT NULL REFERENCES products (seq),
  ordinal INTEGER NOT NULL,
  parent INTEGER NOT NULL REFERENCES products (seq),
  PRIMARY KEY (seq, ordinal),
  CHECK (parent < seq)
);
CREATE INDEX product_parents_parent ON product_parents (parent);

CREATE TABLE cursors (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  time_updated TEXT NOT NULL
);

CREATE TABLE skips (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT,
  time_created TEXT NOT NULL,
  CHECK (start_ns <= end_ns)
);
CREATE INDEX skips_job ON skips (job, id);

-- Append-only. The insert triggers stop INSERT OR REPLACE, whose implicit delete fires no delete trigger.
CREATE TRIGGER products_no_update BEFORE UPDATE ON products BEGIN SELECT RAISE(ABORT, 'products is append-only'); END;
CREATE TRIGGER products_no_delete BEFORE DELETE ON products BEGIN SELECT RAISE(ABORT, 'products is append-only'); END;
CREATE TRIGGER products_no_replace BEFORE INSERT ON products
  WHEN EXISTS (SELECT 1 FROM products WHERE seq = NEW.seq OR path = NEW.path)
  BEGIN SELECT RAISE(ABORT, 'products is append-only: this seq or path is registered'); END;
CREATE TRIGGER product_parents_no_update BEFORE UPDATE ON product_parents
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE TRIGGER product_parents_no_delete BEFORE DELETE ON product_parents
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE TRIGGER product_parents_no_replace BEFORE INSERT ON product_parents
  WHEN EXISTS (SELECT 1 FROM product_parents WHERE seq = NEW.seq AND ordinal = NEW.ordinal)
  BEGIN SELECT RAISE(ABORT, 'product_parents is append-only'); END;
CREATE TRIGGER skips_no_update BEFORE UPDATE ON skips BEGIN SELECT RAISE(ABORT, 'skips is append-only'); END;
CREATE TRIGGER skips_no_delete BEFORE DELETE ON skips BEGIN SELECT RAISE(ABORT, 'skips is append-only'); END;
CREATE TRIGGER skips_no_replace BEFORE INSERT ON skips
  WHEN EXISTS (SELECT 1 FROM skips WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'skips is append-only'); END;

-- Ready views.
CREATE VIEW run_overview AS
  SELECT r.id, r.uid, e.name AS experiment, r.name, r.status, r.time_created, r.time_started, r.time_updated, r.time_ended, r.lifecycle,
    (SELECT count(*) FROM metrics m WHERE m.run_id = r.id) AS metric_rows,
    (SELECT count(*) FROM history h WHERE h.run_id = r.id) AS history_rows
  FROM runs r JOIN experiments e ON e.id = r.experiment_id;
CREATE VIEW experiment_overview AS
  SELECT e.id, e.name, e.lifecycle, count(r.id) AS runs,
    count(CASE WHEN r.status = 'RUNNING' THEN 1 END) AS running,
    count(CASE WHEN r.status = 'COMPLETED' THEN 1 END) AS completed,
    count(CASE WHEN r.status IN ('FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY', 'TIMEOUT', 'BOOT_FAIL', 'DEADLINE') THEN 1 END) AS failed,
    max(r.time_updated) AS time_updated
  FROM experiments e LEFT JOIN runs r ON r.experiment_id = e.id
  GROUP BY e.id, e.name, e.lifecycle;
CREATE VIEW metric_history AS
  SELECT h.run_id, k.key, h.step, h.timestamp_ms, h.value FROM history h JOIN metric_keys k ON k.id = h.key_id;
-- Raw points and what became of thinned ones, as one series.
CREATE VIEW metric_series AS
  SELECT h.run_id, k.key, h.step AS first_step, h.step AS last_step, h.timestamp_ms AS first_ms, h.timestamp_ms AS last_ms,
    1 AS points, h.value AS total, h.value AS mean, h.value AS lowest, h.value AS highest
  FROM history h JOIN metric_keys k ON k.id = h.key_id
  UNION ALL
  SELECT u.run_id, k.key, u.first_step, u.last_step, u.first_ms, u.last_ms, u.points, u.total, u.total / u.points, u.lowest, u.highest
  FROM rollups u JOIN metric_keys k ON k.id = u.key_id;
CREATE VIEW metric_latest AS
  SELECT l.run_id, k.key, l.step, l.timestamp_ms, l.value FROM latest l JOIN metric_keys k ON k.id = l.key_id;
CREATE VIEW job_losses AS
  SELECT job, reason, count(*) AS strides, sum(end_ns - start_ns) / 1000000000.0 AS seconds FROM skips GROUP BY job, reason;
-- What each product was made of, one step back. The chain of all steps is asked for from one product on: of all at once it grows with the
-- store.
CREATE VIEW product_origins AS
  SELECT c.seq, c.kind, c.nickname, c.path, o.ordinal,
    p.seq AS origin, p.kind AS origin_kind, p.nickname AS origin_nickname, p.path AS origin_path
  FROM product_parents o JOIN products c ON c.seq = o.seq JOIN products p ON p.seq = o.parent;
