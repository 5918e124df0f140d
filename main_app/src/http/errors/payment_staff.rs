//! Refusals of what staff do about payments.

use actix_web::http::StatusCode;
use payments::{
    GrantCreditError, IssueCouponError, OpenSlotError, RefundError, RefundRefusal,
    ResolveDifferenceError,
};

use super::{INVALID_FIELDS, WRONG_STATE};
use crate::http::problem::{Kind, Problem};

/// There is nothing to give back.
const NOT_PAID: Kind = Kind::new(StatusCode::CONFLICT, "not-paid", "This payment is not paid");
/// More than is left.
const REFUND_TOO_LARGE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "refund-too-large",
    "Not so much is left to be given back",
);
/// Another refund has the id.
const REFUND_ID_TAKEN: Kind = Kind::new(
    StatusCode::CONFLICT,
    "refund-id-taken",
    "There is another refund with this id",
);
/// Another coupon has the code.
const COUPON_TAKEN: Kind = Kind::new(
    StatusCode::CONFLICT,
    "coupon-taken",
    "There is a coupon with this code",
);
/// Somebody changed the account meanwhile, or the request comes twice.
const CREDIT_CHANGED: Kind = Kind::new(
    StatusCode::CONFLICT,
    "credit-changed",
    "The credit has changed since you looked",
);

impl From<RefundError> for Problem {
    fn from(error: RefundError) -> Self {
        match error {
            RefundError::NotPaid(_) => Self::new(NOT_PAID, &error),
            RefundError::Reason => Self::new(INVALID_FIELDS, &error).at("reason", &error),
            RefundError::Refused(refusal) => match refusal {
                RefundRefusal::NotCaptured => Self::new(NOT_PAID, refusal),
                RefundRefusal::TooMuch { .. } => {
                    Self::new(REFUND_TOO_LARGE, refusal).at("amount", refusal)
                }
                RefundRefusal::Nothing => Self::new(INVALID_FIELDS, refusal).at("amount", refusal),
                RefundRefusal::Taken(_) => {
                    Self::new(REFUND_ID_TAKEN, refusal).at("refund", refusal)
                }
            },
            RefundError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<IssueCouponError> for Problem {
    fn from(error: IssueCouponError) -> Self {
        match error {
            IssueCouponError::Taken(_) => Self::new(COUPON_TAKEN, &error).at("code", &error),
            IssueCouponError::Worthless => Self::new(INVALID_FIELDS, &error).at("worth", &error),
            IssueCouponError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<OpenSlotError> for Problem {
    fn from(error: OpenSlotError) -> Self {
        match error {
            OpenSlotError::AlreadyOpened(_) => Self::new(WRONG_STATE, &error).at("slot", &error),
            OpenSlotError::Impossible => Self::new(INVALID_FIELDS, &error).at("starts_at", &error),
            OpenSlotError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<GrantCreditError> for Problem {
    fn from(error: GrantCreditError) -> Self {
        match error {
            GrantCreditError::Amount => Self::new(INVALID_FIELDS, &error).at("amount", &error),
            GrantCreditError::Reason => Self::new(INVALID_FIELDS, &error).at("reason", &error),
            GrantCreditError::Changed { .. } => Self::new(CREDIT_CHANGED, &error),
            GrantCreditError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ResolveDifferenceError> for Problem {
    fn from(error: ResolveDifferenceError) -> Self {
        match error {
            ResolveDifferenceError::NotFound(_) => Self::not_found("difference"),
            ResolveDifferenceError::Resolved(_) => Self::new(WRONG_STATE, &error),
            ResolveDifferenceError::NoteMissing => {
                Self::new(INVALID_FIELDS, &error).at("note", &error)
            }
            ResolveDifferenceError::Unexpected(failure) => failure.into(),
        }
    }
}
