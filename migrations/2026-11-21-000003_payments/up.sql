CREATE TABLE payments_payments (
    id             UUID      NOT NULL PRIMARY KEY,
    payer          UUID      NOT NULL,
    amount_minor   BIGINT    NOT NULL CHECK (amount_minor > 0),
    currency       CHAR(3)   NOT NULL,
    description    TEXT      NOT NULL,
    status         TEXT      NOT NULL CHECK (status IN
        ('NEW', 'CHARGED', 'CAPTURED', 'FAILED', 'TIMED_OUT', 'CANCELLED', 'REFUNDED')),
    failure        TEXT,
    authorisation  TEXT,
    capture_before TIMESTAMP,
    started_at     TIMESTAMP NOT NULL,
    charged_at     TIMESTAMP,
    captured_at    TIMESTAMP,
    version        BIGINT    NOT NULL
);

CREATE INDEX payments_payments_payer ON payments_payments (payer, started_at);

CREATE TABLE payments_operations (
    id           UUID      NOT NULL PRIMARY KEY,
    payment      UUID      NOT NULL REFERENCES payments_payments (id),
    kind         TEXT      NOT NULL CHECK (kind IN ('authorise', 'capture', 'void')),
    request_hash TEXT      NOT NULL,
    token        TEXT,
    state        TEXT      NOT NULL CHECK (state IN ('pending', 'unknown', 'succeeded', 'failed')),
    reference    TEXT,
    reason       TEXT,
    detail       TEXT,
    started_at   TIMESTAMP NOT NULL,
    finished_at  TIMESTAMP
);

CREATE INDEX payments_operations_payment ON payments_operations (payment, started_at);
CREATE INDEX payments_operations_open ON payments_operations (payment) WHERE state IN ('pending', 'unknown');
