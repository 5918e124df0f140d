//! Buying a carrier's label: each step is written down before the next, so that a crash anywhere buys one label.

use std::sync::Arc;

use chrono::TimeDelta;
use foundation::{Failure, UnitOfWork, audit};

use super::carrier::{CarrierError, Carriers, Parcel, Progress};
use super::packages::{DeliverPackageError, ShipPackageError, deliver, ship};
use super::ports::Labels;
use super::serving::Serving;
use super::{ShipPackage, carrier};
use crate::domain::{
    BoughtLabel, CarrierName, Grams, Label, LabelState, PackageStatus, TrackingNumber,
};
use crate::events::{LabelAsked, LabelQuoted, TrackingDue};
use crate::ids::{LabelId, PackageId};

/// How often a carrier is asked how far a parcel has come.
const LOOK_AGAIN: TimeDelta = TimeDelta::hours(6);

/// After so long nobody asks any more: staff write down what became of the parcel.
const GIVE_UP: TimeDelta = TimeDelta::days(60);

/// Why no label was bought after all.
const NOT_TO_BE_SENT: &str = "the package could not be sent any more";

/// What is to be done about a label that the carrier knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unpaid {
    /// The parcel of this name leaves: its label is to be bought.
    Buy(String),
    /// The parcel of this name does not leave any more. An answer may have been lost: it is to be found out whether
    /// its label was bought before.
    LookUp(String),
}

/// Asks the house's carrier for a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskForLabel {
    /// Identifies the wish: asked twice with one id, one label is bought.
    pub label: LabelId,
    /// For which package.
    pub package: PackageId,
    /// How heavy it is, packed.
    pub grams: Grams,
    /// Who asks.
    pub by: String,
}

/// Why no label was asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskForLabelError {
    /// There is no such package.
    #[error("there is no such package")]
    NotFound,
    /// Its number is written down by hand.
    #[error("the house's carrier sells no labels")]
    NoLabels,
    /// It cannot be packed, has left, or is fetched.
    #[error("this package cannot be sent")]
    NotToBeSent,
    /// One is bought, or is being bought.
    #[error("this package has a label")]
    HasLabel,
    /// The machinery failed.
    #[error("the label could not be asked for")]
    Unexpected(#[from] Failure),
}

/// Buys labels, and watches what they are stuck to.
pub(crate) struct Labelling {
    pub(crate) serving: Arc<Serving>,
    pub(crate) labels: Arc<dyn Labels>,
    pub(crate) carriers: Arc<Carriers>,
}

impl Labelling {
    pub(crate) fn carrier(&self) -> &dyn carrier::Carrier {
        &*self.carriers.0
    }

    /// Writes the wish down; a handler carries it out.
    pub(crate) fn ask(
        &self,
        command: AskForLabel,
        uow: &mut UnitOfWork,
    ) -> Result<(), AskForLabelError> {
        if !self.carrier().sells_labels() {
            return Err(AskForLabelError::NoLabels);
        }
        let package = self.serving.packages.get(command.package, uow)?;
        let package = package.ok_or(AskForLabelError::NotFound)?;
        if package.status != PackageStatus::Created || package.collection.is_some() {
            return Err(AskForLabelError::NotToBeSent);
        }
        match self.labels.of_package(command.package, uow)? {
            Some(known) if known.id == command.label => return Ok(()),
            Some(_) => return Err(AskForLabelError::HasLabel),
            None => {}
        }
        let label = Label {
            id: command.label,
            version: 1,
            package: command.package,
            grams: command.grams,
            state: LabelState::Asked,
            shipment: None,
            asked_by: command.by,
            asked_at: uow.now(),
            finished_at: None,
        };
        self.labels.add(&label, uow)?;
        Ok(uow.post(&LabelAsked { label: label.id })?)
    }

    /// What the carrier is to be told; nothing when it knows.
    pub(crate) fn parcel(
        &self,
        id: LabelId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Parcel>, Failure> {
        let label = self.known(id, uow)?;
        if label.state != LabelState::Asked {
            return Ok(None);
        }
        let package = self.serving.packages.get(label.package, uow)?;
        let to = package.and_then(|package| package.address);
        let missing = || Failure::Defect(format!("label {id} goes nowhere"));
        Ok(Some(Parcel {
            label: id,
            to: to.ok_or_else(missing)?,
            grams: label.grams,
        }))
    }

    /// The carrier knows the parcel now, or will not have it.
    pub(crate) fn quoted(
        &self,
        id: LabelId,
        answer: Result<String, String>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let mut label = self.known(id, uow)?;
        let (news, known) = match answer {
            Ok(shipment) => (label.quoted(shipment), true),
            Err(why) => (label.failed(why, uow.now()), false),
        };
        if !news {
            return Ok(());
        }
        self.labels.save(&mut label, uow)?;
        match known {
            true => uow.post(&LabelQuoted { label: id }),
            false => Ok(()),
        }
    }

    /// What is to be done about a label that the carrier knows; nothing when it is paid, or had failed.
    pub(crate) fn unpaid(
        &self,
        id: LabelId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<Unpaid>, Failure> {
        let label = self.known(id, uow)?;
        let LabelState::Quoted(shipment) = label.state else {
            return Ok(None);
        };
        let package = self.serving.packages.get(label.package, uow)?;
        let leaves = package.is_some_and(|package| package.status == PackageStatus::Created);
        Ok(Some(match leaves {
            true => Unpaid::Buy(shipment),
            false => Unpaid::LookUp(shipment),
        }))
    }

    /// The label is paid, and the parcel is the carrier's; or it is not, and never will be.
    pub(crate) fn bought(
        &self,
        id: LabelId,
        answer: Result<Option<BoughtLabel>, String>,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let mut label = self.known(id, uow)?;
        let answer = answer.and_then(|bought| bought.ok_or_else(|| NOT_TO_BE_SENT.to_owned()));
        let news = match answer.clone() {
            Ok(bought) => label.bought(bought, uow.now()),
            Err(why) => label.failed(why, uow.now()),
        };
        if !news {
            return Ok(());
        }
        self.labels.save(&mut label, uow)?;
        let Ok(bought) = answer else {
            return Ok(());
        };
        self.hand_over(&label, &bought, uow)
    }

    /// A package that may not leave any more keeps its label: that money was spent on it is written down where staff
    /// look.
    fn hand_over(
        &self,
        label: &Label,
        bought: &BoughtLabel,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let command = ShipPackage {
            package: label.package,
            carrier: CarrierName::parse(&bought.carrier).map_err(Failure::damaged)?,
            tracking_number: TrackingNumber::parse(&bought.tracking_number)
                .map_err(Failure::damaged)?,
        };
        match ship(&self.serving, command, uow) {
            Ok(()) => uow.schedule(uow.now() + LOOK_AGAIN, &TrackingDue { label: label.id }),
            Err(ShipPackageError::Unexpected(failure)) => Err(failure),
            Err(
                refused @ (ShipPackageError::NotFound
                | ShipPackageError::PackageAlreadyShipped
                | ShipPackageError::AwaitsAddress
                | ShipPackageError::AwaitsStock
                | ShipPackageError::IsCollected
                | ShipPackageError::IsShipped
                | ShipPackageError::Cancelled),
            ) => {
                let subject = label.package.to_string();
                let detail = format!(
                    "{} {} is paid: {refused}",
                    bought.carrier, bought.tracking_number
                );
                audit::record("shipping", "shipping.unused_label", &subject, &detail, uow)
            }
        }
    }

    /// Which parcel is to be asked for; nothing when it arrived, came back, or was given up.
    pub(crate) fn on_its_way(
        &self,
        id: LabelId,
        uow: &mut UnitOfWork,
    ) -> Result<Option<String>, Failure> {
        let label = self.known(id, uow)?;
        let package = self.serving.packages.get(label.package, uow)?;
        let shipped = package.is_some_and(|package| package.status == PackageStatus::Shipped);
        let fresh = uow.now() - label.asked_at < GIVE_UP;
        Ok(label.shipment.filter(|_| shipped && fresh))
    }

    /// The carrier says how far the parcel has come. What it brings back is back when staff have it.
    pub(crate) fn tracked(
        &self,
        id: LabelId,
        progress: Progress,
        uow: &mut UnitOfWork,
    ) -> Result<(), Failure> {
        let label = self.known(id, uow)?;
        match progress {
            Progress::OnItsWay | Progress::ComingBack => {
                uow.schedule(uow.now() + LOOK_AGAIN, &TrackingDue { label: id })
            }
            Progress::Delivered => match deliver(&*self.serving.packages, label.package, uow) {
                Err(DeliverPackageError::Unexpected(failure)) => Err(failure),
                Ok(())
                | Err(
                    DeliverPackageError::NotFound
                    | DeliverPackageError::NotShipped
                    | DeliverPackageError::AlreadyDelivered
                    | DeliverPackageError::AlreadyReturned,
                ) => Ok(()),
            },
        }
    }

    fn known(&self, id: LabelId, uow: &mut UnitOfWork) -> Result<Label, Failure> {
        let found = self.labels.get(id, uow)?;
        found.ok_or_else(|| Failure::Defect(format!("there is no label {id}")))
    }
}

/// A refusal is an answer; whatever else goes wrong is tried again.
pub(crate) fn answered<T>(
    result: Result<T, CarrierError>,
) -> Result<Result<T, String>, CarrierError> {
    match result {
        Ok(answer) => Ok(Ok(answer)),
        Err(error @ (CarrierError::Rejected { .. } | CarrierError::ByHand)) => {
            Ok(Err(error.to_string()))
        }
        Err(error @ (CarrierError::Unauthorised | CarrierError::Unknown(_))) => Err(error),
    }
}
