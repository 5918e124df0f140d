//! Taking bids back.

use foundation::{UnitOfWork, audit};

use super::Auctions;
use crate::domain::{WithdrawBids, WithdrawBidsError, Withdrawn, WithdrawnBy};

/// Withdraws the bids. What staff do is also in the audit log.
pub(crate) fn withdraw_bids(
    command: WithdrawBids,
    auctions: &dyn Auctions,
    uow: &mut UnitOfWork,
) -> Result<Withdrawn, WithdrawBidsError> {
    let id = command.auction;
    let mut auction = auctions.get(id, uow)?.ok_or(WithdrawBidsError::NotFound)?;
    let history = auctions.history(id, uow)?;
    let by_staff = match &command.by {
        WithdrawnBy::Bidder(_) => None,
        WithdrawnBy::Staff { staff, reason, .. } => Some((staff.clone(), reason.clone())),
    };
    let withdrawn = auction.withdraw_bids(&history, command.by, uow.now())?;
    auctions.save(&mut auction, uow)?;
    if let Some((staff, reason)) = by_staff {
        let bids: Vec<String> = withdrawn.bids.iter().map(ToString::to_string).collect();
        let detail = format!("{} ({})", reason.trim(), bids.join(", "));
        audit::record(
            &staff,
            "auctions.withdraw_bids",
            &id.to_string(),
            &detail,
            uow,
        )?;
    }
    Ok(withdrawn)
}
