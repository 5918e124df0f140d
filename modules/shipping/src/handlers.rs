//! Talking to the carrier: what was written down is carried out, and the answer is written down.

use std::sync::Arc;

use foundation::{HandlerResult, OutboundHandler, UnitOfWork};

use crate::application::{Labelling, Parcel, Progress, Unpaid, answered};
use crate::domain::BoughtLabel;
use crate::events::{LabelAsked, LabelQuoted, TrackingDue};

/// Tells the carrier of a parcel.
pub(crate) struct QuoteLabel {
    pub(crate) labelling: Arc<Labelling>,
}

/// Buys the label.
pub(crate) struct BuyLabel {
    pub(crate) labelling: Arc<Labelling>,
}

/// Asks the carrier how far a parcel has come.
pub(crate) struct TrackParcel {
    pub(crate) labelling: Arc<Labelling>,
}

impl OutboundHandler<LabelAsked> for QuoteLabel {
    type Request = Parcel;
    type Outcome = Result<String, String>;

    fn name(&self) -> &'static str {
        "shipping.quote_label"
    }

    fn prepare(&self, event: &LabelAsked, uow: &mut UnitOfWork) -> HandlerResult<Option<Parcel>> {
        Ok(self.labelling.parcel(event.label, uow)?)
    }

    fn call(&self, parcel: Parcel) -> HandlerResult<Self::Outcome> {
        Ok(answered(self.labelling.carrier().quote(&parcel))?)
    }

    fn record(
        &self,
        event: &LabelAsked,
        outcome: Self::Outcome,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.labelling.quoted(event.label, outcome, uow)?)
    }
}

impl OutboundHandler<LabelQuoted> for BuyLabel {
    type Request = Unpaid;
    type Outcome = Result<Option<BoughtLabel>, String>;

    fn name(&self) -> &'static str {
        "shipping.buy_label"
    }

    fn prepare(&self, event: &LabelQuoted, uow: &mut UnitOfWork) -> HandlerResult<Option<Unpaid>> {
        Ok(self.labelling.unpaid(event.label, uow)?)
    }

    fn call(&self, label: Unpaid) -> HandlerResult<Self::Outcome> {
        let carrier = self.labelling.carrier();
        Ok(answered(match label {
            Unpaid::Buy(shipment) => carrier.label(&shipment).map(Some),
            Unpaid::LookUp(shipment) => carrier.bought(&shipment),
        })?)
    }

    fn record(
        &self,
        event: &LabelQuoted,
        outcome: Self::Outcome,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.labelling.bought(event.label, outcome, uow)?)
    }
}

impl OutboundHandler<TrackingDue> for TrackParcel {
    type Request = String;
    type Outcome = Progress;

    fn name(&self) -> &'static str {
        "shipping.track_parcel"
    }

    fn prepare(&self, event: &TrackingDue, uow: &mut UnitOfWork) -> HandlerResult<Option<String>> {
        Ok(self.labelling.on_its_way(event.label, uow)?)
    }

    fn call(&self, shipment: String) -> HandlerResult<Progress> {
        Ok(self.labelling.carrier().track(&shipment)?)
    }

    fn record(
        &self,
        event: &TrackingDue,
        progress: Progress,
        uow: &mut UnitOfWork,
    ) -> HandlerResult {
        Ok(self.labelling.tracked(event.label, progress, uow)?)
    }
}
