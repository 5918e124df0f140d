//! The module in an application whose other half writes down what it is told.

use std::sync::{Arc, Mutex};

use auctions::{
    AuctionBegan, AuctionCancelled, AuctionEnded, AuctionExtended, AuctionId, AuctionTitle,
    AuctionView, AuctionsFacade, AuctionsModule, BeginAuction, BeginAuctionError, BidView,
    BidderHasBeenOverbid, BidderId, BidsWithdrawn, Decided, EndAuction, EndAuctionError,
    LotDescription, LotTerms, Page, PlaceBid, SalesFacade, SecondChanceAccepted,
    SecondChanceDeclined, SecondChanceExpired, SecondChanceOffered, SellerId, Verdict,
    WinningBidPlaced, WithdrawBids, Withdrawn, WithdrawnBy,
};
use chrono::{DateTime, TimeDelta, Utc};
use foundation::testing::{Backend, FixedClock, TestDatabase};
use foundation::{
    AsyncHandler, Clock, Currency, Failure, HandlerResult, Money, OnAsync, Reader, Subscription,
    Transactions, UnitOfWork, application_of, handed_in, injectable,
};
use shaku::{HasComponent, module};

/// What the others were told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Began(AuctionBegan),
    Leading(WinningBidPlaced),
    Overbid(BidderHasBeenOverbid),
    Withdrawn(BidsWithdrawn),
    Ended(AuctionEnded),
    Extended(AuctionExtended),
    Cancelled(AuctionCancelled),
    Offered(SecondChanceOffered),
    Accepted(SecondChanceAccepted),
    Declined(SecondChanceDeclined),
    Expired(SecondChanceExpired),
}

impl Told {
    /// The end of a lot, if it is that.
    pub fn ended(&self) -> Option<&AuctionEnded> {
        match self {
            Self::Ended(event) => Some(event),
            Self::Began(_)
            | Self::Leading(_)
            | Self::Overbid(_)
            | Self::Withdrawn(_)
            | Self::Extended(_)
            | Self::Cancelled(_)
            | Self::Offered(_)
            | Self::Accepted(_)
            | Self::Declined(_)
            | Self::Expired(_) => None,
        }
    }
}

/// Clones share what is written in it.
#[derive(Clone, Default)]
pub struct Notebook(Arc<Mutex<Vec<Told>>>);

handed_in!(Notebook);

pub struct Listener {
    notebook: Arc<Notebook>,
}

injectable!(Listener { notebook: Notebook });

macro_rules! listens {
    ($($event:ident as $told:ident named $name:literal),+) => {
        $(impl AsyncHandler<$event> for Listener {
            fn name(&self) -> &'static str {
                $name
            }

            fn handle(&self, event: &$event, _: &mut UnitOfWork) -> HandlerResult {
                self.notebook.0.lock().unwrap().push(Told::$told(event.clone()));
                Ok(())
            }
        })+
    };
}

listens!(
    AuctionBegan as Began named "test.began",
    WinningBidPlaced as Leading named "test.leading",
    BidderHasBeenOverbid as Overbid named "test.overbid",
    BidsWithdrawn as Withdrawn named "test.withdrawn",
    AuctionEnded as Ended named "test.ended",
    AuctionExtended as Extended named "test.extended",
    AuctionCancelled as Cancelled named "test.cancelled",
    SecondChanceOffered as Offered named "test.offered",
    SecondChanceAccepted as Accepted named "test.accepted",
    SecondChanceDeclined as Declined named "test.declined",
    SecondChanceExpired as Expired named "test.expired"
);

module! {
    pub ListeningModule {
        components = [
            Notebook,
            #[ordered(Subscription)] OnAsync<AuctionBegan, Listener>,
            #[ordered(Subscription)] OnAsync<WinningBidPlaced, Listener>,
            #[ordered(Subscription)] OnAsync<BidderHasBeenOverbid, Listener>,
            #[ordered(Subscription)] OnAsync<BidsWithdrawn, Listener>,
            #[ordered(Subscription)] OnAsync<AuctionEnded, Listener>,
            #[ordered(Subscription)] OnAsync<AuctionExtended, Listener>,
            #[ordered(Subscription)] OnAsync<AuctionCancelled, Listener>,
            #[ordered(Subscription)] OnAsync<SecondChanceOffered, Listener>,
            #[ordered(Subscription)] OnAsync<SecondChanceAccepted, Listener>,
            #[ordered(Subscription)] OnAsync<SecondChanceDeclined, Listener>,
            #[ordered(Subscription)] OnAsync<SecondChanceExpired, Listener>,
        ],
        providers = []
    }
}

application_of!(TestApp: AuctionsModule, ListeningModule);

pub const END: TimeDelta = TimeDelta::days(7);
pub const GRACE: TimeDelta = TimeDelta::milliseconds(250);

/// The application under test with what the tests need of it.
pub struct Bench {
    pub app: TestApp,
    pub facade: Arc<AuctionsFacade>,
    pub sales: Arc<SalesFacade>,
    pub clock: FixedClock,
    notebook: Notebook,
    database: TestDatabase,
}

impl Bench {
    pub fn on(backend: Backend) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let notebook = Notebook::default();
        let auctions = Arc::new(auctions::module());
        let listening = ListeningModule::builder()
            .with_component_parameters::<Notebook>(notebook.clone().into())
            .build();
        let (facade, sales) = (auctions.resolve(), auctions.resolve());
        let app = TestApp::start(&database, &clock, (auctions, Arc::new(listening)));
        Some(Self {
            app,
            facade,
            sales,
            clock,
            notebook,
            database,
        })
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Changes rows behind the module's back.
    pub fn tamper(&self, statement: &str) {
        self.database.tamper(statement);
    }

    pub fn transactions(&self) -> &Transactions {
        self.app.transactions()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Delivers what is due and says what the others were told by it.
    pub fn told(&self) -> Vec<Told> {
        self.app.deliver_due();
        std::mem::take(&mut self.notebook.0.lock().unwrap())
    }

    pub fn try_begin(&self, command: BeginAuction) -> Result<(), BeginAuctionError> {
        self.transactions()
            .run(|uow| self.facade.begin(command.clone(), uow))
    }

    /// Begins a lot at 10 dollars that ends in a week; nobody remembers being told.
    pub fn begin(&self) -> AuctionId {
        self.begin_on(LotTerms::default())
    }

    /// The same with terms.
    pub fn begin_on(&self, terms: LotTerms) -> AuctionId {
        self.begin_until(self.now() + END, terms)
    }

    /// The same with another end.
    pub fn begin_until(&self, ends_at: DateTime<Utc>, terms: LotTerms) -> AuctionId {
        let command = BeginAuction {
            terms,
            ends_at,
            ..a_lot(self.now())
        };
        let auction = command.auction;
        self.try_begin(command).unwrap();
        self.told();
        auction
    }

    /// Decides bids in one unit of work.
    pub fn place(&self, bids: &[PlaceBid]) -> Result<Vec<Decided<Verdict>>, Failure> {
        self.transactions()
            .run(|uow| self.facade.place_bids(bids, uow))
    }

    pub fn try_bid(&self, command: &PlaceBid) -> Decided<Verdict> {
        let mut verdicts = self.place(std::slice::from_ref(command)).unwrap();
        assert_eq!(verdicts.len(), 1);
        verdicts.remove(0)
    }

    /// Bids now, in dollars.
    pub fn bid(&self, auction: AuctionId, bidder: BidderId, amount: &str) -> Verdict {
        self.try_bid(&self.a_bid(auction, bidder, amount)).unwrap()
    }

    pub fn a_bid(&self, auction: AuctionId, bidder: BidderId, amount: &str) -> PlaceBid {
        PlaceBid {
            auction,
            bidder,
            amount: usd(amount).into(),
            arrived_at: self.now(),
            key: None,
        }
    }

    pub fn withdraw(&self, auction: AuctionId, by: WithdrawnBy) -> Decided<Withdrawn> {
        self.try_withdraw(auction, by).unwrap()
    }

    pub fn try_withdraw(
        &self,
        auction: AuctionId,
        by: WithdrawnBy,
    ) -> Result<Decided<Withdrawn>, Failure> {
        let command = WithdrawBids { auction, by };
        self.transactions()
            .run(|uow| self.facade.withdraw_bids(command.clone(), uow))
    }

    pub fn end(&self, auction: AuctionId) -> Result<(), EndAuctionError> {
        self.transactions()
            .run(|uow| self.facade.end(EndAuction { auction }, uow))
    }

    /// Jumps to the moment at which the hammer may fall on a lot of [`begin`](Self::begin).
    pub fn pass_the_end(&self) {
        self.clock.advance(END + GRACE);
    }

    pub fn read<T>(&self, query: impl FnOnce(&mut Reader) -> Result<T, Failure>) -> T {
        self.transactions().read(query).unwrap()
    }

    /// The lot as everybody sees it, without the hash of its log, which refusals change too.
    pub fn view(&self, auction: AuctionId) -> AuctionView {
        let view = self.read(|reader| self.facade.single_auction(auction, reader));
        AuctionView {
            log_hash: None,
            ..view.unwrap()
        }
    }

    /// The first hundred bids, oldest first.
    pub fn bids(&self, auction: AuctionId) -> Vec<BidView> {
        let page = Page::first(100);
        let mut bids = self.read(|reader| self.facade.bids_of(auction, page, reader));
        bids.reverse();
        bids
    }
}

/// A lot at 10 dollars that ends in a week.
pub fn a_lot(now: DateTime<Utc>) -> BeginAuction {
    BeginAuction {
        auction: AuctionId::generate(),
        seller: SellerId::generate(),
        title: AuctionTitle::parse("A chair").unwrap(),
        description: LotDescription::parse("Walnut, around 1930.").unwrap(),
        starting_price: usd("10"),
        ends_at: now + END,
        terms: LotTerms::default(),
    }
}

pub fn usd(amount: &str) -> Money {
    Money::parse(Currency::USD, amount).unwrap()
}

pub fn staff(bids: impl IntoIterator<Item = auctions::BidId>) -> WithdrawnBy {
    WithdrawnBy::Staff {
        bids: bids.into_iter().collect(),
        staff: "dora".to_owned(),
        reason: "a typing error".to_owned(),
    }
}
