//! Second chances: whom a lot is offered to that was not paid, or not sold.

use chrono::TimeDelta;
use rstest::rstest;

use super::room::{Room, person, proxy, usd};
use super::*;
use crate::events::AuctionEvent;

const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;
const NOT_PAID: SecondChanceReason = SecondChanceReason::NotPaid;
const NOT_SOLD: SecondChanceReason = SecondChanceReason::NotSold;

/// A lot from 10 dollars that A leads with 70, with B's 60 and C's 55 behind; sold, or short of its reserve.
fn ended(sold: bool) -> Room {
    let terms = LotTerms {
        reserve: (!sold).then(|| usd("500")),
        ..proxy()
    };
    let mut room = Room::open("10", terms);
    for (bidder, maximum) in [(B, "20"), (C, "55"), (B, "60"), (A, "70")] {
        room.bid(bidder, maximum).unwrap();
    }
    room.close();
    room.told();
    room
}

#[rstest]
#[case::not_paid_goes_to_the_runner_up(true, NOT_PAID, B, "60")]
#[case::not_sold_goes_to_the_best_bidder(false, NOT_SOLD, A, "70")]
fn whom_a_lot_is_offered_to(
    #[case] sold: bool,
    #[case] because: SecondChanceReason,
    #[case] to: u8,
    #[case] price: &str,
) {
    let mut room = ended(sold);
    let offered = room.offer(because).unwrap();
    let expected = SecondChance {
        bidder: person(to),
        price: usd(price),
        expires_at: room.now + TimeDelta::hours(48),
    };
    assert_eq!(offered, expected, "at the bidder's own highest bid");
    let told = room.told();
    let [AuctionEvent::SecondChanceOffered(event)] = &told[..] else {
        panic!("the offer is told: {told:?}");
    };
    assert_eq!((event.bidder, event.price), (offered.bidder, offered.price));
    assert_eq!(event.expires_at, offered.expires_at);
}

#[rstest]
#[case::sold_and_not_known_to_be_unpaid(true, NOT_SOLD, Refusal::Sold)]
#[case::never_sold(false, NOT_PAID, Refusal::NotSold)]
fn what_is_not_offered(
    #[case] sold: bool,
    #[case] because: SecondChanceReason,
    #[case] refusal: Refusal,
) {
    assert_eq!(ended(sold).offer(because), Err(refusal.into()));
}

#[rstest]
fn a_lot_that_runs_or_was_taken_off_is_not_offered(
    #[values(NOT_PAID, NOT_SOLD)] because: SecondChanceReason,
) {
    let mut room = Room::open("10", proxy());
    room.bid(A, "20").unwrap();
    assert_eq!(room.offer(because), Err(Refusal::NotEnded.into()));
    room.cancel(&CancelledBy::Staff("dora".to_owned())).unwrap();
    assert_eq!(room.offer(because), Err(Refusal::NotSold.into()));
}

#[test]
fn one_offer_is_live_at_a_time() {
    let mut room = ended(false);
    room.offer(NOT_SOLD).unwrap();
    assert_eq!(room.offer(NOT_SOLD), Err(Refusal::OfferOpen.into()));
}

#[rstest]
#[case::declined(false)]
#[case::expired(true)]
fn an_unsold_lot_goes_down_the_row_and_nobody_is_asked_twice(#[case] expires: bool) {
    let mut room = ended(false);
    for bidder in [A, B] {
        assert_eq!(room.offer(NOT_SOLD).unwrap().bidder, person(bidder));
        match expires {
            true => {
                room.now += TimeDelta::hours(49);
                assert_eq!(room.expire(), None);
            }
            false => room.answer(bidder, false).unwrap(),
        }
    }
    assert_eq!(room.offer(NOT_SOLD), Err(Refusal::NobodyToOffer.into()));
    let asked: Vec<_> = room.lot().offers.iter().map(|offer| offer.bidder).collect();
    assert_eq!(asked, [person(A), person(B)]);
}

#[test]
fn a_sold_lot_is_offered_to_the_runner_up_alone() {
    let mut room = ended(true);
    room.offer(NOT_PAID).unwrap();
    room.answer(B, false).unwrap();
    assert_eq!(room.offer(NOT_PAID), Err(Refusal::NobodyToOffer.into()));
}

#[test]
fn a_lot_without_another_bidder_is_offered_to_nobody() {
    let mut room = Room::open("10", proxy());
    room.bid(A, "20").unwrap();
    room.bid(A, "30").unwrap();
    room.close();
    assert_eq!(room.offer(NOT_PAID), Err(Refusal::NobodyToOffer.into()));
    let mut empty = Room::open("10", proxy());
    empty.close();
    assert_eq!(empty.offer(NOT_SOLD), Err(Refusal::NobodyToOffer.into()));
}

#[test]
fn whose_bids_were_withdrawn_is_no_runner_up() {
    let mut room = Room::open("10", proxy());
    for (bidder, maximum) in [(C, "15"), (B, "20"), (A, "30")] {
        room.bid(bidder, maximum).unwrap();
    }
    room.withdraw(WithdrawnBy::Bidder(person(B))).unwrap();
    room.close();
    let offered = room.offer(NOT_PAID).unwrap();
    assert_eq!((offered.bidder, offered.price), (person(C), usd("15")));
}

#[rstest]
#[case::accepts(true, OfferState::Accepted)]
#[case::declines(false, OfferState::Declined)]
fn an_answer_counts_once(#[case] accepts: bool, #[case] state: OfferState) {
    let mut room = ended(true);
    room.offer(NOT_PAID).unwrap();
    room.told();
    let stranger = room.answer(C, accepts);
    assert_eq!(stranger, Err(Refusal::NoOffer.into()));
    room.answer(B, accepts).unwrap();
    assert_eq!(room.lot().offers[0].state, state);
    assert_eq!(room.told().len(), 1);
    for again in [true, false] {
        assert_eq!(room.answer(B, again), Err(Refusal::NoOffer.into()));
    }
    room.now += TimeDelta::days(9);
    assert_eq!(room.expire(), None);
    assert_eq!(room.lot().offers[0].state, state);
    assert_eq!(room.told(), []);
}

#[test]
fn an_accepted_offer_is_told_with_its_price() {
    let mut room = ended(true);
    room.offer(NOT_PAID).unwrap();
    room.told();
    room.answer(B, true).unwrap();
    let told = room.told();
    let [AuctionEvent::SecondChanceAccepted(accepted)] = &told[..] else {
        panic!("{told:?}");
    };
    assert_eq!((accepted.bidder, accepted.price), (person(B), usd("60")));
    assert_eq!(
        room.lot().winner(),
        Some(person(A)),
        "the hammer price stays"
    );
    assert_eq!(
        room.verified().winner,
        Some(room.auction.state().log.secret.pseudonym(person(B).uuid()))
    );
}

/// When the answer arrives, in microseconds before the offer expires.
#[rstest]
#[case::in_the_last_microsecond(1, Ok(()))]
#[case::as_it_expires(0, Err(Refusal::OfferExpired))]
fn an_answer_is_in_time_by_its_arrival(#[case] before: i64, #[case] expected: Result<(), Refusal>) {
    let mut room = ended(true);
    let expires_at = room.offer(NOT_PAID).unwrap().expires_at;
    room.now = expires_at - TimeDelta::microseconds(before);
    assert_eq!(room.answer(B, true), expected.map_err(CommandError::from));
}

#[test]
fn an_offer_expires_after_the_answers_that_arrived_in_time() {
    let mut room = ended(true);
    let expires_at = room.offer(NOT_PAID).unwrap().expires_at;
    let due_at = expires_at + TimeDelta::milliseconds(250);
    room.told();
    room.now = due_at - TimeDelta::microseconds(1);
    assert_eq!(room.expire(), Some(due_at), "look again then");
    assert_eq!(room.told(), []);
    room.now = due_at;
    assert_eq!(room.expire(), None);
    assert!(matches!(
        &room.told()[..],
        [AuctionEvent::SecondChanceExpired(_)]
    ));
    assert_eq!(room.answer(B, true), Err(Refusal::NoOffer.into()));
}

/// A lot from 10 dollars with a reserve of 50 that was sold to A for more, with B's maximum behind.
fn sold_above_reserve(second: &str) -> Room {
    let terms = LotTerms {
        reserve: Some(usd("50")),
        ..proxy()
    };
    let mut room = Room::open("10", terms);
    room.bid(B, second).unwrap();
    room.bid(A, "70").unwrap();
    room.close();
    room
}

#[rstest]
#[case::below(false, "49.99", Err(Refusal::BelowReserve))]
#[case::at_it(true, "50", Ok(B))]
fn what_was_not_paid_is_not_offered_below_its_reserve_unasked(
    #[case] offered: bool,
    #[case] second: &str,
    #[case] expected: Result<u8, Refusal>,
) {
    let mut room = sold_above_reserve(second);
    let answer = room.offer(NOT_PAID).map(|offer| offer.bidder);
    let expected = expected.map(person).map_err(CommandError::from);
    assert_eq!(answer, expected);
    assert_eq!(room.lot().offers.len(), usize::from(offered));
    assert_eq!(room.verified().winner, None, "A did not pay");
}

#[test]
fn an_unsold_lot_whose_second_buyer_does_not_pay_goes_on_to_the_next() {
    let mut room = ended(false);
    room.offer(NOT_SOLD).unwrap();
    assert_eq!(room.offer(NOT_PAID), Err(Refusal::NotSold.into()));
    room.answer(A, true).unwrap();
    let pseudonym = |room: &Room, bidder| {
        let secret = &room.auction.state().log.secret;
        Some(secret.pseudonym(person(bidder).uuid()))
    };
    assert_eq!(room.verified().winner, pseudonym(&room, A));
    assert_eq!(room.offer(NOT_SOLD), Err(Refusal::Sold.into()));

    let next = room.offer(NOT_PAID).unwrap();
    assert_eq!((next.bidder, next.price), (person(B), usd("60")));
    assert_eq!(room.verified().winner, None, "A did not pay");
    room.answer(B, true).unwrap();
    assert_eq!(room.verified().winner, pseudonym(&room, B));
    assert_eq!(room.offer(NOT_PAID), Err(Refusal::NobodyToOffer.into()));
    assert_eq!(room.verified().winner, None, "nor did B");
}
