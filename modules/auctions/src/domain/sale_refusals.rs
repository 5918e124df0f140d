//! Why the registration desk says no.

use foundation::{Currency, Failure};

use super::lot_text::InvalidLotText;

/// Why a sale was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateSaleError {
    /// The opening has passed.
    #[error("a sale must not open in the past")]
    OpeningInThePast,
    /// The opening is further away than any sale is planned.
    #[error("a sale must open within ten years")]
    OpeningTooFarAway,
    /// The increments are in another currency than the sale.
    #[error("the increments must be in {expected}, as the sale is")]
    CurrencyMismatch {
        /// The currency of the sale.
        expected: Currency,
    },
    /// A sale of this id was created before.
    #[error("this sale was created already")]
    AlreadyCreated,
    /// The machinery failed.
    #[error("the sale could not be created")]
    Unexpected(#[from] Failure),
}

/// Why a bidder was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterBidderError {
    /// There is no such sale.
    #[error("there is no such sale")]
    SaleNotFound,
    /// The bidder has a registration that waits or is approved.
    #[error("you are registered for this sale already")]
    AlreadyRegistered,
    /// Staff have refused the bidder, and only they can change that.
    #[error("your registration for this sale was refused, so that you cannot register again")]
    RefusedBefore,
    /// Every seat is taken.
    #[error("every seat of this sale is taken")]
    SaleIsFull,
    /// The machinery failed.
    #[error("the bidder could not be registered")]
    Unexpected(#[from] Failure),
}

/// Why a registration was not approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveRegistrationError {
    /// There is no such sale.
    #[error("there is no such sale")]
    SaleNotFound,
    /// The sale has no such registration.
    #[error("there is no such registration for this sale")]
    RegistrationNotFound,
    /// It is approved.
    #[error("this registration is approved already")]
    AlreadyApproved,
    /// The bidder has given it back.
    #[error("the bidder has cancelled this registration")]
    Cancelled,
    /// A refused registration has lost its seat, and every seat is taken.
    #[error("every seat of this sale is taken")]
    SaleIsFull,
    /// The machinery failed.
    #[error("the registration could not be approved")]
    Unexpected(#[from] Failure),
}

/// Why a registration was not refused.
#[derive(Debug, thiserror::Error)]
pub enum RefuseRegistrationError {
    /// There is no such sale.
    #[error("there is no such sale")]
    SaleNotFound,
    /// The sale has no such registration.
    #[error("there is no such registration for this sale")]
    RegistrationNotFound,
    /// It is refused.
    #[error("this registration is refused already")]
    AlreadyRefused,
    /// The bidder has given it back.
    #[error("the bidder has cancelled this registration")]
    Cancelled,
    /// Staff must say why.
    #[error("the reason was refused")]
    BadReason(#[source] InvalidLotText),
    /// The machinery failed.
    #[error("the registration could not be refused")]
    Unexpected(#[from] Failure),
}

/// Why a registration was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelRegistrationError {
    /// There is no such sale.
    #[error("there is no such sale")]
    SaleNotFound,
    /// The bidder has no registration that waits or is approved.
    #[error("you are not registered for this sale")]
    NotRegistered,
    /// The machinery failed.
    #[error("the registration could not be cancelled")]
    Unexpected(#[from] Failure),
}
