DROP TABLE shipping_labels;
