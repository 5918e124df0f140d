//! The letters in English.

use super::Letter;
use super::forms::Forms;
use crate::application::notices::{
    FailedPayment, NotPaid, Notice, OverbidLot, PaidLot, Shipment, UnsoldLot, WithdrawnBids, WonLot,
};

pub(super) fn say(notice: &Notice, forms: &Forms<'_>) -> Letter {
    match notice {
        Notice::Overbid(lot) => overbid(lot, forms),
        Notice::Won(lot) => won(lot, forms),
        Notice::Reminder(lot) => reminder(lot, forms),
        Notice::PaymentSucceeded(lot) => payment_succeeded(lot, forms),
        Notice::PaymentFailed(payment) => payment_failed(payment, forms),
        Notice::NotPaid(lot) => not_paid(lot, forms),
        Notice::Shipped(shipment) => shipped(shipment, forms),
        Notice::Unsold(lot) => unsold(lot, forms),
        Notice::BidsWithdrawn(lot) => bids_withdrawn(lot, forms),
    }
}

fn overbid(lot: &OverbidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("You have been overbid: {title}"))
        .saying(&format!("Somebody has bid higher than you on “{title}”."))
        .stating("Price now", &forms.money(lot.price))
        .stating("Lowest next bid", &forms.money(lot.minimum_next))
        .stating("Ends", &forms.moment(lot.ends_at))
        .inviting("Bid again", forms.lot(lot.auction))
}

fn won(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("You won: {title}"))
        .saying(&format!(
            "Congratulations! Your bid on “{title}” was the highest."
        ))
        .saying("We send the parcel as soon as you have paid.")
        .stating("Price", &forms.money(lot.price))
        .stating("Please pay by", &forms.moment(lot.pay_by))
        .inviting("Pay now", forms.won_lots())
}

fn reminder(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Please remember to pay: {title}"))
        .saying(&format!(
            "You won “{title}”, but your payment has not arrived yet."
        ))
        .saying("If it does not arrive in time, the lot is no longer yours.")
        .stating("Price", &forms.money(lot.price))
        .stating("Please pay by", &forms.moment(lot.pay_by))
        .inviting("Pay now", forms.won_lots())
}

fn payment_succeeded(lot: &PaidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Payment received: {title}"))
        .saying(&format!(
            "Thank you. Your payment for “{title}” has arrived."
        ))
        .saying("We write again as soon as the parcel is on its way.")
        .stating("Amount", &forms.money(lot.amount))
}

fn payment_failed(payment: &FailedPayment, forms: &Forms<'_>) -> Letter {
    let title = &payment.title;
    Letter::about(&format!("Payment failed: {title}"))
        .saying(&format!("Your payment for “{title}” did not go through."))
        .saying("Please try again, perhaps with another card.")
        .stating("Amount", &forms.money(payment.amount))
        .stating("Reason", &payment.reason)
        .stating("Please pay by", &forms.moment(payment.pay_by))
        .inviting("Try again", forms.won_lots())
}

fn not_paid(lot: &NotPaid, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Not paid in time: {title}"))
        .saying(&format!(
            "Your payment for “{title}” did not arrive in time."
        ))
        .saying("The lot is no longer yours. Please do not pay any more.")
        .stating("Amount", &forms.money(lot.amount))
}

fn shipped(shipment: &Shipment, forms: &Forms<'_>) -> Letter {
    let title = &shipment.title;
    Letter::about(&format!("On its way: {title}"))
        .saying(&format!("The parcel with “{title}” is on its way to you."))
        .stating("Carrier", &shipment.carrier)
        .stating("Tracking number", &shipment.tracking_number)
        .inviting("See your parcels", forms.parcels())
}

fn unsold(lot: &UnsoldLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Ended without a winner: {title}"))
        .saying(&format!("Your lot “{title}” has ended, and nobody won it."))
        .stating("Starting price", &forms.money(lot.starting_price))
        .inviting("See the lot", forms.lot(lot.auction))
}

fn bids_withdrawn(lot: &WithdrawnBids, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let standing = if lot.leads {
        "You have the highest bid now."
    } else {
        "You do not have the highest bid."
    };
    let letter = Letter::about(&format!("Bids withdrawn: {title}"))
        .saying(&format!("Bids on “{title}” have been withdrawn."))
        .saying(standing)
        .stating("Price now", &forms.money(lot.price))
        .stating("Lowest next bid", &forms.money(lot.minimum_next))
        .inviting("See the lot", forms.lot(lot.auction));
    match &lot.reason {
        Some(reason) => letter.stating("Reason", reason),
        None => letter,
    }
}
