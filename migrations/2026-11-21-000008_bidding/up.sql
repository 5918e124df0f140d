ALTER TABLE auctions_auctions ADD COLUMN sale UUID;
ALTER TABLE auctions_auctions ADD COLUMN bidding TEXT NOT NULL DEFAULT 'PLAIN' CHECK (bidding IN ('PLAIN', 'PROXY'));
ALTER TABLE auctions_auctions ADD COLUMN increments TEXT NOT NULL DEFAULT '';
ALTER TABLE auctions_auctions ADD COLUMN reserve_minor BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN reserve_since BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN reserve_met BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE auctions_auctions ADD COLUMN buy_now_minor BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN window_seconds BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN latest_end TIMESTAMP;
ALTER TABLE auctions_auctions ADD COLUMN leader_maximum_minor BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN runner_up UUID;
ALTER TABLE auctions_auctions ADD COLUMN runner_up_maximum_minor BIGINT;
ALTER TABLE auctions_auctions ADD COLUMN cancelled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE auctions_auctions ADD COLUMN log_length BIGINT NOT NULL DEFAULT 0;
ALTER TABLE auctions_auctions ADD COLUMN log_hash BYTEA;
ALTER TABLE auctions_auctions ADD COLUMN log_secret BYTEA;

-- Lots from before the log go on without the lines they never had: theirs begins after their bids.
UPDATE auctions_auctions SET
    increments = CAST(increment_minor AS TEXT),
    log_length = last_sequence,
    leader_maximum_minor = CASE WHEN leader IS NULL THEN NULL ELSE price_minor END;
UPDATE auctions_auctions SET runner_up = (
    SELECT b.bidder FROM auctions_bids b
    WHERE b.auction = auctions_auctions.id AND b.withdrawn_at IS NULL AND b.bidder <> auctions_auctions.leader
    ORDER BY b.amount_minor DESC, b.sequence LIMIT 1);
UPDATE auctions_auctions SET runner_up_maximum_minor = (
    SELECT max(b.amount_minor) FROM auctions_bids b
    WHERE b.auction = auctions_auctions.id AND b.withdrawn_at IS NULL AND b.bidder = auctions_auctions.runner_up);

CREATE INDEX auctions_auctions_of_sale ON auctions_auctions (sale, began_at, id) WHERE sale IS NOT NULL;
-- For whoever has bid on very many lots: their lots are found newest first without sorting all of them.
CREATE INDEX auctions_auctions_newest ON auctions_auctions (began_at, id);

-- What was bid stays in amount_minor; sequence is the line of the log that accepted it.
ALTER TABLE auctions_bids ADD COLUMN number BIGINT;
ALTER TABLE auctions_bids ADD COLUMN price_minor BIGINT NOT NULL DEFAULT 0;
UPDATE auctions_bids SET number = sequence, price_minor = amount_minor;
CREATE UNIQUE INDEX auctions_bids_numbered ON auctions_bids (auction, number) WHERE number IS NOT NULL;

CREATE TABLE auctions_log (
    auction         UUID   NOT NULL REFERENCES auctions_auctions (id),
    line            BIGINT NOT NULL,
    entry           TEXT   NOT NULL,
    hash            BYTEA  NOT NULL,
    amount_minor    BIGINT,
    bidder          UUID,
    idempotency_key TEXT,
    PRIMARY KEY (auction, line)
);
CREATE UNIQUE INDEX auctions_log_keys ON auctions_log (auction, bidder, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

CREATE TABLE auctions_offers (
    auction     UUID      NOT NULL REFERENCES auctions_auctions (id),
    number      BIGINT    NOT NULL,
    bidder      UUID      NOT NULL,
    price_minor BIGINT    NOT NULL,
    made_at     TIMESTAMP NOT NULL,
    expires_at  TIMESTAMP NOT NULL,
    state       TEXT      NOT NULL CHECK (state IN ('OPEN', 'ACCEPTED', 'DECLINED', 'EXPIRED')),
    PRIMARY KEY (auction, number)
);
CREATE UNIQUE INDEX auctions_offers_live ON auctions_offers (auction) WHERE state = 'OPEN';
CREATE INDEX auctions_offers_of_bidder ON auctions_offers (bidder, auction);
