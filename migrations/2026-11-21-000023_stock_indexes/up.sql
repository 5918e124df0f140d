-- Of two indexes that suit, SQLite takes the one that was made last: it is to be the one without what has left.
DROP INDEX shipping_batches_left;
CREATE INDEX shipping_batches_left ON shipping_batches (sku) WHERE gone < purchased;

-- Who is served next: SQLite does not see that a list of parameters is the list of an index.
DROP INDEX shipping_packages_for_stock;
CREATE INDEX shipping_packages_for_stock ON shipping_packages (sku, paid_at, id)
    WHERE batch IS NULL AND sku IS NOT NULL;

-- What was last asked of a carrier for a package, with what failed.
CREATE INDEX shipping_labels_asked ON shipping_labels (package, asked_at, id);
