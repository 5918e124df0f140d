-- A soft close of zero seconds is none; where the column is empty, it is the usual one of each lot.
CREATE TABLE auctions_sales (
    id                          UUID      NOT NULL PRIMARY KEY,
    version                     BIGINT    NOT NULL,
    title                       TEXT      NOT NULL,
    currency                    CHAR(3)   NOT NULL,
    created_at                  TIMESTAMP NOT NULL,
    opens_at                    TIMESTAMP NOT NULL,
    buyers_premium_basis_points BIGINT    NOT NULL CHECK (buyers_premium_basis_points BETWEEN 0 AND 5000),
    increments                  TEXT      NOT NULL,
    soft_close_seconds          BIGINT,
    soft_close_cap_seconds      BIGINT,
    admission                   TEXT      NOT NULL CHECK (admission IN ('OPEN', 'BY_APPROVAL')),
    seats                       BIGINT             CHECK (seats > 0),
    seats_taken                 BIGINT    NOT NULL CHECK (seats_taken >= 0),
    last_paddle                 BIGINT    NOT NULL CHECK (last_paddle >= 0),
    CHECK (soft_close_cap_seconds IS NULL OR soft_close_seconds IS NOT NULL)
);

CREATE INDEX auctions_sales_newest ON auctions_sales (created_at, id);

CREATE TABLE auctions_registrations (
    id            UUID      NOT NULL PRIMARY KEY,
    sale          UUID      NOT NULL REFERENCES auctions_sales (id),
    bidder        UUID      NOT NULL,
    paddle        BIGINT    NOT NULL CHECK (paddle > 0),
    status        TEXT      NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'CANCELLED')),
    registered_at TIMESTAMP NOT NULL,
    since         TIMESTAMP NOT NULL,
    reason        TEXT,
    CHECK ((reason IS NOT NULL) = (status = 'REFUSED'))
);

CREATE UNIQUE INDEX auctions_registrations_paddles ON auctions_registrations (sale, paddle);
CREATE UNIQUE INDEX auctions_registrations_live ON auctions_registrations (sale, bidder)
    WHERE status IN ('PENDING', 'APPROVED');
CREATE INDEX auctions_registrations_of_bidder ON auctions_registrations (sale, bidder, paddle);
CREATE INDEX auctions_registrations_by_status ON auctions_registrations (sale, status, paddle);
