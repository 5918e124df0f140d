//! What is shown of addresses and packages.

use chrono::{DateTime, Utc};

use crate::domain::{PackageStatus, PostalAddress};
use crate::ids::{AddressId, ConsigneeId, PackageId};

/// An address as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    /// Identifies it.
    pub id: AddressId,
    /// Whose it is.
    pub consignee: ConsigneeId,
    /// The address itself.
    pub postal: PostalAddress,
    /// Since when it is in the book.
    pub added_at: DateTime<Utc>,
}

/// A package as its consignee and the warehouse see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageView {
    /// Identifies it.
    pub id: PackageId,
    /// Who is to receive it.
    pub consignee: ConsigneeId,
    /// What is in it.
    pub item: String,
    /// How far it has come.
    pub status: PackageStatus,
    /// Where it goes, as soon as that is known.
    pub address: Option<PostalAddress>,
    /// Who was given it to pack last, while it is not shipped.
    pub packer: Option<String>,
    /// Until when it is that packer's alone.
    pub leased_until: Option<DateTime<Utc>>,
    /// Who carries it, once shipped.
    pub carrier: Option<String>,
    /// By which number, once shipped.
    pub tracking_number: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was shipped.
    pub shipped_at: Option<DateTime<Utc>>,
    /// When it was delivered.
    pub delivered_at: Option<DateTime<Utc>>,
}
