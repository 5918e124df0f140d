//! Statements: what customers have bought, and how it was paid.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use payments::{CustomerLine, CustomerStatement, Occasion, PayerId, PaymentsFacade, Sum};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::List;
use crate::composition::Inject;
use crate::http::identity::{Customer, Staff};
use crate::http::problem::ProblemBody;
use crate::http::{As, Problem, Work};
use crate::statements::{StatementDays, customer_table};

/// What happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatementOccasion)]
pub(super) struct OccasionResponse {
    /// When.
    at: DateTime<Utc>,
    /// `sale`, `payment`, `credit used`, `credit returned`, `credit granted`, `refund` or `payout`.
    entry: &'static str,
    /// Identifies the payment that was sold, the refund, the payout, and so on.
    id: Uuid,
    /// What for.
    description: String,
}

/// A line of a customer's statement. Amounts are decimals in the statement's currency; what the customer owes
/// more is above zero.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerStatementLine)]
struct CustomerLineResponse {
    #[serde(flatten)]
    occasion: OccasionResponse,
    /// The hammer price.
    hammer_price: String,
    /// The buyer's premium.
    premium: String,
    /// The tax on both.
    tax: String,
    /// What a coupon took off.
    discount: String,
    /// What was paid with credit.
    credit: String,
    /// What was paid with money.
    paid: String,
    /// What is owed after this.
    balance: String,
    /// The credit that is left after this.
    credit_left: String,
}

/// A customer's account in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerStatement)]
struct CustomerStatementResponse {
    /// The code of ISO 4217.
    #[schema(example = "USD")]
    currency: String,
    /// What the customer owed before.
    opening: String,
    /// What happened, the oldest first.
    lines: Vec<CustomerLineResponse>,
    /// What the customer owed after that.
    closing: String,
    /// The credit that was left after that.
    credit_left: String,
}

impl From<Occasion> for OccasionResponse {
    fn from(occasion: Occasion) -> Self {
        Self {
            at: occasion.at,
            entry: occasion.entry.as_str(),
            id: occasion.subject.uuid(),
            description: occasion.description,
        }
    }
}

impl From<CustomerLine> for CustomerLineResponse {
    fn from(line: CustomerLine) -> Self {
        Self {
            occasion: line.occasion.into(),
            hammer_price: line.hammer.amount(),
            premium: line.premium.amount(),
            tax: line.tax.amount(),
            discount: line.discount.amount(),
            credit: line.credit.amount(),
            paid: line.paid.amount(),
            balance: line.balance.amount(),
            credit_left: line.credit_left.amount(),
        }
    }
}

impl From<CustomerStatement> for CustomerStatementResponse {
    fn from(statement: CustomerStatement) -> Self {
        Self {
            currency: code(&statement.closing),
            opening: statement.opening.amount(),
            lines: statement.lines.into_iter().map(Into::into).collect(),
            closing: statement.closing.amount(),
            credit_left: statement.credit_left.amount(),
        }
    }
}

pub(super) fn code(sum: &Sum) -> String {
    sum.currency.code().to_owned()
}

/// What you bought and paid, by currency.
#[utoipa::path(operation_id = "my_statement", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "Your statements.", body = List<CustomerStatementResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/statement")]
async fn mine(
    days: web::Query<StatementDays>,
    customer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<CustomerStatementResponse>>, Problem> {
    let payer = PayerId::from(customer.user.id.uuid());
    let statements = of_customer(payer, *days, payments, &work).await?;
    Ok(web::Json(List::whole(statements, Into::into)))
}

/// The same as a table for spreadsheets.
#[utoipa::path(operation_id = "my_statement_csv", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The table.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/my/statement.csv")]
async fn mine_csv(
    days: web::Query<StatementDays>,
    customer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let payer = PayerId::from(customer.user.id.uuid());
    let statements = of_customer(payer, *days, payments, &work).await?;
    Ok(customer_table(&statements).answer("statement"))
}

/// What a customer bought and paid, for staff.
#[utoipa::path(operation_id = "customer_statement", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The customer's statements.", body = List<CustomerStatementResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/customers/{id}/statement")]
async fn for_staff(
    id: web::Path<Uuid>,
    days: web::Query<StatementDays>,
    _: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<CustomerStatementResponse>>, Problem> {
    let statements = of_customer(PayerId::from(*id), *days, payments, &work).await?;
    Ok(web::Json(List::whole(statements, Into::into)))
}

/// The same as a table for spreadsheets.
#[utoipa::path(operation_id = "customer_statement_csv", tag = "payments", params(StatementDays), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The table.", body = String, content_type = "text/csv"),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/customers/{id}/statement.csv")]
async fn for_staff_csv(
    id: web::Path<Uuid>,
    days: web::Query<StatementDays>,
    _: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let statements = of_customer(PayerId::from(*id), *days, payments, &work).await?;
    Ok(customer_table(&statements).answer("statement"))
}

async fn of_customer(
    payer: PayerId,
    days: StatementDays,
    payments: Inject<PaymentsFacade>,
    work: &Work,
) -> Result<Vec<CustomerStatement>, Problem> {
    let period = days.period()?;
    work.read(move |reader| payments.customer_statements(payer, period, reader))
        .await
}
