-- What was paid in one go becomes the business of the first of its payments; coupons, credit, slots and
-- refunds are forgotten.
ALTER TABLE payments_payments ADD COLUMN authorisation TEXT;
ALTER TABLE payments_payments ADD COLUMN capture_before TIMESTAMP;

UPDATE payments_payments SET
    authorisation = (SELECT authorisation FROM payments_billings AS billing WHERE billing.id = payments_payments.billing),
    capture_before = (SELECT capture_before FROM payments_billings AS billing WHERE billing.id = payments_payments.billing);

CREATE TABLE payments_operations_anew (
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

INSERT INTO payments_operations_anew
SELECT id, (SELECT payment FROM payments_orders AS part WHERE part.billing = operation.billing ORDER BY payment LIMIT 1),
       kind, request_hash, token, state, reference, reason, detail, started_at, finished_at
FROM payments_operations AS operation
WHERE kind IN ('authorise', 'capture', 'void');

DROP TABLE payments_operations;
ALTER TABLE payments_operations_anew RENAME TO payments_operations;
CREATE INDEX payments_operations_payment ON payments_operations (payment, started_at);
CREATE INDEX payments_operations_open ON payments_operations (payment) WHERE state IN ('pending', 'unknown');

DROP TABLE payments_refunds;
DROP TABLE payments_orders;
DROP TABLE payments_billings;
DROP TABLE payments_slots;
DROP TABLE payments_credit_accounts;
DROP TABLE payments_coupon_claims;
DROP TABLE payments_coupons;
ALTER TABLE payments_payments DROP COLUMN billing;
ALTER TABLE payments_payments DROP COLUMN payee;
