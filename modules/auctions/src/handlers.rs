//! Reactions to events.

use std::sync::Arc;

use foundation::{AsyncHandler, HandlerResult, UnitOfWork};

use crate::application::{Auctions, end_or_rearm};
use crate::events::ClosingDue;

/// Ends an auction when its timer goes off.
pub struct EndDueAuction {
    pub(crate) auctions: Arc<dyn Auctions>,
}

impl AsyncHandler<ClosingDue> for EndDueAuction {
    fn name(&self) -> &'static str {
        "auctions.end_due_auction"
    }

    fn handle(&self, event: &ClosingDue, uow: &mut UnitOfWork) -> HandlerResult {
        Ok(end_or_rearm(event.auction, &*self.auctions, uow)?)
    }
}
