DROP INDEX shipping_labels_asked;

DROP INDEX shipping_packages_for_stock;
CREATE INDEX shipping_packages_for_stock ON shipping_packages (sku, paid_at, id)
    WHERE batch IS NULL AND status IN ('AWAITING_ADDRESS', 'AWAITING_STOCK');

DROP INDEX shipping_batches_left;
CREATE INDEX shipping_batches_left ON shipping_batches (sku) WHERE gone < purchased;
