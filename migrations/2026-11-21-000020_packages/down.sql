-- What was refunded is forgotten, or it would be shipped.
CREATE TABLE shipping_packages_anew (
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

INSERT INTO shipping_packages_anew
SELECT id, version, consignee, item,
       CASE status WHEN 'AWAITING_STOCK' THEN CASE WHEN postal IS NULL THEN 'AWAITING_ADDRESS' ELSE 'CREATED' END
                   WHEN 'RETURNED' THEN 'SHIPPED' WHEN 'COLLECTED' THEN 'DELIVERED' ELSE status END,
       postal, packer, leased_until, carrier, tracking_number, created_at, shipped_at, delivered_at
FROM shipping_packages WHERE status <> 'CANCELLED';

DROP TABLE shipping_packages;
ALTER TABLE shipping_packages_anew RENAME TO shipping_packages;
CREATE INDEX shipping_packages_to_pack ON shipping_packages (created_at, id) WHERE status = 'CREATED';
CREATE INDEX shipping_packages_of_consignee ON shipping_packages (consignee, created_at);
