//! The rows of `auctions_sales` and `auctions_registrations`.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use foundation::database::Moment;
use foundation::{Currency, Failure};

use crate::application::{RegistrationView, SaleView};
use crate::domain::{
    Admission, BuyersPremium, Increments, Registration, RegistrationStanding, RegistrationStatus,
    SaleState, SaleTerms, SaleTitle, SoftClose, SoftCloseChoice,
};
use crate::ids::{BidderId, RegistrationId, SaleId};
use crate::schema::{auctions_registrations, auctions_sales};

/// The window of a soft close that is none.
const NO_SOFT_CLOSE: i64 = 0;

const OPEN: &str = "OPEN";
const BY_APPROVAL: &str = "BY_APPROVAL";

const PENDING: &str = "PENDING";
const APPROVED: &str = "APPROVED";
const REFUSED: &str = "REFUSED";
const CANCELLED: &str = "CANCELLED";

/// A row of `auctions_sales`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = auctions_sales, treat_none_as_default_value = false)]
pub(super) struct SaleRow {
    id: SaleId,
    version: i64,
    title: String,
    currency: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    opens_at: DateTime<Utc>,
    buyers_premium_basis_points: i64,
    increments: String,
    soft_close_seconds: Option<i64>,
    soft_close_cap_seconds: Option<i64>,
    admission: String,
    seats: Option<i64>,
    seats_taken: i64,
    last_paddle: i64,
}

/// The columns that change as bidders come and go.
#[derive(AsChangeset)]
#[diesel(table_name = auctions_sales)]
pub(super) struct SaleProgress {
    version: i64,
    seats_taken: i64,
    last_paddle: i64,
}

impl SaleProgress {
    /// What becomes of the row when this state is saved under the next version.
    pub(super) fn next(state: &SaleState) -> Self {
        Self {
            version: state.version + 1,
            seats_taken: state.seats_taken,
            last_paddle: state.last_paddle,
        }
    }
}

impl SaleRow {
    /// The row of a sale that is saved for the first time.
    pub(super) fn new(state: &SaleState) -> Self {
        let (soft_close_seconds, soft_close_cap_seconds) =
            soft_close_columns(state.terms.soft_close);
        Self {
            id: state.id,
            version: state.version + 1,
            title: state.title.as_str().to_owned(),
            currency: state.currency.code().to_owned(),
            created_at: state.created_at,
            opens_at: state.opens_at,
            buyers_premium_basis_points: state.terms.buyers_premium.basis_points(),
            increments: state.terms.increments.to_text(),
            soft_close_seconds,
            soft_close_cap_seconds,
            admission: admission_text(state.admission).to_owned(),
            seats: state.seats.map(|seats| seats.get().into()),
            seats_taken: state.seats_taken,
            last_paddle: state.last_paddle,
        }
    }

    /// The aggregate's state; what the domain would never have let in is refused.
    pub(super) fn into_state(self) -> Result<SaleState, Failure> {
        Ok(SaleState {
            id: self.id,
            version: self.version,
            terms: self.terms()?,
            currency: self.currency()?,
            admission: self.admission()?,
            seats: self.seats()?,
            title: SaleTitle::parse(&self.title).map_err(Failure::damaged)?,
            created_at: self.created_at,
            opens_at: self.opens_at,
            seats_taken: self.seats_taken,
            last_paddle: self.last_paddle,
        })
    }

    /// The read model.
    pub(super) fn into_view(self) -> Result<SaleView, Failure> {
        Ok(SaleView {
            id: self.id,
            currency: self.currency()?,
            terms: self.terms()?,
            admission: self.admission()?,
            seats: self.seats()?,
            title: self.title,
            created_at: self.created_at,
            opens_at: self.opens_at,
            seats_taken: self.seats_taken,
        })
    }

    fn currency(&self) -> Result<Currency, Failure> {
        Currency::parse(&self.currency).map_err(Failure::damaged)
    }

    fn terms(&self) -> Result<SaleTerms, Failure> {
        let premium = BuyersPremium::from_basis_points(self.buyers_premium_basis_points);
        let increments = Increments::from_text(self.currency()?, &self.increments);
        let soft_close = match (self.soft_close_seconds, self.soft_close_cap_seconds) {
            (None, _) => Ok(SoftCloseChoice::Usual),
            (Some(NO_SOFT_CLOSE), None) => Ok(SoftCloseChoice::Off),
            (Some(window), cap) => SoftClose::try_new(window, cap).map(SoftCloseChoice::On),
        };
        Ok(SaleTerms {
            buyers_premium: premium.map_err(Failure::damaged)?,
            increments: increments.map_err(Failure::damaged)?,
            soft_close: soft_close.map_err(Failure::damaged)?,
        })
    }

    fn admission(&self) -> Result<Admission, Failure> {
        match self.admission.as_str() {
            OPEN => Ok(Admission::Open),
            BY_APPROVAL => Ok(Admission::ByApproval),
            other => Err(Failure::damaged(format!("'{other}' is no admission"))),
        }
    }

    fn seats(&self) -> Result<Option<NonZeroU32>, Failure> {
        let Some(seats) = self.seats else {
            return Ok(None);
        };
        let number = u32::try_from(seats).ok().and_then(NonZeroU32::new);
        let number = number.ok_or_else(|| format!("{seats} is no number of seats"));
        number.map(Some).map_err(Failure::damaged)
    }
}

/// Window and cap in seconds; neither when the sale leaves it at what is usual.
fn soft_close_columns(choice: SoftCloseChoice) -> (Option<i64>, Option<i64>) {
    match choice {
        SoftCloseChoice::Usual => (None, None),
        SoftCloseChoice::Off => (Some(NO_SOFT_CLOSE), None),
        SoftCloseChoice::On(soft_close) => {
            let cap = soft_close.cap().map(|cap| cap.num_seconds());
            (Some(soft_close.window().num_seconds()), cap)
        }
    }
}

fn admission_text(admission: Admission) -> &'static str {
    match admission {
        Admission::Open => OPEN,
        Admission::ByApproval => BY_APPROVAL,
    }
}

/// A row of `auctions_registrations`.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = auctions_registrations, treat_none_as_default_value = false)]
pub(super) struct RegistrationRow {
    id: RegistrationId,
    sale: SaleId,
    bidder: BidderId,
    paddle: i64,
    status: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    registered_at: DateTime<Utc>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    since: DateTime<Utc>,
    reason: Option<String>,
}

/// The columns of a registration that a decision changes.
#[derive(AsChangeset)]
#[diesel(table_name = auctions_registrations, treat_none_as_null = true)]
pub(super) struct RegistrationProgress {
    status: &'static str,
    since: chrono::NaiveDateTime,
    reason: Option<String>,
}

impl RegistrationProgress {
    /// What the row says after the decision.
    pub(super) fn of(registration: &Registration) -> Self {
        Self {
            status: status_text(registration.status()),
            since: registration.since.naive_utc(),
            reason: registration.standing.reason().map(str::to_owned),
        }
    }
}

impl RegistrationRow {
    /// The row of a bidder who has just registered.
    pub(super) fn new(sale: SaleId, registration: &Registration) -> Self {
        Self {
            id: registration.id,
            sale,
            bidder: registration.bidder,
            paddle: registration.paddle,
            status: status_text(registration.status()).to_owned(),
            registered_at: registration.registered_at,
            since: registration.since,
            reason: registration.standing.reason().map(str::to_owned),
        }
    }

    /// The registration as the domain knows it.
    pub(super) fn into_registration(self) -> Result<Registration, Failure> {
        let standing = match (self.status()?, self.reason) {
            (RegistrationStatus::Pending, None) => RegistrationStanding::Pending,
            (RegistrationStatus::Approved, None) => RegistrationStanding::Approved,
            (RegistrationStatus::Refused, Some(reason)) => RegistrationStanding::Refused { reason },
            (RegistrationStatus::Cancelled, None) => RegistrationStanding::Cancelled,
            (RegistrationStatus::Refused, None) => {
                return Err(Failure::damaged("a refusal has no reason"));
            }
            (
                RegistrationStatus::Pending
                | RegistrationStatus::Approved
                | RegistrationStatus::Cancelled,
                Some(_),
            ) => return Err(Failure::damaged("a reason is given, but no refusal")),
        };
        Ok(Registration {
            id: self.id,
            bidder: self.bidder,
            paddle: self.paddle,
            standing,
            registered_at: self.registered_at,
            since: self.since,
        })
    }

    /// The read model.
    pub(super) fn into_view(self) -> Result<RegistrationView, Failure> {
        Ok(RegistrationView {
            status: self.status()?,
            id: self.id,
            sale: self.sale,
            bidder: self.bidder,
            paddle: self.paddle,
            registered_at: self.registered_at,
            since: self.since,
            reason: self.reason,
        })
    }

    fn status(&self) -> Result<RegistrationStatus, Failure> {
        match self.status.as_str() {
            PENDING => Ok(RegistrationStatus::Pending),
            APPROVED => Ok(RegistrationStatus::Approved),
            REFUSED => Ok(RegistrationStatus::Refused),
            CANCELLED => Ok(RegistrationStatus::Cancelled),
            other => Err(Failure::damaged(format!("'{other}' is no status"))),
        }
    }
}

/// The status as the column has it.
pub(super) fn status_text(status: RegistrationStatus) -> &'static str {
    match status {
        RegistrationStatus::Pending => PENDING,
        RegistrationStatus::Approved => APPROVED,
        RegistrationStatus::Refused => REFUSED,
        RegistrationStatus::Cancelled => CANCELLED,
    }
}
