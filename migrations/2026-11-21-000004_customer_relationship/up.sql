CREATE TABLE customer_relationship_customers (
    id         UUID      NOT NULL PRIMARY KEY,
    email      TEXT      NOT NULL,
    email_key  TEXT      NOT NULL,
    name       TEXT      NOT NULL,
    language   TEXT      NOT NULL CHECK (language IN ('en', 'ko')),
    time_zone  TEXT      NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX customer_relationship_customers_email ON customer_relationship_customers (email_key);

CREATE TABLE customer_relationship_emails (
    id             UUID      NOT NULL PRIMARY KEY,
    customer       UUID      NOT NULL REFERENCES customer_relationship_customers (id),
    kind           TEXT      NOT NULL,
    recipient      TEXT      NOT NULL,
    recipient_name TEXT      NOT NULL,
    subject        TEXT      NOT NULL,
    text_body      TEXT      NOT NULL,
    html_body      TEXT      NOT NULL,
    queued_at      TIMESTAMP NOT NULL,
    state          TEXT      NOT NULL CHECK (state IN ('queued', 'sent', 'refused')),
    settled_at     TIMESTAMP,
    refusal        TEXT,
    version        BIGINT    NOT NULL,
    CHECK ((state = 'queued') = (settled_at IS NULL)),
    CHECK ((state = 'refused') = (refusal IS NOT NULL))
);
CREATE INDEX customer_relationship_emails_newest ON customer_relationship_emails (queued_at, id);
CREATE INDEX customer_relationship_emails_refused ON customer_relationship_emails (queued_at, id)
    WHERE state = 'refused';
CREATE INDEX customer_relationship_emails_customer ON customer_relationship_emails (customer);
