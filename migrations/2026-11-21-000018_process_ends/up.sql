-- A won item may also be collected, or refunded because it is out of stock. The states are part of the table, and SQLite
-- changes no CHECK: the table is written anew, and with it the one that names its rows.
CREATE TABLE process_paying_for_won_item_anew (
    id              UUID      NOT NULL PRIMARY KEY,
    kind            TEXT      NOT NULL,
    correlation_key TEXT      NOT NULL,
    version         BIGINT    NOT NULL,
    state           TEXT      NOT NULL CHECK (state IN
        ('PAYMENT_STARTED', 'PAID', 'SHIPPED', 'TIMED_OUT', 'OFFERED', 'UNSOLD', 'COLLECTED', 'REFUNDED')),
    timer_epoch     BIGINT    NOT NULL,
    customer        UUID      NOT NULL,
    payment         UUID      NOT NULL,
    package         UUID,
    data            TEXT      NOT NULL,
    started_at      TIMESTAMP NOT NULL,
    changed_at      TIMESTAMP NOT NULL
);

INSERT INTO process_paying_for_won_item_anew SELECT id, kind, correlation_key, version, state, timer_epoch, customer, payment, package, data, started_at, changed_at
FROM process_paying_for_won_item;

CREATE TABLE process_earlier_buyers_anew (
    payment     UUID      NOT NULL PRIMARY KEY,
    process     UUID      NOT NULL REFERENCES process_paying_for_won_item_anew (id),
    customer    UUID      NOT NULL,
    price_minor BIGINT    NOT NULL,
    currency    CHAR(3)   NOT NULL,
    pay_by      TIMESTAMP NOT NULL
);
INSERT INTO process_earlier_buyers_anew SELECT * FROM process_earlier_buyers;

DROP TABLE process_earlier_buyers;
DROP TABLE process_paying_for_won_item;
ALTER TABLE process_paying_for_won_item_anew RENAME TO process_paying_for_won_item;
ALTER TABLE process_earlier_buyers_anew RENAME TO process_earlier_buyers;

CREATE UNIQUE INDEX process_paying_for_won_item_once ON process_paying_for_won_item (kind, correlation_key);
CREATE UNIQUE INDEX process_paying_for_won_item_payment ON process_paying_for_won_item (payment);
CREATE UNIQUE INDEX process_paying_for_won_item_package ON process_paying_for_won_item (package);
CREATE INDEX process_paying_for_won_item_customer ON process_paying_for_won_item (customer, started_at);
CREATE INDEX process_paying_for_won_item_unfinished ON process_paying_for_won_item (started_at)
    WHERE state IN ('PAYMENT_STARTED', 'PAID', 'TIMED_OUT', 'OFFERED');
CREATE INDEX process_earlier_buyers_customer ON process_earlier_buyers (customer);
