//! Lots in a sale: its terms, its currency, its opening, and its approved paddles.

use auctions::{
    Admission, ApproveRegistration, AuctionId, AuctionStatus, BeginAuction, BeginAuctionError,
    BidderId, Bidding, CreateSale, Increments, LotTerms, Page, Refusal, RefuseRegistration,
    RegisterBidder, Registered, SaleId, SoftClose, SoftCloseChoice,
};
use chrono::TimeDelta;
use foundation::testing::Backend;
use foundation::{Currency, Money};
use rstest::rstest;

use crate::bench::{Bench, a_lot, usd};
use crate::sales_bench::a_sale;

impl Bench {
    /// A sale that is open now, with eBay's steps and a soft close of two minutes, capped at an hour.
    fn sale(&self, admission: Admission) -> SaleId {
        let command = CreateSale {
            admission,
            opens_at: self.now(),
            ..a_sale(self.now())
        };
        let sale = command.sale;
        let create = |uow: &mut _| self.sales.create_sale(command.clone(), uow);
        self.transactions().run(create).unwrap();
        sale
    }

    fn register(&self, sale: SaleId, bidder: BidderId) -> Registered {
        let command = RegisterBidder { sale, bidder };
        let register = |uow: &mut _| self.sales.register(command, uow);
        self.transactions().run(register).unwrap()
    }

    fn approve(&self, sale: SaleId, registered: &Registered) {
        let command = ApproveRegistration {
            sale,
            registration: registered.registration,
            staff: "dora".to_owned(),
        };
        let approve = |uow: &mut _| self.sales.approve(command.clone(), uow);
        self.transactions().run(approve).unwrap();
    }

    fn refuse(&self, sale: SaleId, registered: &Registered) {
        let command = RefuseRegistration {
            sale,
            registration: registered.registration,
            reason: "unpaid lots".to_owned(),
            staff: "dora".to_owned(),
        };
        let refuse = |uow: &mut _| self.sales.refuse(command.clone(), uow);
        self.transactions().run(refuse).unwrap();
    }

    fn lot_of(&self, sale: SaleId) -> AuctionId {
        self.begin_on(LotTerms {
            sale: Some(sale),
            ..LotTerms::default()
        })
    }
}

#[rstest]
fn only_approved_paddles_bid(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let (sale, other) = (
        bench.sale(Admission::ByApproval),
        bench.sale(Admission::Open),
    );
    let auction = bench.begin_on(LotTerms {
        sale: Some(sale),
        buy_now: Some(usd("500")),
        ..LotTerms::default()
    });
    let alice = BidderId::generate();
    bench.register(other, alice);
    let bid = bench.a_bid(auction, alice, "20");
    let not_admitted = Err(Refusal::NotAdmitted.into());
    assert_eq!(bench.try_bid(&bid), not_admitted, "no paddle of this sale");
    let registered = bench.register(sale, alice);
    assert_eq!(bench.try_bid(&bid), not_admitted, "a paddle that waits");
    let bought = bench.buy_now(auction, alice);
    assert_eq!(bought, Err(Refusal::NotAdmitted.into()));
    bench.approve(sale, &registered);
    assert!(bench.try_bid(&bid).unwrap().is_winner);
    bench.refuse(sale, &registered);
    let higher = bench.a_bid(auction, alice, "40");
    assert_eq!(bench.try_bid(&higher), not_admitted, "no longer");
    assert_eq!(
        bench.view(auction).leader,
        Some(alice),
        "what was bid stands"
    );

    let free = bench.begin();
    assert!(
        bench.bid(free, BidderId::generate(), "10").is_winner,
        "without a sale"
    );
    bench.close(auction);
    bench.verified(auction);
}

#[rstest]
fn a_batch_admits_each_bidder_where_they_are_approved(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sales = [bench.sale(Admission::Open), bench.sale(Admission::Open)];
    let lots = sales.map(|sale| bench.lot_of(sale));
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    bench.register(sales[0], alice);
    bench.register(sales[1], bob);
    let bids = [(0, alice), (0, bob), (1, alice), (1, bob)];
    let bids = bids.map(|(lot, bidder)| bench.a_bid(lots[lot], bidder, "10"));
    let answers = bench.place(&bids).unwrap();
    let admitted: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(admitted, [true, false, false, true]);
}

#[rstest]
fn the_terms_of_the_sale_are_those_of_its_lots(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = bench.sale(Admission::Open);
    let alice = BidderId::generate();
    bench.register(sale, alice);
    let as_the_sale = bench.lot_of(sale);
    let of_its_own = bench.begin_on(LotTerms {
        sale: Some(sale),
        increments: Some(Increments::fixed(usd("7")).unwrap()),
        soft_close: SoftCloseChoice::Off,
        ..LotTerms::default()
    });
    assert_eq!(bench.view(as_the_sale).sale, Some(sale));
    let first_end = bench.view(as_the_sale).ends_at;
    bench.clock.set(first_end - TimeDelta::seconds(20));
    let verdict = bench.bid(as_the_sale, alice, "10");
    assert_eq!(verdict.minimum_next, usd("10.50"), "the sale's increments");
    assert_eq!(
        verdict.ends_at,
        first_end + TimeDelta::seconds(100),
        "and soft close"
    );
    let verdict = bench.bid(of_its_own, alice, "10");
    assert_eq!(
        (verdict.minimum_next, verdict.ends_at),
        (usd("17"), first_end)
    );

    let listed = bench.read(|reader| bench.facade.auctions_of_sale(sale, Page::first(9), reader));
    let mut listed: Vec<AuctionId> = listed.iter().map(|lot| lot.id).collect();
    let mut lots = vec![as_the_sale, of_its_own];
    listed.sort();
    lots.sort();
    assert_eq!(listed, lots);
}

#[rstest]
fn the_sales_cap_ends_extensions(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut command = CreateSale {
        opens_at: bench.now(),
        ..a_sale(bench.now())
    };
    command.terms.soft_close = SoftCloseChoice::On(SoftClose::try_new(60, Some(70)).unwrap());
    let (sale, alice) = (command.sale, BidderId::generate());
    let create = |uow: &mut _| bench.sales.create_sale(command.clone(), uow);
    bench.transactions().run(create).unwrap();
    bench.register(sale, alice);
    let auction = bench.lot_of(sale);
    let first_end = bench.view(auction).ends_at;
    for (amount, end) in [("10", 59), ("20", 70), ("30", 70)] {
        bench
            .clock
            .set(bench.view(auction).ends_at - TimeDelta::seconds(1));
        let verdict = bench.bid(auction, alice, amount);
        assert_eq!(verdict.ends_at, first_end + TimeDelta::seconds(end));
    }
}

/// How far a bid in the last twenty seconds moves the end of a lot that leaves it to its sale.
#[rstest]
#[case::given_for_all(SoftCloseChoice::On(SoftClose::try_new(60, None).unwrap()), 40, 40)]
#[case::not_given(SoftCloseChoice::Usual, 100, 0)]
#[case::none(SoftCloseChoice::Off, 0, 0)]
fn plain_lots_have_a_soft_close_where_the_sale_gives_one(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[case] in_sale: SoftCloseChoice,
    #[case] proxy: i64,
    #[case] plain: i64,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let mut command = CreateSale {
        opens_at: bench.now(),
        ..a_sale(bench.now())
    };
    command.terms.soft_close = in_sale;
    let (sale, alice) = (command.sale, BidderId::generate());
    let create = |uow: &mut _| bench.sales.create_sale(command.clone(), uow);
    bench.transactions().run(create).unwrap();
    bench.register(sale, alice);
    let lots = [(Bidding::Proxy, proxy), (Bidding::Plain, plain)].map(|(bidding, moved)| {
        let terms = LotTerms {
            sale: Some(sale),
            bidding,
            ..LotTerms::default()
        };
        (bench.begin_on(terms), moved)
    });
    let first_end = bench.view(lots[0].0).ends_at;
    bench.clock.set(first_end - TimeDelta::seconds(20));
    for (auction, moved) in lots {
        let verdict = bench.bid(auction, alice, "10");
        assert_eq!(verdict.ends_at, first_end + TimeDelta::seconds(moved));
    }
}

type Spoil = fn(&mut BeginAuction);

#[rstest]
#[case::another_currency(|lot: &mut BeginAuction| lot.starting_price = Money::parse(Currency::EUR, "10").unwrap(), "must be in USD")]
#[case::another_currency_of_increments(|lot: &mut BeginAuction| lot.terms.increments = Some(Increments::smallest(Currency::EUR)), "must be in USD")]
#[case::opening_before_the_sale(|lot: &mut BeginAuction| lot.terms.opens_at = Some(lot.ends_at - TimeDelta::days(7) - TimeDelta::microseconds(1)), "must not open before its sale")]
#[case::ending_before_the_sale_opens(|lot: &mut BeginAuction| lot.ends_at -= TimeDelta::days(8), "must begin before it ends")]
fn a_lot_must_fit_its_sale(
    #[case] spoil: Spoil,
    #[case] rule: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    // The sale opens in a week, the lot ends in two.
    let sale = a_sale(bench.now());
    let create = |uow: &mut _| bench.sales.create_sale(sale.clone(), uow);
    bench.transactions().run(create).unwrap();
    let mut lot = a_lot(bench.now());
    lot.ends_at += TimeDelta::days(7);
    lot.terms.sale = Some(sale.sale);
    let good = lot.clone();
    spoil(&mut lot);
    let refusal: BeginAuctionError = bench.try_begin(lot).unwrap_err();
    assert!(refusal.to_string().contains(rule), "{refusal}");
    bench.try_begin(good).unwrap();
}

#[rstest]
fn lots_open_with_their_sale(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let sale = a_sale(bench.now());
    let (opens_at, alice) = (sale.opens_at, BidderId::generate());
    let create = |uow: &mut _| bench.sales.create_sale(sale.clone(), uow);
    bench.transactions().run(create).unwrap();
    bench.register(sale.sale, alice);
    let mut lot = a_lot(bench.now());
    lot.ends_at += TimeDelta::days(7);
    lot.terms.sale = Some(sale.sale);
    let auction = lot.auction;
    bench.try_begin(lot).unwrap();
    let view = bench.view(auction);
    assert_eq!(
        (view.began_at, view.status),
        (opens_at, AuctionStatus::Scheduled)
    );

    bench.clock.set(opens_at - TimeDelta::microseconds(1));
    let early = bench.try_bid(&bench.a_bid(auction, alice, "10"));
    assert_eq!(early, Err(Refusal::NotOpenYet.into()));
    bench.clock.set(opens_at);
    assert_eq!(bench.view(auction).status, AuctionStatus::Running);
    assert!(bench.bid(auction, alice, "10").is_winner);
}

#[rstest]
fn a_scheduled_lot_refuses_bids_before_it_opens(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let opens_at = bench.now() + TimeDelta::hours(1);
    let auction = bench.begin_on(LotTerms {
        opens_at: Some(opens_at),
        buy_now: Some(usd("80")),
        ..LotTerms::default()
    });
    let alice = BidderId::generate();
    let mut bid = bench.a_bid(auction, alice, "10");
    assert_eq!(bench.try_bid(&bid), Err(Refusal::NotOpenYet.into()));
    assert_eq!(
        bench.buy_now(auction, alice),
        Err(Refusal::NotOpenYet.into())
    );
    bench.clock.set(opens_at);
    let early = bench.try_bid(&bid);
    assert_eq!(
        early,
        Err(Refusal::NotOpenYet.into()),
        "it arrived too early"
    );
    bid.arrived_at = opens_at;
    assert!(bench.try_bid(&bid).unwrap().is_winner);
}
