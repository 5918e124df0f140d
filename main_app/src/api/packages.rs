//! Packages that wait, come back, or are fetched.

use actix_web::{get, post, web};
use serde::Deserialize;
use shipping::{
    ChooseForPackage, ConsigneeId, PackageId, PackageView, ShippingFacade, StockChoice,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::{self, List};
use super::shipping::PackageResponse;
use crate::accounts::User;
use crate::composition::Inject;
use crate::http::identity::{Customer, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, Json, Problem, Work};

/// How much of the list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WaitingQuery {
    /// How many entries; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// What shall be done about goods that are out of stock.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChoiceRequest {
    /// To wait, or to have the money back.
    choice: ChoiceBody,
}

/// To wait, or to have the money back.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StockChoice)]
enum ChoiceBody {
    /// Wait until there are some.
    Wait,
    /// Have the money back. There is no way back from that.
    Refund,
}

impl From<ChoiceBody> for StockChoice {
    fn from(body: ChoiceBody) -> Self {
        match body {
            ChoiceBody::Wait => Self::Wait,
            ChoiceBody::Refund => Self::Refund,
        }
    }
}

async fn choose(
    command: ChooseForPackage,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let chosen = work.write(move |uow| {
        shipping.choose(&command, uow)?;
        existing(&shipping, command.package, uow.reader())
    });
    Ok(web::Json(chosen.await?.into()))
}

fn choice(package: Uuid, body: &ChoiceRequest, by: &User) -> ChooseForPackage {
    ChooseForPackage {
        package: PackageId::from(package),
        choice: body.choice.into(),
        consignee: None,
        by: by.email.clone(),
    }
}

/// Says whether you wait for goods that are out of stock, or want the money back.
#[utoipa::path(operation_id = "choose_for_my_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/my/packages/{id}/choice")]
async fn choose_mine(
    id: web::Path<Uuid>,
    body: Json<ChoiceRequest>,
    consignee: As<Customer>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let body = body.read().await?;
    let mut command = choice(*id, &body, &consignee.user);
    command.consignee = Some(ConsigneeId::from(consignee.user.id.uuid()));
    choose(command, shipping, work).await
}

/// Says for a customer whether to wait for goods that are out of stock, or to give the money back.
#[utoipa::path(operation_id = "choose_for_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/choice")]
async fn choose_by_staff(
    id: web::Path<Uuid>,
    body: Json<ChoiceRequest>,
    staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let body = body.read().await?;
    choose(choice(*id, &body, &staff.user), shipping, work).await
}

/// Hands a package to its consignee, who came for it.
#[utoipa::path(operation_id = "collect_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/collect")]
async fn collect(
    id: web::Path<Uuid>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let package = PackageId::from(*id);
    let collected = work.write(move |uow| {
        shipping.collect(package, uow)?;
        existing(&shipping, package, uow.reader())
    });
    Ok(web::Json(collected.await?.into()))
}

/// Notes that the carrier brought a package back: its goods are in the stock again.
#[utoipa::path(operation_id = "return_package", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The package.", body = PackageResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/return")]
async fn take_back(
    id: web::Path<Uuid>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<PackageResponse>, Problem> {
    let package = PackageId::from(*id);
    let returned = work.write(move |uow| {
        shipping.take_back(package, uow)?;
        existing(&shipping, package, uow.reader())
    });
    Ok(web::Json(returned.await?.into()))
}

/// Packages that wait for an address or for goods, the oldest first, and for what.
#[utoipa::path(operation_id = "list_waiting_packages", tag = "shipping", params(WaitingQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The packages.", body = List<PackageResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/shipping/waiting")]
async fn waiting(
    query: web::Query<WaitingQuery>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<List<PackageResponse>>, Problem> {
    let limit = lists::limit(query.limit)?;
    let views = work.read(move |reader| shipping.waiting_packages(limit, reader));
    Ok(web::Json(List::whole(views.await?, PackageResponse::from)))
}

/// A package that there is.
pub(super) fn existing(
    shipping: &ShippingFacade,
    package: PackageId,
    reader: &mut foundation::Reader,
) -> Result<PackageView, Problem> {
    let view = shipping.package(package, reader)?;
    view.ok_or_else(|| Problem::not_found("package"))
}
