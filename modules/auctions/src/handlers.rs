//! Reactions to events.

use std::sync::Arc;

use foundation::{AsyncHandler, HandlerResult, UnitOfWork};

use crate::application::{Auctions, end_or_rearm, expire_second_chance};
use crate::events::{ClosingDue, SecondChanceDue};

/// Ends an auction when its timer goes off.
pub struct EndDueAuction {
    pub(crate) auctions: Arc<dyn Auctions>,
}

impl AsyncHandler<ClosingDue> for EndDueAuction {
    fn name(&self) -> &'static str {
        "auctions.end_due_auction"
    }

    fn handle(&self, event: &ClosingDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(end_or_rearm(&[event.auction], &*self.auctions, uow)?)
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
        Ok(expire_second_chance(event.auction, &*self.auctions, uow)??)
    }
}
