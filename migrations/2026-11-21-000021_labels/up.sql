-- What was asked of a carrier, and what came of it.
CREATE TABLE shipping_labels (
    id              UUID      NOT NULL PRIMARY KEY,
    version         BIGINT    NOT NULL,
    package         UUID      NOT NULL,
    grams           BIGINT    NOT NULL CHECK (grams > 0),
    state           TEXT      NOT NULL CHECK (state IN ('ASKED', 'QUOTED', 'BOUGHT', 'FAILED')),
    shipment        TEXT,
    carrier         TEXT,
    tracking_number TEXT,
    url             TEXT,
    failure         TEXT,
    asked_by        TEXT      NOT NULL,
    asked_at        TIMESTAMP NOT NULL,
    finished_at     TIMESTAMP,
    CHECK ((state = 'FAILED') = (failure IS NOT NULL)),
    CHECK (state <> 'BOUGHT' OR tracking_number IS NOT NULL)
);
-- A package has one label, bought or on its way.
CREATE UNIQUE INDEX shipping_labels_of_package ON shipping_labels (package) WHERE state <> 'FAILED';
