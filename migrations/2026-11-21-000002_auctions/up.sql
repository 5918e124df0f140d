CREATE TABLE auctions_auctions (
    id                   UUID      NOT NULL PRIMARY KEY,
    version              BIGINT    NOT NULL,
    seller               UUID      NOT NULL,
    title                TEXT      NOT NULL,
    description          TEXT      NOT NULL,
    currency             CHAR(3)   NOT NULL,
    starting_price_minor BIGINT    NOT NULL CHECK (starting_price_minor > 0),
    increment_minor      BIGINT    NOT NULL CHECK (increment_minor > 0),
    price_minor          BIGINT    NOT NULL CHECK (price_minor >= starting_price_minor),
    leader               UUID,
    bids                 BIGINT    NOT NULL,
    last_sequence        BIGINT    NOT NULL,
    began_at             TIMESTAMP NOT NULL,
    ends_at              TIMESTAMP NOT NULL,
    ended_at             TIMESTAMP,
    status               TEXT      NOT NULL CHECK (status IN ('RUNNING', 'SOLD', 'UNSOLD')),
    CHECK ((ended_at IS NULL) = (status = 'RUNNING'))
);

CREATE INDEX auctions_auctions_running ON auctions_auctions (ends_at, id) WHERE status = 'RUNNING';
CREATE INDEX auctions_auctions_of_seller ON auctions_auctions (seller, began_at, id);

CREATE TABLE auctions_bids (
    id                UUID      NOT NULL PRIMARY KEY,
    auction           UUID      NOT NULL REFERENCES auctions_auctions (id),
    sequence          BIGINT    NOT NULL,
    bidder            UUID      NOT NULL,
    amount_minor      BIGINT    NOT NULL,
    currency          CHAR(3)   NOT NULL,
    placed_at         TIMESTAMP NOT NULL,
    withdrawn_at      TIMESTAMP,
    withdrawn_by      TEXT,
    withdrawal_reason TEXT
);

CREATE UNIQUE INDEX auctions_bids_in_order ON auctions_bids (auction, sequence);
CREATE INDEX auctions_bids_of_bidder ON auctions_bids (bidder, auction);
