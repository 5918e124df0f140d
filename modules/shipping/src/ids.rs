//! The identifiers of this module.

foundation::typed_id! {
    /// Identifies an address in an address book.
    AddressId
}

foundation::typed_id! {
    /// Identifies a package.
    PackageId
}

foundation::typed_id! {
    /// Identifies a person as the one who receives packages. Persons have one UUID in the whole
    /// application; each module sees them in its own role.
    ConsigneeId
}

foundation::typed_id! {
    /// Identifies a person as the one on whose behalf the house sells goods of its stock: the seller.
    ConsignorId
}

foundation::typed_id! {
    /// Identifies an order: whoever is to get pieces of a batch. A package is an order under its own UUID.
    OrderId
}

foundation::typed_id! {
    /// Identifies a collection time as the one at which a package is fetched.
    CollectionId
}

foundation::typed_id! {
    /// Identifies what was asked of a carrier.
    LabelId
}
