//! What was true once about a simulated item, told again.

use auctions::{
    OfferState, SecondChanceAccepted, SecondChanceDeclined, SecondChanceExpired, SecondChanceView,
};
use chrono::TimeDelta;
use foundation::{AnyEvent, Clock};
use payments::{PaymentCaptured, PaymentFailed};
use process::{OfferDue, PaymentDue, ProcessView, ReminderDue};
use shipping::PackageShipped;

use crate::bench::Bench;
use crate::simulator::Item;

type Past = Vec<Box<dyn AnyEvent>>;

/// More than a process goes through.
const EPOCHS: std::ops::Range<i64> = 0..8;

/// Every purchase of the item, also those that were lost.
pub fn bought(bench: &Bench, item: &Item) -> Vec<ProcessView> {
    let of = |customer| bench.read(|reader| bench.process.of_customer(customer, reader));
    item.customers().flat_map(of).collect()
}

/// Posts again what was true once.
pub fn repeat(bench: &Bench, item: &Item) {
    let mut past = Past::new();
    for purchase in bought(bench, item) {
        timers_of(bench, &purchase, &mut past);
        payment_events_of(bench, &purchase, &mut past);
        shipments_of(bench, &purchase, &mut past);
    }
    if !past.is_empty() {
        second_chance_of(bench, item, &mut past);
    }
    fastrand::shuffle(&mut past);
    let past: Vec<&dyn AnyEvent> = past.iter().map(|event| &**event).collect();
    bench.post(&past);
}

fn timers_of(bench: &Bench, purchase: &ProcessView, past: &mut Past) {
    let (payment, now) = (purchase.payment, bench.clock.now());
    for epoch in EPOCHS {
        for (number, left) in [(1, 48), (2, 24)] {
            if purchase.pay_by - TimeDelta::hours(left) <= now {
                past.push(Box::new(ReminderDue {
                    payment,
                    epoch,
                    number,
                }));
            }
        }
        if purchase.pay_by <= now {
            past.push(Box::new(PaymentDue { payment, epoch }));
        }
    }
}

fn payment_events_of(bench: &Bench, purchase: &ProcessView, past: &mut Past) {
    let payment = bench.payment_of(purchase);
    let (id, payer, amount) = (payment.id, payment.payer, payment.amount);
    if payment.captured_at.is_some() {
        past.push(Box::new(PaymentCaptured {
            payment: id,
            payer,
            amount,
        }));
    }
    if let Some(reason) = payment.failure {
        past.push(Box::new(PaymentFailed {
            payment: id,
            payer,
            amount,
            reason,
        }));
    }
}

fn shipments_of(bench: &Bench, purchase: &ProcessView, past: &mut Past) {
    for package in bench.packages_of(purchase.customer) {
        if let (Some(carrier), Some(tracking_number)) = (package.carrier, package.tracking_number) {
            past.push(Box::new(PackageShipped {
                package: package.id,
                consignee: package.consignee,
                item: package.item,
                carrier,
                tracking_number,
            }));
        }
    }
}

fn second_chance_of(bench: &Bench, item: &Item, past: &mut Past) {
    let auction = item.ended.auction;
    past.extend(EPOCHS.map(|epoch| Box::new(OfferDue { auction, epoch }) as Box<dyn AnyEvent>));
    let newest = bench.read(|reader| bench.auctions.second_chance(auction, reader));
    let Some(SecondChanceView {
        bidder,
        price,
        state,
        ..
    }) = newest
    else {
        return;
    };
    let (seller, title) = (item.ended.seller, item.ended.title.clone());
    match state {
        OfferState::Open => {}
        OfferState::Accepted => past.push(Box::new(SecondChanceAccepted {
            auction,
            seller,
            title,
            bidder,
            price,
        })),
        OfferState::Declined => past.push(Box::new(SecondChanceDeclined {
            auction,
            seller,
            title,
            bidder,
        })),
        OfferState::Expired => past.push(Box::new(SecondChanceExpired {
            auction,
            seller,
            title,
            bidder,
        })),
    }
}
