DROP TABLE auctions_registrations;
DROP TABLE auctions_sales;
