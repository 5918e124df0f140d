DROP TABLE payments_comparison_days;
DROP TABLE payments_differences;
DROP TABLE payments_notices;
