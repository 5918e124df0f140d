//! Identifiers of this module.

foundation::typed_id! {
    /// Identifies a payment.
    PaymentId
}

foundation::typed_id! {
    /// Identifies the person who pays.
    PayerId
}

foundation::typed_id! {
    /// Identifies one thing asked of a gateway. The gateway gets it as idempotency key.
    OperationId
}

foundation::typed_id! {
    /// Identifies what is paid in one go: one payment or several.
    BillingId
}

foundation::typed_id! {
    /// Identifies one refund.
    RefundId
}

foundation::typed_id! {
    /// Identifies who is paid in the end: the seller of a lot.
    PayeeId
}

foundation::typed_id! {
    /// Identifies a coupon.
    CouponId
}

foundation::typed_id! {
    /// Identifies a time at which won items are collected.
    SlotId
}

foundation::typed_id! {
    /// Identifies a difference between our books and a gateway's.
    DifferenceId
}

foundation::typed_id! {
    /// Identifies what a transfer of the ledger tells of: an operation, a billing, a payment, a refund, a grant
    /// or a payout.
    SubjectId
}

foundation::typed_id! {
    /// Identifies whose an account of the ledger is: a payer's or a payee's.
    OwnerId
}

foundation::typed_id! {
    /// Identifies one payout to a seller.
    PayoutId
}
