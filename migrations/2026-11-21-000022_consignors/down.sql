DROP INDEX shipping_products_of_consignor;
ALTER TABLE shipping_products DROP COLUMN consignor;
