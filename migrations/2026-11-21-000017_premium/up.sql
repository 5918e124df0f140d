-- The buyer's premium that a payment was started with: of the lot's sale. Without one the house's own applies.
ALTER TABLE payments_payments ADD COLUMN premium_basis_points INTEGER
    CHECK (premium_basis_points BETWEEN 0 AND 10000);
