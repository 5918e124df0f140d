//! What is shown of addresses and packages.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::{
    BatchReference, Collection, Grams, LabelState, PackageStatus, PostalAddress, Quantity, Sku,
    StockChoice,
};
use crate::ids::{AddressId, ConsigneeId, LabelId, PackageId};

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
    /// What it takes from the stock; nothing for a piece of which there is only the one.
    pub goods: Option<PackageGoods>,
    /// When it is fetched, if it is not sent.
    pub collection: Option<Collection>,
    /// What its consignee wants to be done about goods that are out of stock.
    pub choice: Option<StockChoice>,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
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
    /// When it was returned, collected or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What a package takes from the stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageGoods {
    /// Which goods.
    pub sku: Sku,
    /// How many pieces.
    pub quantity: Quantity,
    /// Where they are; nothing while they are out of stock.
    pub batch: Option<BatchReference>,
    /// When they arrive, if they are not in the warehouse.
    pub expected: Option<NaiveDate>,
}

impl PackageView {
    /// Whether its goods are not in the warehouse, so that its consignee may choose between waiting and the money.
    pub fn waits_for_stock(&self) -> bool {
        let goods = self.goods.as_ref();
        self.status.is_in_the_house()
            && goods.is_some_and(|goods| goods.batch.is_none() || goods.expected.is_some())
    }
}

/// What was asked of a carrier for a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelView {
    /// Identifies it.
    pub id: LabelId,
    /// How heavy the package is, packed.
    pub grams: Grams,
    /// How far it has come.
    pub state: LabelState,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
}
