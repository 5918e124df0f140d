DROP TABLE auctions_offers;
DROP TABLE auctions_log;
DROP INDEX auctions_bids_numbered;
DELETE FROM auctions_bids WHERE number IS NULL;
-- Bids are counted again without the other lines of the log, and nobody's maximum becomes an amount that
-- everybody sees. By way of negative numbers, since no two bids of a lot may share one meanwhile.
UPDATE auctions_bids SET sequence = -number, amount_minor = price_minor;
UPDATE auctions_bids SET sequence = -sequence;
ALTER TABLE auctions_bids DROP COLUMN number;
ALTER TABLE auctions_bids DROP COLUMN price_minor;
DROP INDEX auctions_auctions_newest;
DROP INDEX auctions_auctions_of_sale;
ALTER TABLE auctions_auctions DROP COLUMN log_secret;
ALTER TABLE auctions_auctions DROP COLUMN log_hash;
ALTER TABLE auctions_auctions DROP COLUMN log_length;
ALTER TABLE auctions_auctions DROP COLUMN cancelled;
ALTER TABLE auctions_auctions DROP COLUMN runner_up_maximum_minor;
ALTER TABLE auctions_auctions DROP COLUMN runner_up;
ALTER TABLE auctions_auctions DROP COLUMN leader_maximum_minor;
ALTER TABLE auctions_auctions DROP COLUMN latest_end;
ALTER TABLE auctions_auctions DROP COLUMN window_seconds;
ALTER TABLE auctions_auctions DROP COLUMN buy_now_minor;
ALTER TABLE auctions_auctions DROP COLUMN reserve_met;
ALTER TABLE auctions_auctions DROP COLUMN reserve_since;
ALTER TABLE auctions_auctions DROP COLUMN reserve_minor;
ALTER TABLE auctions_auctions DROP COLUMN increments;
ALTER TABLE auctions_auctions DROP COLUMN bidding;
ALTER TABLE auctions_auctions DROP COLUMN sale;
