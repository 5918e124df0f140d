-- What a package waits for, and how it may end, is part of the table, and SQLite changes no CHECK: the table is
-- written anew.
CREATE TABLE shipping_packages_anew (
    id              UUID      NOT NULL PRIMARY KEY,
    version         BIGINT    NOT NULL,
    consignee       UUID      NOT NULL,
    item            TEXT      NOT NULL,
    status          TEXT      NOT NULL CHECK (status IN ('AWAITING_ADDRESS', 'AWAITING_STOCK', 'CREATED', 'SHIPPED',
        'DELIVERED', 'RETURNED', 'COLLECTED', 'CANCELLED')),
    postal          TEXT,
    packer          TEXT,
    leased_until    TIMESTAMP,
    carrier         TEXT,
    tracking_number TEXT,
    created_at      TIMESTAMP NOT NULL,
    shipped_at      TIMESTAMP,
    delivered_at    TIMESTAMP,
    paid_at         TIMESTAMP,
    sku             TEXT,
    quantity        BIGINT    CHECK (quantity > 0),
    batch           TEXT      REFERENCES shipping_batches (reference),
    expected        DATE,
    choice          TEXT      CHECK (choice IN ('WAIT', 'REFUND')),
    slot            UUID,
    place           TEXT,
    collect_from    TIMESTAMP,
    collect_until   TIMESTAMP,
    ended_at        TIMESTAMP,
    CHECK ((sku IS NULL) = (quantity IS NULL)),
    CHECK (batch IS NULL OR sku IS NOT NULL),
    CHECK (expected IS NULL OR batch IS NOT NULL)
);

INSERT INTO shipping_packages_anew
    (id, version, consignee, item, status, postal, packer, leased_until, carrier, tracking_number, created_at,
     shipped_at, delivered_at)
SELECT id, version, consignee, item, status, postal, packer, leased_until, carrier, tracking_number, created_at,
       shipped_at, delivered_at
FROM shipping_packages;

DROP TABLE shipping_packages;
ALTER TABLE shipping_packages_anew RENAME TO shipping_packages;

CREATE INDEX shipping_packages_to_pack ON shipping_packages (created_at, id) WHERE status = 'CREATED';
CREATE INDEX shipping_packages_of_consignee ON shipping_packages (consignee, created_at);
-- Who is served next when pieces arrive.
CREATE INDEX shipping_packages_for_stock ON shipping_packages (sku, paid_at, id)
    WHERE batch IS NULL AND status IN ('AWAITING_ADDRESS', 'AWAITING_STOCK');
