//! Sales, and who may bid in them.

use std::num::NonZeroU32;

use actix_web::{HttpResponse, get, post, web};
use auctions::{
    Admission, AuctionsFacade, Bidding, BuyersPremium, CreateSale, Increments, SaleId, SaleTerms,
    SaleTitle, SaleView, SalesFacade,
};
use chrono::{DateTime, Utc};
use foundation::{Currency, Reader};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auctions::AuctionResponse;
use super::lists::{List, ListQuery};
use super::terms::{IncrementTable, IncrementsBody, SoftCloseBody, SoftCloseWindow};
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Visitor, Work};

/// How bidders get into a sale.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Admission)]
enum AdmissionBody {
    /// Whoever registers may bid at once.
    Open,
    /// Whoever registers waits until staff have approved it.
    ByApproval,
}

/// Creates a sale.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateSaleRequest {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200, example = "Autumn sale")]
    title: String,
    /// The currency of all its lots.
    #[schema(example = "USD", pattern = "^[A-Z]{3}$")]
    currency: String,
    /// When its lots come under the hammer.
    opens_at: DateTime<Utc>,
    /// How bidders get in.
    admission: AdmissionBody,
    /// How many bidders there is room for; unlimited if not given.
    #[schema(value_type = Option<u32>, minimum = 1)]
    seats: Option<NonZeroU32>,
    /// What the buyer pays on top of the hammer price, as a percentage from 0 to 50; 0 if not given.
    #[schema(example = "12.5", pattern = r"^[0-9]+(\.[0-9]{1,2})?$")]
    buyers_premium: Option<String>,
    /// By how much bids rise, unless a lot says otherwise; `"standard"` if not given.
    increments: Option<IncrementsBody>,
    /// How late bids move the end of its lots; two minutes if not given.
    soft_close: Option<SoftCloseBody>,
}

impl CreateSaleRequest {
    fn command(&self, staff: String) -> Result<CreateSale, Problem> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", SaleTitle::parse(&self.title));
        let currency = errors.take("currency", Currency::parse(&self.currency));
        let premium = self.buyers_premium.as_deref().map(BuyersPremium::parse);
        let premium = errors.take_if_given("buyers_premium", premium);
        let table = self.increments.as_ref().zip(currency);
        let table = table.map(|(table, currency)| table.parse(currency));
        let table = errors.take_if_given("increments", table);
        let soft_close = self.soft_close.map(SoftCloseBody::parse);
        let soft_close = errors.take_if_given("soft_close", soft_close);
        match (title, currency) {
            (Some(title), Some(currency)) if errors.is_empty() => Ok(CreateSale {
                sale: SaleId::generate(),
                title,
                currency,
                opens_at: self.opens_at,
                terms: SaleTerms {
                    buyers_premium: premium.unwrap_or_default(),
                    increments: table.unwrap_or_else(|| Increments::standard(currency)),
                    soft_close: soft_close.unwrap_or_default(),
                },
                seats: self.seats,
                admission: match self.admission {
                    AdmissionBody::Open => Admission::Open,
                    AdmissionBody::ByApproval => Admission::ByApproval,
                },
                staff,
            }),
            _ => Err(errors.into()),
        }
    }
}

/// A sale.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sale)]
struct SaleResponse {
    /// Identifies it.
    id: Uuid,
    /// What it is called.
    title: String,
    /// The currency of all its lots.
    currency: String,
    /// When its lots come under the hammer.
    opens_at: DateTime<Utc>,
    /// Since when bidders can register.
    created_at: DateTime<Utc>,
    /// How bidders get in.
    admission: AdmissionBody,
    /// How many bidders there is room for; nothing when there is no limit.
    seats: Option<u32>,
    /// How many seats are left; nothing when there is no limit.
    seats_left: Option<i64>,
    /// What the buyer pays on top of the hammer price, in percent.
    #[schema(example = "12.5")]
    buyers_premium: String,
    /// By how much bids rise, unless a lot says otherwise.
    increments: IncrementTable,
    /// How late bids move the end of its lots, unless a lot says otherwise; nothing when their ends are final.
    /// Where the sale does not say, these are two minutes, for lots with proxy bidding alone.
    soft_close: Option<SoftCloseWindow>,
}

impl From<SaleView> for SaleResponse {
    fn from(view: SaleView) -> Self {
        Self {
            id: view.id.uuid(),
            seats: view.seats.map(NonZeroU32::get),
            seats_left: view.seats_left(),
            title: view.title,
            currency: view.currency.code().to_owned(),
            opens_at: view.opens_at,
            created_at: view.created_at,
            admission: match view.admission {
                Admission::Open => AdmissionBody::Open,
                Admission::ByApproval => AdmissionBody::ByApproval,
            },
            buyers_premium: view.terms.buyers_premium.to_string(),
            increments: IncrementTable::from(&view.terms.increments),
            soft_close: view
                .terms
                .soft_close
                .for_bidding(Bidding::Proxy)
                .map(SoftCloseWindow::from),
        }
    }
}

/// The sale that must be there.
pub(super) fn existing(
    sales: &SalesFacade,
    id: SaleId,
    reader: &mut Reader,
) -> Result<SaleView, Problem> {
    let found = sales.single_sale(id, reader)?;
    found.ok_or_else(|| Problem::not_found("sale"))
}

/// The sales, the newest first.
#[utoipa::path(operation_id = "list_sales", tag = "sales", params(ListQuery), responses(
    (status = 200, description = "A part of the list.", body = List<SaleResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sales")]
async fn list(
    query: web::Query<ListQuery>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<web::Json<List<SaleResponse>>, Problem> {
    let page = query.page()?;
    let views = work.read(move |reader| sales.sales(page, reader)).await?;
    Ok(web::Json(List::page(
        views,
        page,
        |view| view.id.uuid(),
        SaleResponse::from,
    )))
}

/// Creates a sale, for which bidders can register from now on. Staff create sales; any seller may put lots
/// into any of them, so whoever runs a sale looks through its lots before it opens.
#[utoipa::path(operation_id = "create_sale", tag = "sales", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The sale.", body = SaleResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sales")]
async fn create(
    body: Json<CreateSaleRequest>,
    staff: As<Staff>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let command = body.read().await?.command(staff.user.email.clone())?;
    let created = work.write_locking(move |uow| {
        sales.create_sale(command.clone(), uow)?;
        existing(&sales, command.sale, uow.reader())
    });
    let created = SaleResponse::from(created.await?);
    Ok(HttpResponse::Created()
        .insert_header(("location", format!("/api/sales/{}", created.id)))
        .json(created))
}

/// One sale.
#[utoipa::path(operation_id = "read_sale", tag = "sales", responses(
    (status = 200, description = "The sale.", body = SaleResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sales/{id}")]
async fn single(
    id: web::Path<Uuid>,
    sales: Inject<SalesFacade>,
    work: Work,
) -> Result<web::Json<SaleResponse>, Problem> {
    let id = SaleId::from(*id);
    let view = work.read(move |reader| existing(&sales, id, reader));
    Ok(web::Json(view.await?.into()))
}

/// The lots of a sale, the newest first.
#[utoipa::path(tag = "sales", params(ListQuery), responses(
    (status = 200, description = "A part of the list.", body = List<AuctionResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sales/{id}/lots")]
async fn lots(
    id: web::Path<Uuid>,
    query: web::Query<ListQuery>,
    visitor: Visitor,
    (sales, auctions): (Inject<SalesFacade>, Inject<AuctionsFacade>),
    work: Work,
) -> Result<web::Json<List<AuctionResponse>>, Problem> {
    let (id, page) = (SaleId::from(*id), query.page()?);
    let views = work.read(move |reader| {
        existing(&sales, id, reader)?;
        Ok::<_, Problem>(auctions.auctions_of_sale(id, page, reader)?)
    });
    let show = |view| AuctionResponse::show(view, visitor.0.as_ref());
    Ok(web::Json(List::page(
        views.await?,
        page,
        |view| view.id.uuid(),
        show,
    )))
}
