//! Work on the database, off the threads that serve requests.
//!
//! As many pieces of work run at once as there are connections: the others wait here, where waiting costs
//! nothing, and not inside the pool, where it would keep a thread.

use std::error::Error;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use auctions::{BiddingDesk, BiddingStrategy, PlaceBid, Verdict};
use chrono::{DateTime, Utc};
use foundation::{Failure, Reader, Transactions, UnitOfWork};
use tokio::sync::Semaphore;

use super::arrival::ArrivedAt;
use super::errors::UNAVAILABLE;
use super::house::House;
use super::problem::Problem;

/// How long a request waits for its turn before it is told that the house is too busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls to the outside (a card network) that may be under way at once.
const DESKS: usize = 16;

/// The places where blocking work is done.
#[derive(Debug, Clone)]
pub struct Blocking {
    database: Arc<Semaphore>,
    desks: Arc<Semaphore>,
    hashing: Arc<Semaphore>,
}

impl Blocking {
    /// Room for as many pieces of database work as there are connections.
    pub fn new(connections: u32) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let connections = usize::try_from(connections).unwrap_or(1).max(1);
        Self {
            database: Arc::new(Semaphore::new(connections)),
            desks: Arc::new(Semaphore::new(DESKS)),
            hashing: Arc::new(Semaphore::new(processors)),
        }
    }

    async fn run<T, E>(
        &self,
        place: &Arc<Semaphore>,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(place).acquire_owned()).await;
        let Ok(Ok(permit)) = turn else {
            return Err(
                Problem::new(UNAVAILABLE, "Too many requests are waiting; try again.")
                    .retry_after(5),
            );
        };
        let span = tracing::Span::current();
        // The permit goes with the work: a client that leaves does not make the work end sooner.
        let done = web::block(move || {
            let _permit = permit;
            span.in_scope(work)
        });
        match done.await {
            Ok(result) => result.map_err(Into::into),
            Err(panicked) => Err(Problem::internal().because(panicked)),
        }
    }
}

/// What a handler does its work with.
#[derive(Clone)]
pub struct Work {
    blocking: Blocking,
    transactions: Arc<Transactions>,
    arrived: ArrivedAt,
}

impl Work {
    /// Runs a unit of work; one that loses a race runs again, and waits then for others who change the same
    /// things. Without that, a lot's seller would lose against its bidders for as long as they bid (see
    /// [`Transactions::run_then_locking`](foundation::Transactions::run_then_locking)).
    pub async fn write<T, E>(
        &self,
        work: impl FnMut(&mut UnitOfWork) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Error + From<Failure> + Into<Problem> + Send + 'static,
    {
        let transactions = Arc::clone(&self.transactions);
        let place = &self.blocking.database;
        self.blocking
            .run(place, move || transactions.run_then_locking(work))
            .await
    }

    /// The same, waiting from the first for others who change the same things (see
    /// [`Transactions::run_locking`](foundation::Transactions::run_locking)).
    pub async fn write_locking<T, E>(
        &self,
        work: impl FnMut(&mut UnitOfWork) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Error + From<Failure> + Into<Problem> + Send + 'static,
    {
        let transactions = Arc::clone(&self.transactions);
        let place = &self.blocking.database;
        self.blocking
            .run(place, move || transactions.run_locking(work))
            .await
    }

    /// Runs a query.
    pub async fn read<T, E>(
        &self,
        query: impl FnOnce(&mut Reader) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: From<Failure> + Into<Problem> + Send + 'static,
    {
        let transactions = Arc::clone(&self.transactions);
        let place = &self.blocking.database;
        self.blocking
            .run(place, move || transactions.read(query))
            .await
    }

    /// Runs work of a desk that talks to the outside between its transactions.
    pub async fn at_desk<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.blocking.run(&self.blocking.desks, work).await
    }

    /// Runs work that hashes a password: as many at once as there are processors.
    pub async fn hashing<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.blocking.run(&self.blocking.hashing, work).await
    }

    /// Runs work that keeps a processor busy, such as drawing a document: as many at once as there are
    /// processors.
    pub async fn drawing<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.blocking.run(&self.blocking.hashing, work).await
    }

    /// Places a bid the way the settings say, and waits for its verdict.
    pub async fn bid(
        &self,
        desk: impl Deref<Target = BiddingDesk> + Send + 'static,
        bid: PlaceBid,
    ) -> Result<Verdict, Problem> {
        let decided = match desk.strategy() {
            BiddingStrategy::Desk => desk.place_bid(bid).await?,
            BiddingStrategy::Optimistic | BiddingStrategy::RowLock => {
                let place = &self.blocking.database;
                self.blocking
                    .run(place, move || desk.place_bid_alone(bid))
                    .await?
            }
        };
        Ok(decided?)
    }

    /// When the last byte came of what there is of the request, which decides whether a bid is in time: ask
    /// after reading the body.
    pub fn arrived_at(&self) -> DateTime<Utc> {
        self.arrived.at()
    }

    /// What the handler of this request does its work with.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let house = House::of(request)?;
        Ok(Self {
            blocking: house.blocking().clone(),
            transactions: house.component(),
            arrived: ArrivedAt::of(request)?,
        })
    }
}

impl FromRequest for Work {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
