-- What an invoice or a credit note says is neither changed nor taken back: a mistake is mended by a credit note.
CREATE FUNCTION payments_invoices_are_append_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER payments_invoices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_invoices
    FOR EACH STATEMENT EXECUTE FUNCTION payments_invoices_are_append_only();
CREATE TRIGGER payments_invoice_lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION payments_invoices_are_append_only();
