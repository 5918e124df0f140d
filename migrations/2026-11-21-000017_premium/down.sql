ALTER TABLE payments_payments DROP COLUMN premium_basis_points;
