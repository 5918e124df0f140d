//! The stock: what there is, whose it is, and what of it is promised to whom.

use actix_web::{HttpResponse, get, post, web};
use foundation::{Failure, Reader};
use serde::{Deserialize, Serialize};
use shipping::{
    AddBatch, BatchReference, ChangeBatch, ConsignorId, OrderId, OrderLine, Quantity,
    ShippingFacade, Sku, parse_eta,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists;
use super::stock_body::{ProductResponse, StockList};
use crate::composition::Inject;
use crate::consignors::{Consignors, Owners};
use crate::http::identity::{Seller, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, House, Json, Problem, Work};

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
    #[schema(value_type = Option<NaiveDate>)]
    eta: Option<String>,
    /// The seller whose goods they are, by e-mail address or id. Needed once: goods never change hands.
    #[schema(example = "sam@seller.example")]
    consignor: Option<String>,
}

/// Says whose goods they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EntrustRequest {
    /// The seller, by e-mail address or id.
    #[schema(example = "sam@seller.example")]
    consignor: String,
}

/// Says anew how many pieces a batch has, and when they arrive.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeBatchRequest {
    /// How many pieces there are, with those that have left.
    #[schema(minimum = 0, maximum = 1_000_000)]
    quantity: u32,
    /// When they arrive; nothing when they are in the warehouse.
    #[schema(value_type = Option<NaiveDate>)]
    eta: Option<String>,
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

impl StockQuery {
    fn part(&self) -> Result<(i64, Option<Sku>), Problem> {
        let after = self.after.as_deref().map(Sku::parse).transpose();
        Ok((lists::limit(self.limit)?, field("after", after)?))
    }
}

/// The goods of an address; those that cannot be called like this are not there.
fn known(sku: &str) -> Result<Sku, Problem> {
    Sku::parse(sku).map_err(|_| Problem::not_found("product"))
}

/// The goods that must be there, with whose they are.
fn existing(sku: &Sku, house: &House, reader: &mut Reader) -> Result<ProductResponse, Problem> {
    let shipping = house.component::<ShippingFacade>();
    let view = shipping.product(sku, reader)?;
    let view = view.ok_or_else(|| Problem::not_found("product"))?;
    let owners = Consignors::of(house).owners(std::slice::from_ref(&view.stock), reader)?;
    Ok(ProductResponse::of(view, &owners))
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
    house: web::Data<House>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<StockList>, Problem> {
    let (limit, after) = query.part()?;
    let consignors = Consignors::of(&house);
    let list = work.read(move |reader| {
        let views = shipping.stock(after.as_ref(), limit, reader)?;
        let owners = consignors.owners(&views, reader)?;
        Ok::<_, Failure>(StockList::page(&views, &owners, limit))
    });
    Ok(web::Json(list.await?))
}

/// The goods that the house sells for you, by name, in numbers: these you can put up.
#[utoipa::path(operation_id = "list_my_goods", tag = "stock", params(StockQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your goods.", body = StockList),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/goods")]
async fn my_goods(
    query: web::Query<StockQuery>,
    seller: As<Seller>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<StockList>, Problem> {
    let (limit, after) = query.part()?;
    let consignor = ConsignorId::from(seller.user.id.uuid());
    let views =
        work.read(move |reader| shipping.goods_of(consignor, after.as_ref(), limit, reader));
    let owners = Owners::only(seller.user.clone());
    Ok(web::Json(StockList::page(&views.await?, &owners, limit)))
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
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<ProductResponse>, Problem> {
    let sku = known(&sku)?;
    let found = work.read(move |reader| existing(&sku, &house, reader));
    Ok(web::Json(found.await?))
}

/// Says on whose behalf the house sells goods that it has had before, once: they never change hands.
#[utoipa::path(operation_id = "entrust_goods", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The goods with their consignor.", body = ProductResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/products/{sku}/consignor")]
async fn entrust(
    sku: web::Path<String>,
    body: Json<EntrustRequest>,
    staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<ProductResponse>, Problem> {
    let (body, sku) = (body.read().await?, known(&sku)?);
    let actor = staff.user.email.clone();
    let consignors = Consignors::of(&house);
    let entrusted = work.write(move |uow| {
        consignors.entrust(&sku, &body.consignor, &actor, uow)?;
        existing(&sku, &house, uow.reader())
    });
    Ok(web::Json(entrusted.await?))
}

/// Adds a batch. Whoever waits for its goods is served.
#[utoipa::path(operation_id = "add_batch", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The goods with the new batch.", body = ProductResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/batches")]
async fn add_batch(
    body: Json<AddBatchRequest>,
    staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let reference = errors.take("reference", BatchReference::parse(&body.reference));
    let sku = errors.take("sku", Sku::parse(&body.sku));
    let purchased = errors.take("quantity", Quantity::try_new(body.quantity));
    let eta = errors.take("eta", parse_eta(body.eta.as_deref().unwrap_or_default()));
    let (Some(reference), Some(sku), Some(purchased), Some(eta)) = (reference, sku, purchased, eta)
    else {
        return Err(errors.into());
    };
    let command = AddBatch {
        reference,
        sku,
        purchased,
        eta,
        consignor: None,
    };
    let named = body.consignor.unwrap_or_default();
    let actor = staff.user.email.clone();
    let consignors = Consignors::of(&house);
    let added = work.write(move |uow| {
        consignors.add_batch(&command, &named, &actor, uow)?;
        existing(&command.sku, &house, uow.reader())
    });
    Ok(HttpResponse::Created().json(added.await?))
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
    let mut errors = FieldErrors::default();
    let eta = errors.take("eta", parse_eta(body.eta.as_deref().unwrap_or_default()));
    let Some(eta) = eta else {
        return Err(errors.into());
    };
    let command = ChangeBatch {
        reference: reference.map_err(|_| Problem::not_found("batch"))?,
        purchased: body.quantity,
        eta,
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
