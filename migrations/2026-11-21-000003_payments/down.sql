DROP TABLE payments_operations;
DROP TABLE payments_payments;
