-- Messages of gateways that have been heeded. A gateway sends one until it is answered: the key says which is new.
CREATE TABLE payments_notices (
    gateway     TEXT      NOT NULL,
    id          TEXT      NOT NULL,
    kind        TEXT      NOT NULL,
    billing     UUID,
    reference   TEXT,
    received_at TIMESTAMP NOT NULL,
    PRIMARY KEY (gateway, id)
);
CREATE INDEX payments_notices_received ON payments_notices (received_at);

-- Where our books and a gateway's differ, for staff.
CREATE TABLE payments_differences (
    id          UUID      NOT NULL PRIMARY KEY,
    billing     UUID      NOT NULL,
    gateway     TEXT      NOT NULL,
    reference   TEXT      NOT NULL,
    kind        TEXT      NOT NULL CHECK (kind IN
        ('UNKNOWN_THERE', 'NOT_TAKEN', 'HELD_FOR_NOTHING', 'TAKEN_FOR_NOTHING', 'REFUNDED_THERE_ONLY',
         'REFUNDED_HERE_ONLY', 'OTHER_AMOUNT', 'NO_RESULT')),
    ours        TEXT      NOT NULL,
    theirs      TEXT      NOT NULL,
    found_at    TIMESTAMP NOT NULL,
    seen_at     TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP,
    resolved_by TEXT,
    note        TEXT,
    CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
-- One difference is listed once for as long as it lasts.
CREATE UNIQUE INDEX payments_differences_open ON payments_differences (billing, reference, kind)
    WHERE resolved_at IS NULL;
CREATE INDEX payments_differences_found ON payments_differences (found_at, id);

-- The days for which the comparison with the gateways is set.
CREATE TABLE payments_comparison_days (
    day TEXT NOT NULL PRIMARY KEY
);
