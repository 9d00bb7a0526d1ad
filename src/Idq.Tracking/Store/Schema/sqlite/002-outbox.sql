-- Messages that a commit wants sent to somebody else. A sender takes a row away when the message was delivered.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  destination TEXT NOT NULL,
  key TEXT NOT NULL,
  payload BLOB NOT NULL,
  time_created TEXT NOT NULL
);
CREATE INDEX outbox_destination ON outbox (destination, seq);
