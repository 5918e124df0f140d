//! Stock in JSON: goods, batches, and what of them is promised to whom.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shipping::{
    AddBatch, BatchReference, BatchView, ChangeBatch, LineView, OrderId, OrderLine, ProductView,
    Quantity, ShippingFacade, Sku, StockView,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists;
use super::shipping::PackageResponse;
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// One kind of goods, in numbers of pieces.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stock)]
struct StockResponse {
    /// Which goods.
    sku: String,
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

impl From<StockView> for StockResponse {
    fn from(view: StockView) -> Self {
        Self {
            sku: view.sku.to_string(),
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
struct StockList {
    /// The goods, by name.
    items: Vec<StockResponse>,
    /// What to ask for as `after` to go on; missing at the end of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
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
struct ProductResponse {
    /// In numbers.
    stock: StockResponse,
    /// Its batches in the order in which they are promised.
    batches: Vec<BatchResponse>,
    /// Who waits for it, in the order of service.
    waiting: Vec<PackageResponse>,
}

impl From<ProductView> for ProductResponse {
    fn from(view: ProductView) -> Self {
        Self {
            stock: view.stock.into(),
            batches: view.batches.into_iter().map(BatchResponse::from).collect(),
            waiting: view
                .waiting
                .into_iter()
                .map(PackageResponse::from)
                .collect(),
        }
    }
}

/// Which part of the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StockQuery {
    /// How many entries; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Adds pieces that were bought together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddBatchRequest {
    /// By which name they are known in the whole house.
    #[schema(min_length = 1, max_length = 40, example = "B-2026-11")]
    reference: String,
    /// Which goods.
    #[schema(min_length = 1, max_length = 40, example = "RETRO-CLOCK")]
    sku: String,
    /// How many pieces.
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
    /// When they arrive; nothing when they are in the warehouse.
    eta: Option<NaiveDate>,
}

/// Says anew how many pieces a batch has, and when they arrive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeBatchRequest {
    /// How many pieces there are, with those that have left.
    #[schema(minimum = 0, maximum = 1_000_000)]
    quantity: u32,
    /// When they arrive; nothing when they are in the warehouse.
    eta: Option<NaiveDate>,
}

/// What came of changing a batch.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedBatch {
    /// The orders that lost their pieces and wait again, the oldest first.
    out_of_stock: Vec<Uuid>,
}

/// Promises an order pieces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AllocateRequest {
    /// The order.
    order: Uuid,
    /// Which goods.
    sku: String,
    /// How many pieces.
    #[schema(minimum = 1, maximum = 1_000_000)]
    quantity: i64,
}

/// Where an order's pieces are.
#[derive(Debug, Serialize, ToSchema)]
struct Allocated {
    /// The batch.
    batch: String,
}

/// Gives up what an order was promised.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DeallocateRequest {
    /// The order.
    order: Uuid,
    /// Which goods.
    sku: String,
}

/// Takes a field, or is the problem.
fn field<T>(name: &str, value: Result<T, impl std::fmt::Display>) -> Result<T, Problem> {
    let mut errors = FieldErrors::default();
    errors.take(name, value).ok_or_else(|| errors.into())
}

/// All goods by name, in numbers.
#[utoipa::path(operation_id = "list_stock", tag = "stock", params(StockQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The goods.", body = StockList),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/stock")]
async fn list(
    query: web::Query<StockQuery>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<StockList>, Problem> {
    let limit = lists::limit(query.limit)?;
    let after = query.after.as_deref().map(Sku::parse).transpose();
    let after = field("after", after)?;
    let views = work.read(move |reader| shipping.stock(after.as_ref(), limit, reader));
    let views = views.await?;
    let full = i64::try_from(views.len()).is_ok_and(|length| length >= limit);
    let last = views.last().map(|view| view.sku.to_string());
    Ok(web::Json(StockList {
        next: last.filter(|_| full),
        items: views.into_iter().map(StockResponse::from).collect(),
    }))
}

/// One kind of goods: its batches, who was promised what, and who waits.
#[utoipa::path(operation_id = "read_product", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The goods.", body = ProductResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/stock/products/{sku}")]
async fn product(
    sku: web::Path<String>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<ProductResponse>, Problem> {
    let unknown = || Problem::not_found("product");
    let sku = Sku::parse(&sku).map_err(|_| unknown())?;
    let found = work.read(move |reader| shipping.product(&sku, reader));
    let view = found.await?.ok_or_else(unknown)?;
    Ok(web::Json(view.into()))
}

/// Adds a batch. Whoever waits for its goods is served.
#[utoipa::path(operation_id = "add_batch", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The goods with the new batch.", body = ProductResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/batches")]
async fn add_batch(
    body: Json<AddBatchRequest>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let reference = errors.take("reference", BatchReference::parse(&body.reference));
    let sku = errors.take("sku", Sku::parse(&body.sku));
    let purchased = errors.take("quantity", Quantity::try_new(body.quantity));
    let (Some(reference), Some(sku), Some(purchased)) = (reference, sku, purchased) else {
        return Err(errors.into());
    };
    let command = AddBatch {
        reference,
        sku,
        purchased,
        eta: body.eta,
    };
    let added = work.write(move |uow| {
        shipping.add_batch(command.clone(), uow)?;
        let view = shipping.product(&command.sku, uow.reader())?;
        view.ok_or_else(|| Problem::not_found("product"))
    });
    Ok(HttpResponse::Created().json(ProductResponse::from(added.await?)))
}

/// Changes how many pieces a batch has, and when they arrive. Orders that no longer fit move to other batches,
/// or wait again.
#[utoipa::path(operation_id = "change_batch", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Who lost pieces by it.", body = ChangedBatch),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/batches/{reference}")]
async fn change_batch(
    reference: web::Path<String>,
    body: Json<ChangeBatchRequest>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<ChangedBatch>, Problem> {
    let body = body.read().await?;
    let reference = BatchReference::parse(&reference);
    let command = ChangeBatch {
        reference: reference.map_err(|_| Problem::not_found("batch"))?,
        purchased: body.quantity,
        eta: body.eta,
    };
    let changed = work.write(move |uow| shipping.change_batch(&command, uow));
    let out_of_stock = changed.await?.into_iter().map(OrderId::uuid).collect();
    Ok(web::Json(ChangedBatch { out_of_stock }))
}

/// Promises an order pieces by hand. Packages are served by themselves.
#[utoipa::path(operation_id = "allocate", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Where they are.", body = Allocated),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/allocations")]
async fn allocate(
    body: Json<AllocateRequest>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<Allocated>, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let sku = errors.take("sku", Sku::parse(&body.sku));
    let quantity = errors.take("quantity", Quantity::try_new(body.quantity));
    let (Some(sku), Some(quantity)) = (sku, quantity) else {
        return Err(errors.into());
    };
    let line = OrderLine {
        order: OrderId::from(body.order),
        sku,
        quantity,
    };
    let batch = work.write(move |uow| shipping.allocate(&line, uow));
    Ok(web::Json(Allocated {
        batch: batch.await?.to_string(),
    }))
}

/// Gives up what an order, which is no package, was promised. Whoever waits is served.
#[utoipa::path(operation_id = "deallocate", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 204, description = "The pieces are free."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/deallocations")]
async fn deallocate(
    body: Json<DeallocateRequest>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let sku = field("sku", Sku::parse(&body.sku))?;
    let order = OrderId::from(body.order);
    work.write(move |uow| shipping.deallocate(order, &sku, uow))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
