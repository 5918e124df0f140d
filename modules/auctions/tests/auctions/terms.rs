//! Lots with more than a price: proxies, reserves, buying at once, soft closes, cancelling.

use auctions::{
    AuctionEnded, AuctionExtended, AuctionStatus, BidderId, CancelledBy, CommandError, LotTerms,
    Refusal, SellerId, SoftClose, SoftCloseChoice,
};
use chrono::TimeDelta;
use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use foundation::testing::Backend;
use rstest::rstest;

use crate::bench::{Bench, END, GRACE, Told, usd};
use crate::bench_commands::proxy;

#[rstest]
fn the_house_bids_for_a_proxy_and_keeps_its_maximum(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let auction = bench.begin_on(proxy());
    bench.bid(auction, alice, "100");
    let outbid = bench.bid(auction, bob, "90");
    assert!(outbid.accepted && !outbid.is_winner);
    assert_eq!(outbid.current_price, usd("91"));
    let raised = bench.bid(auction, alice, "120");
    assert_eq!((raised.accepted, raised.sequence), (true, 2));

    let view = bench.view(auction);
    assert_eq!((view.leader, view.bids), (Some(alice), 2));
    assert_eq!(
        (view.current_price, view.minimum_next),
        (usd("91"), usd("92"))
    );
    let seen: Vec<_> = bench.bids(auction).into_iter().map(|b| b.amount).collect();
    assert_eq!(seen, [usd("10"), usd("91")], "the raise is no bid");
    let maximum_of = |who| bench.read(|reader| bench.facade.maximum_of(auction, who, reader));
    assert_eq!(maximum_of(alice), Some(usd("120")));
    assert_eq!(maximum_of(bob), Some(usd("90")));
    assert_eq!(maximum_of(BidderId::generate()), None);

    let next = bench.bid(auction, bob, "119");
    assert_eq!(next.current_price, usd("120"), "as far as the raise goes");
}

#[rstest]
fn a_lot_below_its_reserve_is_not_sold(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(LotTerms {
        reserve: Some(usd("500")),
        ..proxy()
    });
    let alice = BidderId::generate();
    bench.bid(auction, alice, "400");
    let view = bench.view(auction);
    assert_eq!(
        (view.current_price, view.reserve_met),
        (usd("10"), Some(false))
    );
    let stranger = bench.lower_reserve(auction, SellerId::generate(), "300");
    assert_eq!(stranger, Err(Refusal::NotYourLot.into()));
    bench.lower_reserve(auction, view.seller, "300").unwrap();
    assert_eq!(bench.view(auction), view, "no earlier bid wins by itself");
    bench.told();
    bench.pass_the_end();
    let told = bench.told();
    let ended: Vec<&AuctionEnded> = told.iter().filter_map(Told::ended).collect();
    assert_eq!((ended.len(), ended[0].winner), (1, None));
    assert_eq!(
        (ended[0].price, ended[0].reserve_met),
        (usd("10"), Some(false))
    );
    assert_eq!(bench.view(auction).status, AuctionStatus::Unsold);
}

#[rstest]
fn a_lot_is_bought_at_once_and_its_timer_then_does_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(LotTerms {
        buy_now: Some(usd("80")),
        ..LotTerms::default()
    });
    assert_eq!(bench.view(auction).buy_now, Some(usd("80")));
    let alice = BidderId::generate();
    assert_eq!(bench.buy_now(auction, alice).unwrap().price, usd("80"));
    let view = bench.view(auction);
    assert_eq!(
        (view.status, view.leader),
        (AuctionStatus::Sold, Some(alice))
    );
    assert_eq!((view.current_price, view.buy_now), (usd("80"), None));
    assert_eq!(
        (view.ends_at, view.ended_at),
        (bench.now(), Some(bench.now()))
    );
    let again = bench.buy_now(auction, BidderId::generate());
    assert_eq!(again, Err(Refusal::HasEnded.into()));
    bench.pass_the_end();
    let told = bench.told();
    let ended: Vec<&AuctionEnded> = told.iter().filter_map(Told::ended).collect();
    assert_eq!((ended.len(), ended[0].winner), (1, Some(alice)));
    assert_eq!(bench.verified(auction).price, usd("80"));
}

#[rstest]
fn a_late_bid_moves_the_end_and_the_hammer_waits_for_it(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(LotTerms {
        soft_close: SoftCloseChoice::On(SoftClose::try_new(60, Some(90)).unwrap()),
        ..proxy()
    });
    let first_end = bench.now() + END;
    let mut moved = Vec::new();
    bench.clock.set(first_end - TimeDelta::seconds(10));
    for number in 1..=3 {
        let verdict = bench.bid(auction, BidderId::generate(), &format!("{}", number * 100));
        moved.push((verdict.ends_at - first_end).num_seconds());
        assert_eq!(bench.view(auction).ends_at, verdict.ends_at);
        // The timer of the end that was goes off in between, and is set again.
        bench.clock.set(verdict.ends_at - TimeDelta::seconds(5));
        bench.app.deliver_due();
        assert_eq!(bench.view(auction).status, AuctionStatus::Running);
    }
    assert_eq!(moved, [50, 90, 90], "no further than the cap");
    let told = bench.told();
    let extended = told.iter().filter_map(|told| {
        if let Told::Extended(AuctionExtended { ends_at, .. }) = told {
            Some((*ends_at - first_end).num_seconds())
        } else {
            None
        }
    });
    assert_eq!(extended.collect::<Vec<_>>(), [50, 90]);

    bench
        .clock
        .set(first_end + TimeDelta::seconds(90) + GRACE - TimeDelta::microseconds(1));
    assert_eq!(bench.told(), []);
    bench.clock.advance(TimeDelta::microseconds(1));
    assert_eq!(bench.told().len(), 1);
    assert_eq!(bench.verified(auction).extensions.len(), 2);
}

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Audited {
    #[diesel(sql_type = sql_types::Text)]
    actor: String,
    #[diesel(sql_type = sql_types::Text)]
    detail: String,
}

#[rstest]
fn who_took_a_lot_off_is_in_the_audit_log_and_the_bidders_are_told(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin();
    let seller = bench.view(auction).seller;
    let mut bidders = vec![BidderId::generate(), BidderId::generate()];
    bidders.sort();
    bench.bid(auction, bidders[0], "10");
    bench.bid(auction, bidders[1], "11");
    bench.told();
    let refused = bench.cancel(auction, CancelledBy::Seller(seller), "it broke");
    assert_eq!(refused, Err(Refusal::HasBids.into()));
    let staff = || CancelledBy::Staff("dora".to_owned());
    let blank = bench.cancel(auction, staff(), " ");
    assert!(matches!(blank, Err(CommandError::BadReason(_))));
    assert_eq!(bench.told(), []);

    bench.cancel(auction, staff(), " it broke ").unwrap();
    let told = bench.told();
    let [Told::Cancelled(cancelled)] = &told[..] else {
        panic!("{told:?}");
    };
    let mut named = cancelled.bidders.clone();
    named.sort();
    assert_eq!((named, cancelled.reason.as_str()), (bidders, "it broke"));
    let view = bench.view(auction);
    assert_eq!(view.status, AuctionStatus::Cancelled);
    let audited: Vec<Audited> = bench.read(|reader| {
        let query = sql_query("SELECT actor, detail FROM foundation_audit");
        Ok(query.load(reader.connection())?)
    });
    let expected = Audited {
        actor: "dora".to_owned(),
        detail: "it broke".to_owned(),
    };
    assert_eq!(
        audited,
        [expected],
        "once, and not for the seller's attempt"
    );
    bench.pass_the_end();
    assert_eq!(bench.told(), [], "the timer does nothing");
    assert_eq!(bench.verified(auction).state, "cancelled");
}

#[rstest]
fn a_refusal_changes_nothing_but_the_log(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let auction = bench.begin_on(proxy());
    let (alice, view) = (BidderId::generate(), bench.view(auction));
    let own = BidderId::from(view.seller.uuid());
    let before = bench.view(auction);
    let lines = || {
        let log = bench.log_json(auction, auctions::LogAccess::Staff);
        log["lines"].as_array().unwrap().len()
    };
    let refusals = [
        bench.try_bid(&bench.a_bid(auction, own, "20")).map(drop),
        bench.buy_now(auction, alice).map(drop),
        bench.lower_reserve(auction, view.seller, "5"),
        bench
            .offer(auction, auctions::SecondChanceReason::NotPaid)
            .map(drop),
        bench.answer(auction, alice, true),
        bench
            .withdraw(auction, auctions::WithdrawnBy::Bidder(alice))
            .map(drop),
    ];
    assert!(refusals.iter().all(Result::is_err), "{refusals:?}");
    assert!(!bench.bid(auction, alice, "9.99").accepted);
    assert_eq!(lines(), 1 + refusals.len() + 1, "each is a line");
    assert_eq!((bench.view(auction), bench.told()), (before, vec![]));
    bench.close(auction);
    assert_eq!(bench.verified(auction).lines, 1 + refusals.len() + 2);
}
