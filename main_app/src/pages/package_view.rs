//! A package as pages show it.

use auctions::AuctionId;
use chrono::{DateTime, Utc};
use shipping::{Collection, PackageId, PackageStatus, PackageView, StockChoice, WaitsFor};

/// A package as pages show it.
pub(crate) struct Package {
    pub(crate) id: PackageId,
    pub(crate) item: String,
    pub(crate) state: String,
    pub(crate) kind: &'static str,
    pub(crate) address: String,
    pub(crate) carrier: String,
    pub(crate) tracking_number: String,
    /// Since when it is in this state.
    pub(crate) since: DateTime<Utc>,
    pub(crate) may_ship: bool,
    pub(crate) may_deliver: bool,
    pub(crate) may_collect: bool,
    /// Whether its consignee may choose between waiting for its goods and the money.
    pub(crate) may_choose: bool,
    /// Whether they have chosen to wait.
    pub(crate) is_waited_for: bool,
    /// What keeps it from being packed, in words; empty when nothing does.
    pub(crate) waits_for: String,
    /// What it takes from the stock, in words; empty for a piece of which there is only the one.
    pub(crate) goods: String,
    /// Which goods those are.
    pub(crate) sku: String,
    /// In which batch they lie, as soon as there are any for it.
    pub(crate) batch: String,
    /// The lot that it is, where whoever shows it has looked.
    pub(crate) lot: Option<AuctionId>,
    /// When and where it is fetched; empty when it is sent.
    pub(crate) collection: String,
    pub(crate) paid_at: DateTime<Utc>,
}

impl Package {
    /// The package as its consignee sees it.
    pub(crate) fn of(view: PackageView) -> Self {
        let may_choose = view.may_choose();
        let is_waited_for = view.choice == Some(StockChoice::Wait);
        let waits_for = view.waits_for().into_iter();
        // That it waits for an address is its state, and need not be said twice.
        let waits_for = waits_for.filter(|what| *what != WaitsFor::Address);
        let waits_for: Vec<String> = waits_for.map(|what| what.to_string()).collect();
        let goods = view.goods.as_ref();
        let (state, kind) = match view.status {
            PackageStatus::AwaitingAddress => ("Waits for an address", "warn"),
            PackageStatus::AwaitingStock => ("Waits for its goods", "warn"),
            PackageStatus::Created if view.collection.is_some() => ("To be collected", "live"),
            PackageStatus::Created => ("Being packed", "live"),
            PackageStatus::Shipped => ("On its way", "good"),
            PackageStatus::Delivered => ("Delivered", "good"),
            PackageStatus::Returned => ("Came back to us", "bad"),
            PackageStatus::Collected => ("Collected", "good"),
            PackageStatus::Cancelled => ("Cancelled", ""),
        };
        Self {
            id: view.id,
            state: state.to_owned(),
            kind,
            since: since(&view),
            address: view
                .address
                .map(|address| address.lines().join("\n"))
                .unwrap_or_default(),
            carrier: view.carrier.unwrap_or_default(),
            tracking_number: view.tracking_number.unwrap_or_default(),
            may_ship: view.status == PackageStatus::Created && view.collection.is_none(),
            may_deliver: view.status == PackageStatus::Shipped,
            may_collect: view.status == PackageStatus::Created && view.collection.is_some(),
            may_choose,
            is_waited_for,
            waits_for: waits_for.join(" and "),
            goods: goods
                .map(|goods| format!("{} × {}", goods.quantity, goods.sku))
                .unwrap_or_default(),
            sku: goods.map(|goods| goods.sku.to_string()).unwrap_or_default(),
            batch: goods
                .and_then(|goods| Some(goods.batch.as_ref()?.to_string()))
                .unwrap_or_default(),
            lot: None,
            collection: view.collection.as_ref().map(in_words).unwrap_or_default(),
            paid_at: view.paid_at,
            item: view.item,
        }
    }

    /// The package as the warehouse sees it: also who is packing it.
    pub(crate) fn at_desk(view: PackageView, now: DateTime<Utc>) -> Self {
        let packer = view
            .packer
            .clone()
            .filter(|_| view.leased_until.is_some_and(|end| now < end));
        let is_waiting = view.status == PackageStatus::Created && view.collection.is_none();
        let mut package = Self::of(view);
        if is_waiting {
            package.state = match packer {
                Some(packer) => format!("Being packed by {packer}"),
                None => "To be packed".to_owned(),
            };
        }
        package
    }
}

fn in_words(collection: &Collection) -> String {
    let place = collection.place.as_deref().unwrap_or("at the house");
    match collection.from.zip(collection.until) {
        Some((from, until)) => format!(
            "{place}, {} to {} UTC",
            from.format("%-d %b %Y, %H:%M"),
            until.format("%H:%M")
        ),
        None => place.to_owned(),
    }
}

fn since(view: &PackageView) -> DateTime<Utc> {
    match view.status {
        PackageStatus::AwaitingAddress | PackageStatus::AwaitingStock | PackageStatus::Created => {
            view.created_at
        }
        PackageStatus::Shipped => view.shipped_at.unwrap_or(view.created_at),
        PackageStatus::Delivered => view.delivered_at.unwrap_or(view.created_at),
        PackageStatus::Returned | PackageStatus::Collected | PackageStatus::Cancelled => {
            view.ended_at.unwrap_or(view.created_at)
        }
    }
}
