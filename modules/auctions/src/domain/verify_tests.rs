//! The log proves what happened: it verifies as it is, and not when anything in it was changed.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::Value;

use super::forgery_tests::broken_at;
use super::log::chain;
use super::lot_log::{LotLog, Telling};
use super::room::{Room, person, proxy, usd};
use super::secrecy::hex;
use super::verify::{Break, verify_log};
use super::*;

/// A lot that saw nearly everything that can happen to one, refused and not, and was not sold.
pub(super) fn eventful() -> Room {
    let terms = LotTerms {
        reserve: Some(usd("500")),
        buy_now: Some(usd("900")),
        ..proxy()
    };
    let mut room = Room::open("10", terms);
    room.bid(1, "20").unwrap();
    room.bid(2, "12").unwrap();
    room.bid(2, "12.10").unwrap();
    room.bid(1, "30").unwrap();
    room.bid(3, "45").unwrap();
    room.bid(2, "60").unwrap();
    room.withdraw(WithdrawnBy::Bidder(person(3))).unwrap();
    room.withdraw(WithdrawnBy::Bidder(person(3))).unwrap_err();
    room.staff_withdraw(&[1]).unwrap();
    room.lower_reserve(usd("600")).unwrap_err();
    room.lower_reserve(usd("400")).unwrap();
    room.cancel(&CancelledBy::Seller(super::room::seller()))
        .unwrap_err();
    room.now = room.lot().ends_at - TimeDelta::seconds(20);
    room.bid(1, "70").unwrap();
    room.close();
    room.bid(1, "500").unwrap_err();
    room.buy_now(1).unwrap_err();
    room.offer(SecondChanceReason::NotPaid).unwrap_err();
    room.offer(SecondChanceReason::NotSold).unwrap();
    room.answer(2, true).unwrap_err();
    room.answer(1, false).unwrap();
    room.offer(SecondChanceReason::NotSold).unwrap();
    room.now += TimeDelta::hours(50);
    room.expire();
    room
}

/// A lot that was bought at once, and then not paid.
pub(super) fn bought() -> Room {
    let terms = LotTerms {
        reserve: Some(usd("50")),
        buy_now: Some(usd("90")),
        ..LotTerms::default()
    };
    let mut room = Room::open("10", terms);
    room.bid(1, "20").unwrap();
    room.lower_reserve(usd("20")).unwrap();
    room.buy_now(2).unwrap();
    room.offer(SecondChanceReason::NotPaid).unwrap();
    room.answer(1, true).unwrap();
    room
}

/// A lot that staff took off.
pub(super) fn cancelled() -> Room {
    let mut room = Room::open("10", proxy());
    room.bid(1, "20").unwrap();
    room.cancel(&CancelledBy::Staff("dora".to_owned())).unwrap();
    room
}

pub(super) fn lines(log: &mut Value) -> &mut Vec<Value> {
    log["lines"].as_array_mut().unwrap()
}

/// Hashes every line anew, as a forger would.
pub(super) fn hash_again(log: &mut LotLog) {
    let mut head = [0; 32];
    for line in &mut log.lines {
        head = chain(&head, &serde_json::to_string(&line.entry).unwrap());
        line.hash = hex(&head);
    }
    log.head = hex(&head);
}

#[rstest]
#[case::unsold(eventful(), "unsold", None)]
#[case::bought_and_not_paid(bought(), "sold", Some(1))]
#[case::cancelled(cancelled(), "cancelled", None)]
fn a_log_proves_how_its_lot_ended(
    #[case] room: Room,
    #[case] state: &str,
    #[case] winner: Option<u8>,
) {
    let verified = room.verified();
    let auction = room.auction.state();
    let pseudonym = |number: u8| auction.log.secret.pseudonym(person(number).uuid());
    assert_eq!(
        (verified.state, verified.winner),
        (state, winner.map(pseudonym))
    );
    assert_eq!(verified.price, room.standing().0);
    assert_eq!(verified.lines, room.lines.len());
    assert_eq!(verified.head, hex(&auction.log.hash));
}

#[test]
fn the_extensions_are_proved() {
    let room = eventful();
    assert_eq!(room.verified().extensions, [room.lot().ends_at]);
}

#[rstest]
fn a_log_verifies_however_its_json_is_laid_out(
    #[values(eventful(), bought(), cancelled())] room: Room,
) {
    let log = room.log();
    let expected = verify_log(&log).unwrap();
    let sorted_by_key = serde_json::to_value(&log).unwrap();
    let texts = [
        serde_json::to_string(&log).unwrap(),
        serde_json::to_string_pretty(&log).unwrap(),
        serde_json::to_string_pretty(&sorted_by_key).unwrap(),
    ];
    for text in texts {
        let read: LotLog = serde_json::from_str(&text).unwrap();
        assert_eq!(verify_log(&read).unwrap(), expected);
    }
}

#[test]
fn a_line_that_is_missing_moved_or_doubled_is_found() {
    let log = serde_json::to_value(eventful().log()).unwrap();
    let count = log["lines"].as_array().unwrap().len();
    for index in 0..count - 1 {
        let mut missing = log.clone();
        lines(&mut missing).remove(index);
        assert_eq!(
            broken_at(&missing),
            Some(index + 1),
            "without line {}",
            index + 1
        );

        let mut swapped = log.clone();
        lines(&mut swapped).swap(index, index + 1);
        assert_eq!(broken_at(&swapped), Some(index + 1));
    }
    for index in 0..count {
        let mut doubled = log.clone();
        let line = lines(&mut doubled)[index].clone();
        lines(&mut doubled).insert(index, line);
        assert_eq!(broken_at(&doubled), Some(index + 2));
    }
}

#[test]
fn what_is_cut_off_at_the_end_is_missed() {
    let whole = eventful().log();
    for left in (1..whole.lines.len()).rev() {
        let mut cut = whole.clone();
        cut.lines.truncate(left);
        let broken = verify_log(&cut).unwrap_err();
        let missed = Break::CutOff(whole.head.clone());
        assert_eq!((broken.line, broken.what), (left + 1, missed));
        // Whoever changes the heading too is found by whoever kept the newest hash.
        hash_again(&mut cut);
        assert_ne!(verify_log(&cut).unwrap().head, whole.head);
    }
    let mut empty = whole;
    empty.lines.clear();
    let broken = verify_log(&empty).unwrap_err();
    assert_eq!((broken.line, broken.what), (1, Break::Empty));
}

#[test]
fn a_line_of_another_lot_does_not_fit() {
    let (mut log, other) = (cancelled().log(), eventful().log());
    log.lines[1] = other.lines[1].clone();
    let broken = verify_log(&log).unwrap_err();
    assert_eq!((broken.line, broken.what), (2, Break::Hash));
}

/// A forger who hashes everything anew still cannot say what the rules do not.
#[rstest]
#[case::another_price(2, |entry: &mut log::Entry| entry.board.price += 1)]
#[case::another_leader(3, |entry: &mut log::Entry| entry.board.leader = None)]
#[case::another_end(4, |entry: &mut log::Entry| entry.board.ends_at += TimeDelta::seconds(1))]
#[case::another_count(5, |entry: &mut log::Entry| entry.board.bids += 1)]
#[case::a_bid_that_was_not_refused(4, |entry: &mut log::Entry| entry.refused = None)]
#[case::a_bid_that_was(5, |entry: &mut log::Entry| entry.refused = Some(Refusal::NotAdmitted))]
#[case::a_bid_that_came_late(7, |entry: &mut log::Entry| entry.at += TimeDelta::days(2))]
#[case::a_reserve_that_was_met(7, |entry: &mut log::Entry| entry.board.reserve_met = Some(true))]
#[case::another_state(15, |entry: &mut log::Entry| entry.board.state = log::BoardState::Sold)]
#[case::a_second_beginning(2, |entry: &mut log::Entry| {
    let begin = eventful().log().lines[0].entry.clone().unwrap();
    entry.command = begin.command;
})]
fn the_rules_find_what_the_hashes_hide(#[case] line: usize, #[case] forge: fn(&mut log::Entry)) {
    let mut log = eventful().log();
    forge(log.lines[line - 1].entry.as_mut().unwrap());
    hash_again(&mut log);
    let broken = verify_log(&log).unwrap_err();
    assert_eq!(broken.line, line, "{broken}");
    assert!(matches!(
        broken.what,
        Break::Deviation { .. } | Break::Beginning
    ));
}

#[test]
fn an_amount_cannot_be_replaced_by_one_that_leads_to_the_same() {
    let mut log = eventful().log();
    let opening = log.lines[5].opening.as_mut().unwrap();
    opening.amount += 1;
    let broken = verify_log(&log).unwrap_err();
    assert_eq!((broken.line, broken.what), (6, Break::Amount));
}

#[rstest]
#[case::hashes(Telling::Hashes, 1)]
#[case::entries(Telling::Entries, 1)]
fn a_log_that_is_not_told_whole_proves_nothing_yet(#[case] telling: Telling, #[case] at: usize) {
    let room = eventful();
    let state = room.auction.state();
    let mut log = LotLog::of(state);
    for line in &room.lines {
        log.tell(state, line, telling).unwrap();
    }
    let broken = verify_log(&log).unwrap_err();
    assert_eq!((broken.line, broken.what), (at, Break::NotTold));
}

#[test]
fn times_beyond_all_bounds_are_named() {
    let mut log = eventful().log();
    log.lines[1].entry.as_mut().unwrap().at = chrono::DateTime::<chrono::Utc>::MAX_UTC;
    hash_again(&mut log);
    let broken = verify_log(&log).unwrap_err();
    assert_eq!((broken.line, broken.what), (2, Break::Time));
}
