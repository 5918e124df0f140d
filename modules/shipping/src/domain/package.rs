//! A package on its way from the warehouse to its consignee.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use super::address::PostalAddress;
use super::consignment::Consignment;
use crate::events::{PackageCreated, PackageDelivered, PackageEvent, PackageShipped};
use crate::ids::{ConsigneeId, PackageId};

/// How far a package has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageStatus {
    /// The consignee has yet to say where to.
    AwaitingAddress,
    /// It can be packed.
    Created,
    /// A carrier has it.
    Shipped,
    /// The consignee has it.
    Delivered,
}

impl PackageStatus {
    /// Every status, in the order of a package's life.
    pub const ALL: [Self; 4] = [
        Self::AwaitingAddress,
        Self::Created,
        Self::Shipped,
        Self::Delivered,
    ];

    /// The status as it is stored and shown in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingAddress => "AWAITING_ADDRESS",
            Self::Created => "CREATED",
            Self::Shipped => "SHIPPED",
            Self::Delivered => "DELIVERED",
        }
    }
}

impl fmt::Display for PackageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the status of a package")]
pub struct UnknownPackageStatus(String);

impl FromStr for PackageStatus {
    type Err = UnknownPackageStatus;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|status| status.name() == name);
        found.ok_or_else(|| UnknownPackageStatus(name.to_owned()))
    }
}

/// A packer's hold on a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) packer: String,
    pub(crate) until: DateTime<Utc>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) id: PackageId,
    pub(crate) version: i64,
    pub(crate) consignee: ConsigneeId,
    pub(crate) item: String,
    pub(crate) status: PackageStatus,
    /// A copy: a later change of the address book does not redirect a package.
    pub(crate) address: Option<PostalAddress>,
    pub(crate) lease: Option<Lease>,
    pub(crate) consignment: Option<Consignment>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) shipped_at: Option<DateTime<Utc>>,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    pub(crate) events: Vec<PackageEvent>,
}

/// Why a package cannot be shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShippingRefusal {
    AwaitsAddress,
    AlreadyShipped,
}

/// Why a package cannot be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryRefusal {
    NotShipped,
    AlreadyDelivered,
}

impl Package {
    /// How long a packer has a package to himself.
    pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(15);

    /// A package for the consignee, to the given address or waiting for one.
    pub(crate) fn create(
        id: PackageId,
        consignee: ConsigneeId,
        item: String,
        address: Option<PostalAddress>,
        now: DateTime<Utc>,
    ) -> Self {
        let created = PackageCreated {
            package: id,
            consignee,
            item: item.clone(),
            awaits_address: address.is_none(),
        };
        Self {
            id,
            version: 1,
            consignee,
            item,
            status: match address {
                Some(_) => PackageStatus::Created,
                None => PackageStatus::AwaitingAddress,
            },
            address,
            lease: None,
            consignment: None,
            created_at: now,
            shipped_at: None,
            delivered_at: None,
            events: vec![PackageEvent::Created(created)],
        }
    }

    /// Lets a waiting package go to this address. One that has an address keeps it.
    pub(crate) fn give_address(&mut self, address: PostalAddress) {
        if self.status == PackageStatus::AwaitingAddress {
            self.address = Some(address);
            self.status = PackageStatus::Created;
        }
    }

    /// Gives the packer the package for a while.
    pub(crate) fn lease_to(&mut self, packer: &str, now: DateTime<Utc>) {
        self.lease = Some(Lease {
            packer: packer.to_owned(),
            until: now + Self::LEASE,
        });
    }

    /// Hands the package to a carrier, once.
    pub(crate) fn ship(
        &mut self,
        consignment: Consignment,
        now: DateTime<Utc>,
    ) -> Result<(), ShippingRefusal> {
        match self.status {
            PackageStatus::Created => {}
            PackageStatus::AwaitingAddress => return Err(ShippingRefusal::AwaitsAddress),
            PackageStatus::Shipped | PackageStatus::Delivered => {
                return Err(ShippingRefusal::AlreadyShipped);
            }
        }
        self.status = PackageStatus::Shipped;
        self.lease = None;
        self.shipped_at = Some(now);
        self.events.push(PackageEvent::Shipped(PackageShipped {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
            carrier: consignment.carrier.clone(),
            tracking_number: consignment.tracking_number.clone(),
        }));
        self.consignment = Some(consignment);
        Ok(())
    }

    /// Notes that the package arrived, once.
    pub(crate) fn deliver(&mut self, now: DateTime<Utc>) -> Result<(), DeliveryRefusal> {
        match self.status {
            PackageStatus::Shipped => {}
            PackageStatus::AwaitingAddress | PackageStatus::Created => {
                return Err(DeliveryRefusal::NotShipped);
            }
            PackageStatus::Delivered => return Err(DeliveryRefusal::AlreadyDelivered),
        }
        self.status = PackageStatus::Delivered;
        self.delivered_at = Some(now);
        self.events.push(PackageEvent::Delivered(PackageDelivered {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
        }));
        Ok(())
    }
}
