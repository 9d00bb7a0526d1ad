-- Finds the product of a kind and nickname whose span ends last before an instant.
CREATE INDEX products_kind_nickname_end ON products (kind, nickname, end_ns, seq);
