//! Refusals of the cashier.

use actix_web::http::StatusCode;
use foundation::MoneyError;
use payments::{
    CancelBillingError, ChargePaymentError, CouponRefusal, NoticeRefusal, OpenBillingError,
    OpenRefusal, PayBillingError, ReceiveNoticeError, RecordPayoutError, SlotRefusal,
};

use super::{BAD_REQUEST, INVALID_FIELDS, NOT_PAYABLE, TOO_MUCH, WRONG_CURRENCY, WRONG_STATE};
use crate::http::problem::{Kind, Problem};

/// When to ask again about what a gateway has not answered.
const RESULT_IN_SECONDS: i64 = 30;

const fn refused(slug: &'static str, title: &'static str) -> Kind {
    Kind::new(StatusCode::UNPROCESSABLE_ENTITY, slug, title)
}

const fn conflict(slug: &'static str, title: &'static str) -> Kind {
    Kind::new(StatusCode::CONFLICT, slug, title)
}

/// Somebody else has this payment, or nobody.
const NO_SUCH_PAYMENT: Kind = refused("no-such-payment", "There is no such payment");
/// What is paid already is not paid a second time beside it.
const IN_BILLING: Kind = conflict("in-billing", "This payment is part of another billing");
/// The id is taken, by another billing or for another basket.
pub const BILLING_ID_TAKEN: Kind = conflict("billing-id-taken", "There is a billing with this id");
/// Paid, cancelled or expired.
const BILLING_ENDED: Kind = conflict("billing-ended", "This billing has ended");
/// A gateway was asked and has not answered.
const IN_PROGRESS: Kind = conflict("in-progress", "A try to pay has no result yet");
/// Nobody was sent to confirm anything, or has come back before.
const NOTHING_TO_CONFIRM: Kind = conflict(
    "nothing-to-confirm",
    "There is nothing that you could have confirmed",
);
const NO_SUCH_GATEWAY: Kind = refused("no-such-gateway", "There is no such way to pay");
const NO_SUCH_COUPON: Kind = refused("no-such-coupon", "There is no such coupon");
const COUPON_EXPIRED: Kind = refused("coupon-expired", "The coupon is no longer valid");
const COUPON_USED_UP: Kind = refused("coupon-used-up", "The coupon has been used up");
const COUPON_ALREADY_USED: Kind =
    refused("coupon-already-used", "You have used this coupon already");
const NOT_ENOUGH_CREDIT: Kind = refused("not-enough-credit", "There is not enough credit");
const NO_SUCH_SLOT: Kind = refused("no-such-slot", "There is no such collection time");
const SLOT_FULL: Kind = refused("slot-full", "All places of this collection time are taken");
const SLOT_BEGUN: Kind = refused("slot-begun", "This collection time has begun");

impl From<ChargePaymentError> for Problem {
    fn from(error: ChargePaymentError) -> Self {
        match error {
            ChargePaymentError::NotFound(_) => Self::not_found("payment"),
            ChargePaymentError::NotPayable { .. } => Self::new(NOT_PAYABLE, &error),
            ChargePaymentError::InBilling(_) => Self::new(WRONG_STATE, &error),
            ChargePaymentError::InProgress => {
                Self::new(WRONG_STATE, &error).retry_after(RESULT_IN_SECONDS)
            }
            ChargePaymentError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<OpenBillingError> for Problem {
    fn from(error: OpenBillingError) -> Self {
        match error {
            OpenBillingError::NotFound(_) => {
                Self::new(NO_SUCH_PAYMENT, &error).at("payments", &error)
            }
            OpenBillingError::AlreadyOpened(_) => {
                Self::new(BILLING_ID_TAKEN, &error).at("billing", &error)
            }
            OpenBillingError::NoSuchCoupon(_) => {
                Self::new(NO_SUCH_COUPON, &error).at("coupon", &error)
            }
            OpenBillingError::NoSuchSlot(_) => Self::new(NO_SUCH_SLOT, &error).at("slot", &error),
            OpenBillingError::Refused(refusal) => refusal.into(),
            OpenBillingError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<OpenRefusal> for Problem {
    fn from(refusal: OpenRefusal) -> Self {
        let (kind, field) = match &refusal {
            OpenRefusal::NoPayments => (INVALID_FIELDS, "payments"),
            OpenRefusal::NotPayable { .. } => (NOT_PAYABLE, "payments"),
            OpenRefusal::InBilling { .. } => (IN_BILLING, "payments"),
            OpenRefusal::Currencies { .. } => (WRONG_CURRENCY, "payments"),
            // The lines are of one currency, and a coupon of another is refused as such: it is the credit.
            OpenRefusal::Amount(MoneyError::CurrencyMismatch { .. }) => (WRONG_CURRENCY, "credit"),
            OpenRefusal::Amount(_) => (INVALID_FIELDS, "payments"),
            OpenRefusal::Coupon(coupon) => (about_coupon(*coupon), "coupon"),
            OpenRefusal::Credit(_) => (NOT_ENOUGH_CREDIT, "credit"),
            OpenRefusal::Slot(SlotRefusal::Full) => (SLOT_FULL, "slot"),
            OpenRefusal::Slot(SlotRefusal::Begun) => (SLOT_BEGUN, "slot"),
        };
        Self::new(kind, &refusal).at(field, &refusal)
    }
}

fn about_coupon(refusal: CouponRefusal) -> Kind {
    match refusal {
        CouponRefusal::Expired => COUPON_EXPIRED,
        CouponRefusal::UsedUp => COUPON_USED_UP,
        CouponRefusal::AlreadyUsed => COUPON_ALREADY_USED,
        CouponRefusal::OtherCurrency => WRONG_CURRENCY,
    }
}

impl From<PayBillingError> for Problem {
    fn from(error: PayBillingError) -> Self {
        match error {
            PayBillingError::NotFound(_) => Self::not_found("billing"),
            PayBillingError::Ended(_) => Self::new(BILLING_ENDED, &error),
            PayBillingError::InProgress => {
                Self::new(IN_PROGRESS, &error).retry_after(RESULT_IN_SECONDS)
            }
            PayBillingError::NothingWaits => Self::new(NOTHING_TO_CONFIRM, &error),
            PayBillingError::ProofNeeded => Self::new(INVALID_FIELDS, &error).at("proof", &error),
            PayBillingError::NoSuchGateway => {
                Self::new(NO_SUCH_GATEWAY, &error).at("gateway", &error)
            }
            PayBillingError::TokenNeeded => Self::new(INVALID_FIELDS, &error).at("token", &error),
            PayBillingError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<CancelBillingError> for Problem {
    fn from(error: CancelBillingError) -> Self {
        match error {
            CancelBillingError::NotFound(_) => Self::not_found("billing"),
            CancelBillingError::Paid => Self::new(BILLING_ENDED, &error),
            CancelBillingError::InProgress => {
                Self::new(IN_PROGRESS, &error).retry_after(RESULT_IN_SECONDS)
            }
            CancelBillingError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ReceiveNoticeError> for Problem {
    fn from(error: ReceiveNoticeError) -> Self {
        match error {
            ReceiveNoticeError::Refused(NoticeRefusal::NotExpected) => Self::not_found("address"),
            ReceiveNoticeError::Refused(
                refusal @ (NoticeRefusal::NotSigned
                | NoticeRefusal::Forged
                | NoticeRefusal::TooOld
                | NoticeRefusal::Malformed),
            ) => Self::new(BAD_REQUEST, refusal),
            ReceiveNoticeError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<RecordPayoutError> for Problem {
    fn from(error: RecordPayoutError) -> Self {
        match error {
            RecordPayoutError::Nothing => Self::new(INVALID_FIELDS, &error).at("amount", &error),
            RecordPayoutError::TooMuch { .. } => Self::new(TOO_MUCH, &error).at("amount", &error),
            RecordPayoutError::Note => Self::new(INVALID_FIELDS, &error).at("note", &error),
            RecordPayoutError::Taken(_) => Self::new(WRONG_STATE, &error),
            RecordPayoutError::Unexpected(failure) => failure.into(),
        }
    }
}
