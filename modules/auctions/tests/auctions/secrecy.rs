//! What nobody may learn while a lot runs: the maxima, the reserve, and in the log who is who.

use std::sync::Arc;

use auctions::{
    AuctionId, AuctionsFacade, AuctionsModule, BeginAuction, BidderId, LogAccess, LotLog, LotTerms,
    LowerReserve, Page, PlaceBid, SecondChanceReason, WithdrawBids, WithdrawnBy, verify_log,
};
use chrono::TimeDelta;
use foundation::testing::{Backend, FixedClock, RecordingEventBus, TestDatabase};
use foundation::{Clock, EventBus, Money, UnitOfWork, application_of};
use rstest::rstest;
use shaku::HasComponent;

use crate::bench::{GRACE, a_lot, usd};
use crate::bench_commands::{log_in_parts, proxy};

application_of!(QuietApp: AuctionsModule);

/// Amounts that stand nowhere by chance: as cents, and as they are written.
const MAXIMUM: &str = "77777.77";
const SECOND: &str = "33333.33";
const RAISED: &str = "88888.88";
const RESERVE: &str = "66666.66";
const LOWERED: &str = "55555.55";

/// A lot, and everything that was said about it so far.
struct Room {
    app: QuietApp,
    facade: Arc<AuctionsFacade>,
    clock: FixedClock,
    bus: RecordingEventBus,
    auction: AuctionId,
    lot: BeginAuction,
    verdicts: Vec<String>,
    _database: TestDatabase,
}

impl Room {
    fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let (clock, bus) = (FixedClock::default(), RecordingEventBus::default());
        let auctions = Arc::new(auctions::module());
        let facade: Arc<AuctionsFacade> = auctions.resolve();
        let app = QuietApp::parts(&database, &clock, auctions)
            .with_component_override::<dyn EventBus>(Box::new(bus.clone()))
            .build();
        let lot = BeginAuction {
            terms: LotTerms {
                reserve: Some(usd(RESERVE)),
                ..proxy()
            },
            ..a_lot(clock.now())
        };
        app.transactions()
            .run(|uow| facade.begin(lot.clone(), uow))
            .unwrap();
        Some(Self {
            app,
            facade,
            clock,
            bus,
            auction: lot.auction,
            lot,
            verdicts: Vec::new(),
            _database: database,
        })
    }

    fn run<T: std::fmt::Debug>(&mut self, work: impl Fn(&AuctionsFacade, &mut UnitOfWork) -> T) {
        let facade = &self.facade;
        let done = self
            .app
            .transactions()
            .run(|uow| Ok::<_, foundation::Failure>(work(facade, uow)))
            .unwrap();
        self.verdicts.push(format!("{done:?}"));
    }

    fn bid(&mut self, bidder: BidderId, amount: &str) {
        let bid = PlaceBid {
            auction: self.auction,
            bidder,
            amount: usd(amount).into(),
            arrived_at: self.clock.now(),
            key: None,
        };
        let bids = [bid];
        self.run(|facade, uow| facade.place_bids(&bids, uow).unwrap());
    }

    /// Everything that anybody could have heard or read, with the answers to the commands.
    fn said(&self) -> Vec<String> {
        let mut said: Vec<String> = self
            .bus
            .posted()
            .into_iter()
            .map(|(_, json)| json)
            .collect();
        said.extend(self.verdicts.clone());
        said.extend(self.read(|facade, reader| {
            let page = Page::first(100);
            vec![
                format!("{:?}", facade.single_auction(self.auction, reader).unwrap()),
                format!("{:?}", facade.active_auctions(page, reader).unwrap()),
                format!("{:?}", facade.bids_of(self.auction, page, reader).unwrap()),
            ]
        }));
        said.extend([self.log(LogAccess::Everybody), self.log(LogAccess::Staff)]);
        said
    }

    fn read<T>(&self, query: impl Fn(&AuctionsFacade, &mut foundation::Reader) -> T) -> T {
        let answer = self
            .app
            .transactions()
            .read(|reader| Ok::<_, foundation::Failure>(query(&self.facade, reader)));
        answer.unwrap()
    }

    fn log(&self, access: LogAccess) -> String {
        self.read(|facade, reader| {
            let parts = log_in_parts(facade, self.auction, access, 2, reader);
            parts.unwrap().concat()
        })
    }
}

/// Whether a text holds an amount, however it is written.
fn tells(text: &str, amount: &str) -> bool {
    let cents = amount.replace('.', "");
    let digits: String = text.chars().filter(|c| !"_,' ".contains(*c)).collect();
    digits.contains(amount) || digits.contains(&cents)
}

fn assert_untold(said: &[String], amounts: &[&str]) {
    for text in said {
        for amount in amounts {
            assert!(!tells(text, amount), "{amount} is told by {text}");
        }
    }
}

#[rstest]
fn maxima_and_reserves_are_told_to_nobody_while_the_lot_runs(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut room) = Room::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let (auction, seller) = (room.auction, room.lot.seller);
    room.bid(bob, SECOND);
    assert_untold(&room.said(), &[SECOND, RESERVE]);
    room.bid(bob, "12");
    let lower = LowerReserve {
        auction,
        seller,
        reserve: usd(LOWERED),
    };
    room.run(|facade, uow| facade.lower_reserve(&lower, uow).unwrap());
    assert_untold(&room.said(), &[SECOND, RESERVE, LOWERED]);
    // From now on the price is the reserve, which was met: that much is the price.
    room.bid(alice, MAXIMUM);
    assert_untold(&room.said(), &[MAXIMUM, SECOND, RESERVE]);
    room.bid(alice, RAISED);
    room.bid(bob, "56000");
    room.bid(bob, "1");
    assert_untold(&room.said(), &[MAXIMUM, RAISED, SECOND, RESERVE]);
    let regret = WithdrawBids {
        auction,
        by: WithdrawnBy::Bidder(bob),
    };
    room.run(|facade, uow| facade.withdraw_bids(regret.clone(), uow).unwrap());
    assert_untold(&room.said(), &[MAXIMUM, RAISED, SECOND, RESERVE]);
    let told = room.read(|facade, reader| facade.maximum_of(auction, alice, reader).unwrap());
    assert_eq!(
        told,
        Some(usd(RAISED)),
        "the bidder's own is the bidder's to see"
    );
}

#[rstest]
fn the_log_names_nobody_and_shows_staff_commitments_and_the_others_hashes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut room) = Room::on(backend) else {
        return;
    };
    let persons = [BidderId::generate(), BidderId::generate()];
    room.bid(persons[0], MAXIMUM);
    room.bid(persons[1], RAISED);
    let logs =
        |room: &Room| [LogAccess::Everybody, LogAccess::Staff].map(|access| room.log(access));
    let names = |text: &str| {
        let persons = persons
            .iter()
            .map(|person| person.uuid())
            .chain([room.lot.seller.uuid()]);
        let mut names = persons.flat_map(|id| [id.to_string(), id.simple().to_string()]);
        names.any(|name| text.contains(&name))
    };
    let [everybody, staff] = logs(&room);
    assert!(!names(&everybody) && !names(&staff));
    assert!(!everybody.contains("entry") && !everybody.contains("opening"));
    assert!(staff.contains("entry") && !staff.contains("opening"));
    let kept: serde_json::Value = serde_json::from_str(&everybody).unwrap();

    room.clock
        .advance(TimeDelta::days(7) + TimeDelta::minutes(2) + GRACE);
    let end = auctions::EndAuction {
        auction: room.auction,
    };
    let ended = room
        .app
        .transactions()
        .run(|uow| room.facade.end(end.clone(), uow));
    ended.unwrap();
    let [everybody, staff] = logs(&room);
    assert!(!names(&everybody), "also afterwards");
    assert_eq!(everybody, staff, "after the end everybody may know all");
    for amount in [MAXIMUM, RAISED, RESERVE] {
        assert!(tells(&everybody, amount), "{amount} is told after the end");
    }
    verify_log(&serde_json::from_str(&everybody).unwrap()).unwrap();
    // Whoever kept the hashes while it ran can prove that nothing was changed.
    let told: serde_json::Value = serde_json::from_str(&everybody).unwrap();
    let hash = |log: &serde_json::Value, line: usize| log["lines"][line]["hash"].clone();
    let lines = kept["lines"].as_array().unwrap().len();
    assert_eq!(lines, 3);
    assert!((0..lines).all(|line| hash(&kept, line) == hash(&told, line)));
}

#[rstest]
fn what_nobody_sees_shows_in_no_hash_before_the_next_bid(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut room) = Room::on(backend) else {
        return;
    };
    let (alice, bob) = (BidderId::generate(), BidderId::generate());
    let told = |room: &Room| {
        let view = |facade: &AuctionsFacade, reader: &mut foundation::Reader| {
            facade.single_auction(room.auction, reader).unwrap()
        };
        let head = room.read(view).unwrap().log_hash.unwrap();
        let log: LotLog = serde_json::from_str(&room.log(LogAccess::Everybody)).unwrap();
        let head: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
        let json = serde_json::to_value(&log).unwrap();
        assert_eq!(
            json["head"], head,
            "the head that is shown is that of the log"
        );
        let lines = json["lines"].as_array().unwrap().len();
        assert_eq!(log.line_with(&head), Some(lines), "and of the newest line");
        lines
    };
    let staff = |room: &Room| room.log(LogAccess::Staff).matches("\"entry\"").count();
    room.bid(alice, "12");
    assert_eq!(told(&room), 2, "the beginning and the bid");
    room.bid(alice, SECOND);
    room.bid(bob, "1");
    assert_eq!((told(&room), staff(&room)), (2, 4), "a raise and a refusal");
    room.bid(bob, "50");
    assert_eq!(
        (told(&room), staff(&room)),
        (5, 5),
        "they show with the next bid"
    );
    room.bid(alice, MAXIMUM);
    let end = auctions::EndAuction {
        auction: room.auction,
    };
    room.clock.advance(TimeDelta::days(8));
    room.run(|facade, uow| facade.end(end.clone(), uow).unwrap());
    assert_eq!(told(&room), 7, "after the end everything");
}

#[rstest]
fn a_lot_that_was_not_sold_keeps_its_maxima_from_the_events(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(mut room) = Room::on(backend) else {
        return;
    };
    room.bid(BidderId::generate(), SECOND);
    room.clock.advance(TimeDelta::days(8));
    let end = auctions::EndAuction {
        auction: room.auction,
    };
    room.run(|facade, uow| facade.end(end.clone(), uow).unwrap());
    let posted: Vec<String> = room
        .bus
        .posted()
        .into_iter()
        .map(|(_, json)| json)
        .collect();
    assert!(posted.iter().any(|json| json.contains("reserve_met")));
    assert_untold(&posted, &[SECOND, RESERVE]);
    let offer = auctions::OfferSecondChance {
        auction: room.auction,
        because: SecondChanceReason::NotSold,
    };
    room.run(|facade, uow| facade.offer_second_chance(&offer, uow).unwrap().unwrap());
    let posted = room.bus.posted();
    let (name, json) = posted.last().unwrap();
    assert_eq!(*name, "auctions.second_chance_offered");
    assert!(
        tells(json, SECOND),
        "whoever is asked learns the own bid: {json}"
    );
}

#[test]
fn the_search_for_amounts_finds_them() {
    let money: Money = usd(MAXIMUM);
    let texts = [
        serde_json::to_string(&money).unwrap(),
        format!("{money:?}"),
        format!("{money}"),
        money.minor_units().to_string(),
    ];
    assert!(texts.iter().all(|text| tells(text, MAXIMUM)), "{texts:?}");
}
