//! Many bids in one unit of work.

use std::sync::Barrier;

use auctions::{
    AuctionId, AuctionView, BidAmount, BidderId, CommandError, LotTerms, PlaceBid, Refusal,
    SoftClose, SoftCloseChoice,
};
use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Currency, Failure, Money};
use rstest::rstest;

use crate::bench::{Bench, END, usd};
use crate::bench_commands::proxy;

/// Three lots: plain, proxy, and proxy with a reserve.
fn three_lots(bench: &Bench) -> [AuctionId; 3] {
    let soft_close = SoftCloseChoice::On(SoftClose::try_new(30, None).unwrap());
    let reserve = Some(usd("50"));
    [
        bench.begin_on(LotTerms {
            soft_close,
            ..LotTerms::default()
        }),
        bench.begin_on(proxy()),
        bench.begin_on(LotTerms { reserve, ..proxy() }),
    ]
}

/// The same bids on either three lots, of few bidders and with amounts close to each other.
fn some_bids(bench: &Bench, lots: [AuctionId; 3], bidders: &[BidderId]) -> Vec<PlaceBid> {
    let ends_at = bench.view(lots[0]).ends_at;
    let bid = |number: usize| {
        let cents = 900 + number * 61 % 173 * 40 + number * 3;
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let mut bid = bench.a_bid(
            lots[number * 7 % 3],
            bidders[number * 5 % bidders.len()],
            &amount,
        );
        let before = i64::try_from(number * 11 % 60).unwrap() - 5;
        bid.arrived_at = ends_at - TimeDelta::seconds(before);
        if number.is_multiple_of(4) {
            bid.key = Some(auctions::IdempotencyKey::parse(&format!("k{}", number % 20)).unwrap());
        }
        bid
    };
    (0..120).map(bid).collect()
}

/// What is seen of a lot, but for what tells it from another one like it.
fn alike(view: AuctionView) -> AuctionView {
    AuctionView {
        id: AuctionId::from(uuid::Uuid::nil()),
        seller: auctions::SellerId::from(uuid::Uuid::nil()),
        ..view
    }
}

#[rstest]
#[case::all_at_once(120)]
#[case::some_at_a_time(17)]
fn a_batch_decides_what_one_bid_after_the_other_decides(
    #[case] size: usize,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let bidders: Vec<BidderId> = (0..5).map(|_| BidderId::generate()).collect();
    let (apart, together) = (three_lots(&bench), three_lots(&bench));
    let one_by_one = some_bids(&bench, apart, &bidders);
    let one_by_one: Vec<_> = one_by_one.iter().map(|bid| bench.try_bid(bid)).collect();
    let batches = some_bids(&bench, together, &bidders);
    let batches = batches
        .chunks(size)
        .map(|batch| bench.place(batch).unwrap());
    assert_eq!(batches.flatten().collect::<Vec<_>>(), one_by_one);
    let kinds = |accepted: bool| {
        let verdicts = one_by_one.iter().flatten();
        verdicts
            .filter(|verdict| verdict.accepted == accepted)
            .count()
    };
    assert!(kinds(true) > 10 && kinds(false) > 10, "bids of every kind");
    for (one, other) in apart.into_iter().zip(together) {
        assert_eq!(alike(bench.view(one)), alike(bench.view(other)));
        let seen = |auction| {
            let bids = bench.bids(auction).into_iter();
            bids.map(|bid| (bid.sequence, bid.bidder, bid.amount, bid.placed_at))
                .collect::<Vec<_>>()
        };
        assert_eq!(seen(one), seen(other));
    }
    let (one, other) = (apart[1], together[1]);
    bench.clock.advance(TimeDelta::days(8));
    bench.app.deliver_due();
    let (one, other) = (bench.verified(one), bench.verified(other));
    assert_eq!(
        (one.price, one.bids, one.lines),
        (other.price, other.bids, other.lines)
    );
    assert_eq!(one.extensions, other.extensions);
}

#[rstest]
fn five_hundred_bids_share_one_unit_of_work(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (one, other) = (bench.begin(), bench.begin_on(proxy()));
    let bid = |number: usize| {
        let auction = if number.is_multiple_of(5) { other } else { one };
        let mut bid = bench.a_bid(
            auction,
            BidderId::generate(),
            &(10 + number * 10).to_string(),
        );
        bid.key = Some(auctions::IdempotencyKey::parse(&number.to_string()).unwrap());
        bid
    };
    let bids: Vec<PlaceBid> = (0..500).map(bid).collect();
    let verdicts = bench.place(&bids).unwrap();
    assert!(verdicts.iter().flatten().all(|verdict| verdict.is_winner));
    assert_eq!((bench.view(one).bids, bench.view(other).bids), (400, 100));
    assert_eq!(bench.place(&bids).unwrap(), verdicts, "each by its key");
    assert_eq!((bench.view(one).bids, bench.view(other).bids), (400, 100));
    let told = bench.told();
    assert_eq!(
        told.len(),
        500 + 498,
        "each who led, and each who was overbid"
    );
    bench.clock.advance(END + TimeDelta::minutes(1));
    bench.app.deliver_due();
    assert_eq!(
        (bench.verified(one).lines, bench.verified(other).lines),
        (402, 102)
    );
}

#[rstest]
fn bad_bids_do_not_disturb_the_good_ones_among_them(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, ended) = (
        bench.begin(),
        bench.begin_on(LotTerms {
            buy_now: Some(usd("50")),
            ..LotTerms::default()
        }),
    );
    bench.buy_now(ended, BidderId::generate()).unwrap();
    let bid = |amount: &str| bench.a_bid(auction, BidderId::generate(), amount);
    let spoilt = |spoil: fn(&mut PlaceBid)| {
        let mut bid = bid("50");
        spoil(&mut bid);
        bid
    };
    let euros = |bid: &mut PlaceBid| {
        bid.amount = Money::parse(Currency::EUR, "50").unwrap().into();
    };
    let bids = [
        bid("10"),
        spoilt(|bid| bid.auction = AuctionId::generate()),
        spoilt(euros),
        spoilt(|bid| bid.amount = BidAmount::InLotCurrency("1e3".to_owned())),
        spoilt(|bid| bid.amount = BidAmount::InLotCurrency("50.001".to_owned())),
        bench.a_bid(ended, BidderId::generate(), "90"),
        spoilt(|bid| bid.arrived_at += END),
        bid("11"),
        bid("11"),
    ];
    let answers = bench.place(&bids).unwrap();
    assert!(answers[0].as_ref().unwrap().is_winner);
    assert_eq!(answers[1], Err(CommandError::NotFound));
    let expected = Currency::USD;
    assert_eq!(answers[2], Err(CommandError::WrongCurrency { expected }));
    assert!(matches!(answers[3], Err(CommandError::BadAmount(_))));
    assert!(matches!(answers[4], Err(CommandError::BadAmount(_))));
    assert_eq!(answers[5], Err(Refusal::HasEnded.into()));
    assert_eq!(answers[6], Err(Refusal::HasEnded.into()));
    assert!(answers[7].as_ref().unwrap().is_winner);
    assert!(!answers[8].as_ref().unwrap().accepted);
    assert_eq!(bench.bids(auction).len(), 2);
    assert_eq!(bench.place(&[]).unwrap(), []);
}

#[rstest]
fn whoever_leads_again_before_anybody_saw_it_was_not_overbid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (auction, alice, bob) = (bench.begin(), BidderId::generate(), BidderId::generate());
    let bids = [(alice, "10"), (bob, "11"), (alice, "12")];
    let bids = bids.map(|(bidder, amount)| bench.a_bid(auction, bidder, amount));
    bench.place(&bids).unwrap();
    let told = bench.told();
    let overbid: Vec<BidderId> = told
        .iter()
        .filter_map(|told| {
            if let crate::bench::Told::Overbid(event) = told {
                Some(event.bidder)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(overbid, [bob]);
}

/// Batches over the same lots that conflict are decided again as a whole: either all of their bids count
/// or none, and none is lost.
#[rstest]
fn batches_that_meet_on_several_lots_are_decided_again_as_a_whole(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(false, true)] locking: bool,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let lots = [bench.begin(), bench.begin(), bench.begin()];
    let start = Barrier::new(4);
    let work = |thread: usize| {
        start.wait();
        let mut accepted = 0;
        for round in 0..8 {
            let bidder = BidderId::generate();
            // Each on all lots, in another order.
            let amount = (10 + round * 4 + thread).to_string();
            let bid = |place: usize| bench.a_bid(lots[(thread + place) % 3], bidder, &amount);
            let bids = [bid(0), bid(1), bid(2)];
            let decide = |uow: &mut _| bench.facade.place_bids(&bids, uow);
            let answers = loop {
                let answers = match locking {
                    true => bench.transactions().run_locking(decide),
                    false => bench.transactions().run(decide),
                };
                match answers {
                    Err(Failure::TooBusy) => {}
                    answers => break answers.unwrap(),
                }
            };
            let answers: Vec<bool> = answers.into_iter().map(|v| v.unwrap().accepted).collect();
            // The same amounts by the same batches: what leads on one lot leads on all.
            assert!(
                answers.iter().all(|accepted| *accepted == answers[0]),
                "{answers:?}"
            );
            accepted += usize::from(answers[0]);
        }
        accepted
    };
    let accepted: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let work = &work;
                scope.spawn(move || work(thread))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    for lot in lots {
        let amounts: Vec<Money> = bench.bids(lot).iter().map(|bid| bid.amount).collect();
        assert_eq!(amounts.len(), accepted);
        assert!(amounts.is_sorted_by(|a, b| a.minor_units() < b.minor_units()));
    }
    bench.pass_the_end();
    bench.app.deliver_due();
    for lot in lots {
        assert_eq!(bench.verified(lot).lines, 1 + 4 * 8 + 1);
    }
}
