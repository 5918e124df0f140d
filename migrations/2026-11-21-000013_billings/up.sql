ALTER TABLE payments_payments ADD COLUMN payee UUID;
ALTER TABLE payments_payments ADD COLUMN billing UUID;

CREATE TABLE payments_coupons (
    id           UUID      NOT NULL PRIMARY KEY,
    code         TEXT      NOT NULL,
    amount_minor BIGINT,
    currency     CHAR(3),
    basis_points BIGINT,
    allowed      BIGINT    NOT NULL CHECK (allowed > 0),
    held         BIGINT    NOT NULL CHECK (held >= 0),
    redeemed     BIGINT    NOT NULL CHECK (redeemed >= 0),
    valid_until  TIMESTAMP,
    created_at   TIMESTAMP NOT NULL,
    version      BIGINT    NOT NULL,
    CHECK (held + redeemed <= allowed),
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CHECK ((amount_minor IS NULL) = (basis_points IS NOT NULL))
);
CREATE UNIQUE INDEX payments_coupons_code ON payments_coupons (code);

-- A customer uses a coupon once: the key says so.
CREATE TABLE payments_coupon_claims (
    coupon   UUID    NOT NULL REFERENCES payments_coupons (id),
    payer    UUID    NOT NULL,
    billing  UUID    NOT NULL,
    redeemed BOOLEAN NOT NULL,
    PRIMARY KEY (coupon, payer)
);

CREATE TABLE payments_credit_accounts (
    payer           UUID    NOT NULL,
    currency        CHAR(3) NOT NULL,
    available_minor BIGINT  NOT NULL CHECK (available_minor >= 0),
    held_minor      BIGINT  NOT NULL CHECK (held_minor >= 0),
    version         BIGINT  NOT NULL,
    PRIMARY KEY (payer, currency)
);

CREATE TABLE payments_slots (
    id        UUID      NOT NULL PRIMARY KEY,
    place     TEXT      NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at   TIMESTAMP NOT NULL,
    capacity  BIGINT    NOT NULL CHECK (capacity > 0),
    held      BIGINT    NOT NULL CHECK (held >= 0),
    confirmed BIGINT    NOT NULL CHECK (confirmed >= 0),
    version   BIGINT    NOT NULL,
    CHECK (starts_at < ends_at),
    CHECK (held + confirmed <= capacity)
);
CREATE INDEX payments_slots_next ON payments_slots (starts_at, id);

CREATE TABLE payments_billings (
    id                UUID      NOT NULL PRIMARY KEY,
    payer             UUID      NOT NULL,
    description       TEXT      NOT NULL,
    status            TEXT      NOT NULL CHECK (status IN ('OPEN', 'SUCCESS', 'CANCELLED')),
    currency          CHAR(3)   NOT NULL,
    coupon            UUID      REFERENCES payments_coupons (id),
    discount_minor    BIGINT    NOT NULL CHECK (discount_minor >= 0),
    credit_minor      BIGINT    NOT NULL CHECK (credit_minor >= 0),
    slot              UUID      REFERENCES payments_slots (id),
    amount_due_minor  BIGINT    NOT NULL CHECK (amount_due_minor >= 0),
    waiting_for       TEXT,
    waiting_at        TEXT,
    waiting_desktop   TEXT,
    waiting_mobile    TEXT,
    authorisation     TEXT,
    gateway           TEXT,
    capture_before    TIMESTAMP,
    captured_minor    BIGINT    NOT NULL CHECK (captured_minor >= 0),
    captured_at       TIMESTAMP,
    refunded_minor    BIGINT    NOT NULL CHECK (refunded_minor >= 0),
    opened_at         TIMESTAMP NOT NULL,
    expires_at        TIMESTAMP NOT NULL,
    ended_at          TIMESTAMP,
    version           BIGINT    NOT NULL,
    CHECK (captured_minor <= amount_due_minor),
    CHECK (refunded_minor <= captured_minor),
    CHECK ((status = 'OPEN') = (ended_at IS NULL)),
    CHECK (captured_at IS NULL OR status = 'SUCCESS')
);
CREATE INDEX payments_billings_payer ON payments_billings (payer, opened_at);

CREATE TABLE payments_orders (
    billing        UUID    NOT NULL REFERENCES payments_billings (id),
    payment        UUID    NOT NULL REFERENCES payments_payments (id),
    hammer_minor   BIGINT  NOT NULL CHECK (hammer_minor > 0),
    premium_minor  BIGINT  NOT NULL CHECK (premium_minor >= 0),
    tax_minor      BIGINT  NOT NULL CHECK (tax_minor >= 0),
    discount_minor BIGINT  NOT NULL CHECK (discount_minor >= 0),
    live           BOOLEAN NOT NULL,
    PRIMARY KEY (billing, payment)
);
-- A payment is in at most one open or successful billing.
CREATE UNIQUE INDEX payments_orders_live ON payments_orders (payment) WHERE live;

CREATE TABLE payments_refunds (
    id               UUID      NOT NULL PRIMARY KEY,
    billing          UUID      NOT NULL REFERENCES payments_billings (id),
    payment          UUID      NOT NULL REFERENCES payments_payments (id),
    amount_minor     BIGINT    NOT NULL CHECK (amount_minor > 0),
    to_gateway_minor BIGINT    NOT NULL CHECK (to_gateway_minor >= 0),
    to_credit_minor  BIGINT    NOT NULL CHECK (to_credit_minor >= 0),
    reason           TEXT      NOT NULL,
    staff            TEXT      NOT NULL,
    state            TEXT      NOT NULL CHECK (state IN ('PENDING', 'DONE', 'FAILED')),
    failure          TEXT,
    asked_at         TIMESTAMP NOT NULL,
    finished_at      TIMESTAMP,
    CHECK (amount_minor = to_gateway_minor + to_credit_minor),
    CHECK ((state = 'PENDING') = (finished_at IS NULL))
);
CREATE INDEX payments_refunds_billing ON payments_refunds (billing, asked_at);

-- Every payment that somebody tried to pay was what a billing is now: one of a single order, by the payment's id.
INSERT INTO payments_billings
SELECT id, payer, description, outcome, currency, NULL, 0, 0, NULL, amount_minor, NULL, NULL, NULL, NULL,
       authorisation, NULL, capture_before,
       CASE WHEN outcome = 'SUCCESS' AND captured_at IS NOT NULL THEN amount_minor ELSE 0 END,
       CASE WHEN outcome = 'SUCCESS' THEN captured_at END, 0, started_at, started_at,
       CASE WHEN outcome <> 'OPEN' THEN coalesce(charged_at, started_at) END, 1
FROM (
    SELECT payment.*, CASE
        WHEN status IN ('CHARGED', 'CAPTURED', 'REFUNDED') THEN 'SUCCESS'
        WHEN status IN ('NEW', 'FAILED') AND EXISTS (
            SELECT 1 FROM payments_operations AS operation
            WHERE operation.payment = payment.id AND operation.state IN ('pending', 'unknown')) THEN 'OPEN'
        ELSE 'CANCELLED' END AS outcome
    FROM payments_payments AS payment
) AS known
WHERE outcome <> 'CANCELLED' OR EXISTS (SELECT 1 FROM payments_operations AS operation WHERE operation.payment = known.id);

INSERT INTO payments_orders
SELECT billing.id, billing.id, billing.amount_due_minor, 0, 0, 0, billing.status <> 'CANCELLED'
FROM payments_billings AS billing;

UPDATE payments_payments SET billing = id
WHERE id IN (SELECT payment FROM payments_orders WHERE live);

-- Operations belong to a billing. What else is new is part of the table, and SQLite changes no CHECK: the
-- table is written anew.
CREATE TABLE payments_operations_anew (
    id           UUID      NOT NULL PRIMARY KEY,
    billing      UUID      NOT NULL REFERENCES payments_billings (id),
    kind         TEXT      NOT NULL CHECK (kind IN ('authorise', 'complete', 'capture', 'void', 'refund')),
    gateway      TEXT,
    about        TEXT,
    refund       UUID      REFERENCES payments_refunds (id),
    amount_minor BIGINT,
    return_url   TEXT,
    request_hash TEXT      NOT NULL,
    token        TEXT,
    state        TEXT      NOT NULL CHECK (state IN ('pending', 'unknown', 'succeeded', 'failed')),
    reference    TEXT,
    reason       TEXT,
    detail       TEXT,
    started_at   TIMESTAMP NOT NULL,
    finished_at  TIMESTAMP,
    CHECK ((kind = 'refund') = (refund IS NOT NULL)),
    CHECK ((kind = 'refund') = (amount_minor IS NOT NULL))
);

INSERT INTO payments_operations_anew
SELECT operation.id, operation.payment, operation.kind, NULL,
       CASE WHEN operation.kind = 'authorise' THEN NULL ELSE payment.authorisation END,
       NULL, NULL, NULL, operation.request_hash, operation.token, operation.state, operation.reference,
       operation.reason, operation.detail, operation.started_at, operation.finished_at
FROM payments_operations AS operation JOIN payments_payments AS payment ON payment.id = operation.payment;

DROP TABLE payments_operations;
ALTER TABLE payments_operations_anew RENAME TO payments_operations;
CREATE INDEX payments_operations_billing ON payments_operations (billing, started_at);
CREATE INDEX payments_operations_open ON payments_operations (billing) WHERE state IN ('pending', 'unknown');
CREATE INDEX payments_operations_reference ON payments_operations (reference);

ALTER TABLE payments_payments DROP COLUMN authorisation;
ALTER TABLE payments_payments DROP COLUMN capture_before;
