-- What an invoice or a credit note says is neither changed nor taken back: a mistake is mended by a credit note.
CREATE TRIGGER payments_invoices_stay BEFORE UPDATE ON payments_invoices
BEGIN SELECT RAISE(ABORT, 'payments_invoices is append-only'); END;
CREATE TRIGGER payments_invoices_remain BEFORE DELETE ON payments_invoices
BEGIN SELECT RAISE(ABORT, 'payments_invoices is append-only'); END;
CREATE TRIGGER payments_invoice_lines_stay BEFORE UPDATE ON payments_invoice_lines
BEGIN SELECT RAISE(ABORT, 'payments_invoice_lines is append-only'); END;
CREATE TRIGGER payments_invoice_lines_remain BEFORE DELETE ON payments_invoice_lines
BEGIN SELECT RAISE(ABORT, 'payments_invoice_lines is append-only'); END;
