//! Rows of packages, and the way from them to the domain and back.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use foundation::Failure;
use foundation::database::Moment;

use super::rows::{postal, postal_text};
use crate::application::{PackageGoods, PackageView};
use crate::domain::{
    BatchReference, Collection, Consignment, Goods, Lease, Package, Place, Quantity, Sku,
    StockChoice,
};
use crate::ids::{CollectionId, ConsigneeId, PackageId};
use crate::schema::shipping_packages;

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
    /// Unknown of packages from before that was kept: they take nothing from the stock.
    paid_at: Option<NaiveDateTime>,
    sku: Option<String>,
    quantity: Option<i64>,
    batch: Option<String>,
    expected: Option<NaiveDate>,
    choice: Option<String>,
    slot: Option<CollectionId>,
    place: Option<String>,
    collect_from: Option<NaiveDateTime>,
    collect_until: Option<NaiveDateTime>,
    ended_at: Option<NaiveDateTime>,
}

const WAIT: &str = "WAIT";
pub(super) const REFUND: &str = "REFUND";

fn choice_of(text: &str) -> Result<StockChoice, Failure> {
    match text {
        WAIT => Ok(StockChoice::Wait),
        REFUND => Ok(StockChoice::Refund),
        other => Err(Failure::damaged(format!("'{other}' is no choice"))),
    }
}

impl PackageRow {
    /// The row of a package in the given version.
    pub(super) fn of(package: &Package, version: i64) -> Result<Self, Failure> {
        let lease = package.lease.as_ref();
        let consignment = package.consignment.as_ref();
        let goods = package.goods.as_ref();
        let place = goods.and_then(|goods| goods.place.as_ref());
        let collection = package.collection.as_ref();
        let naive = |time: Option<DateTime<Utc>>| time.map(|time| time.naive_utc());
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
            shipped_at: naive(package.shipped_at),
            delivered_at: naive(package.delivered_at),
            paid_at: Some(package.paid_at.naive_utc()),
            sku: goods.map(|goods| goods.sku.to_string()),
            quantity: goods.map(|goods| goods.quantity.pieces()),
            batch: place.map(|place| place.batch.to_string()),
            expected: place.and_then(|place| place.eta),
            choice: package.choice.map(|choice| match choice {
                StockChoice::Wait => WAIT.to_owned(),
                StockChoice::Refund => REFUND.to_owned(),
            }),
            slot: collection.map(|collection| collection.slot),
            place: collection.and_then(|collection| collection.place.clone()),
            collect_from: naive(collection.and_then(|collection| collection.from)),
            collect_until: naive(collection.and_then(|collection| collection.until)),
            ended_at: naive(package.ended_at),
        })
    }

    pub(super) fn into_package(self) -> Result<Package, Failure> {
        let goods = self.goods()?.map(|goods| Goods {
            sku: goods.sku,
            quantity: goods.quantity,
            place: goods.batch.map(|batch| Place {
                batch,
                eta: goods.expected,
            }),
        });
        let collection = self.collection();
        let lease = self.packer.zip(self.leased_until);
        let consignment = self.carrier.zip(self.tracking_number);
        Ok(Package {
            id: self.id,
            version: self.version,
            consignee: self.consignee,
            item: self.item,
            status: self.status.parse().map_err(Failure::damaged)?,
            address: self.postal.as_deref().map(postal).transpose()?,
            goods,
            collection,
            choice: self.choice.as_deref().map(choice_of).transpose()?,
            lease: lease.map(|(packer, until)| Lease {
                packer,
                until: until.and_utc(),
            }),
            consignment: consignment.map(|(carrier, tracking_number)| Consignment {
                carrier,
                tracking_number,
            }),
            paid_at: self.paid_at.map_or(self.created_at, |time| time.and_utc()),
            created_at: self.created_at,
            shipped_at: self.shipped_at.map(|time| time.and_utc()),
            delivered_at: self.delivered_at.map(|time| time.and_utc()),
            ended_at: self.ended_at.map(|time| time.and_utc()),
            events: Vec::new(),
        })
    }

    pub(super) fn into_view(self) -> Result<PackageView, Failure> {
        Ok(PackageView {
            id: self.id,
            consignee: self.consignee,
            goods: self.goods()?,
            collection: self.collection(),
            item: self.item,
            status: self.status.parse().map_err(Failure::damaged)?,
            address: self.postal.as_deref().map(postal).transpose()?,
            choice: self.choice.as_deref().map(choice_of).transpose()?,
            paid_at: self.paid_at.map_or(self.created_at, |time| time.and_utc()),
            packer: self.packer,
            leased_until: self.leased_until.map(|time| time.and_utc()),
            carrier: self.carrier,
            tracking_number: self.tracking_number,
            created_at: self.created_at,
            shipped_at: self.shipped_at.map(|time| time.and_utc()),
            delivered_at: self.delivered_at.map(|time| time.and_utc()),
            ended_at: self.ended_at.map(|time| time.and_utc()),
        })
    }

    fn goods(&self) -> Result<Option<PackageGoods>, Failure> {
        let Some((sku, quantity)) = self.sku.as_deref().zip(self.quantity) else {
            return Ok(None);
        };
        let batch = self.batch.as_deref().map(BatchReference::parse);
        Ok(Some(PackageGoods {
            sku: Sku::parse(sku).map_err(Failure::damaged)?,
            quantity: Quantity::try_new(quantity).map_err(Failure::damaged)?,
            batch: batch.transpose().map_err(Failure::damaged)?,
            expected: self.expected,
        }))
    }

    fn collection(&self) -> Option<Collection> {
        Some(Collection {
            slot: self.slot?,
            place: self.place.clone(),
            from: self.collect_from.map(|time| time.and_utc()),
            until: self.collect_until.map(|time| time.and_utc()),
        })
    }
}
