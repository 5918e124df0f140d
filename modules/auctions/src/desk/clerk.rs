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
    /// alone, so that one which cannot be decided does not fail its neighbours: until the database goes away,
    /// for which nobody shall wait as often as there are bids.
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
                each_alone(bids, |bid| self.decide_together(bid))
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

/// Decides bids one after the other. The first failure that is none of their faults answers all that are left.
fn each_alone(
    bids: &[PlaceBid],
    mut decide: impl FnMut(&[PlaceBid]) -> Result<Vec<Decided<Verdict>>, Failure>,
) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::with_capacity(bids.len());
    for bid in bids.chunks(1) {
        match decide(bid) {
            Ok(verdicts) => answers.extend(verdicts.into_iter().map(Ok)),
            Err(failure) => {
                let left = match is_nobodys_fault(&failure) {
                    true => bids.len() - answers.len(),
                    false => 1,
                };
                let failure = DeskError::Unexpected(Arc::new(failure));
                answers.extend(std::iter::repeat_n(Err(failure), left));
            }
        }
        if answers.len() == bids.len() {
            break;
        }
    }
    answers
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BidAmount, CommandError};
    use crate::ids::{AuctionId, BidderId};

    #[test]
    fn an_outage_while_bids_are_tried_alone_is_waited_for_once() {
        let bid = |_| PlaceBid {
            auction: AuctionId::generate(),
            bidder: BidderId::generate(),
            amount: BidAmount::InLotCurrency("1".to_owned()),
            arrived_at: chrono::DateTime::UNIX_EPOCH,
            key: None,
        };
        let bids: Vec<PlaceBid> = (0..6).map(bid).collect();
        let mut outcomes = vec![
            Ok(vec![Err(CommandError::NotFound)]),
            Err(Failure::Defect("a poisonous bid".to_owned())),
            Ok(vec![Err(CommandError::NotFound)]),
            Err(Failure::TooBusy),
        ]
        .into_iter();
        let mut tried = 0;
        let answers = each_alone(&bids, |one| {
            tried += one.len();
            outcomes.next().expect("nobody asks after the outage")
        });
        assert_eq!((tried, answers.len()), (4, 6), "the others are not tried");
        let failed = |answer: &Answer| matches!(answer, Err(DeskError::Unexpected(_)));
        let failed: Vec<bool> = answers.iter().map(failed).collect();
        assert_eq!(failed, [false, true, false, true, true, true]);
        let busy = |answer: &Answer| matches!(answer, Err(DeskError::Unexpected(failure)) if matches!(**failure, Failure::TooBusy));
        assert!(answers[3..].iter().all(busy));
    }
}
