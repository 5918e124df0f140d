//! What sellers have sold and been paid, and payouts to them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use payments::{PayeeId, PaymentsFacade, PayoutId, RecordPayout, SellerLine, SellerStatement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::List;
use super::money::MoneyBody;
use super::statements::{OccasionResponse, code};
use crate::composition::Inject;
use crate::http::identity::{Seller, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};
use crate::statements::{StatementDays, seller_table};

/// A line of a seller's statement. Amounts are decimals in the statement's currency; in the seller's favour is
/// above zero.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerStatementLine)]
struct SellerLineResponse {
    #[serde(flatten)]
    occasion: OccasionResponse,
    /// The hammer price.
    hammer_price: String,
    /// What the house keeps of it.
    commission: String,
    /// What was paid to the seller.
    payout: String,
    /// What the house owes after this.
    balance: String,
}

/// A seller's account in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SellerStatement)]
struct SellerStatementResponse {
    /// The code of ISO 4217.
    #[schema(example = "USD")]
    currency: String,
    /// What the house owed before; below zero, what the seller owed.
    #[schema(example = "-15.99")]
    opening: String,
    /// What happened, the oldest first.
    lines: Vec<SellerLineResponse>,
    /// What the house owed after that.
    closing: String,
    /// What may be paid out now: not what is on its way back to buyers.
    payable: String,
}

/// What may be paid out to a seller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payable)]
struct PayableResponse {
    /// The seller.
    seller: Uuid,
    /// The code of ISO 4217.
    currency: String,
    /// How much; below zero when more was given back to buyers than is owed.
    payable: String,
}

/// Writes down that a seller was paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PayoutRequest {
    /// Chosen by you: recording twice with one id pays out once.
    id: Uuid,
    /// How much: at most what is payable.
    amount: MoneyBody,
    /// What the bank's statement calls it.
    #[schema(max_length = 200)]
    note: String,
}

/// A payout that is written down.
#[derive(Debug, Serialize, ToSchema)]
struct PayoutResponse {
    /// Identifies it.
    id: Uuid,
}

impl From<SellerLine> for SellerLineResponse {
    fn from(line: SellerLine) -> Self {
        Self {
            occasion: line.occasion.into(),
            hammer_price: line.hammer.amount(),
            commission: line.commission.amount(),
            payout: line.payout.amount(),
            balance: line.balance.amount(),
        }
    }
}

impl From<SellerStatement> for SellerStatementResponse {
    fn from(statement: SellerStatement) -> Self {
        Self {
            currency: code(&statement.closing),
            opening: statement.opening.amount(),
            lines: statement.lines.into_iter().map(Into::into).collect(),
            closing: statement.closing.amount(),
            payable: statement.payable.amount(),
        }
    }
}

/// What you sold and were paid, by currency.
#[utoipa::path(operation_id = "my_earnings", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your statements.", body = List<SellerStatementResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/earnings")]
async fn mine(
    days: web::Query<StatementDays>,
    seller: As<Seller>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<SellerStatementResponse>>, Problem> {
    let payee = PayeeId::from(seller.user.id.uuid());
    let statements = of_seller(payee, *days, payments, &work).await?;
    Ok(web::Json(List::whole(statements, Into::into)))
}

/// The same as a table for spreadsheets.
#[utoipa::path(operation_id = "my_earnings_csv", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The table.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/earnings.csv")]
async fn mine_csv(
    days: web::Query<StatementDays>,
    seller: As<Seller>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let payee = PayeeId::from(seller.user.id.uuid());
    let statements = of_seller(payee, *days, payments, &work).await?;
    Ok(seller_table(&statements).answer("earnings"))
}

/// What may be paid out to each seller, for staff.
#[utoipa::path(operation_id = "list_payables", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The largest amounts first in each currency.", body = List<PayableResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sellers/payable")]
async fn payables(
    _: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<PayableResponse>>, Problem> {
    let found = work.read(move |reader| payments.payables(reader)).await?;
    let shown = List::whole(found, |known| PayableResponse {
        seller: known.payee.uuid(),
        currency: code(&known.payable),
        payable: known.payable.amount(),
    });
    Ok(web::Json(shown))
}

/// What a seller sold and was paid, for staff.
#[utoipa::path(operation_id = "seller_statement", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The seller's statements.", body = List<SellerStatementResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sellers/{id}/statement")]
async fn for_staff(
    id: web::Path<Uuid>,
    days: web::Query<StatementDays>,
    _: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<SellerStatementResponse>>, Problem> {
    let statements = of_seller(PayeeId::from(*id), *days, payments, &work).await?;
    Ok(web::Json(List::whole(statements, Into::into)))
}

/// The same as a table for spreadsheets.
#[utoipa::path(operation_id = "seller_statement_csv", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The table.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/sellers/{id}/statement.csv")]
async fn for_staff_csv(
    id: web::Path<Uuid>,
    days: web::Query<StatementDays>,
    _: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let statements = of_seller(PayeeId::from(*id), *days, payments, &work).await?;
    Ok(seller_table(&statements).answer("earnings"))
}

/// Writes down that a seller was paid out, at most what is payable.
#[utoipa::path(operation_id = "record_payout", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "It had been written down before.", body = PayoutResponse),
    (status = 201, description = "It is written down.", body = PayoutResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/sellers/{id}/payouts")]
async fn pay_out(
    id: web::Path<Uuid>,
    body: Json<PayoutRequest>,
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let amount = errors.take("amount", body.amount.parse());
    let command = RecordPayout {
        payout: PayoutId::from(body.id),
        payee: PayeeId::from(*id),
        amount: amount.ok_or(errors)?,
        note: body.note,
        staff: staff.user.email.to_string(),
    };
    let recorded = work.write(move |uow| payments.record_payout(&command, uow));
    let status = match recorded.await? {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok(HttpResponse::build(status).json(PayoutResponse { id: body.id }))
}

async fn of_seller(
    payee: PayeeId,
    days: StatementDays,
    payments: Inject<PaymentsFacade>,
    work: &Work,
) -> Result<Vec<SellerStatement>, Problem> {
    let period = days.period()?;
    work.read(move |reader| payments.seller_statements(payee, period, reader))
        .await
}
