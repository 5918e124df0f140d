//! Who carries parcels.

use std::error::Error;
use std::sync::Arc;

use foundation::Interface;

use crate::domain::{BoughtLabel, Grams, PostalAddress};
use crate::ids::LabelId;

/// A parcel as a carrier is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parcel {
    /// Our name for it.
    pub(crate) label: LabelId,
    pub(crate) to: PostalAddress,
    pub(crate) grams: Grams,
}

/// How far a parcel has come, as its carrier says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    OnItsWay,
    Delivered,
    /// The carrier brings it back: it is back when it is here.
    ComingBack,
}

/// Why a carrier did not do as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CarrierError {
    /// It will not, however often it is asked.
    #[error("the carrier refuses: {detail}")]
    Rejected { detail: String },
    /// It does not know this house's key: somebody must look after it.
    #[error("the carrier does not accept the key")]
    Unauthorised,
    /// Nobody knows whether it did it.
    #[error("the carrier gave no usable answer")]
    Unknown(#[source] Box<dyn Error + Send + Sync>),
    /// It sells no labels: staff write down its number.
    #[error("this carrier's numbers are written down by hand")]
    ByHand,
}

/// A carrier. Every method talks to the outside and is called outside any transaction.
pub(crate) trait Carrier: Interface {
    /// Whether it sells labels.
    fn sells_labels(&self) -> bool;

    /// Tells it of a parcel, which costs nothing; says its name for it. Told again, it has two names for the
    /// parcel, of which one is forgotten.
    fn quote(&self, parcel: &Parcel) -> Result<String, CarrierError>;

    /// The label that was bought for the parcel of this name; nothing when none was.
    fn bought(&self, shipment: &str) -> Result<Option<BoughtLabel>, CarrierError>;

    /// Buys the label of the parcel of this name, or shows the one that was bought: a parcel is paid for once.
    fn label(&self, shipment: &str) -> Result<BoughtLabel, CarrierError>;

    /// How far the parcel of this name has come.
    fn track(&self, shipment: &str) -> Result<Progress, CarrierError>;
}

/// The carrier that serves this house.
pub(crate) struct Carriers(pub(crate) Arc<dyn Carrier>);

/// Staff bring parcels to a counter and write down the number.
pub(crate) struct ByHand;

impl Carrier for ByHand {
    fn sells_labels(&self) -> bool {
        false
    }

    fn quote(&self, _: &Parcel) -> Result<String, CarrierError> {
        Err(CarrierError::ByHand)
    }

    fn bought(&self, _: &str) -> Result<Option<BoughtLabel>, CarrierError> {
        Err(CarrierError::ByHand)
    }

    fn label(&self, _: &str) -> Result<BoughtLabel, CarrierError> {
        Err(CarrierError::ByHand)
    }

    fn track(&self, _: &str) -> Result<Progress, CarrierError> {
        Err(CarrierError::ByHand)
    }
}
