//! Labels of the house's carrier.

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shipping::{AskForLabel, Grams, LabelId, LabelState, LabelView, PackageId, ShippingFacade};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// Asks the house's carrier for a label.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LabelRequest {
    /// How heavy the package is, packed.
    #[schema(minimum = 1, maximum = 1_000_000)]
    grams: i64,
}

/// What was asked of the house's carrier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Label)]
struct LabelResponse {
    /// Identifies it.
    id: Uuid,
    /// `ASKED`, `QUOTED`, `BOUGHT` or `FAILED`.
    state: &'static str,
    /// How heavy the package is, packed.
    grams: u32,
    /// Who carries it, once bought.
    carrier: Option<String>,
    /// By which number, once bought.
    tracking_number: Option<String>,
    /// Where the label is, once bought.
    url: Option<String>,
    /// Why the carrier will not have it.
    failure: Option<String>,
    /// When it was asked for.
    asked_at: DateTime<Utc>,
}

impl From<LabelView> for LabelResponse {
    fn from(view: LabelView) -> Self {
        let (state, bought, failure) = match view.state {
            LabelState::Asked => ("ASKED", None, None),
            LabelState::Quoted(_) => ("QUOTED", None, None),
            LabelState::Bought(bought) => ("BOUGHT", Some(bought), None),
            LabelState::Failed(why) => ("FAILED", None, Some(why)),
        };
        Self {
            id: view.id.uuid(),
            state,
            grams: view.grams.get(),
            carrier: bought.as_ref().map(|label| label.carrier.clone()),
            tracking_number: bought.as_ref().map(|label| label.tracking_number.clone()),
            url: bought.and_then(|label| label.url),
            failure,
            asked_at: view.asked_at,
        }
    }
}

/// Has the house's carrier sell a label. Once it is paid, the package is shipped.
#[utoipa::path(operation_id = "ask_for_label", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 202, description = "It is being bought.", body = LabelResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/shipping/package/{id}/label")]
async fn ask(
    id: web::Path<Uuid>,
    body: Json<LabelRequest>,
    staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let Some(grams) = errors.take("grams", Grams::try_new(body.grams)) else {
        return Err(errors.into());
    };
    let command = AskForLabel {
        label: LabelId::generate(),
        package: PackageId::from(*id),
        grams,
        by: staff.user.email.clone(),
    };
    let asked = work.write(move |uow| {
        shipping.ask_for_label(command.clone(), uow)?;
        let view = shipping.label_of(command.package, uow.reader())?;
        view.ok_or_else(|| Problem::not_found("label"))
    });
    Ok(HttpResponse::Accepted().json(LabelResponse::from(asked.await?)))
}

/// What was last asked of the house's carrier for a package.
#[utoipa::path(operation_id = "read_label", tag = "shipping", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The label.", body = LabelResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/shipping/package/{id}/label")]
async fn single(
    id: web::Path<Uuid>,
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<web::Json<LabelResponse>, Problem> {
    let package = PackageId::from(*id);
    let found = work.read(move |reader| shipping.label_of(package, reader));
    let view = found.await?.ok_or_else(|| Problem::not_found("label"))?;
    Ok(web::Json(view.into()))
}
