//! Taking bids back.

use auctions::{AuctionId, BidId, BidderId, BidsWithdrawn, CommandError, Refusal, WithdrawnBy};
use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, END, Told, staff, usd};

#[rstest]
fn a_bidder_takes_all_bids_back_while_the_end_is_far(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let auction = bench.begin();
    bench.bid(auction, alice, "10");
    bench.bid(auction, bob, "11");
    bench.bid(auction, alice, "15");
    bench.told();
    let before = bench.bids(auction);
    bench.clock.advance(TimeDelta::hours(2));

    let withdrawn = bench.withdraw(auction, WithdrawnBy::Bidder(alice)).unwrap();
    assert_eq!(withdrawn.bids, [before[0].id, before[2].id]);
    assert_eq!(withdrawn.current_price, usd("11"), "the price may fall");
    assert_eq!(withdrawn.minimum_next, usd("11.01"));
    let view = bench.view(auction);
    assert_eq!((view.leader, view.bids), (Some(bob), 1));
    assert_eq!(view.current_price, usd("11"));

    let after = bench.bids(auction);
    assert_eq!(after.len(), 3, "the history is kept");
    let marks: Vec<_> = after.iter().map(|bid| bid.withdrawn_at).collect();
    assert_eq!(marks, [Some(bench.now()), None, Some(bench.now())]);

    let mut affected = vec![alice, bob];
    affected.sort();
    let event = BidsWithdrawn {
        auction,
        title: "A chair".to_owned(),
        affected,
        leader: Some(bob),
        new_price: usd("11"),
        minimum_next: usd("11.01"),
        reason: None,
    };
    assert_eq!(bench.told(), [Told::Withdrawn(event)]);

    let verdict = bench.bid(auction, alice, "11.01");
    assert_eq!((verdict.is_winner, verdict.sequence), (true, 4));
}

#[rstest]
fn without_bids_the_lot_stands_as_at_the_beginning(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin();
    let before = bench.view(auction);
    bench.bid(auction, alice, "99");
    bench.withdraw(auction, WithdrawnBy::Bidder(alice)).unwrap();
    assert_eq!(bench.view(auction), before);
    let again = bench.withdraw(auction, WithdrawnBy::Bidder(alice));
    assert_eq!(again, Err(Refusal::NothingToWithdraw.into()));
}

#[rstest]
fn in_the_last_twelve_hours_only_the_latest_bid_goes_and_only_for_an_hour(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let auction = bench.begin();
    bench.bid(auction, alice, "10");
    bench.bid(auction, bob, "11");
    bench.clock.advance(END - TimeDelta::hours(12));
    let refused = bench.withdraw(auction, WithdrawnBy::Bidder(bob));
    assert_eq!(refused, Err(Refusal::TooLateToWithdraw.into()));

    bench.bid(auction, alice, "12");
    bench.told();
    bench.clock.advance(TimeDelta::hours(1));
    let withdrawn = bench.withdraw(auction, WithdrawnBy::Bidder(alice)).unwrap();
    assert_eq!(withdrawn.bids, [bench.bids(auction)[2].id]);
    let view = bench.view(auction);
    assert_eq!((view.leader, view.bids), (Some(bob), 2));
    assert_eq!(bench.told().len(), 1);

    let next = bench.withdraw(auction, WithdrawnBy::Bidder(alice));
    let nothing = Err(Refusal::NothingToWithdraw.into());
    assert_eq!(next, nothing, "the bid before was never the latest again");
}

#[rstest]
fn staff_take_back_any_bid_with_a_reason(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let auction = bench.begin();
    bench.bid(auction, alice, "10");
    bench.bid(auction, bob, "1000");
    bench.bid(auction, bob, "1001");
    bench.told();
    let bids = bench.bids(auction);
    bench.clock.advance(END - TimeDelta::seconds(1));

    let lower = bench.withdraw(auction, staff([bids[1].id])).unwrap();
    assert_eq!(lower.current_price, usd("1001"), "a higher bid remains");
    let Told::Withdrawn(event) = &bench.told()[0] else {
        panic!("the withdrawal is told");
    };
    assert_eq!(event.affected, [bob], "alice stands where she stood");
    assert_eq!(event.reason.as_deref(), Some("a typing error"));

    let both = [bids[2].id, bids[2].id, bids[0].id];
    let all = bench.withdraw(auction, staff(both)).unwrap();
    assert_eq!(
        all.bids,
        [bids[0].id, bids[2].id],
        "each once, oldest first"
    );
    assert_eq!(bench.view(auction).leader, None);
    assert_eq!(bench.view(auction).current_price, usd("10"));
}

#[rstest]
#[case::unknown_bid(|_: &[BidId]| staff([BidId::generate()]), "the lot has no bid")]
#[case::one_of_two_unknown(|bids: &[BidId]| staff([bids[0], BidId::generate()]), "the lot has no bid")]
#[case::withdrawn_before(|bids: &[BidId]| staff([bids[1]]), "already been withdrawn")]
#[case::no_bid(|_: &[BidId]| staff([]), "no bid to withdraw")]
#[case::no_reason(|bids: &[BidId]| because(bids[0], " "), "the reason was refused")]
#[case::unwritable_reason(|bids: &[BidId]| because(bids[0], "a\0b"), "the reason was refused")]
#[case::endless_reason(|bids: &[BidId]| because(bids[0], &"x".repeat(501)), "the reason was refused")]
#[case::bidder_without_bids(|_: &[BidId]| WithdrawnBy::Bidder(BidderId::generate()), "no bid to withdraw")]
fn a_bad_withdrawal_is_refused_and_changes_nothing(
    #[case] by: fn(&[BidId]) -> WithdrawnBy,
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    for amount in ["10", "11"] {
        bench.bid(auction, BidderId::generate(), amount);
    }
    let bids: Vec<BidId> = bench.bids(auction).iter().map(|bid| bid.id).collect();
    bench.withdraw(auction, staff([bids[1]])).unwrap();
    bench.told();
    let before = (bench.view(auction), bench.bids(auction));

    let refusal = bench.withdraw(auction, by(&bids)).unwrap_err();
    assert!(refusal.to_string().contains(rule), "{refusal}");
    assert_eq!((bench.view(auction), bench.bids(auction)), before);
    assert_eq!(bench.told(), []);
}

fn because(bid: BidId, reason: &str) -> WithdrawnBy {
    WithdrawnBy::Staff {
        bids: vec![bid],
        staff: "dora".to_owned(),
        reason: reason.to_owned(),
    }
}

#[rstest]
fn a_bid_on_another_lot_is_not_withdrawn_through_this_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (one, other) = (bench.begin(), bench.begin());
    bench.bid(one, BidderId::generate(), "10");
    bench.bid(other, BidderId::generate(), "10");
    let foreign = bench.bids(other)[0].id;
    let refusal = bench.withdraw(one, staff([foreign]));
    assert_eq!(refusal, Err(CommandError::UnknownBid(foreign)));
    assert_eq!(bench.view(other).bids, 1);
}

#[rstest]
fn nothing_is_withdrawn_from_a_lot_that_has_ended(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values("the hammer has not fallen yet", "the hammer fell")] state: &str,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin();
    bench.clock.advance(END - TimeDelta::seconds(1));
    bench.bid(auction, alice, "10");
    bench.clock.advance(TimeDelta::seconds(1));
    if state == "the hammer fell" {
        bench.clock.advance(TimeDelta::seconds(1));
        bench.told();
    }
    let bid = bench.bids(auction)[0].id;
    for by in [WithdrawnBy::Bidder(alice), staff([bid])] {
        let refusal = bench.withdraw(auction, by);
        assert_eq!(refusal, Err(Refusal::HasEnded.into()));
    }
    let unknown = bench.withdraw(AuctionId::generate(), WithdrawnBy::Bidder(alice));
    assert_eq!(unknown, Err(CommandError::NotFound));
    assert_eq!(bench.view(auction).leader, Some(alice));
}

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Noted {
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    who: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    why: Option<String>,
}

#[rstest]
fn who_withdrew_and_why_is_kept_with_the_bid_and_staff_are_in_the_audit_log(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let alice = BidderId::generate();
    let auction = bench.begin();
    bench.bid(auction, alice, "10");
    bench.bid(auction, alice, "11");
    let bids = bench.bids(auction);
    bench.withdraw(auction, staff([bids[1].id])).unwrap();
    bench.withdraw(auction, WithdrawnBy::Bidder(alice)).unwrap();

    let ask = |query: &str| -> Vec<Noted> {
        bench.read(|reader| Ok(sql_query(query).load(reader.connection())?))
    };
    let kept = ask(
        "SELECT withdrawn_by AS who, withdrawal_reason AS why FROM auctions_bids ORDER BY sequence",
    );
    let text = |text: &str| Some(text.to_owned());
    let by_bidder = Noted {
        who: None,
        why: None,
    };
    let by_staff = Noted {
        who: text("dora"),
        why: text("a typing error"),
    };
    assert_eq!(kept, [by_bidder, by_staff]);

    let audited = ask("SELECT actor AS who, detail AS why FROM foundation_audit");
    let detail = format!("a typing error ({})", bids[1].id);
    let entry = Noted {
        who: text("dora"),
        why: Some(detail),
    };
    assert_eq!(audited, [entry]);
}
