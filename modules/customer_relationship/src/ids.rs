//! The identifiers of this module.

foundation::typed_id! {
    /// Identifies a person as the one whom the house writes to.
    CustomerId
}

foundation::typed_id! {
    /// Identifies an e-mail; its Message-ID is made of it.
    EmailId
}
