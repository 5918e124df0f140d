//! Refusals of the registration desk.

use actix_web::http::StatusCode;
use auctions::{
    ApproveRegistrationError, CancelRegistrationError, CreateSaleError, RefuseRegistrationError,
    RegisterBidderError,
};

use super::{INVALID_FIELDS, WRONG_CURRENCY, WRONG_STATE};
use crate::http::problem::{Kind, Problem};

/// Every seat is taken.
const SALE_IS_FULL: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "sale-is-full",
    "Every seat of this sale is taken",
);
/// A bidder registers once.
const ALREADY_REGISTERED: Kind = Kind::new(
    StatusCode::CONFLICT,
    "already-registered",
    "You are registered for this sale already",
);
/// Staff have refused the bidder.
const REGISTRATION_REFUSED: Kind = Kind::new(
    StatusCode::FORBIDDEN,
    "registration-refused",
    "Your registration for this sale was refused",
);

impl From<CreateSaleError> for Problem {
    fn from(error: CreateSaleError) -> Self {
        match error {
            CreateSaleError::OpeningInThePast | CreateSaleError::OpeningTooFarAway => {
                Self::new(INVALID_FIELDS, &error).at("opens_at", &error)
            }
            CreateSaleError::CurrencyMismatch { .. } => {
                Self::new(WRONG_CURRENCY, &error).at("increments", &error)
            }
            CreateSaleError::AlreadyCreated => Self::new(WRONG_STATE, &error),
            CreateSaleError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<RegisterBidderError> for Problem {
    fn from(error: RegisterBidderError) -> Self {
        match error {
            RegisterBidderError::SaleNotFound => Self::not_found("sale"),
            RegisterBidderError::AlreadyRegistered => Self::new(ALREADY_REGISTERED, &error),
            RegisterBidderError::RefusedBefore => Self::new(REGISTRATION_REFUSED, &error),
            RegisterBidderError::SaleIsFull => Self::new(SALE_IS_FULL, &error),
            RegisterBidderError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<ApproveRegistrationError> for Problem {
    fn from(error: ApproveRegistrationError) -> Self {
        match error {
            ApproveRegistrationError::SaleNotFound => Self::not_found("sale"),
            ApproveRegistrationError::RegistrationNotFound => Self::not_found("registration"),
            ApproveRegistrationError::AlreadyApproved | ApproveRegistrationError::Cancelled => {
                Self::new(WRONG_STATE, &error)
            }
            ApproveRegistrationError::SaleIsFull => Self::new(SALE_IS_FULL, &error),
            ApproveRegistrationError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<RefuseRegistrationError> for Problem {
    fn from(error: RefuseRegistrationError) -> Self {
        match error {
            RefuseRegistrationError::SaleNotFound => Self::not_found("sale"),
            RefuseRegistrationError::RegistrationNotFound => Self::not_found("registration"),
            RefuseRegistrationError::AlreadyRefused | RefuseRegistrationError::Cancelled => {
                Self::new(WRONG_STATE, &error)
            }
            RefuseRegistrationError::BadReason(rule) => {
                Self::new(INVALID_FIELDS, &rule).at("reason", &rule)
            }
            RefuseRegistrationError::Unexpected(failure) => failure.into(),
        }
    }
}

impl From<CancelRegistrationError> for Problem {
    fn from(error: CancelRegistrationError) -> Self {
        match error {
            CancelRegistrationError::SaleNotFound => Self::not_found("sale"),
            CancelRegistrationError::NotRegistered => Self::new(WRONG_STATE, &error),
            CancelRegistrationError::Unexpected(failure) => failure.into(),
        }
    }
}
