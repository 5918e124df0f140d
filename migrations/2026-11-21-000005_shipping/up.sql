CREATE TABLE shipping_address_books (
    consignee UUID   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL
);

CREATE TABLE shipping_addresses (
    id        UUID      NOT NULL PRIMARY KEY,
    consignee UUID      NOT NULL REFERENCES shipping_address_books (consignee),
    position  BIGINT    NOT NULL,
    postal    TEXT      NOT NULL,
    added_at  TIMESTAMP NOT NULL
);

CREATE UNIQUE INDEX shipping_addresses_order ON shipping_addresses (consignee, position);

CREATE TABLE shipping_packages (
    id              UUID      NOT NULL PRIMARY KEY,
    version         BIGINT    NOT NULL,
    consignee       UUID      NOT NULL,
    item            TEXT      NOT NULL,
    status          TEXT      NOT NULL CHECK (status IN ('AWAITING_ADDRESS', 'CREATED', 'SHIPPED', 'DELIVERED')),
    postal          TEXT,
    packer          TEXT,
    leased_until    TIMESTAMP,
    carrier         TEXT,
    tracking_number TEXT,
    created_at      TIMESTAMP NOT NULL,
    shipped_at      TIMESTAMP,
    delivered_at    TIMESTAMP
);

CREATE INDEX shipping_packages_to_pack ON shipping_packages (created_at, id) WHERE status = 'CREATED';
CREATE INDEX shipping_packages_of_consignee ON shipping_packages (consignee, created_at);
