//! Which refusal has which status: decided here and nowhere else.
//!
//! Each use case's errors are translated by one exhaustive match, so that a new one does not compile until
//! somebody decides what it means to a client.

mod accounts;
mod auctions;
mod deliveries;
mod documents;
mod payment_staff;
mod payments;
mod processes;
mod sales;
mod shipping;

use std::sync::Arc;

use actix_web::http::StatusCode;
use foundation::Failure;

pub use auctions::{about_the_lot, about_the_reserve};
pub use payments::BILLING_ID_TAKEN;
pub use shipping::about_the_goods;

use super::problem::{Kind, Problem};

/// The body is not JSON at all.
pub const MALFORMED_JSON: Kind = Kind::new(
    StatusCode::BAD_REQUEST,
    "malformed-json",
    "The body is not valid JSON",
);
/// The request cannot be understood.
pub const BAD_REQUEST: Kind = Kind::new(
    StatusCode::BAD_REQUEST,
    "bad-request",
    "The request cannot be understood",
);
/// Nobody is logged in.
pub const NOT_LOGGED_IN: Kind = Kind::new(
    StatusCode::UNAUTHORIZED,
    "not-logged-in",
    "You are not logged in",
);
/// The address or the password is wrong.
pub const WRONG_LOGIN: Kind = Kind::new(
    StatusCode::UNAUTHORIZED,
    "wrong-login",
    "The e-mail address or the password is wrong",
);
/// Whoever is logged in may not do this.
pub const NOT_ALLOWED: Kind = Kind::new(
    StatusCode::FORBIDDEN,
    "not-allowed",
    "You are not allowed to do this",
);
/// A browser sent the request on behalf of another site.
pub const FOREIGN_ORIGIN: Kind = Kind::new(
    StatusCode::FORBIDDEN,
    "foreign-origin",
    "The request comes from another site",
);
/// There is no such thing, or it is somebody else's.
pub const NOT_FOUND: Kind = Kind::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing");
/// The address exists, but not with this method.
pub const METHOD_NOT_ALLOWED: Kind = Kind::new(
    StatusCode::METHOD_NOT_ALLOWED,
    "method-not-allowed",
    "This address does not answer to this method",
);
/// Somebody else changed the same thing first, again and again.
pub const LOST_RACE: Kind = Kind::new(
    StatusCode::CONFLICT,
    "lost-race",
    "Somebody else changed the same thing at the same time",
);
/// The thing is not in the state that the request needs.
pub const WRONG_STATE: Kind = Kind::new(
    StatusCode::CONFLICT,
    "wrong-state",
    "This cannot be done in the present state",
);
/// The body is larger than any request needs.
pub const TOO_LARGE: Kind = Kind::new(
    StatusCode::PAYLOAD_TOO_LARGE,
    "too-large",
    "The body is too large",
);
/// The body was not complete in time.
pub const TOO_SLOW: Kind = Kind::new(
    StatusCode::REQUEST_TIMEOUT,
    "too-slow",
    "The body took too long to arrive",
);
/// The body is not said to be JSON.
pub const NOT_JSON: Kind = Kind::new(
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    "not-json",
    "The body must be application/json",
);
/// Fields are missing, unknown, or of the wrong type.
pub const INVALID_BODY: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "invalid-body",
    "The body does not have the expected form",
);
/// The query string is not as documented.
pub const INVALID_QUERY: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "invalid-query",
    "The query does not have the expected form",
);
/// Values break a rule.
pub const INVALID_FIELDS: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "invalid-fields",
    "Some fields break a rule",
);
/// The address has an account already.
pub const EMAIL_TAKEN: Kind = Kind::new(
    StatusCode::CONFLICT,
    "email-taken",
    "There is an account with this e-mail address already",
);
/// The lot no longer takes bids.
pub const AUCTION_HAS_ENDED: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "auction-has-ended",
    "The auction has ended",
);
/// Nobody bids on what they sell.
pub const OWN_LOT: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "own-lot",
    "Nobody bids on their own lot",
);
/// The amount is in another currency than the lot.
pub const WRONG_CURRENCY: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "wrong-currency",
    "The amount is in the wrong currency",
);
/// More money than there is for it.
pub const TOO_MUCH: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "too-much",
    "There is not so much",
);
/// A rule of withdrawing bids.
pub const NOT_WITHDRAWABLE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-withdrawable",
    "These bids cannot be withdrawn",
);
/// The lot is not due to end.
pub const NOT_DUE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-due",
    "It is not time yet",
);
/// The payment is not one that can be paid.
pub const NOT_PAYABLE: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-payable",
    "This payment cannot be paid",
);
/// The package left before.
pub const ALREADY_SHIPPED: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "package-already-shipped",
    "The package has been shipped already",
);
/// There are not enough pieces.
pub const OUT_OF_STOCK: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "out-of-stock",
    "There are not enough pieces",
);
/// The house has no such goods.
pub const INVALID_SKU: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "invalid-sku",
    "The house has no such goods",
);
/// The goods are to be sold by somebody whose they are not.
pub const NOT_YOUR_GOODS: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-your-goods",
    "These are not goods of yours",
);
/// The order was promised nothing of it.
pub const NOT_ALLOCATED: Kind = Kind::new(
    StatusCode::UNPROCESSABLE_ENTITY,
    "not-allocated",
    "Nothing of it is allocated",
);
/// There is a batch of this reference.
pub const BATCH_REFERENCE_TAKEN: Kind = Kind::new(
    StatusCode::CONFLICT,
    "batch-reference-taken",
    "There is a batch with this reference already",
);
/// Too many requests or attempts.
pub const TOO_MANY: Kind = Kind::new(
    StatusCode::TOO_MANY_REQUESTS,
    "too-many-requests",
    "Too many requests",
);
/// The machinery failed.
pub const INTERNAL: Kind = Kind::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "internal",
    "Something went wrong inside the house",
);
/// The house cannot answer now.
pub const UNAVAILABLE: Kind = Kind::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "unavailable",
    "The house cannot answer at the moment",
);

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::of_failure(&failure).because(failure)
    }
}

impl From<Arc<Failure>> for Problem {
    fn from(failure: Arc<Failure>) -> Self {
        Self::of_failure(&failure).because(failure)
    }
}

impl Problem {
    fn of_failure(failure: &Failure) -> Self {
        match failure {
            Failure::Conflict | Failure::TooBusy => {
                Self::new(LOST_RACE, "Look at the present state and decide again.").retry_after(1)
            }
            Failure::Unavailable(_) => {
                Self::new(UNAVAILABLE, "The database does not answer; try again.").retry_after(5)
            }
            Failure::OutcomeUnknown(_) => Self::new(
                INTERNAL,
                "It is unknown whether this was done; look before you repeat it.",
            ),
            Failure::Database(_)
            | Failure::Handler { .. }
            | Failure::DamagedData(_)
            | Failure::Defect(_) => Self::internal(),
        }
    }

    /// A mistake of the house, of which the client learns nothing but that it happened.
    pub fn internal() -> Self {
        Self::new(
            INTERNAL,
            "This was not your mistake. The header X-Request-Id says which entry of the log tells more.",
        )
    }

    /// There is no such thing, or it is somebody else's: which of the two is not said.
    pub fn not_found(what: &str) -> Self {
        Self::new(NOT_FOUND, format!("There is no such {what}."))
    }
}
