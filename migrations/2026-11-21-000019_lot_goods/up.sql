-- What a lot takes from the stock when it is sold. Written with the lot, and never changed.
CREATE TABLE auctions_goods (
    auction  UUID   NOT NULL PRIMARY KEY REFERENCES auctions_auctions (id),
    sku      TEXT   NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0)
);
