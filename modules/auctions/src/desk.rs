//! The bidding desk: bids that wait together are decided together.
//!
//! While one batch is being committed, the next one gathers. So the last minute of a popular lot costs one
//! commit for some hundred bids, where one transaction for each would have them wait for each other's row.

mod clerk;

use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use foundation::database::Backend;
use foundation::{Failure, Transactions, handed_in};
use tokio::sync::oneshot;

use crate::application::Decided;
use crate::domain::{PlaceBid, Verdict};
use crate::facade::AuctionsFacade;
use crate::ids::AuctionId;
use clerk::{Answer, Clerk, Waiting};

/// How bids are decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BiddingStrategy {
    /// Those that wait together, in one transaction.
    #[default]
    Desk,
    /// Each in a transaction of its own, again when somebody else was quicker. For comparison.
    Optimistic,
    /// Each in a transaction of its own that locks the lot's row. For comparison.
    RowLock,
}

/// How the desk works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BiddingSettings {
    /// How bids are decided.
    pub strategy: BiddingStrategy,
    /// How many bids may wait for each clerk; further ones are turned away. About what a clerk decides in
    /// the quarter of a second between the end of a lot and the hammer, so that every bid which came in
    /// time is decided in time.
    pub queue: usize,
    /// How many bids one transaction decides at most.
    pub batch: usize,
    /// How many clerks decide at once, each on a connection of its own; unless given, one on SQLite and as
    /// many as processors on PostgreSQL.
    pub clerks: Option<usize>,
}

impl Default for BiddingSettings {
    fn default() -> Self {
        Self {
            strategy: BiddingStrategy::default(),
            queue: 1_024,
            batch: 512,
            clerks: None,
        }
    }
}

handed_in!(BiddingSettings);

/// Why a bid got no verdict.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DeskError {
    /// More bids wait than the desk can hold. Nothing was decided.
    #[error("too many bids are waiting")]
    Full,
    /// The desk is not open, or no longer. Nothing was decided.
    #[error("the desk is closed")]
    Closed,
    /// The machinery failed.
    #[error("the bid could not be placed")]
    Unexpected(#[source] Arc<Failure>),
}

/// Takes bids, and answers each once it is durable. Lots hash to clerks, each of which decides one batch
/// after the other.
///
/// The clerks come to work when the desk is opened, before the first request is taken. Correctness never depends on them: the aggregate's version
/// decides between several processes.
pub struct BiddingDesk {
    facade: Arc<AuctionsFacade>,
    transactions: Arc<Transactions>,
    settings: Arc<BiddingSettings>,
    hours: Mutex<Hours>,
}

/// The way to each clerk.
type Trays = Arc<[SyncSender<Waiting>]>;

/// Whether the clerks are at work.
#[derive(Default)]
enum Hours {
    #[default]
    BeforeOpening,
    Open(Trays, Vec<JoinHandle<()>>),
    Over,
}

impl BiddingDesk {
    /// A desk that is still to be opened.
    pub fn new(
        facade: Arc<AuctionsFacade>,
        transactions: Arc<Transactions>,
        settings: Arc<BiddingSettings>,
    ) -> Self {
        Self {
            facade,
            transactions,
            settings,
            hours: Mutex::default(),
        }
    }

    /// How bids are to be decided.
    pub fn strategy(&self) -> BiddingStrategy {
        self.settings.strategy
    }

    /// Calls the clerks to work, each with a connection of its own. This waits for the database: never call
    /// it where requests are served.
    pub fn open(&self) -> Result<(), Failure> {
        let (trays, clerks) = self.call_clerks()?;
        let mut hours = self.hours();
        if let Hours::BeforeOpening = *hours {
            *hours = Hours::Open(trays, clerks);
        }
        // Clerks whom nobody needs go home by themselves: nothing is put into their trays.
        Ok(())
    }

    /// Hands a bid in and waits for its verdict. A caller who stops waiting does not take the bid back.
    pub async fn place_bid(&self, bid: PlaceBid) -> Result<Decided<Verdict>, DeskError> {
        let clerks = self.clerks()?;
        let (answer, verdict) = oneshot::channel();
        let clerk = &clerks[clerk_for(bid.auction, clerks.len())];
        clerk
            .try_send(Waiting { bid, answer })
            .map_err(|turned_away| match turned_away {
                TrySendError::Full(_) => DeskError::Full,
                TrySendError::Disconnected(_) => DeskError::Closed,
            })?;
        drop(clerks);
        verdict.await.unwrap_or(Err(DeskError::Closed))
    }

    /// Decides a bid alone, in a transaction of its own.
    pub fn place_bid_alone(&self, bid: PlaceBid) -> Answer {
        let bids = [bid];
        let decide = |uow: &mut _| self.facade.place_bids(&bids, uow);
        let verdicts = match self.settings.strategy {
            BiddingStrategy::RowLock => self.transactions.run_locking(decide),
            BiddingStrategy::Desk | BiddingStrategy::Optimistic => self.transactions.run(decide),
        };
        let mut verdicts = verdicts.map_err(|failure| DeskError::Unexpected(failure.into()))?;
        Ok(verdicts.remove(0))
    }

    /// Takes no more bids, answers every bid that waits, and sends the clerks home.
    pub fn close(&self) {
        let hours = std::mem::replace(&mut *self.hours(), Hours::Over);
        let Hours::Open(senders, clerks) = hours else {
            return;
        };
        drop(senders);
        for clerk in clerks {
            if clerk.join().is_err() {
                tracing::error!("a clerk of the bidding desk panicked");
            }
        }
    }

    fn clerks(&self) -> Result<Trays, DeskError> {
        match &*self.hours() {
            Hours::Open(trays, _) => Ok(Arc::clone(trays)),
            Hours::BeforeOpening | Hours::Over => Err(DeskError::Closed),
        }
    }

    fn call_clerks(&self) -> Result<(Trays, Vec<JoinHandle<()>>), Failure> {
        let database = self.transactions.database();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let number = match (database.backend(), self.settings.clerks) {
            (Backend::Sqlite, _) => 1,
            (Backend::Postgres, clerks) => clerks.unwrap_or(processors).max(1),
        };
        let connections = u32::try_from(number).unwrap_or(u32::MAX);
        let transactions = self.transactions.on(database.dedicated(connections)?);
        let (mut senders, mut threads) = (Vec::new(), Vec::new());
        for index in 0..number {
            let (sender, bids) = sync_channel(self.settings.queue.max(1));
            let clerk = Clerk {
                facade: Arc::clone(&self.facade),
                transactions: transactions.clone(),
                batch: self.settings.batch.max(1),
                bids,
            };
            let thread = std::thread::Builder::new().name(format!("bidding-desk-{index}"));
            let thread = thread.spawn(move || clerk.work());
            threads.push(thread.map_err(|error| Failure::Defect(error.to_string()))?);
            senders.push(sender);
        }
        Ok((senders.into(), threads))
    }

    fn hours(&self) -> MutexGuard<'_, Hours> {
        self.hours.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All bids on one lot go to one clerk of this process.
fn clerk_for(auction: AuctionId, clerks: usize) -> usize {
    let clerks = u128::try_from(clerks).expect("a number of threads fits");
    usize::try_from(auction.uuid().as_u128() % clerks).expect("less than the number of threads")
}
