//! What this module tells the others.

use foundation::{AnyEvent, Event};
use serde::{Deserialize, Serialize};

use crate::ids::{ConsigneeId, PackageId};

/// A package is to leave the warehouse, as soon as an address is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageCreated {
    /// The package.
    pub package: PackageId,
    /// Who is to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// Whether the consignee has yet to say where to.
    pub awaits_address: bool,
}

/// A package was handed to a carrier. It leaves once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageShipped {
    /// The package.
    pub package: PackageId,
    /// Who is to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// Who carries it.
    pub carrier: String,
    /// By which number the carrier knows it.
    pub tracking_number: String,
}

/// A package reached its consignee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageDelivered {
    /// The package.
    pub package: PackageId,
    /// Who received it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
}

impl Event for PackageCreated {
    const NAME: &'static str = "shipping.package_created";
}

impl Event for PackageShipped {
    const NAME: &'static str = "shipping.package_shipped";
}

impl Event for PackageDelivered {
    const NAME: &'static str = "shipping.package_delivered";
}

/// Any event of a package, as the aggregate records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PackageEvent {
    Created(PackageCreated),
    Shipped(PackageShipped),
    Delivered(PackageDelivered),
}

impl PackageEvent {
    /// The event as the bus takes it.
    pub(crate) fn as_any_event(&self) -> &dyn AnyEvent {
        match self {
            Self::Created(event) => event,
            Self::Shipped(event) => event,
            Self::Delivered(event) => event,
        }
    }
}
