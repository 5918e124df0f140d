//! The sale without a database: who gets in, who comes back, and what becomes of the seats.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use foundation::Currency;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::ids::{BidderId, RegistrationId, SaleId};
use crate::sale_events::SaleEvent;

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

fn person(number: u8) -> BidderId {
    BidderId::from(Uuid::from_u128(number.into()))
}

fn a_sale(seats: Option<u32>, admission: Admission) -> CreateSale {
    CreateSale {
        sale: SaleId::from(Uuid::from_u128(1_000)),
        title: SaleTitle::parse("Autumn").unwrap(),
        currency: Currency::USD,
        opens_at: noon() + TimeDelta::days(7),
        terms: SaleTerms {
            buyers_premium: BuyersPremium::parse("20").unwrap(),
            increments: Increments::standard(Currency::USD),
            soft_close: SoftCloseChoice::Usual,
        },
        seats: seats.and_then(NonZeroU32::new),
        admission,
        staff: "dora".to_owned(),
    }
}

/// A sale with all its registrations, kept as the repository keeps them.
pub(super) struct Desk {
    pub(super) sale: Sale,
    pub(super) book: BTreeMap<RegistrationId, Registration>,
    pub(super) now: DateTime<Utc>,
}

impl Desk {
    pub(super) fn open(seats: Option<u32>, admission: Admission) -> Self {
        let mut desk = Self {
            sale: Sale::create(a_sale(seats, admission), noon()).unwrap(),
            book: BTreeMap::new(),
            now: noon(),
        };
        desk.save();
        desk
    }

    /// Does what the repository does; says what was announced.
    pub(super) fn save(&mut self) -> Vec<SaleEvent> {
        let changes = self.sale.take_changes();
        for registration in changes.registered {
            assert!(!self.book.contains_key(&registration.id));
            self.book.insert(registration.id, registration);
        }
        for registration in changes.decided {
            assert!(self.book.contains_key(&registration.id));
            self.book.insert(registration.id, registration);
        }
        changes.events
    }

    fn latest(&self, bidder: BidderId) -> Option<Registration> {
        let own = self.book.values().filter(|part| part.bidder == bidder);
        own.max_by_key(|part| part.paddle).cloned()
    }

    pub(super) fn register(&mut self, bidder: u8) -> Result<Registered, RegisterBidderError> {
        let bidder = person(bidder);
        let latest = self.latest(bidder);
        self.sale.register(bidder, latest.as_ref(), self.now)
    }

    pub(super) fn approve(&mut self, id: RegistrationId) -> Result<(), ApproveRegistrationError> {
        self.sale.approve(self.book[&id].clone(), self.now)
    }

    pub(super) fn refuse(&mut self, id: RegistrationId) -> Result<String, RefuseRegistrationError> {
        self.sale.refuse(self.book[&id].clone(), " no ", self.now)
    }

    pub(super) fn cancel(&mut self, bidder: u8) -> Result<(), CancelRegistrationError> {
        self.sale.cancel(self.latest(person(bidder)), self.now)
    }

    /// Registers somebody who gets in, and keeps it.
    fn registered(&mut self, bidder: u8) -> RegistrationId {
        let registered = self.register(bidder).unwrap();
        self.save();
        registered.registration
    }

    fn status(&self, id: RegistrationId) -> RegistrationStatus {
        self.book[&id].status()
    }

    pub(super) fn count(&self, wanted: impl Fn(RegistrationStatus) -> bool) -> usize {
        let parts = self.book.values();
        parts.filter(|part| wanted(part.status())).count()
    }
}

#[rstest]
#[case::now(|sale: &mut CreateSale| sale.opens_at = noon(), None)]
#[case::in_the_past(|sale: &mut CreateSale| sale.opens_at = noon() - TimeDelta::microseconds(1), Some("must not open in the past"))]
#[case::in_ten_years(|sale: &mut CreateSale| sale.opens_at = noon() + TimeDelta::days(3653), None)]
#[case::too_far_away(|sale: &mut CreateSale| sale.opens_at = noon() + TimeDelta::days(3654), Some("within ten years"))]
#[case::foreign_increments(|sale: &mut CreateSale| sale.terms.increments = Increments::standard(Currency::EUR), Some("must be in USD"))]
fn a_sale_is_created_by_the_rules(
    #[case] change: fn(&mut CreateSale),
    #[case] refusal: Option<&str>,
) {
    let mut command = a_sale(None, Admission::Open);
    change(&mut command);
    let created = Sale::create(command, noon()).map_err(|error| error.to_string());
    match refusal {
        None => assert!(created.is_ok(), "{created:?}"),
        Some(rule) => assert!(created.unwrap_err().contains(rule)),
    }
}

#[rstest]
#[case(Admission::Open, RegistrationStatus::Approved)]
#[case(Admission::ByApproval, RegistrationStatus::Pending)]
fn whoever_registers_gets_a_paddle_and_is_admitted_as_the_sale_has_it(
    #[case] admission: Admission,
    #[case] status: RegistrationStatus,
) {
    let mut desk = Desk::open(None, admission);
    for paddle in 1..=3 {
        let bidder = u8::try_from(paddle).unwrap();
        let registered = desk.register(bidder).unwrap();
        assert_eq!((registered.paddle, registered.status), (paddle, status));
        let events = desk.save();
        let [SaleEvent::Registered(event)] = &events[..] else {
            panic!("{events:?}");
        };
        assert_eq!(event.bidder, person(bidder));
        assert_eq!(event.paddle, paddle);
        assert_eq!(event.approved, status == RegistrationStatus::Approved);
        assert_eq!(desk.status(registered.registration), status);
    }
}

#[test]
fn nobody_registers_twice() {
    let mut desk = Desk::open(None, Admission::ByApproval);
    let id = desk.registered(1);
    let again = desk.register(1);
    assert!(matches!(again, Err(RegisterBidderError::AlreadyRegistered)));
    desk.approve(id).unwrap();
    desk.save();
    let again = desk.register(1);
    assert!(matches!(again, Err(RegisterBidderError::AlreadyRegistered)));
    assert_eq!(desk.sale.state().seats_taken, 1);
}

#[test]
fn whoever_cancelled_may_come_back_under_a_new_number() {
    let mut desk = Desk::open(Some(1), Admission::Open);
    let first = desk.registered(1);
    desk.cancel(1).unwrap();
    desk.save();
    let back = desk.register(1).unwrap();
    desk.save();
    assert_eq!(back.paddle, 2, "a paddle is never given twice");
    assert_eq!(desk.status(first), RegistrationStatus::Cancelled);
    assert_eq!(desk.status(back.registration), RegistrationStatus::Approved);
}

#[test]
fn whoever_was_refused_may_not_come_back_until_staff_approve() {
    let mut desk = Desk::open(None, Admission::ByApproval);
    let id = desk.registered(1);
    assert_eq!(desk.refuse(id).unwrap(), "no", "a reason is trimmed");
    desk.save();
    let again = desk.register(1);
    assert!(matches!(again, Err(RegisterBidderError::RefusedBefore)));
    let cancelled = desk.cancel(1);
    assert!(
        matches!(cancelled, Err(CancelRegistrationError::NotRegistered)),
        "nobody gets around a refusal by cancelling it"
    );
    desk.approve(id).unwrap();
    desk.save();
    assert_eq!(desk.status(id), RegistrationStatus::Approved);
}

#[test]
fn the_seats_are_kept_and_freed() {
    let mut desk = Desk::open(Some(2), Admission::ByApproval);
    let (one, two) = (desk.registered(1), desk.registered(2));
    desk.approve(one).unwrap();
    desk.save();
    let full = desk.register(3);
    assert!(
        matches!(full, Err(RegisterBidderError::SaleIsFull)),
        "one who is approved and one who waits hold two seats"
    );
    desk.refuse(one).unwrap();
    desk.save();
    desk.registered(3);
    let back = desk.approve(one);
    assert!(
        matches!(back, Err(ApproveRegistrationError::SaleIsFull)),
        "the seat was given to somebody else"
    );
    desk.approve(two).unwrap();
    desk.save();
    desk.cancel(2).unwrap();
    desk.save();
    desk.approve(one).unwrap();
    desk.save();
    assert_eq!(desk.sale.state().seats_taken, 2);
}

#[test]
fn a_registration_is_decided_once_the_same_way() {
    let mut desk = Desk::open(None, Admission::ByApproval);
    let id = desk.registered(1);
    desk.approve(id).unwrap();
    desk.save();
    let again = desk.approve(id);
    assert!(matches!(
        again,
        Err(ApproveRegistrationError::AlreadyApproved)
    ));
    desk.refuse(id).unwrap();
    desk.save();
    let again = desk.refuse(id);
    assert!(matches!(
        again,
        Err(RefuseRegistrationError::AlreadyRefused)
    ));
}

#[test]
fn what_the_bidder_cancelled_is_not_decided_any_more() {
    let mut desk = Desk::open(None, Admission::ByApproval);
    let id = desk.registered(1);
    desk.cancel(1).unwrap();
    desk.save();
    let approved = desk.approve(id);
    assert!(matches!(approved, Err(ApproveRegistrationError::Cancelled)));
    let refused = desk.refuse(id);
    assert!(matches!(refused, Err(RefuseRegistrationError::Cancelled)));
    let cancelled = desk.cancel(1);
    assert!(matches!(
        cancelled,
        Err(CancelRegistrationError::NotRegistered)
    ));
    assert_eq!(desk.sale.state().seats_taken, 0);
}

#[rstest]
#[case("")]
#[case(" \t")]
#[case("No.\nReally.")]
fn a_refusal_has_a_reason_of_one_line(#[case] reason: &str) {
    let mut desk = Desk::open(None, Admission::ByApproval);
    let id = desk.registered(1);
    let refused = desk.sale.refuse(desk.book[&id].clone(), reason, noon());
    assert!(matches!(
        refused,
        Err(RefuseRegistrationError::BadReason(_))
    ));
    desk.save();
    assert_eq!(desk.sale.state().seats_taken, 1);
    assert_eq!(desk.status(id), RegistrationStatus::Pending);
}
