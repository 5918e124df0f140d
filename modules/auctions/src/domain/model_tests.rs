//! The engine against a slow and obvious auction, over many random histories.

use proptest::prelude::*;

use super::histories::{Act, Life, acts, house};
use super::model::{House, play};
use super::verify::verify_log;

/// Lives the history, and compares it with the model step by step and with its own log.
fn compare(house: &House, acts: &[Act]) {
    let life = Life::live(house, acts);
    let expected = play(house, &life.deeds);
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
