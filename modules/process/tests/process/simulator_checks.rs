//! What must be true of a simulated item in the end: every module tells the same story.

use std::collections::HashMap;

use customer_relationship::{CustomerId, EmailKind};
use payments::{PayerId, PaymentStatus, PaymentView};
use process::{ProcessState, ProcessView};

use crate::bench::Bench;
use crate::simulator::Item;

type Mailbox = HashMap<CustomerId, Vec<EmailKind>>;

/// How an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Paid and shipped to whoever won it.
    ToTheWinner,
    /// Not paid by the winner; paid by and shipped to the next bidder.
    ToTheNext,
    /// Below the reserve, and yet paid and shipped.
    BelowTheReserve,
    /// Bought, and paid by nobody.
    Unpaid,
    /// Bought by a second chance, and not paid either.
    UnpaidTwice,
    /// Never bought.
    NeverBought,
}

impl Outcome {
    pub const ALL: [Self; 6] = [
        Self::ToTheWinner,
        Self::ToTheNext,
        Self::BelowTheReserve,
        Self::Unpaid,
        Self::UnpaidTwice,
        Self::NeverBought,
    ];
}

/// Checks one item after all. Says how it ended.
pub fn check(bench: &Bench, item: &Item, mailbox: &Mailbox) -> Outcome {
    let told = |customer: CustomerId, kind: EmailKind| {
        let letters = mailbox.get(&customer).map_or(&[][..], Vec::as_slice);
        letters.iter().filter(|letter| **letter == kind).count()
    };
    let Some(process) = bench.process_of(item.ended.auction) else {
        assert_eq!(item.buyer, None, "a buyer was forgotten");
        for customer in item.customers() {
            assert_eq!(payments_of(bench, customer), []);
        }
        assert!(told(item.seller, EmailKind::LeftUnsold) <= 1);
        return Outcome::NeverBought;
    };
    let shipped = match process.state {
        ProcessState::Shipped => true,
        ProcessState::Unsold => false,
        stuck @ (ProcessState::PaymentStarted
        | ProcessState::Paid
        | ProcessState::TimedOut
        | ProcessState::Offered
        | ProcessState::Collected
        | ProcessState::Refunded) => panic!("{} is stuck in {stuck}", process.auction),
    };
    for customer in item.customers() {
        let got_it = shipped && process.customer == customer;
        check_customer(bench, customer, got_it, &process);
        let asked = payments_of(bench, customer).len();
        assert_eq!(told(customer, EmailKind::Won), asked, "{process:?}");
        for kind in [EmailKind::PaymentSucceeded, EmailKind::Shipped] {
            assert_eq!(told(customer, kind), usize::from(got_it), "{process:?}");
        }
        let lost = asked - usize::from(got_it);
        assert_eq!(told(customer, EmailKind::NotPaid), lost, "{process:?}");
        assert!(told(customer, EmailKind::Reminder) <= 2, "{process:?}");
        assert!(told(customer, EmailKind::SecondChance) <= 1, "{process:?}");
    }
    assert_eq!(
        told(item.seller, EmailKind::LeftUnsold),
        usize::from(!shipped),
        "{process:?}"
    );
    let second = item.other == Some(process.customer);
    match (shipped, second, item.buyer) {
        (true, true, Some(_)) => Outcome::ToTheNext,
        (true, true, None) => Outcome::BelowTheReserve,
        (true, false, _) => Outcome::ToTheWinner,
        (false, true, _) => Outcome::UnpaidTwice,
        (false, false, _) => Outcome::Unpaid,
    }
}

/// Nobody but whoever got the item has paid, and whoever got it has paid once.
fn check_customer(bench: &Bench, customer: CustomerId, got_it: bool, process: &ProcessView) {
    let payments = payments_of(bench, customer);
    assert!(payments.len() <= 1, "{process:?}");
    for payment in &payments {
        let paid = payment.status == PaymentStatus::Captured;
        assert_eq!(paid, got_it, "{process:?} {payment:?}");
        assert!(
            paid || payment.status == PaymentStatus::TimedOut,
            "{process:?} {payment:?}"
        );
        assert!(
            !paid || (payment.id, payment.amount) == (process.payment, process.price),
            "{process:?} {payment:?}"
        );
    }
    assert!(!got_it || !payments.is_empty(), "{process:?}");
    let packages = bench.packages_of(customer).into_iter();
    let ids: Vec<_> = packages.map(|package| package.id).collect();
    let expected = process.package.filter(|_| got_it);
    assert_eq!(ids, Vec::from_iter(expected), "{process:?}");
}

fn payments_of(bench: &Bench, customer: CustomerId) -> Vec<PaymentView> {
    let payer = PayerId::from(customer.uuid());
    bench.read(|reader| bench.payments.payments_of(payer, reader))
}
