//! Whoever decides at the desk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use foundation::{Failure, Transactions};
use tokio::sync::oneshot;

use super::DeskError;
use crate::application::Decided;
use crate::domain::{PlaceBid, Verdict};
use crate::facade::AuctionsFacade;

/// What a bidder at the desk is told.
pub(super) type Answer = Result<Decided<Verdict>, DeskError>;

/// A bid, and where its verdict is waited for.
pub(super) struct Waiting {
    pub(super) bid: PlaceBid,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// Decides one batch of bids after the other, in the order of their arrival.
pub(super) struct Clerk {
    pub(super) facade: Arc<AuctionsFacade>,
    pub(super) transactions: Transactions,
    pub(super) batch: usize,
    pub(super) bids: Receiver<Waiting>,
}

impl Clerk {
    /// Works until the desk is closed and nobody waits any more.
    pub(super) fn work(self) {
        while let Ok(first) = self.bids.recv() {
            let (mut bids, mut callers) = (vec![first.bid], vec![first.answer]);
            while bids.len() < self.batch
                && let Ok(next) = self.bids.try_recv()
            {
                bids.push(next.bid);
                callers.push(next.answer);
            }
            metrics::histogram!("gavel_desk_batch_bids").record(count(bids.len()));
            for (caller, answer) in callers.into_iter().zip(self.decide(&bids)) {
                // Whoever no longer waits has bid all the same.
                let _ = caller.send(answer);
            }
        }
    }

    /// Decides the bids together. When that fails for another reason than a conflict, each is decided
    /// alone, so that one which cannot be decided does not fail its neighbours.
    fn decide(&self, bids: &[PlaceBid]) -> Vec<Answer> {
        match self.decide_together(bids) {
            Ok(verdicts) => verdicts.into_iter().map(Ok).collect(),
            Err(failure) if bids.len() == 1 || is_nobodys_fault(&failure) => {
                let failure = Arc::new(failure);
                let answer = |_| Err(DeskError::Unexpected(Arc::clone(&failure)));
                bids.iter().map(answer).collect()
            }
            Err(failure) => {
                tracing::warn!(%failure, bids = bids.len(), "a batch of bids failed; each is tried alone");
                let alone = bids.chunks(1).flat_map(|bid| self.decide(bid));
                alone.collect()
            }
        }
    }

    fn decide_together(&self, bids: &[PlaceBid]) -> Result<Vec<Decided<Verdict>>, Failure> {
        let decide = || {
            self.transactions
                .run_then_locking(|uow| self.facade.place_bids(bids, uow))
        };
        catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<&str>().copied();
            let said = said.unwrap_or("it did not say why");
            Err(Failure::Defect(format!("a decision panicked: {said}")))
        })
    }
}

/// Whether every bid of the batch would fail alike: the database is away, or busy beyond patience.
fn is_nobodys_fault(failure: &Failure) -> bool {
    match failure {
        Failure::Conflict
        | Failure::TooBusy
        | Failure::Unavailable(_)
        | Failure::OutcomeUnknown(_) => true,
        Failure::Database(_)
        | Failure::Handler { .. }
        | Failure::DamagedData(_)
        | Failure::Defect(_) => false,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a batch is far below the numbers that floating point cannot hold"
)]
fn count(bids: usize) -> f64 {
    bids as f64
}
