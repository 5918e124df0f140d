-- What the ledger told is forgotten: the billings' own figures stay.
DROP TABLE payments_payouts;
DROP TABLE payments_ledger_resolutions;
DROP TABLE payments_ledger_transfers;
ALTER TABLE payments_orders DROP COLUMN commission_minor;
