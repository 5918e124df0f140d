//! Reactions to events.

use std::sync::Arc;

use foundation::{AsyncHandler, BatchHandler, HandlerResult, UnitOfWork};

use crate::application::{Auctions, end_or_rearm, expire_second_chance};
use crate::events::{ClosingDue, SecondChanceDue};
use crate::ids::AuctionId;

/// Ends auctions when their timers go off: together, because whole sales end in the same second.
pub struct EndDueAuction {
    pub(crate) auctions: Arc<dyn Auctions>,
}

impl BatchHandler<ClosingDue> for EndDueAuction {
    fn name(&self) -> &'static str {
        "auctions.end_due_auction"
    }

    fn handle_all(&self, events: &[ClosingDue], uow: &mut UnitOfWork) -> HandlerResult {
        let due: Vec<AuctionId> = events.iter().map(|event| event.auction).collect();
        Ok(end_or_rearm(&due, &*self.auctions, uow)?)
    }
}

/// Ends a second chance that nobody answered.
pub struct ExpireSecondChance {
    pub(crate) auctions: Arc<dyn Auctions>,
}

impl AsyncHandler<SecondChanceDue> for ExpireSecondChance {
    fn name(&self) -> &'static str {
        "auctions.expire_second_chance"
    }

    fn handle(&self, event: &SecondChanceDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(expire_second_chance(event, &*self.auctions, uow)??)
    }
}
