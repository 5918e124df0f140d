-- The last number that was given in each year, for invoices and for credit notes. Its row is locked by whoever
-- takes the next one, until that transaction ends: a number that is not used goes back.
CREATE TABLE payments_invoice_series (
    kind TEXT   NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
    year BIGINT NOT NULL CHECK (year BETWEEN 2000 AND 9999),
    last BIGINT NOT NULL CHECK (last > 0),
    PRIMARY KEY (kind, year)
);

-- Invoices and credit notes are frozen: nothing changes them or takes them out, which triggers of each database hold.
CREATE TABLE payments_invoices (
    number              TEXT      NOT NULL PRIMARY KEY,
    kind                TEXT      NOT NULL CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
    year                BIGINT    NOT NULL,
    sequence            BIGINT    NOT NULL CHECK (sequence > 0),
    billing             UUID      NOT NULL REFERENCES payments_billings (id),
    payer               UUID      NOT NULL,
    issued_on           TEXT      NOT NULL,
    issued_at           TIMESTAMP NOT NULL,
    language            TEXT      NOT NULL,
    seller_name         TEXT      NOT NULL,
    seller_address      TEXT      NOT NULL,
    seller_registration TEXT      NOT NULL,
    seller_contact      TEXT      NOT NULL,
    buyer_name          TEXT      NOT NULL,
    buyer_address       TEXT      NOT NULL,
    currency            CHAR(3)   NOT NULL,
    total_minor         BIGINT    NOT NULL CHECK (total_minor >= 0),
    credit_minor        BIGINT    NOT NULL CHECK (credit_minor >= 0),
    paid_minor          BIGINT    NOT NULL CHECK (paid_minor >= 0),
    corrects            TEXT      REFERENCES payments_invoices (number),
    refund              UUID      REFERENCES payments_refunds (id),
    reason              TEXT,
    UNIQUE (kind, year, sequence),
    CHECK (total_minor = credit_minor + paid_minor),
    CHECK ((kind = 'CREDIT_NOTE') = (corrects IS NOT NULL)),
    CHECK ((kind = 'CREDIT_NOTE') = (refund IS NOT NULL)),
    CHECK ((kind = 'CREDIT_NOTE') = (reason IS NOT NULL))
);
-- A billing has one invoice, a refund one credit note.
CREATE UNIQUE INDEX payments_invoices_billing ON payments_invoices (billing) WHERE kind = 'INVOICE';
CREATE UNIQUE INDEX payments_invoices_refund ON payments_invoices (refund);
CREATE INDEX payments_invoices_payer ON payments_invoices (payer, issued_at);
CREATE INDEX payments_invoices_issued ON payments_invoices (issued_at);
CREATE INDEX payments_invoices_corrects ON payments_invoices (corrects);

CREATE TABLE payments_invoice_lines (
    invoice        TEXT   NOT NULL REFERENCES payments_invoices (number),
    position       BIGINT NOT NULL,
    payment        UUID   NOT NULL REFERENCES payments_payments (id),
    title          TEXT   NOT NULL,
    hammer_minor   BIGINT NOT NULL CHECK (hammer_minor >= 0),
    premium_minor  BIGINT NOT NULL CHECK (premium_minor >= 0),
    tax_minor      BIGINT NOT NULL CHECK (tax_minor >= 0),
    discount_minor BIGINT NOT NULL CHECK (discount_minor >= 0),
    PRIMARY KEY (invoice, position),
    UNIQUE (invoice, payment)
);
