-- The credit that was granted before there was a ledger, in one sum for each account.
INSERT INTO payments_ledger_transfers
SELECT 'grant', gen_random_uuid(), 'final', 'goodwill', NULL, 'credit', payer, NULL, granted, currency, NULL, NULL,
       'granted before there was a ledger', clock_timestamp() AT TIME ZONE 'UTC'
FROM (
    SELECT account.payer, account.currency,
           account.available_minor + account.held_minor
           + coalesce((SELECT CAST(sum(amount_minor) AS BIGINT) FROM payments_ledger_transfers AS transfer
                       JOIN payments_billings AS billing ON billing.id = transfer.billing
                       WHERE transfer.kind = 'credit' AND transfer.debit_owner = account.payer
                         AND transfer.currency = account.currency AND billing.status = 'SUCCESS'), 0)
           - coalesce((SELECT CAST(sum(amount_minor) AS BIGINT) FROM payments_ledger_transfers AS transfer
                       WHERE transfer.kind = 'refund_credit' AND transfer.credit_owner = account.payer
                         AND transfer.currency = account.currency AND transfer.phase = 'final'), 0) AS granted
    FROM payments_credit_accounts AS account
) AS known
WHERE granted > 0;

-- What the ledger tells is neither changed nor taken back: a mistake is mended by a further transfer.
CREATE FUNCTION payments_ledger_is_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER payments_ledger_transfers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_ledger_transfers
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();
CREATE TRIGGER payments_ledger_resolutions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_ledger_resolutions
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();
CREATE TRIGGER payments_payouts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_payouts
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();
