-- The states are part of the table, and SQLite changes no CHECK: the table is written anew.
CREATE TABLE process_paying_for_won_item_anew (
    id              UUID      NOT NULL PRIMARY KEY,
    kind            TEXT      NOT NULL,
    correlation_key TEXT      NOT NULL,
    version         BIGINT    NOT NULL,
    state           TEXT      NOT NULL CHECK (state IN
        ('PAYMENT_STARTED', 'PAID', 'SHIPPED', 'TIMED_OUT', 'OFFERED', 'UNSOLD')),
    timer_epoch     BIGINT    NOT NULL,
    customer        UUID      NOT NULL,
    payment         UUID      NOT NULL,
    package         UUID,
    data            TEXT      NOT NULL,
    started_at      TIMESTAMP NOT NULL,
    changed_at      TIMESTAMP NOT NULL
);

-- What had timed out before there were second chances was finished, and stays so.
INSERT INTO process_paying_for_won_item_anew
SELECT id, kind, correlation_key, version, CASE WHEN state = 'TIMED_OUT' THEN 'UNSOLD' ELSE state END,
       timer_epoch, customer, payment, package, data, started_at, changed_at
FROM process_paying_for_won_item;

DROP TABLE process_paying_for_won_item;
ALTER TABLE process_paying_for_won_item_anew RENAME TO process_paying_for_won_item;

CREATE UNIQUE INDEX process_paying_for_won_item_once ON process_paying_for_won_item (kind, correlation_key);
CREATE UNIQUE INDEX process_paying_for_won_item_payment ON process_paying_for_won_item (payment);
CREATE UNIQUE INDEX process_paying_for_won_item_package ON process_paying_for_won_item (package);
CREATE INDEX process_paying_for_won_item_customer ON process_paying_for_won_item (customer, started_at);
CREATE INDEX process_paying_for_won_item_unfinished ON process_paying_for_won_item (started_at)
    WHERE state IN ('PAYMENT_STARTED', 'PAID', 'TIMED_OUT', 'OFFERED');

-- Who lost a won item by not paying. Late events still find the process by these payments.
CREATE TABLE process_earlier_buyers (
    payment     UUID      NOT NULL PRIMARY KEY,
    process     UUID      NOT NULL REFERENCES process_paying_for_won_item (id),
    customer    UUID      NOT NULL,
    price_minor BIGINT    NOT NULL,
    currency    CHAR(3)   NOT NULL,
    pay_by      TIMESTAMP NOT NULL
);
CREATE INDEX process_earlier_buyers_customer ON process_earlier_buyers (customer);
