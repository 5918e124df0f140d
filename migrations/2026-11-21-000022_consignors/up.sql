-- On whose behalf the house sells these goods. Nothing as long as nobody has said so: such goods are not put up.
ALTER TABLE shipping_products ADD COLUMN consignor UUID;
CREATE INDEX shipping_products_of_consignor ON shipping_products (consignor, sku) WHERE consignor IS NOT NULL;
