//! Rows, and the way from them to the domain and back.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::database::Moment;

use crate::application::{AddressView, PackageView};
use crate::domain::{Address, AddressParts, Consignment, Lease, Package, PostalAddress};
use crate::ids::{AddressId, ConsigneeId, PackageId};
use crate::schema::{shipping_addresses, shipping_packages};

/// An address as its table keeps it. The parts are one text: they were checked when they were written, are
/// never changed, and nobody searches for one of them.
#[derive(Queryable, Insertable)]
#[diesel(table_name = shipping_addresses)]
pub(super) struct AddressRow {
    pub(super) id: AddressId,
    pub(super) consignee: ConsigneeId,
    pub(super) position: i64,
    pub(super) postal: String,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    pub(super) added_at: DateTime<Utc>,
}

pub(super) fn postal_text(postal: &PostalAddress) -> Result<String, Failure> {
    serde_json::to_string(postal)
        .map_err(|error| Failure::Defect(format!("an address is not JSON: {error}")))
}

fn postal(text: &str) -> Result<PostalAddress, Failure> {
    let parts: AddressParts = serde_json::from_str(text).map_err(Failure::damaged)?;
    Ok(PostalAddress::from_stored(parts))
}

impl AddressRow {
    pub(super) fn into_address(self) -> Result<Address, Failure> {
        Ok(Address {
            id: self.id,
            postal: postal(&self.postal)?,
            added_at: self.added_at,
        })
    }

    pub(super) fn into_view(self) -> Result<AddressView, Failure> {
        Ok(AddressView {
            id: self.id,
            consignee: self.consignee,
            postal: postal(&self.postal)?,
            added_at: self.added_at,
        })
    }
}

/// A package as its table keeps it.
#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = shipping_packages, treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct PackageRow {
    pub(super) id: PackageId,
    pub(super) version: i64,
    consignee: ConsigneeId,
    item: String,
    status: String,
    postal: Option<String>,
    packer: Option<String>,
    leased_until: Option<NaiveDateTime>,
    carrier: Option<String>,
    tracking_number: Option<String>,
    #[diesel(deserialize_as = Moment, serialize_as = Moment)]
    created_at: DateTime<Utc>,
    shipped_at: Option<NaiveDateTime>,
    delivered_at: Option<NaiveDateTime>,
}

impl PackageRow {
    /// The row of a package in the given version.
    pub(super) fn of(package: &Package, version: i64) -> Result<Self, Failure> {
        let lease = package.lease.as_ref();
        let consignment = package.consignment.as_ref();
        Ok(Self {
            id: package.id,
            version,
            consignee: package.consignee,
            item: package.item.clone(),
            status: package.status.name().to_owned(),
            postal: package.address.as_ref().map(postal_text).transpose()?,
            packer: lease.map(|lease| lease.packer.clone()),
            leased_until: lease.map(|lease| lease.until.naive_utc()),
            carrier: consignment.map(|consignment| consignment.carrier.clone()),
            tracking_number: consignment.map(|consignment| consignment.tracking_number.clone()),
            created_at: package.created_at,
            shipped_at: package.shipped_at.map(|time| time.naive_utc()),
            delivered_at: package.delivered_at.map(|time| time.naive_utc()),
        })
    }

    pub(super) fn into_package(self) -> Result<Package, Failure> {
        let lease = self.packer.zip(self.leased_until);
        let consignment = self.carrier.zip(self.tracking_number);
        Ok(Package {
            id: self.id,
            version: self.version,
            consignee: self.consignee,
            item: self.item,
            status: self.status.parse().map_err(Failure::damaged)?,
            address: self.postal.as_deref().map(postal).transpose()?,
            lease: lease.map(|(packer, until)| Lease {
                packer,
                until: until.and_utc(),
            }),
            consignment: consignment.map(|(carrier, tracking_number)| Consignment {
                carrier,
                tracking_number,
            }),
            created_at: self.created_at,
            shipped_at: self.shipped_at.map(|time| time.and_utc()),
            delivered_at: self.delivered_at.map(|time| time.and_utc()),
            events: Vec::new(),
        })
    }

    pub(super) fn into_view(self) -> Result<PackageView, Failure> {
        Ok(PackageView {
            id: self.id,
            consignee: self.consignee,
            item: self.item,
            status: self.status.parse().map_err(Failure::damaged)?,
            address: self.postal.as_deref().map(postal).transpose()?,
            packer: self.packer,
            leased_until: self.leased_until.map(|time| time.and_utc()),
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            created_at: self.created_at,
            shipped_at: self.shipped_at.map(|time| time.and_utc()),
            delivered_at: self.delivered_at.map(|time| time.and_utc()),
        })
    }
}
