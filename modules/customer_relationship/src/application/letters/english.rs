//! The letters in English.

use super::Letter;
use super::forms::Forms;
use crate::application::notices::{
    ArrivedGoods, CancelledLot, FailedPayment, LeftUnsold, LostChance, MissingGoods, NotPaid,
    Notice, OfferedLot, OverbidLot, PaidLot, RefundedLot, RefusedRegistration, SaleRegistration,
    Shipment, UnsoldLot, WithdrawnBids, WonLot,
};

pub(super) fn say(notice: &Notice, forms: &Forms<'_>) -> Letter {
    match notice {
        Notice::Overbid(lot) => overbid(lot, forms),
        Notice::Won(lot) => won(lot, forms),
        Notice::Reminder(lot) => reminder(lot, forms),
        Notice::PaymentSucceeded(lot) => payment_succeeded(lot, forms),
        Notice::PaymentFailed(payment) => payment_failed(payment, forms),
        Notice::NotPaid(lot) => not_paid(lot, forms),
        Notice::OutOfStock(goods) => out_of_stock(goods, forms),
        Notice::GoodsArrived(goods) => goods_arrived(goods, forms),
        Notice::Refunded(lot) => refunded(lot, forms),
        Notice::Shipped(shipment) => shipped(shipment, forms),
        Notice::Unsold(lot) => unsold(lot, forms),
        Notice::BidsWithdrawn(lot) => bids_withdrawn(lot, forms),
        Notice::SecondChance(lot) => second_chance(lot, forms),
        Notice::LeftUnsold(lot) => left_unsold(lot, forms),
        Notice::LotCancelled(lot) => lot_cancelled(lot, forms),
        Notice::OwnLotCancelled(lot) => own_lot_cancelled(lot, forms),
        Notice::RegistrationPending(registration) => registration_pending(registration, forms),
        Notice::RegistrationApproved(registration) => registration_approved(registration, forms),
        Notice::RegistrationRefused(registration) => registration_refused(registration, forms),
    }
}

fn overbid(lot: &OverbidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("You have been overbid: {title}"))
        .saying(&format!("Somebody has bid higher than you on “{title}”."))
        .saying("If you have bid again since then, you need do nothing.")
        .stating("Price now", &forms.money(lot.price));
    match lot.open_until {
        Some(end) => letter
            .stating("Lowest next bid", &forms.money(lot.minimum_next))
            .stating("Ends", &forms.moment(end))
            .inviting("Bid again", forms.lot(lot.auction)),
        None => letter.inviting("See the lot", forms.lot(lot.auction)),
    }
}

fn won(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = if lot.second_chance {
        Letter::about(&format!("You bought: {title}")).saying(&format!(
            "You accepted our offer: you are the buyer of “{title}”."
        ))
    } else {
        Letter::about(&format!("You won: {title}"))
            .saying(&format!("Congratulations! You are the buyer of “{title}”."))
    };
    let letter = letter.saying("We send the parcel as soon as you have paid.");
    asking_for_payment(letter, lot, forms)
}

fn reminder(lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("Please remember to pay: {title}"))
        .saying(&format!("Your payment for “{title}” has not arrived yet."))
        .saying("If it does not arrive in time, the lot is no longer yours.");
    asking_for_payment(letter, lot, forms)
}

fn asking_for_payment(letter: Letter, lot: &WonLot, forms: &Forms<'_>) -> Letter {
    let letter = letter.stating("Price", &forms.money(lot.price));
    let letter = if lot.to_pay == lot.price {
        letter
    } else {
        letter.stating("To pay, with premium and tax", &forms.money(lot.to_pay))
    };
    letter
        .stating("Please pay by", &forms.moment(lot.pay_by))
        .inviting("Pay now", forms.won_lots())
}

fn payment_succeeded(lot: &PaidLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("Payment received: {title}"))
        .saying(&format!(
            "Thank you. Your payment for “{title}” has arrived."
        ))
        .stating("Amount", &forms.money(lot.amount))
        .pointing("Your invoices", forms.invoices());
    if lot.awaits_address {
        letter
            .saying("We do not know your address yet. The parcel leaves once you have told us.")
            .inviting("Add your address", forms.addresses())
    } else {
        letter
            .saying("We write again as soon as the parcel is on its way.")
            .inviting("See your parcels", forms.parcels())
    }
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

fn out_of_stock(goods: &MissingGoods, forms: &Forms<'_>) -> Letter {
    let title = &goods.title;
    let letter = match goods.expected {
        Some(day) => Letter::about(&format!("Not here yet: {title}"))
            .saying(&format!(
                "“{title}” is kept for you, but it is still on its way to our house."
            ))
            .stating("Expected", &forms.day(day)),
        None => Letter::about(&format!("Out of stock: {title}"))
            .saying(&format!(
                "We are sorry: of “{title}” there are not enough pieces in our house at the moment."
            ))
            .saying("If you wait, you keep your turn: who paid first is served first."),
    };
    letter
        .saying("You may wait for it, or have all your money back. Until you say so, we wait.")
        .inviting("Wait, or have the money back", forms.parcels())
}

fn goods_arrived(goods: &ArrivedGoods, forms: &Forms<'_>) -> Letter {
    let title = &goods.title;
    let letter = Letter::about(&format!("It is here: {title}"))
        .saying(&format!("“{title}”, for which you waited, is here."));
    let letter = match goods.is_fetched {
        true => letter.saying("You can fetch it at the time that you chose."),
        false => letter.saying("We write again as soon as the parcel is on its way."),
    };
    letter.inviting("See your parcels", forms.parcels())
}

fn refunded(lot: &RefundedLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = Letter::about(&format!("You get your money back: {title}"))
        .saying(&format!(
            "“{title}” is out of stock, and will not be sent to you."
        ))
        .saying("You get back what you paid for it.")
        .pointing("Your invoices", forms.invoices());
    match lot.amount {
        Some(amount) => letter.stating("Amount", &forms.money(amount)),
        None => letter,
    }
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
    let price = forms.money(lot.price);
    let letter = if lot.missed_reserve {
        Letter::about(&format!("Ended below the reserve: {title}"))
            .saying(&format!(
                "Your lot “{title}” has ended. Its reserve was not met, so it is not sold."
            ))
            .stating("Price at the end", &price)
    } else {
        Letter::about(&format!("Ended without a winner: {title}"))
            .saying(&format!("Your lot “{title}” has ended, and nobody won it."))
            .stating("Starting price", &price)
    };
    letter.inviting("See the lot", forms.lot(lot.auction))
}

fn bids_withdrawn(lot: &WithdrawnBids, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let letter = if lot.leads {
        Letter::about(&format!("You have the highest bid now: {title}")).saying(&format!(
            "Bids on “{title}” have been withdrawn, so you have the highest bid now."
        ))
    } else {
        Letter::about(&format!("Your bids are withdrawn: {title}")).saying(&format!(
            "Bids of yours on “{title}” have been withdrawn. You do not have the highest bid."
        ))
    };
    let letter = letter
        .stating("Price now", &forms.money(lot.price))
        .stating("Lowest next bid", &forms.money(lot.minimum_next))
        .inviting("See the lot", forms.lot(lot.auction));
    match &lot.reason {
        Some(reason) => letter.stating("Reason", reason),
        None => letter,
    }
}

fn second_chance(lot: &OfferedLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("A second chance: {title}"))
        .saying(&format!(
            "“{title}” can still be yours: we offer it to you for your own highest bid."
        ))
        .saying(
            "You have bought nothing until you accept. If you do not answer, the offer just ends.",
        )
        .stating("Price", &forms.money(lot.price))
        .stating("Please answer by", &forms.moment(lot.answer_by))
        .inviting("Answer the offer", forms.second_chance(lot.auction))
}

fn left_unsold(lot: &LeftUnsold, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    let auction = if lot.winner_did_not_pay {
        format!("The buyer of your lot “{title}” did not pay in time.")
    } else {
        format!("Your lot “{title}” found no buyer in its auction.")
    };
    let second_chance = match lot.second_chance {
        LostChance::NobodyToAsk => "There is no other bidder to offer it to.",
        LostChance::BelowReserve => {
            "The next highest bid is below your reserve, so we did not offer it to that bidder."
        }
        LostChance::Declined => "We offered it to one of the bidders, who declined.",
        LostChance::NotAnswered => {
            "We offered it to one of the bidders, who did not answer in time."
        }
        LostChance::NotPaid => {
            "We offered it to one of the bidders, who accepted but did not pay in time."
        }
    };
    Letter::about(&format!("Not sold after all: {title}"))
        .saying(&auction)
        .saying(second_chance)
        .saying("So the lot is not sold. You may put it up again.")
        .inviting("See the lot", forms.lot(lot.auction))
}

fn lot_cancelled(lot: &CancelledLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Cancelled: {title}"))
        .saying(&format!(
            "“{title}”, on which you have bid, was cancelled before its end."
        ))
        .saying("It is not sold, and you owe nothing for it.")
        .stating("Reason", &lot.reason)
        .inviting("See the lot", forms.lot(lot.auction))
}

fn own_lot_cancelled(lot: &CancelledLot, forms: &Forms<'_>) -> Letter {
    let title = &lot.title;
    Letter::about(&format!("Your lot is cancelled: {title}"))
        .saying(&format!(
            "Your lot “{title}” was cancelled before its end, and no bid on it counts any more."
        ))
        .stating("Reason", &lot.reason)
        .inviting("See the lot", forms.lot(lot.auction))
}

fn registration_pending(registration: &SaleRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("Registration received: {title}"))
        .saying(&format!("You have registered for the sale “{title}”."))
        .saying("You can bid once we have approved your registration. We write again then.")
        .stating("Your paddle", &registration.paddle.to_string())
        .inviting("See the sale", forms.sale(registration.sale))
}

fn registration_approved(registration: &SaleRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("You can bid: {title}"))
        .saying(&format!(
            "Your registration for the sale “{title}” is approved. You can bid on all of its lots."
        ))
        .stating("Your paddle", &registration.paddle.to_string())
        .inviting("See the sale", forms.sale(registration.sale))
}

fn registration_refused(registration: &RefusedRegistration, forms: &Forms<'_>) -> Letter {
    let title = &registration.title;
    Letter::about(&format!("Registration not approved: {title}"))
        .saying(&format!(
            "We have not approved your registration for the sale “{title}”, so you cannot bid in it."
        ))
        .stating("Reason", &registration.reason)
        .inviting("See the sale", forms.sale(registration.sale))
}
