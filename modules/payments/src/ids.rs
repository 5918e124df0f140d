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
