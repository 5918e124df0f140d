DROP TABLE shipping_packages;
DROP TABLE shipping_addresses;
DROP TABLE shipping_address_books;
