-- Everything that is known of one kind of goods changes together, under the product's version.
CREATE TABLE shipping_products (
    sku     TEXT    NOT NULL PRIMARY KEY,
    version BIGINT  NOT NULL,
    stocked BOOLEAN NOT NULL,
    numbers BIGINT  NOT NULL
);

CREATE TABLE shipping_batches (
    reference TEXT      NOT NULL PRIMARY KEY,
    sku       TEXT      NOT NULL REFERENCES shipping_products (sku),
    eta       DATE,
    purchased BIGINT    NOT NULL CHECK (purchased >= 0),
    allocated BIGINT    NOT NULL CHECK (allocated >= 0),
    gone      BIGINT    NOT NULL CHECK (gone >= 0),
    added_at  TIMESTAMP NOT NULL,
    CHECK (allocated + gone <= purchased)
);
-- Batches of which nothing is left do not weigh on the others.
CREATE INDEX shipping_batches_left ON shipping_batches (sku) WHERE gone < purchased;
CREATE INDEX shipping_batches_of_product ON shipping_batches (sku, added_at);

-- A line is in at most one batch: the key says so.
CREATE TABLE shipping_lines (
    order_id     UUID      NOT NULL,
    sku          TEXT      NOT NULL REFERENCES shipping_products (sku),
    batch        TEXT      NOT NULL REFERENCES shipping_batches (reference),
    quantity     BIGINT    NOT NULL CHECK (quantity > 0),
    number       BIGINT    NOT NULL,
    allocated_at TIMESTAMP NOT NULL,
    finished_at  TIMESTAMP,
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX shipping_lines_in_batch ON shipping_lines (batch, number) WHERE finished_at IS NULL;
