//! Stock as files: batches are imported as a whole or not at all.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use shipping::{BatchFile, ShippingFacade};
use utoipa::ToSchema;

use crate::composition::Inject;
use crate::consignors::Consignors;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, House, Json, Problem, Work};

/// Batches from a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportRequest {
    /// The file as text: a line `reference,sku,quantity,eta,consignor`, then a line for each batch. The consignor is
    /// the e-mail address of the seller whose goods they are, or nothing; the column may be missing.
    #[schema(
        example = "reference,sku,quantity,eta,consignor\nB-1,RETRO-CLOCK,20,,sam@seller.example\nB-2,RETRO-CLOCK,50,2026-12-24,"
    )]
    csv: String,
}

/// What was imported.
#[derive(Debug, Serialize, ToSchema)]
struct Imported {
    /// How many batches.
    batches: usize,
}

/// Adds all batches of a file, or none: every row is checked first, and what is wrong is said by row.
#[utoipa::path(operation_id = "import_batches", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "All of them are in.", body = Imported),
    (status = "4XX", description = "A refusal; nothing was added.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/stock/import")]
async fn import(
    body: Json<ImportRequest>,
    staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let file = BatchFile::parse(&body.read().await?.csv)?;
    let count = file.len();
    let actor = staff.user.email.clone();
    let consignors = Consignors::of(&house);
    work.write(move |uow| consignors.import(&file, &actor, uow))
        .await?;
    Ok(HttpResponse::Created().json(Imported { batches: count }))
}

/// All batches as a file, with the columns that an import takes and how their pieces stand.
#[utoipa::path(operation_id = "export_batches", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The file.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/stock/batches.csv")]
async fn batches(
    _staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let consignors = Consignors::of(&house);
    let text = work.read(move |reader| consignors.export(reader)).await?;
    Ok(file("batches.csv", text))
}

/// What is promised to whom as a file.
#[utoipa::path(operation_id = "export_allocations", tag = "stock", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The file.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/stock/allocations.csv")]
async fn allocations(
    _staff: As<Staff>,
    shipping: Inject<ShippingFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let text = work.read(move |reader| shipping.export_allocations(reader));
    Ok(file("allocations.csv", text.await?))
}

fn file(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(text)
}
