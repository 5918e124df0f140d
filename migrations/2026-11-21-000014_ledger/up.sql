-- What the house keeps of a hammer price is frozen with the order, as premium and tax are.
ALTER TABLE payments_orders ADD COLUMN commission_minor BIGINT NOT NULL DEFAULT 0 CHECK (commission_minor >= 0);

-- The ledger. A transfer is known by what it tells (kind) and of what (subject: an operation, a billing, a payment, a
-- refund, a grant or a payout), so that nothing is told twice. The last CHECK is the chart of accounts.
CREATE TABLE payments_ledger_transfers (
    kind         TEXT      NOT NULL,
    subject      UUID      NOT NULL,
    phase        TEXT      NOT NULL CHECK (phase IN ('final', 'pending')),
    debit        TEXT      NOT NULL,
    debit_owner  UUID,
    credit       TEXT      NOT NULL,
    credit_owner UUID,
    gateway      TEXT,
    amount_minor BIGINT    NOT NULL CHECK (amount_minor > 0),
    currency     CHAR(3)   NOT NULL,
    billing      UUID      REFERENCES payments_billings (id),
    payment      UUID      REFERENCES payments_payments (id),
    note         TEXT,
    recorded_at  TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, subject),
    UNIQUE (kind, subject, phase),
    CHECK ((debit_owner IS NOT NULL) = (debit IN ('receivable', 'credit', 'payable'))),
    CHECK ((credit_owner IS NOT NULL) = (credit IN ('receivable', 'credit', 'payable'))),
    CHECK ((gateway IS NOT NULL) = (debit = 'gateway' OR credit = 'gateway')),
    CHECK ((billing IS NULL) = (kind IN ('grant', 'payout'))),
    CHECK (kind || ': ' || debit || ' to ' || credit IN (
        'authorisation: gateway to receivable',
        'credit: credit to receivable',
        'credit_returned: receivable to credit',
        'hammer: receivable to payable',
        'hammer: receivable to unassigned',
        'premium: receivable to premium',
        'tax: receivable to tax',
        'discount: coupons to receivable',
        'commission: payable to commission',
        'refund: receivable to gateway',
        'refund_credit: receivable to credit',
        'refund_hammer: payable to receivable',
        'refund_hammer: unassigned to receivable',
        'refund_premium: premium to receivable',
        'refund_tax: tax to receivable',
        'refund_discount: receivable to coupons',
        'refund_commission: commission to payable',
        'grant: goodwill to credit',
        'payout: payable to bank'
    ))
);
CREATE INDEX payments_ledger_transfers_billing ON payments_ledger_transfers (billing);
CREATE INDEX payments_ledger_transfers_debit ON payments_ledger_transfers (debit_owner, recorded_at);
CREATE INDEX payments_ledger_transfers_credit ON payments_ledger_transfers (credit_owner, recorded_at);

-- A pending transfer comes to one end: the key says at most once, and the reference that it was pending.
CREATE TABLE payments_ledger_resolutions (
    kind        TEXT      NOT NULL,
    subject     UUID      NOT NULL,
    phase       TEXT      NOT NULL CHECK (phase = 'pending'),
    outcome     TEXT      NOT NULL CHECK (outcome IN ('posted', 'voided')),
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, subject),
    FOREIGN KEY (kind, subject, phase) REFERENCES payments_ledger_transfers (kind, subject, phase)
);

-- Payouts to one seller are numbered, so that of two at the same moment the second looks again what is left.
CREATE TABLE payments_payouts (
    id       UUID    NOT NULL PRIMARY KEY,
    payee    UUID    NOT NULL,
    currency CHAR(3) NOT NULL,
    number   BIGINT  NOT NULL CHECK (number > 0),
    staff    TEXT    NOT NULL,
    UNIQUE (payee, currency, number)
);

-- What happened before there was a ledger, as it stands: what is held, what was taken and for which lines, what was
-- given back, and the credit that open and paid billings use. What was voided or cancelled has left nothing.
INSERT INTO payments_ledger_transfers
SELECT 'authorisation',
       coalesce((SELECT operation.id FROM payments_operations AS operation
                 WHERE operation.billing = billing.id AND operation.reference = billing.authorisation
                   AND operation.kind IN ('authorise', 'complete')
                 ORDER BY operation.started_at DESC, operation.id DESC LIMIT 1), billing.id),
       'pending', 'gateway', NULL, 'receivable', payer, coalesce(gateway, 'unnamed'), amount_due_minor, currency,
       billing.id, NULL, NULL, coalesce(ended_at, opened_at)
FROM payments_billings AS billing
WHERE status <> 'OPEN' AND amount_due_minor > 0 AND (authorisation IS NOT NULL OR captured_minor > 0);

INSERT INTO payments_ledger_transfers
SELECT 'credit', id, 'pending', 'credit', payer, 'receivable', payer, NULL, credit_minor, currency, id, NULL, NULL,
       opened_at
FROM payments_billings
WHERE credit_minor > 0 AND status <> 'CANCELLED';

INSERT INTO payments_ledger_resolutions
SELECT transfer.kind, transfer.subject, 'pending', 'posted', coalesce(billing.captured_at, billing.ended_at)
FROM payments_ledger_transfers AS transfer JOIN payments_billings AS billing ON billing.id = transfer.billing
WHERE (transfer.kind = 'authorisation' AND billing.captured_minor > 0)
   OR (transfer.kind = 'credit' AND billing.status = 'SUCCESS');

INSERT INTO payments_ledger_transfers
WITH sold AS (
    SELECT part.*, billing.payer, payment.payee, billing.currency, billing.captured_at
    FROM payments_orders AS part
    JOIN payments_billings AS billing ON billing.id = part.billing
    JOIN payments_payments AS payment ON payment.id = part.payment
    WHERE billing.captured_at IS NOT NULL
)
SELECT 'hammer', payment, 'final', 'receivable', payer,
       CASE WHEN payee IS NULL THEN 'unassigned' ELSE 'payable' END, payee,
       NULL, hammer_minor, currency, billing, payment, NULL, captured_at FROM sold
UNION ALL
SELECT 'premium', payment, 'final', 'receivable', payer, 'premium', NULL,
       NULL, premium_minor, currency, billing, payment, NULL, captured_at FROM sold WHERE premium_minor > 0
UNION ALL
SELECT 'tax', payment, 'final', 'receivable', payer, 'tax', NULL,
       NULL, tax_minor, currency, billing, payment, NULL, captured_at FROM sold WHERE tax_minor > 0
UNION ALL
SELECT 'discount', payment, 'final', 'coupons', NULL, 'receivable', payer,
       NULL, discount_minor, currency, billing, payment, NULL, captured_at FROM sold WHERE discount_minor > 0;

-- Refunds of that time are taken from the hammer price first, then from premium and tax; the coupon's part comes back
-- with the last of them.
INSERT INTO payments_ledger_transfers
WITH asked AS (
    SELECT refund.*, billing.payer, payment.payee, billing.currency, coalesce(billing.gateway, 'unnamed') AS gateway,
           CASE WHEN refund.state = 'DONE' THEN 'final' ELSE 'pending' END AS phase,
           part.hammer_minor AS hammer, part.hammer_minor + part.premium_minor AS with_premium,
           part.hammer_minor + part.premium_minor + part.tax_minor AS total, part.discount_minor AS discount,
           CAST(sum(refund.amount_minor) OVER (PARTITION BY refund.payment ORDER BY refund.asked_at, refund.id)
                AS BIGINT) AS reached
    FROM payments_refunds AS refund
    JOIN payments_billings AS billing ON billing.id = refund.billing
    JOIN payments_payments AS payment ON payment.id = refund.payment
    JOIN payments_orders AS part ON part.billing = refund.billing AND part.payment = refund.payment
    WHERE refund.state <> 'FAILED'
), spread AS (
    SELECT asked.*, reached - amount_minor AS from_here,
           CASE WHEN reached = total - discount THEN total ELSE reached END AS up_to
    FROM asked
), given AS (
    SELECT spread.*,
           CASE WHEN up_to < hammer THEN up_to ELSE hammer END
           - CASE WHEN from_here < hammer THEN from_here ELSE hammer END AS of_hammer,
           CASE WHEN up_to < with_premium THEN up_to ELSE with_premium END
           - CASE WHEN from_here < with_premium THEN from_here ELSE with_premium END AS of_both,
           up_to - from_here AS of_all
    FROM spread
)
SELECT 'refund', id, phase, 'receivable', payer, 'gateway', NULL,
       gateway, to_gateway_minor, currency, billing, payment, NULL, asked_at FROM given WHERE to_gateway_minor > 0
UNION ALL
SELECT 'refund_credit', id, phase, 'receivable', payer, 'credit', payer,
       NULL, to_credit_minor, currency, billing, payment, NULL, asked_at FROM given WHERE to_credit_minor > 0
UNION ALL
SELECT 'refund_hammer', id, phase, CASE WHEN payee IS NULL THEN 'unassigned' ELSE 'payable' END, payee,
       'receivable', payer, NULL, of_hammer, currency, billing, payment, NULL, asked_at
FROM given WHERE of_hammer > 0
UNION ALL
SELECT 'refund_premium', id, phase, 'premium', NULL, 'receivable', payer,
       NULL, of_both - of_hammer, currency, billing, payment, NULL, asked_at FROM given WHERE of_both > of_hammer
UNION ALL
SELECT 'refund_tax', id, phase, 'tax', NULL, 'receivable', payer,
       NULL, of_all - of_both, currency, billing, payment, NULL, asked_at FROM given WHERE of_all > of_both
UNION ALL
SELECT 'refund_discount', id, phase, 'receivable', payer, 'coupons', NULL,
       NULL, discount, currency, billing, payment, NULL, asked_at FROM given WHERE discount > 0 AND up_to <> reached;
