//! The engine against a slow and obvious auction, over many random histories.

use proptest::prelude::*;

use super::EndResult;
use super::histories::{Act, Life, acts, house};
use super::model::{House, play};
use super::room::person;
use super::verify::verify_log;

/// Lives the history, and compares it with the model step by step and with its own log.
fn compare(house: &House, acts: &[Act]) {
    let life = Life::live(house, acts);
    let (expected, buyer) = play(house, &life.deeds);
    for (step, (seen, expected)) in life.seen.iter().zip(&expected).enumerate() {
        assert_eq!(seen, expected, "after step {step} of {:#?}", life.deeds);
    }
    let log = life.room.log();
    let verified = verify_log(&log).unwrap();
    let lot = life.room.lot();
    let pseudonym = |bidder: crate::ids::BidderId| {
        life.room
            .auction
            .state()
            .log
            .secret
            .pseudonym(bidder.uuid())
    };
    assert_eq!(verified.lines, life.room.lines.len());
    assert_eq!(verified.price.minor_units(), lot.standing.price);
    let leader = lot.standing.leader.map(|leader| pseudonym(leader.bidder));
    assert_eq!(verified.leader, leader);
    assert_eq!((verified.ends_at, verified.bids), (lot.ends_at, lot.bids));
    let buyer = buyer.map(|buyer| pseudonym(person(buyer)));
    assert_eq!(verified.winner, buyer, "{:#?}", life.deeds);
    let state = match lot.ending.map(|ending| ending.result) {
        None => "running",
        Some(EndResult::Sold) => "sold",
        Some(EndResult::Unsold) => "unsold",
        Some(EndResult::Cancelled) => "cancelled",
    };
    assert_eq!(verified.state, state);
    let mut ends = vec![house.ends_at];
    ends.extend(life.seen.iter().map(|seen| seen.ends_at));
    let later = ends.windows(2).filter(|pair| pair[1] > pair[0]);
    let extensions: Vec<_> = later.map(|pair| pair[1]).collect();
    assert_eq!(verified.extensions, extensions);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_does_what_the_model_does(house in house(), acts in acts()) {
        compare(&house, &acts);
    }

    #[test]
    fn the_engine_does_what_the_model_does_with_other_seeds(house in house(), acts in acts()) {
        compare(&house, &acts);
    }
}
