//! What bidders are told of their registrations for sales.

use std::sync::Arc;

use auctions::{BidderRegistered, RegistrationApproved, RegistrationRefused};
use foundation::{AsyncHandler, HandlerResult, Policy, UnitOfWork};

use crate::application::{Correspondence, Notice, RefusedRegistration, SaleRegistration};
use crate::ids::CustomerId;

/// Tells bidders how their registrations stand.
pub(crate) struct TellOfRegistration {
    pub(crate) correspondence: Arc<Correspondence>,
}

impl AsyncHandler<BidderRegistered> for TellOfRegistration {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_registered_bidder"
    }

    fn handle(&self, event: &BidderRegistered, uow: &mut UnitOfWork) -> HandlerResult {
        let registration = SaleRegistration {
            sale: event.sale,
            title: event.title.clone(),
            paddle: event.paddle,
        };
        let notice = if event.approved {
            Notice::RegistrationApproved(registration)
        } else {
            Notice::RegistrationPending(registration)
        };
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

impl AsyncHandler<RegistrationApproved> for TellOfRegistration {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_approved_bidder"
    }

    fn handle(&self, event: &RegistrationApproved, uow: &mut UnitOfWork) -> HandlerResult {
        let notice = Notice::RegistrationApproved(SaleRegistration {
            sale: event.sale,
            title: event.title.clone(),
            paddle: event.paddle,
        });
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}

impl AsyncHandler<RegistrationRefused> for TellOfRegistration {
    fn name(&self) -> &'static str {
        "customer_relationship.tell_refused_bidder"
    }

    fn handle(&self, event: &RegistrationRefused, uow: &mut UnitOfWork) -> HandlerResult {
        let notice = Notice::RegistrationRefused(RefusedRegistration {
            sale: event.sale,
            title: event.title.clone(),
            reason: event.reason.clone(),
        });
        let bidder = CustomerId::from(event.bidder.uuid());
        Ok(self.correspondence.tell(bidder, &notice, uow)?)
    }

    fn policy(&self) -> Policy {
        Policy::not_blocking()
    }
}
