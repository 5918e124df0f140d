CREATE TABLE main_app_users (
    id            UUID      NOT NULL PRIMARY KEY,
    email         TEXT      NOT NULL,
    name          TEXT      NOT NULL,
    role          TEXT      NOT NULL CHECK (role IN ('bidder', 'seller', 'staff', 'admin')),
    password_hash TEXT      NOT NULL,
    created_at    TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX main_app_users_email ON main_app_users (email);

CREATE TABLE main_app_credentials (
    id           UUID      NOT NULL PRIMARY KEY,
    user_id      UUID      NOT NULL REFERENCES main_app_users (id),
    kind         TEXT      NOT NULL CHECK (kind IN ('session', 'token')),
    label        TEXT      NOT NULL,
    secret_hash  TEXT      NOT NULL,
    created_at   TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    idle_seconds BIGINT,
    ends_at      TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX main_app_credentials_secret ON main_app_credentials (secret_hash);
CREATE INDEX main_app_credentials_user ON main_app_credentials (user_id, kind);
CREATE INDEX main_app_credentials_end ON main_app_credentials (ends_at);

CREATE TABLE main_app_attempts (
    subject        TEXT      NOT NULL PRIMARY KEY,
    failures       INTEGER   NOT NULL,
    window_ends_at TIMESTAMP NOT NULL,
    locked_until   TIMESTAMP
);
CREATE INDEX main_app_attempts_window ON main_app_attempts (window_ends_at);
