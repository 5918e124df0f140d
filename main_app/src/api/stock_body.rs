//! Stock in JSON: goods, batches, and whose they are.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use shipping::{BatchView, LineView, ProductView, StockView};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shipping::PackageResponse;
use crate::accounts::User;
use crate::consignors::Owners;

/// A seller, as staff see whose goods are whose.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Consignor)]
pub(super) struct ConsignorResponse {
    /// Identifies the seller.
    id: Uuid,
    /// What the seller is called.
    name: String,
    /// The address the seller logs in with.
    email: String,
}

impl From<&User> for ConsignorResponse {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.uuid(),
            name: user.name.clone(),
            email: user.email.clone(),
        }
    }
}

/// One kind of goods, in numbers of pieces.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stock)]
pub(super) struct StockResponse {
    /// Which goods.
    sku: String,
    /// Whose they are; nothing as long as nobody has said so. Nobody else puts them up.
    consignor: Option<ConsignorResponse>,
    /// In the warehouse and promised to nobody.
    available: i64,
    /// On their way to the house and promised to nobody.
    expected: i64,
    /// Promised to orders that have not left.
    allocated: i64,
    /// Left with their orders.
    gone: i64,
    /// Asked for by packages that were promised none.
    wanted: i64,
}

impl StockResponse {
    fn of(view: &StockView, owners: &Owners) -> Self {
        Self {
            sku: view.sku.to_string(),
            consignor: owners.of(view).map(ConsignorResponse::from),
            available: view.available,
            expected: view.expected,
            allocated: view.allocated,
            gone: view.gone,
            wanted: view.wanted,
        }
    }
}

/// A part of the list of goods.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StockList {
    /// The goods, by name.
    items: Vec<StockResponse>,
    /// What to ask for as `after` to go on; missing at the end of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl StockList {
    /// So many goods at most; where there are as many, there may be more.
    pub(super) fn page(views: &[StockView], owners: &Owners, limit: i64) -> Self {
        let full = i64::try_from(views.len()).is_ok_and(|length| length >= limit);
        let last = views.last().map(|view| view.sku.to_string());
        let items = views.iter().map(|view| StockResponse::of(view, owners));
        Self {
            items: items.collect(),
            next: last.filter(|_| full),
        }
    }
}

/// What an order was promised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AllocatedLine)]
struct LineResponse {
    /// The order; a package under its own id.
    order: Uuid,
    /// How many pieces.
    quantity: u32,
    /// Since when.
    allocated_at: DateTime<Utc>,
    /// What it is for, where the order is a package.
    item: Option<String>,
}

impl From<LineView> for LineResponse {
    fn from(view: LineView) -> Self {
        Self {
            order: view.order.uuid(),
            quantity: view.quantity.get(),
            allocated_at: view.allocated_at,
            item: view.package.map(|package| package.item),
        }
    }
}

/// Pieces that were bought together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Batch)]
struct BatchResponse {
    /// By which name they are known.
    reference: String,
    /// When they arrive; nothing when they are in the warehouse.
    eta: Option<NaiveDate>,
    /// How many were bought.
    purchased: i64,
    /// Promised to orders that have not left.
    allocated: i64,
    /// Left with their orders.
    gone: i64,
    /// Promised to nobody.
    available: i64,
    /// Who was promised its pieces and has not left, the oldest first.
    lines: Vec<LineResponse>,
}

impl From<BatchView> for BatchResponse {
    fn from(view: BatchView) -> Self {
        Self {
            reference: view.reference.to_string(),
            eta: view.eta,
            purchased: view.purchased,
            allocated: view.allocated,
            gone: view.gone,
            available: view.available(),
            lines: view.lines.into_iter().map(LineResponse::from).collect(),
        }
    }
}

/// One kind of goods with everything about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Product)]
pub(super) struct ProductResponse {
    /// In numbers.
    stock: StockResponse,
    /// Its batches in the order in which they are promised.
    batches: Vec<BatchResponse>,
    /// Who waits for it, in the order of service.
    waiting: Vec<PackageResponse>,
}

impl ProductResponse {
    pub(super) fn of(view: ProductView, owners: &Owners) -> Self {
        Self {
            stock: StockResponse::of(&view.stock, owners),
            batches: view.batches.into_iter().map(BatchResponse::from).collect(),
            waiting: view
                .waiting
                .into_iter()
                .map(PackageResponse::from)
                .collect(),
        }
    }
}
