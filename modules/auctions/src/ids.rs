//! The identifiers of this module. Persons have one UUID in the whole application; each module sees them
//! in its own role.

foundation::typed_id! {
    /// Identifies an auction: one lot under the hammer.
    AuctionId
}

foundation::typed_id! {
    /// Identifies a bid.
    BidId
}

foundation::typed_id! {
    /// Identifies a person as the one who bids.
    BidderId
}

foundation::typed_id! {
    /// Identifies a person as the one who sells.
    SellerId
}

foundation::typed_id! {
    /// Identifies a sale: lots that are sold together, on the same terms, to registered bidders.
    SaleId
}

foundation::typed_id! {
    /// Identifies a bidder's registration for a sale.
    RegistrationId
}
