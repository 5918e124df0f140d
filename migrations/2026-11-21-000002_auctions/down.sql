DROP TABLE auctions_bids;
DROP TABLE auctions_auctions;
