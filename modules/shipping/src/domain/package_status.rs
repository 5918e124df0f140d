//! How far a package has come.

use std::fmt;
use std::str::FromStr;

/// How far a package has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageStatus {
    /// The consignee has yet to say where to.
    AwaitingAddress,
    /// Its goods are not in the warehouse.
    AwaitingStock,
    /// It can be packed, and is fetched or sent then.
    Created,
    /// A carrier has it.
    Shipped,
    /// The consignee has it.
    Delivered,
    /// The carrier brought it back.
    Returned,
    /// The consignee fetched it.
    Collected,
    /// Nothing will leave.
    Cancelled,
}

impl PackageStatus {
    /// Every status, in the order of a package's life.
    pub const ALL: [Self; 8] = [
        Self::AwaitingAddress,
        Self::AwaitingStock,
        Self::Created,
        Self::Shipped,
        Self::Delivered,
        Self::Returned,
        Self::Collected,
        Self::Cancelled,
    ];

    /// The status as it is stored and shown in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingAddress => "AWAITING_ADDRESS",
            Self::AwaitingStock => "AWAITING_STOCK",
            Self::Created => "CREATED",
            Self::Shipped => "SHIPPED",
            Self::Delivered => "DELIVERED",
            Self::Returned => "RETURNED",
            Self::Collected => "COLLECTED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Whether the package has not left and may still do so.
    pub const fn is_in_the_house(self) -> bool {
        match self {
            Self::AwaitingAddress | Self::AwaitingStock | Self::Created => true,
            Self::Shipped | Self::Delivered | Self::Returned => false,
            Self::Collected | Self::Cancelled => false,
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
