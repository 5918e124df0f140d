//! The aggregate: one sale and who may bid in it.

use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, Utc};
use foundation::{Currency, to_microseconds};

use super::lot_text::one_line;
use super::registration::{Registration, RegistrationStanding, RegistrationStatus};
use super::sale_commands::{Admission, CreateSale, Registered};
use super::sale_refusals::{
    ApproveRegistrationError, CancelRegistrationError, CreateSaleError, RefuseRegistrationError,
    RegisterBidderError,
};
use super::sale_terms::{SaleTerms, SaleTitle};
use super::terms::SaleRules;
use crate::ids::{BidderId, RegistrationId, SaleId};
use crate::sale_events::{
    BidderRegistered, RegistrationApproved, RegistrationCancelled, RegistrationRefused,
    SaleCreated, SaleEvent,
};

/// Further away than any opening; the databases do not keep every year that a request can name.
const FURTHEST: TimeDelta = TimeDelta::days(3653);

/// One sale with its registrations.
///
/// What is true of all registrations together, how many seats are taken and which paddle was given last,
/// stands in the sale itself. So none of them needs to be loaded to keep the seats: a method is handed only
/// the registration that it is about, as an auction is handed its history only for a withdrawal, and
/// registering costs the same for the first bidder and the ten thousandth. Whatever changes a registration
/// saves the sale under its next version: of two who want the last seat, one looks again and finds it taken.
#[derive(Debug)]
pub(crate) struct Sale {
    state: SaleState,
    changes: SaleChanges,
}

/// What is kept of a sale, but for its registrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaleState {
    pub(crate) id: SaleId,
    /// Counts the times it was saved; zero before the first.
    pub(crate) version: i64,
    pub(crate) title: SaleTitle,
    pub(crate) currency: Currency,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) opens_at: DateTime<Utc>,
    pub(crate) terms: SaleTerms,
    pub(crate) admission: Admission,
    pub(crate) seats: Option<NonZeroU32>,
    /// Registrations that are pending or approved.
    pub(crate) seats_taken: i64,
    /// The highest paddle number ever given; zero before the first.
    pub(crate) last_paddle: i64,
}

/// What happened to a sale since it was loaded.
#[derive(Debug, Default)]
pub(crate) struct SaleChanges {
    pub(crate) registered: Vec<Registration>,
    /// Registrations that were there before, as they are now.
    pub(crate) decided: Vec<Registration>,
    pub(crate) events: Vec<SaleEvent>,
}

/// There is no seat left.
struct NoSeat;

impl Sale {
    /// Creates a sale, with every seat free.
    pub(crate) fn create(command: CreateSale, now: DateTime<Utc>) -> Result<Self, CreateSaleError> {
        let opens_at = to_microseconds(command.opens_at);
        if opens_at < now {
            return Err(CreateSaleError::OpeningInThePast);
        }
        if opens_at - now > FURTHEST {
            return Err(CreateSaleError::OpeningTooFarAway);
        }
        let expected = command.currency;
        if command.terms.increments.currency() != expected {
            return Err(CreateSaleError::CurrencyMismatch { expected });
        }
        let created = SaleCreated {
            sale: command.sale,
            title: command.title.as_str().to_owned(),
            opens_at,
        };
        let mut sale = Self::restore(SaleState {
            id: command.sale,
            version: 0,
            title: command.title,
            currency: command.currency,
            created_at: now,
            opens_at,
            terms: command.terms,
            admission: command.admission,
            seats: command.seats,
            seats_taken: 0,
            last_paddle: 0,
        });
        sale.changes.events.push(SaleEvent::Created(created));
        Ok(sale)
    }

    /// Takes a sale up where it was left.
    pub(crate) fn restore(state: SaleState) -> Self {
        Self {
            state,
            changes: SaleChanges::default(),
        }
    }

    /// What the lots of this sale have in common.
    pub(crate) fn rules_of_lots(&self) -> SaleRules {
        SaleRules {
            currency: self.state.currency,
            opens_at: self.state.opens_at,
            increments: self.state.terms.increments.clone(),
            soft_close: self.state.terms.soft_close,
        }
    }

    /// Gives the bidder a seat and a paddle. `latest` is the last of the bidder's registrations for this
    /// sale: whoever cancelled it may come back under a new number, whoever was refused may not.
    pub(crate) fn register(
        &mut self,
        bidder: BidderId,
        latest: Option<&Registration>,
        now: DateTime<Utc>,
    ) -> Result<Registered, RegisterBidderError> {
        match latest.map(Registration::status) {
            None | Some(RegistrationStatus::Cancelled) => {}
            Some(RegistrationStatus::Refused) => return Err(RegisterBidderError::RefusedBefore),
            Some(RegistrationStatus::Pending | RegistrationStatus::Approved) => {
                return Err(RegisterBidderError::AlreadyRegistered);
            }
        }
        self.take_seat()
            .map_err(|NoSeat| RegisterBidderError::SaleIsFull)?;
        self.state.last_paddle += 1;
        let standing = match self.state.admission {
            Admission::Open => RegistrationStanding::Approved,
            Admission::ByApproval => RegistrationStanding::Pending,
        };
        let registration = Registration {
            id: RegistrationId::generate(),
            bidder,
            paddle: self.state.last_paddle,
            standing,
            registered_at: now,
            since: now,
        };
        let registered = Registered {
            registration: registration.id,
            paddle: registration.paddle,
            status: registration.status(),
        };
        let event = SaleEvent::Registered(BidderRegistered {
            sale: self.state.id,
            registration: registration.id,
            bidder,
            title: self.title(),
            paddle: registration.paddle,
            approved: registered.status == RegistrationStatus::Approved,
        });
        self.changes.events.push(event);
        self.changes.registered.push(registration);
        Ok(registered)
    }

    /// Lets the bidder bid. One who was refused before needs a free seat again.
    pub(crate) fn approve(
        &mut self,
        registration: Registration,
        now: DateTime<Utc>,
    ) -> Result<(), ApproveRegistrationError> {
        match registration.status() {
            RegistrationStatus::Pending => {}
            RegistrationStatus::Refused => self
                .take_seat()
                .map_err(|NoSeat| ApproveRegistrationError::SaleIsFull)?,
            RegistrationStatus::Approved => return Err(ApproveRegistrationError::AlreadyApproved),
            RegistrationStatus::Cancelled => return Err(ApproveRegistrationError::Cancelled),
        }
        let event = SaleEvent::Approved(RegistrationApproved {
            sale: self.state.id,
            registration: registration.id,
            bidder: registration.bidder,
            title: self.title(),
            paddle: registration.paddle,
        });
        self.decide(registration, RegistrationStanding::Approved, event, now);
        Ok(())
    }

    /// Keeps the bidder from bidding, and frees the seat. Says the reason as it was kept.
    pub(crate) fn refuse(
        &mut self,
        registration: Registration,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<String, RefuseRegistrationError> {
        match registration.status() {
            RegistrationStatus::Pending | RegistrationStatus::Approved => {}
            RegistrationStatus::Refused => return Err(RefuseRegistrationError::AlreadyRefused),
            RegistrationStatus::Cancelled => return Err(RefuseRegistrationError::Cancelled),
        }
        let reason =
            one_line("a reason", 500, reason).map_err(RefuseRegistrationError::BadReason)?;
        self.free_seat();
        let event = SaleEvent::Refused(RegistrationRefused {
            sale: self.state.id,
            registration: registration.id,
            bidder: registration.bidder,
            title: self.title(),
            paddle: registration.paddle,
            reason: reason.clone(),
        });
        let standing = RegistrationStanding::Refused {
            reason: reason.clone(),
        };
        self.decide(registration, standing, event, now);
        Ok(reason)
    }

    /// Takes the paddle back from a bidder who returns it, and frees the seat. `latest` is the last of the
    /// bidder's registrations for this sale.
    pub(crate) fn cancel(
        &mut self,
        latest: Option<Registration>,
        now: DateTime<Utc>,
    ) -> Result<(), CancelRegistrationError> {
        let registration = latest
            .filter(Registration::is_live)
            .ok_or(CancelRegistrationError::NotRegistered)?;
        self.free_seat();
        let event = SaleEvent::Cancelled(RegistrationCancelled {
            sale: self.state.id,
            registration: registration.id,
            bidder: registration.bidder,
            title: self.title(),
            paddle: registration.paddle,
        });
        self.decide(registration, RegistrationStanding::Cancelled, event, now);
        Ok(())
    }

    /// What is to be kept.
    pub(crate) fn state(&self) -> &SaleState {
        &self.state
    }

    /// Hands the changes over to the repository, which has saved them under the next version.
    pub(crate) fn take_changes(&mut self) -> SaleChanges {
        self.state.version += 1;
        std::mem::take(&mut self.changes)
    }

    fn take_seat(&mut self) -> Result<(), NoSeat> {
        let seats = self.state.seats.map(|seats| i64::from(seats.get()));
        if seats.is_some_and(|seats| self.state.seats_taken >= seats) {
            return Err(NoSeat);
        }
        self.state.seats_taken += 1;
        Ok(())
    }

    fn free_seat(&mut self) {
        self.state.seats_taken -= 1;
    }

    fn decide(
        &mut self,
        mut registration: Registration,
        standing: RegistrationStanding,
        event: SaleEvent,
        now: DateTime<Utc>,
    ) {
        registration.standing = standing;
        registration.since = now;
        self.changes.decided.push(registration);
        self.changes.events.push(event);
    }

    fn title(&self) -> String {
        self.state.title.as_str().to_owned()
    }
}
