//! A package on its way from the warehouse to its consignee.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use foundation::AnyEvent;

use super::address::PostalAddress;
use super::consignment::Consignment;
use super::package_status::PackageStatus;
use super::stock_names::{BatchReference, Quantity, Sku};
use crate::events::{
    PackageAwaitsStock, PackageCollected, PackageCreated, PackageDelivered, PackageReady,
    PackageReturned, PackageShipped,
};
use crate::ids::{CollectionId, ConsigneeId, OrderId, PackageId};

/// A packer's hold on a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) packer: String,
    pub(crate) until: DateTime<Utc>,
}

/// Where the pieces are that a package was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) batch: BatchReference,
    /// When they arrive; nothing when they are in the warehouse.
    pub(crate) eta: Option<NaiveDate>,
}

/// Stocked goods in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goods {
    pub(crate) sku: Sku,
    pub(crate) quantity: Quantity,
    /// Nothing while they are out of stock.
    pub(crate) place: Option<Place>,
}

/// When and where a package is fetched instead of sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The collection time that was kept for it.
    pub slot: CollectionId,
    /// Where, in words; unknown when the time had passed before the package was created.
    pub place: Option<String>,
    /// From when.
    pub from: Option<DateTime<Utc>>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
}

/// What somebody wants whose goods are out of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockChoice {
    /// To wait until there are some.
    Wait,
    /// The money back. There is no way back from that.
    Refund,
}

/// Who is served first: whoever paid first.
pub(crate) type Turn = (DateTime<Utc>, PackageId);

/// A package.
pub(crate) struct Package {
    pub(crate) id: PackageId,
    pub(crate) version: i64,
    pub(crate) consignee: ConsigneeId,
    pub(crate) item: String,
    pub(crate) status: PackageStatus,
    /// A copy: a later change of the address book does not redirect a package.
    pub(crate) address: Option<PostalAddress>,
    pub(crate) goods: Option<Goods>,
    pub(crate) collection: Option<Collection>,
    pub(crate) choice: Option<StockChoice>,
    pub(crate) lease: Option<Lease>,
    pub(crate) consignment: Option<Consignment>,
    /// Who paid first is served first.
    pub(crate) paid_at: DateTime<Utc>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) shipped_at: Option<DateTime<Utc>>,
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    /// When it was returned, collected or cancelled.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) events: Vec<Box<dyn AnyEvent>>,
}

/// What a new package is made of.
pub(crate) struct NewPackage {
    pub(crate) id: PackageId,
    pub(crate) consignee: ConsigneeId,
    pub(crate) item: String,
    pub(crate) address: Option<PostalAddress>,
    pub(crate) goods: Option<Goods>,
    pub(crate) collection: Option<Collection>,
    pub(crate) paid_at: DateTime<Utc>,
}

/// Why a package does not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShippingRefusal {
    AwaitsAddress,
    AwaitsStock,
    AlreadyShipped,
    /// It is fetched, not sent; or sent, not fetched.
    OtherWay,
    Cancelled,
}

/// Why a package did not arrive, or did not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryRefusal {
    NotShipped,
    AlreadyDelivered,
    AlreadyReturned,
}

impl Package {
    /// How long a packer has a package to himself.
    pub(crate) const LEASE: TimeDelta = TimeDelta::minutes(15);

    /// A package that can be packed, or waits for what is missing.
    pub(crate) fn create(new: NewPackage, now: DateTime<Utc>) -> Self {
        let mut package = Self {
            id: new.id,
            version: 1,
            consignee: new.consignee,
            item: new.item,
            status: PackageStatus::Created,
            address: new.address,
            goods: new.goods,
            collection: new.collection,
            choice: None,
            lease: None,
            consignment: None,
            paid_at: new.paid_at,
            created_at: now,
            shipped_at: None,
            delivered_at: None,
            ended_at: None,
            events: Vec::new(),
        };
        package.status = package.standing();
        package.tell(PackageCreated {
            package: package.id,
            consignee: package.consignee,
            item: package.item.clone(),
            awaits_address: package.status == PackageStatus::AwaitingAddress,
            awaits_stock: !package.has_goods(),
        });
        package.tell_of_missing_goods();
        package
    }

    /// The package as an order of stocked goods.
    pub(crate) fn order(&self) -> OrderId {
        OrderId::from(self.id.uuid())
    }

    /// When it is served.
    pub(crate) const fn turn(&self) -> Turn {
        (self.paid_at, self.id)
    }

    /// Whether nothing is promised to it that it should have.
    pub(crate) fn is_out_of_stock(&self) -> bool {
        let goods = self.goods.as_ref();
        self.is_in_the_house() && goods.is_some_and(|goods| goods.place.is_none())
    }

    /// Whether all of its goods are in the warehouse.
    pub(crate) fn has_goods(&self) -> bool {
        let goods = self.goods.as_ref();
        goods.is_none_or(|goods| {
            goods
                .place
                .as_ref()
                .is_some_and(|place| place.eta.is_none())
        })
    }

    /// Whether it may still be served, packed, or given up.
    pub(crate) fn is_in_the_house(&self) -> bool {
        self.status.is_in_the_house()
    }

    /// Lets a waiting package go to this address. One that has an address keeps it.
    pub(crate) fn give_address(&mut self, address: PostalAddress) {
        if self.status == PackageStatus::AwaitingAddress {
            self.address = Some(address);
            self.stand();
        }
    }

    /// Its pieces are promised, are at another place, or were lost. False when that was known.
    pub(crate) fn place(&mut self, place: Option<Place>) -> bool {
        let kept = self.is_in_the_house() && self.choice != Some(StockChoice::Refund);
        let Some(goods) = self.goods.as_mut().filter(|_| kept) else {
            return false;
        };
        if goods.place == place {
            return false;
        }
        goods.place = place;
        self.tell_of_missing_goods();
        self.stand();
        true
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
        self.check_leaving()?;
        if self.collection.is_some() {
            return Err(ShippingRefusal::OtherWay);
        }
        self.status = PackageStatus::Shipped;
        self.lease = None;
        self.shipped_at = Some(now);
        self.tell(PackageShipped {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
            carrier: consignment.carrier.clone(),
            tracking_number: consignment.tracking_number.clone(),
        });
        self.consignment = Some(consignment);
        Ok(())
    }

    /// Hands the package to its consignee, once.
    pub(crate) fn collect(&mut self, now: DateTime<Utc>) -> Result<(), ShippingRefusal> {
        self.check_leaving()?;
        if self.collection.is_none() {
            return Err(ShippingRefusal::OtherWay);
        }
        self.end(PackageStatus::Collected, now);
        self.tell(PackageCollected {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
        });
        Ok(())
    }

    /// Notes that the package arrived, once.
    pub(crate) fn deliver(&mut self, now: DateTime<Utc>) -> Result<(), DeliveryRefusal> {
        self.check_arriving()?;
        self.status = PackageStatus::Delivered;
        self.delivered_at = Some(now);
        self.tell(PackageDelivered {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
        });
        Ok(())
    }

    /// Notes that the carrier brought the package back, once.
    pub(crate) fn take_back(&mut self, now: DateTime<Utc>) -> Result<(), DeliveryRefusal> {
        self.check_arriving()?;
        self.end(PackageStatus::Returned, now);
        self.tell(PackageReturned {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
        });
        Ok(())
    }

    /// Nothing more happens to it in the house.
    pub(super) fn end(&mut self, status: PackageStatus, now: DateTime<Utc>) {
        self.status = status;
        self.lease = None;
        self.ended_at = Some(now);
    }

    pub(super) fn tell(&mut self, event: impl AnyEvent + 'static) {
        self.events.push(Box::new(event));
    }

    fn check_leaving(&self) -> Result<(), ShippingRefusal> {
        match self.status {
            PackageStatus::Created => Ok(()),
            PackageStatus::AwaitingAddress => Err(ShippingRefusal::AwaitsAddress),
            PackageStatus::AwaitingStock => Err(ShippingRefusal::AwaitsStock),
            PackageStatus::Shipped
            | PackageStatus::Delivered
            | PackageStatus::Returned
            | PackageStatus::Collected => Err(ShippingRefusal::AlreadyShipped),
            PackageStatus::Cancelled => Err(ShippingRefusal::Cancelled),
        }
    }

    fn check_arriving(&self) -> Result<(), DeliveryRefusal> {
        match self.status {
            PackageStatus::Shipped => Ok(()),
            PackageStatus::AwaitingAddress
            | PackageStatus::AwaitingStock
            | PackageStatus::Created
            | PackageStatus::Cancelled => Err(DeliveryRefusal::NotShipped),
            PackageStatus::Delivered | PackageStatus::Collected => {
                Err(DeliveryRefusal::AlreadyDelivered)
            }
            PackageStatus::Returned => Err(DeliveryRefusal::AlreadyReturned),
        }
    }

    /// Where a package in the house stands.
    fn standing(&self) -> PackageStatus {
        if self.address.is_none() && self.collection.is_none() {
            PackageStatus::AwaitingAddress
        } else if self.has_goods() {
            PackageStatus::Created
        } else {
            PackageStatus::AwaitingStock
        }
    }

    fn stand(&mut self) {
        let status = self.standing();
        if status == self.status {
            return;
        }
        self.status = status;
        self.lease = None;
        if status == PackageStatus::Created {
            self.tell(PackageReady {
                package: self.id,
                consignee: self.consignee,
                item: self.item.clone(),
            });
        }
    }

    /// Whoever waits is told until when, if that is known.
    fn tell_of_missing_goods(&mut self) {
        let Some(goods) = self.goods.as_ref().filter(|_| !self.has_goods()) else {
            return;
        };
        let event = PackageAwaitsStock {
            package: self.id,
            consignee: self.consignee,
            item: self.item.clone(),
            sku: goods.sku.to_string(),
            quantity: goods.quantity.get(),
            expected: goods.place.as_ref().and_then(|place| place.eta),
        };
        self.tell(event);
    }
}
