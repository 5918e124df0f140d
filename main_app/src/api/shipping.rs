//! Addresses, packages and the packing desk.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shipping::{
    AddAddress, AddressId, AddressParts, AddressView, CarrierName, Collection, ConsigneeId,
    PackageId, PackageStatus, PackageView, PostalAddress, ShipPackage, ShippingFacade,
    TrackingNumber, WaitsFor,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{self, List};
use super::packages::existing;
use crate::composition::Inject;
use crate::http::identity::{Customer, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// An address. Which parts must be given depends on the country.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PostalAddress)]
struct AddressBody {
    /// Who receives.
    #[schema(max_length = 100, example = "Ada Byron")]
    recipient: String,
    /// Street and number.
    #[schema(max_length = 100, example = "12 St James's Square")]
    street: String,
    /// Flat, floor, building.
    #[serde(default)]
    #[schema(max_length = 100)]
    street2: String,
    /// Town.
    #[serde(default)]
    #[schema(max_length = 100, example = "London")]
    city: String,
    /// State, province, prefecture.
    #[serde(default)]
    #[schema(max_length = 100)]
    region: String,
    /// Postcode.
    #[serde(default)]
    #[schema(max_length = 12, example = "SW1Y 4JH")]
    postcode: String,
    /// ISO 3166 code of two letters.
    #[schema(example = "GB", pattern = "^[A-Za-z]{2}$")]
    country: String,
}

impl From<AddressBody> for AddressParts {
    fn from(body: AddressBody) -> Self {
        Self {
            recipient: body.recipient,
            street: body.street,
            street2: body.street2,
            city: body.city,
            region: body.region,
            postcode: body.postcode,
            country: body.country,
        }
    }
}

impl From<&PostalAddress> for AddressBody {
    fn from(address: &PostalAddress) -> Self {
        let parts = address.parts().clone();
        Self {
            recipient: parts.recipient,
            street: parts.street,
            street2: parts.street2,
            city: parts.city,
            region: parts.region,
            postcode: parts.postcode,
            country: parts.country,
        }
    }
}

/// An address of your book.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Address)]
struct AddressResponse {
    /// Identifies it.
    id: Uuid,
    /// The address itself.
    address: AddressBody,
    /// Since when it is in the book.
    added_at: DateTime<Utc>,
}

impl From<AddressView> for AddressResponse {
    fn from(view: AddressView) -> Self {
        Self {
            id: view.id.uuid(),
            address: AddressBody::from(&view.postal),
            added_at: view.added_at,
        }
    }
}

/// A package.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Package)]
pub(super) struct PackageResponse {
    /// Identifies it.
    id: Uuid,
    /// What is in it.
    item: String,
    /// `AWAITING_ADDRESS`, `AWAITING_STOCK`, `CREATED`, `SHIPPED`, `DELIVERED`, `RETURNED`, `COLLECTED` or
    /// `CANCELLED`.
    status: String,
    /// Where it goes, as soon as that is known.
    address: Option<AddressBody>,
    /// What it takes from the stock; nothing for a piece of which there is only the one.
    goods: Option<GoodsResponse>,
    /// Why it cannot be packed yet, in words; empty when it can be, or has left.
    waits_for: Vec<String>,
    /// Whether you may choose between waiting for its goods and the money.
    may_choose: bool,
    /// When it is fetched, if it is not sent.
    collection: Option<CollectionResponse>,
    /// Who carries it, once shipped.
    carrier: Option<String>,
    /// By which number, once shipped.
    tracking_number: Option<String>,
    /// When it was paid.
    paid_at: DateTime<Utc>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// When it was shipped.
    shipped_at: Option<DateTime<Utc>>,
    /// When it was delivered.
    delivered_at: Option<DateTime<Utc>>,
    /// When it was returned, collected or cancelled.
    ended_at: Option<DateTime<Utc>>,
}

/// What a package takes from the stock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PackageGoods)]
struct GoodsResponse {
    /// Which goods.
    sku: String,
    /// How many pieces.
    quantity: u32,
    /// When they are expected, if they are not in the warehouse but on their way.
    expected: Option<NaiveDate>,
}

/// When a package is fetched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PackageCollection)]
struct CollectionResponse {
    /// Where.
    place: Option<String>,
    /// From when.
    from: Option<DateTime<Utc>>,
    /// Until when.
    until: Option<DateTime<Utc>>,
}

impl From<Collection> for CollectionResponse {
    fn from(collection: Collection) -> Self {
        Self {
            place: collection.place,
            from: collection.from,
            until: collection.until,
        }
    }
}

impl From<PackageView> for PackageResponse {
    fn from(view: PackageView) -> Self {
        let waits_for = view.waits_for();
        Self {
            id: view.id.uuid(),
            waits_for: waits_for.iter().map(WaitsFor::to_string).collect(),
            may_choose: view.may_choose(),
            item: view.item,
            status: view.status.to_string(),
            goods: view.goods.map(|goods| GoodsResponse {
                sku: goods.sku.to_string(),
                quantity: goods.quantity.get(),
                expected: goods.expected,
            }),
            collection: view.collection.map(CollectionResponse::from),
            paid_at: view.paid_at,
            ended_at: view.ended_at,
            address: view.address.as_ref().map(AddressBody::from),
            carrier: view.carrier,
            tracking_number: view.tracking_number,
            created_at: view.created_at,
            shipped_at: view.shipped_at,
            delivered_at: view.delivered_at,
        }
    }
}

/// Which packages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PackagesQuery {
    /// Only those in this state.
    status: Option<String>,
    /// How many; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// Hands a package to a carrier.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShipRequest {
    /// Who carries it.
    #[schema(min_length = 1, max_length = 60, example = "Korea Post")]
    carrier: String,
    /// By which number.
    #[schema(min_length = 1, max_length = 60, example = "6123456789012")]
    tracking_number: String,
}

/// Your addresses, the newest first: packages go to the first.
#[utoipa::path(operation_id = "list_addresses", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your address book.", body = List<AddressResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/addresses")]
async fn addresses(
    consignee: As<Customer>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<List<AddressResponse>>, Problem> {
    let consignee = ConsigneeId::from(consignee.user.id.uuid());
    let views = work.read(move |reader| shipping.addresses_of(consignee, reader));
    Ok(web::Json(List::whole(views.await?, AddressResponse::from)))
}

/// Puts an address into your book. Packages of yours that waited for one go there.
#[utoipa::path(tag = "shipping", security(("session" = []), ("token" = [])),
    request_body = AddressBody, responses(
    (status = 201, description = "The address is in the book.", body = List<AddressResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/addresses")]
async fn add_address(
    body: Json<AddressBody>,
    consignee: As<Customer>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let command = AddAddress {
        address: AddressId::generate(),
        consignee: ConsigneeId::from(consignee.user.id.uuid()),
        postal: PostalAddress::parse(body.into())?,
    };
    let book = work.write(move |uow| {
        shipping.add_address(command.clone(), uow)?;
        Ok::<_, Problem>(shipping.addresses_of(command.consignee, uow.reader())?)
    });
    let book = List::whole(book.await?, AddressResponse::from);
    Ok(HttpResponse::Created().json(book))
}

/// Your packages, the newest first.
#[utoipa::path(tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your packages.", body = List<PackageResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/packages")]
async fn my_packages(
    consignee: As<Customer>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<List<PackageResponse>>, Problem> {
    let consignee = ConsigneeId::from(consignee.user.id.uuid());
    let views = work.read(move |reader| shipping.packages_of(consignee, reader));
    Ok(web::Json(List::whole(views.await?, PackageResponse::from)))
}

/// Packages of everybody, the oldest first.
#[utoipa::path(operation_id = "list_packages", tag = "shipping", params(PackagesQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The packages.", body = List<PackageResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/shipping/packages")]
async fn packages(
    query: web::Query<PackagesQuery>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<List<PackageResponse>>, Problem> {
    let limit = lists::limit(query.limit)?;
    let mut errors = FieldErrors::default();
    let status = query.status.as_deref().map(str::parse::<PackageStatus>);
    let status = errors.take_if_given("status", status);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let views = work.read(move |reader| shipping.packages(status, limit, reader));
    Ok(web::Json(List::whole(views.await?, PackageResponse::from)))
}

/// Gives you the oldest package that nobody else is packing, for 15 minutes. Asked again, it is the same
/// package and the time begins anew.
#[utoipa::path(tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package to pack.", body = PackageResponse),
    (status = 204, description = "There is nothing to pack."),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/next")]
async fn next_package(
    staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let packer = staff.user.email.clone();
    let found = work
        .write(move |uow| shipping.next_package(&packer, uow))
        .await?;
    Ok(match found {
        Some(view) => HttpResponse::Ok().json(PackageResponse::from(view)),
        None => HttpResponse::NoContent().finish(),
    })
}

/// Hands a package to a carrier, once.
#[utoipa::path(operation_id = "ship_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package on its way.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/ship")]
async fn ship(
    id: web::Path<Uuid>,
    body: Json<ShipRequest>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let carrier = errors.take("carrier", CarrierName::parse(&body.carrier));
    let number = TrackingNumber::parse(&body.tracking_number);
    let number = errors.take("tracking_number", number);
    let (Some(carrier), Some(tracking_number)) = (carrier, number) else {
        return Err(errors.into());
    };
    let command = ShipPackage {
        package: PackageId::from(*id),
        carrier,
        tracking_number,
    };
    let shipped = work.write(move |uow| {
        shipping.ship(command.clone(), uow)?;
        existing(&shipping, command.package, uow.reader())
    });
    Ok(web::Json(shipped.await?.into()))
}

/// Notes that a package arrived, once.
#[utoipa::path(operation_id = "deliver_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/deliver")]
async fn deliver(
    id: web::Path<Uuid>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let package = PackageId::from(*id);
    let delivered = work.write(move |uow| {
        shipping.deliver(package, uow)?;
        existing(&shipping, package, uow.reader())
    });
    Ok(web::Json(delivered.await?.into()))
}
