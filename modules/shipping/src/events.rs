//! What this module tells the others.

use chrono::NaiveDate;
use foundation::Event;
use serde::{Deserialize, Serialize};

use crate::ids::{ConsigneeId, LabelId, PackageId};

/// A package is to leave the warehouse, as soon as its address is known and its goods are there.
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
    /// Whether its goods are not in the warehouse.
    #[serde(default)]
    pub awaits_stock: bool,
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

/// The goods of a package are not in the warehouse: its consignee may wait, or have the money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageAwaitsStock {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// Which goods.
    pub sku: String,
    /// How many pieces.
    pub quantity: u32,
    /// When they arrive; nothing when they are out of stock.
    pub expected: Option<NaiveDate>,
}

/// A package that waited can be packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageReady {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
}

/// The carrier brought a package back: its goods are in their batch again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageReturned {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
}

/// The consignee fetched a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageCollected {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
}

/// Whoever waits for goods goes on waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageKeptWaiting {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
}

/// Whoever waits for goods wants the money back instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRefundChosen {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// Who chose it: the consignee, or who of the staff.
    pub by: String,
}

/// A package will not leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageCancelled {
    /// The package.
    pub package: PackageId,
    /// Who was to receive it.
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

impl Event for PackageAwaitsStock {
    const NAME: &'static str = "shipping.package_awaits_stock";
}

impl Event for PackageReady {
    const NAME: &'static str = "shipping.package_ready";
}

impl Event for PackageReturned {
    const NAME: &'static str = "shipping.package_returned";
}

impl Event for PackageCollected {
    const NAME: &'static str = "shipping.package_collected";
}

impl Event for PackageKeptWaiting {
    const NAME: &'static str = "shipping.package_kept_waiting";
}

impl Event for PackageRefundChosen {
    const NAME: &'static str = "shipping.package_refund_chosen";
}

impl Event for PackageCancelled {
    const NAME: &'static str = "shipping.package_cancelled";
}

/// A carrier is to be told of a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabelAsked {
    pub(crate) label: LabelId,
}

impl Event for LabelAsked {
    const NAME: &'static str = "shipping.label_asked";
}

/// A carrier knows a package: its label is to be bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LabelQuoted {
    pub(crate) label: LabelId,
}

impl Event for LabelQuoted {
    const NAME: &'static str = "shipping.label_quoted";
}

/// Timer: the carrier is to be asked how far a package has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrackingDue {
    pub(crate) label: LabelId,
}

impl Event for TrackingDue {
    const NAME: &'static str = "shipping.tracking_due";
}
