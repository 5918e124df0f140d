DROP TABLE shipping_lines;
DROP TABLE shipping_batches;
DROP TABLE shipping_products;
