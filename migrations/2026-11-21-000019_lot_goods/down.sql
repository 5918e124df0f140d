DROP TABLE auctions_goods;
