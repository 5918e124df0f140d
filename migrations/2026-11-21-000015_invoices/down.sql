-- What was invoiced is forgotten.
DROP TABLE payments_invoice_lines;
DROP TABLE payments_invoices;
DROP TABLE payments_invoice_series;
