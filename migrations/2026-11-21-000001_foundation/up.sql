CREATE TABLE foundation_events (
    id          UUID      NOT NULL PRIMARY KEY,
    name        TEXT      NOT NULL,
    payload     TEXT      NOT NULL,
    aggregate   TEXT,
    sequence    BIGINT    NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE foundation_deliveries (
    id             UUID      NOT NULL PRIMARY KEY,
    event_id       UUID      NOT NULL REFERENCES foundation_events (id),
    handler        TEXT      NOT NULL,
    ordering_key   TEXT,
    sequence       BIGINT    NOT NULL,
    coalescing_key TEXT,
    due_at         TIMESTAMP NOT NULL,
    state          TEXT      NOT NULL CHECK (state IN ('ready', 'running', 'done', 'dead')),
    blocks         BOOLEAN   NOT NULL,
    attempt        INTEGER   NOT NULL,
    rescues        INTEGER   NOT NULL,
    fence          BIGINT    NOT NULL,
    owner          TEXT,
    lease_until    TIMESTAMP,
    last_error     TEXT,
    finished_at    TIMESTAMP
);

CREATE UNIQUE INDEX foundation_deliveries_once ON foundation_deliveries (event_id, handler);
CREATE INDEX foundation_deliveries_claim ON foundation_deliveries (due_at) WHERE state = 'ready';
CREATE INDEX foundation_deliveries_lease ON foundation_deliveries (lease_until) WHERE state = 'running';
CREATE INDEX foundation_deliveries_order ON foundation_deliveries (handler, ordering_key, sequence)
    WHERE state <> 'done' AND ordering_key IS NOT NULL;
CREATE INDEX foundation_deliveries_coalesce ON foundation_deliveries (handler, coalescing_key)
    WHERE state = 'ready' AND coalescing_key IS NOT NULL;
CREATE INDEX foundation_deliveries_finished ON foundation_deliveries (finished_at) WHERE state = 'done';

CREATE TABLE foundation_locks (
    name       TEXT      NOT NULL PRIMARY KEY,
    owner      UUID      NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

CREATE TABLE foundation_commits (
    id          UUID      NOT NULL PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX foundation_commits_recorded ON foundation_commits (recorded_at);

CREATE TABLE foundation_audit (
    id      UUID      NOT NULL PRIMARY KEY,
    at      TIMESTAMP NOT NULL,
    actor   TEXT      NOT NULL,
    act     TEXT      NOT NULL,
    subject TEXT      NOT NULL,
    detail  TEXT      NOT NULL
);
CREATE INDEX foundation_audit_at ON foundation_audit (at);
