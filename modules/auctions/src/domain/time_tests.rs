//! When a bid is in time, and how late bids move the end.

use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;

use super::room::{RUNS, Room, a_lot, noon, person, proxy, usd};
use super::*;
use crate::events::AuctionEvent;

const A: u8 = 1;
const B: u8 = 2;

fn end() -> DateTime<Utc> {
    noon() + RUNS
}

fn soft_close(seconds: i64, cap: Option<i64>) -> SoftCloseChoice {
    SoftCloseChoice::On(SoftClose::try_new(seconds, cap).unwrap())
}

fn extensions(told: &[AuctionEvent]) -> Vec<DateTime<Utc>> {
    let extended = |event: &AuctionEvent| {
        let AuctionEvent::Extended(event) = event else {
            return None;
        };
        Some(event.ends_at)
    };
    told.iter().filter_map(extended).collect()
}

#[rstest]
#[case::at_once(TimeDelta::zero(), true)]
#[case::in_the_last_microsecond(RUNS - TimeDelta::microseconds(1), true)]
#[case::in_the_last_nanosecond(RUNS - TimeDelta::nanoseconds(1), true)]
#[case::at_the_end(RUNS, false)]
#[case::after_it(RUNS + TimeDelta::microseconds(1), false)]
fn the_moment_of_arrival_decides(
    #[case] after_noon: TimeDelta,
    #[case] in_time: bool,
    #[values(Bidding::Plain, Bidding::Proxy)] bidding: Bidding,
) {
    let terms = LotTerms {
        bidding,
        ..LotTerms::default()
    };
    let mut room = Room::open("1", terms);
    let answer = room.bid_at(noon() + after_noon, A, usd("5"));
    match in_time {
        true => assert!(answer.unwrap().is_winner),
        false => assert_eq!(answer, Err(Refusal::HasEnded.into())),
    }
}

#[rstest]
#[case::before_it(TimeDelta::hours(1) - TimeDelta::microseconds(1), false)]
#[case::as_it_opens(TimeDelta::hours(1), true)]
fn a_scheduled_lot_takes_bids_once_it_is_open(#[case] after_noon: TimeDelta, #[case] open: bool) {
    let mut command = a_lot(usd("1"), proxy());
    command.terms.opens_at = Some(noon() + TimeDelta::hours(1));
    let mut room = Room::begin(command);
    let answer = room.bid_at(noon() + after_noon, A, usd("5"));
    match open {
        true => assert!(answer.unwrap().is_winner),
        false => assert_eq!(answer, Err(Refusal::NotOpenYet.into())),
    }
}

#[test]
fn what_arrived_in_time_is_accepted_until_the_hammer_falls() {
    let mut room = Room::open("1", LotTerms::default());
    let in_time = end() - TimeDelta::microseconds(1);
    assert_eq!(
        room.auction.closing_due_at(),
        end() + TimeDelta::milliseconds(250)
    );
    room.now = end() + TimeDelta::milliseconds(249);
    assert!(matches!(room.end(), Err(EndAuctionError::NotDueYet { .. })));
    assert!(room.bid_at(in_time, A, usd("5")).unwrap().is_winner);
    room.close();
    let late = room.bid_at(in_time, B, usd("9"));
    assert_eq!(late, Err(Refusal::HasEnded.into()));
    assert_eq!(room.lot().winner(), Some(person(A)));
}

/// How long before the end a first bid arrives; how far it moves the end, in seconds.
#[rstest]
#[case::with_more_than_the_window_left(121, 0)]
#[case::with_exactly_the_window_left(120, 0)]
#[case::with_less(119, 1)]
#[case::in_the_last_second(1, 119)]
fn the_usual_soft_close_of_proxy_bidding(#[case] before: i64, #[case] moved: i64) {
    let mut room = Room::open("1", proxy());
    room.now = end() - TimeDelta::seconds(before);
    let verdict = room.bid(A, "5").unwrap();
    let new_end = end() + TimeDelta::seconds(moved);
    assert_eq!((verdict.ends_at, room.lot().ends_at), (new_end, new_end));
    let told = extensions(&room.told());
    assert_eq!(told, if moved > 0 { vec![new_end] } else { vec![] });
}

#[rstest]
#[case::plain_lots_have_none(Bidding::Plain, SoftCloseChoice::Usual, 0)]
#[case::unless_they_are_given_one(Bidding::Plain, soft_close(300, None), 299)]
#[case::proxy_lots_may_go_without(Bidding::Proxy, SoftCloseChoice::Off, 0)]
#[case::or_with_another(Bidding::Proxy, soft_close(30, None), 29)]
#[case::capped_beyond(Bidding::Proxy, soft_close(60, Some(60)), 59)]
fn which_lots_have_a_soft_close(
    #[case] bidding: Bidding,
    #[case] soft_close: SoftCloseChoice,
    #[case] moved: i64,
) {
    let terms = LotTerms {
        bidding,
        soft_close,
        ..LotTerms::default()
    };
    let mut room = Room::open("1", terms);
    room.now = end() - TimeDelta::seconds(1);
    room.bid(A, "5").unwrap();
    assert_eq!(room.lot().ends_at, end() + TimeDelta::seconds(moved));
}

/// What happens in the last second of a lot that A leads with 20 at 9.50; whether it moves the end.
#[rstest]
#[case::a_new_leader(B, "30", true)]
#[case::a_challenger_who_loses_but_moves_the_price(B, "15", true)]
#[case::the_leaders_own_raise(A, "30", false)]
#[case::too_low(B, "9.99", false)]
fn only_what_moves_price_or_leader_moves_the_end(
    #[case] bidder: u8,
    #[case] maximum: &str,
    #[case] moves: bool,
) {
    let mut room = Room::open("1", proxy());
    room.bid(A, "20").unwrap();
    room.bid(B, "9").unwrap();
    room.now = end() - TimeDelta::seconds(1);
    room.bid(bidder, maximum).unwrap();
    let moved = TimeDelta::seconds(if moves { 119 } else { 0 });
    assert_eq!(room.lot().ends_at, end() + moved);
}

#[test]
fn the_cap_ends_all_extensions() {
    let terms = LotTerms {
        soft_close: soft_close(60, Some(90)),
        ..proxy()
    };
    let mut room = Room::open("1", terms);
    let mut ends = Vec::new();
    for (number, before) in [(0, 10), (1, 10), (2, 10), (3, 10)] {
        room.now = room.lot().ends_at - TimeDelta::seconds(before);
        room.bid_at(
            room.now,
            1 + number % 2,
            super::room::cents(1_000_i64 << number),
        )
        .unwrap();
        ends.push((room.lot().ends_at - end()).num_seconds());
    }
    assert_eq!(ends, [50, 90, 90, 90]);
    assert_eq!(extensions(&room.told()).len(), 2);
    let beyond = room.bid_at(end() + TimeDelta::seconds(90), A, usd("5000"));
    assert_eq!(beyond, Err(Refusal::HasEnded.into()));
}

#[test]
fn a_bid_that_is_decided_late_still_moves_the_end_by_its_arrival() {
    let mut room = Room::open("1", proxy());
    let arrived_at = end() - TimeDelta::seconds(30);
    room.now = end() + TimeDelta::milliseconds(200);
    let verdict = room.bid_at(arrived_at, A, usd("5")).unwrap();
    assert_eq!(verdict.ends_at, arrived_at + TimeDelta::minutes(2));
    room.now = end() + TimeDelta::milliseconds(250);
    let early = room.end();
    assert!(
        matches!(early, Err(EndAuctionError::NotDueYet { due_at }) if due_at == verdict.ends_at + TimeDelta::milliseconds(250))
    );
}

#[test]
fn bids_that_have_their_turn_out_of_order_never_move_the_end_back() {
    let mut room = Room::open("1", proxy());
    let late = end() - TimeDelta::seconds(1);
    let earlier = end() - TimeDelta::seconds(100);
    room.bid_at(late, A, usd("5")).unwrap();
    room.bid_at(earlier, B, usd("50")).unwrap();
    assert_eq!(room.lot().ends_at, late + TimeDelta::minutes(2));
    let in_the_extension = end() + TimeDelta::seconds(60);
    assert!(
        room.bid_at(in_the_extension, A, usd("90"))
            .unwrap()
            .accepted
    );
}

#[rstest]
fn a_withdrawal_never_moves_the_end_back(#[values("the bidder", "staff")] by: &str) {
    let mut room = Room::open("1", proxy());
    room.now = end() - TimeDelta::seconds(1);
    room.bid(A, "5").unwrap();
    let moved = room.lot().ends_at;
    assert!(moved > end());
    match by {
        "staff" => room.staff_withdraw(&[0]).unwrap(),
        _ => room.withdraw(WithdrawnBy::Bidder(person(A))).unwrap(),
    };
    assert_eq!(room.standing(), (usd("1"), None));
    assert_eq!(room.lot().ends_at, moved);
    assert_eq!(extensions(&room.told()), [moved]);
    assert!(room.bid_at(end(), B, usd("5")).unwrap().is_winner);
}

/// When a bid was placed and regretted, in minutes before the end: what of two bids goes.
#[rstest]
#[case::all_with_more_than_twelve_hours_left(2_000, 721, Ok(2))]
#[case::the_latest_at_twelve_hours(721, 720, Ok(1))]
#[case::within_the_hour(70, 10, Ok(1))]
#[case::an_hour_and_a_minute_later(71, 10, Err(Refusal::TooLateToWithdraw))]
#[case::at_the_end(1, 0, Err(Refusal::HasEnded))]
fn what_a_bidder_takes_back(
    #[case] placed: i64,
    #[case] regretted: i64,
    #[case] gone: Result<usize, Refusal>,
) {
    let mut room = Room::open("1", LotTerms::default());
    room.bid(A, "5").unwrap();
    room.now = end() - TimeDelta::minutes(placed);
    room.bid(A, "9").unwrap();
    room.now = end() - TimeDelta::minutes(regretted);
    let answer = room.withdraw(WithdrawnBy::Bidder(person(A)));
    assert_eq!(
        answer.map(|withdrawn| withdrawn.bids.len()),
        gone.map_err(CommandError::from)
    );
    let left = room.history.iter().filter(|bid| !bid.withdrawn).count();
    assert_eq!(left, 2 - gone.unwrap_or(0));
}

#[test]
fn in_the_last_hours_a_bidder_withdraws_one_bid_and_not_one_after_the_other() {
    let mut room = Room::open("1", proxy());
    room.now = end() - TimeDelta::minutes(30);
    for (bidder, maximum) in [(A, "5"), (B, "9"), (A, "20"), (A, "30")] {
        room.bid(bidder, maximum).unwrap();
    }
    room.withdraw(WithdrawnBy::Bidder(person(A))).unwrap();
    let again = room.withdraw(WithdrawnBy::Bidder(person(A)));
    assert_eq!(again, Err(Refusal::NothingToWithdraw.into()));
    assert!(room.lot().standing.is_led_by(person(A)));
    room.bid(A, "25").unwrap();
    let new = room.withdraw(WithdrawnBy::Bidder(person(A))).unwrap();
    assert_eq!(new.bids.len(), 1, "a new bid may be regretted again");
}

#[rstest]
#[case::the_seller_before_the_first_bid(false, true, Ok(()))]
#[case::the_seller_after_it(true, true, Err(Refusal::HasBids))]
#[case::staff_before_the_first_bid(false, false, Ok(()))]
#[case::staff_after_it(true, false, Ok(()))]
fn who_takes_a_lot_off(
    #[case] bid_on: bool,
    #[case] by_seller: bool,
    #[case] expected: Result<(), Refusal>,
) {
    let mut room = Room::open("1", proxy());
    if bid_on {
        room.bid(A, "5").unwrap();
        room.bid(B, "3").unwrap();
    }
    room.told();
    let by = match by_seller {
        true => CancelledBy::Seller(super::room::seller()),
        false => CancelledBy::Staff("dora".to_owned()),
    };
    let answer = room.cancel(&by);
    assert_eq!(answer, expected.map_err(CommandError::from));
    if expected.is_err() {
        assert_eq!((room.lot().ending, room.told()), (None, vec![]));
        return;
    }
    let told = room.told();
    let [AuctionEvent::Cancelled(cancelled)] = &told[..] else {
        panic!("it is told once: {told:?}");
    };
    let bidders = if bid_on {
        vec![person(A), person(B)]
    } else {
        vec![]
    };
    assert_eq!(cancelled.bidders, bidders);
    assert_eq!(room.lot().winner(), None);
    let after = [room.bid(B, "50").map(drop), room.cancel(&by)];
    assert_eq!(after, [(); 2].map(|()| Err(Refusal::HasEnded.into())));
    assert!(matches!(room.end(), Err(EndAuctionError::AlreadyEnded)));
}

#[test]
fn a_lot_is_not_taken_off_by_a_stranger_or_after_its_end_or_after_a_withdrawn_bid() {
    let mut room = Room::open("1", proxy());
    let stranger = CancelledBy::Seller(crate::ids::SellerId::generate());
    assert_eq!(room.cancel(&stranger), Err(Refusal::NotYourLot.into()));
    room.bid(A, "5").unwrap();
    room.withdraw(WithdrawnBy::Bidder(person(A))).unwrap();
    let seller = CancelledBy::Seller(super::room::seller());
    assert_eq!(room.cancel(&seller), Err(Refusal::HasBids.into()));
    room.now = end();
    let staff = CancelledBy::Staff("dora".to_owned());
    assert_eq!(room.cancel(&staff), Err(Refusal::HasEnded.into()));
}
