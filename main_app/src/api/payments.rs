//! What a winner owes, and paying it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use payments::{
    CashierDesk, ChargeOutcome, ChargePayment, PayerId, PaymentId, PaymentToken, PaymentView,
    PaymentsFacade,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::lists::List;
use super::money::MoneyBody;
use crate::composition::Inject;
use crate::http::identity::Customer;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, Json, Problem, Work};

/// Which payments are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PaymentsQuery {
    /// Whether all of your payments are wanted, or only those that you can pay now.
    #[serde(default)]
    all: bool,
}

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
struct PaymentResponse {
    /// Identifies it.
    id: Uuid,
    /// What was bid.
    amount: MoneyBody,
    /// The buyer's premium on it: of the lot's sale, else the house's.
    premium: MoneyBody,
    /// The tax on both.
    tax: MoneyBody,
    /// What a coupon takes off.
    discount: MoneyBody,
    /// What you pay for it in all.
    total: MoneyBody,
    /// What for.
    description: String,
    /// `NEW`, `CHARGED`, `CAPTURED`, `FAILED`, `TIMED_OUT`, `CANCELLED` or `REFUNDED`.
    status: String,
    /// Whether you can pay it now.
    payable: bool,
    /// The open or successful billing that it is part of.
    billing: Option<Uuid>,
    /// Whether the gateway was asked and has not answered yet.
    in_progress: bool,
    /// Why the last try came to nothing.
    failure: Option<String>,
    /// When it was started.
    started_at: DateTime<Utc>,
    /// Since when the money is taken.
    captured_at: Option<DateTime<Utc>>,
}

impl From<PaymentView> for PaymentResponse {
    fn from(view: PaymentView) -> Self {
        Self {
            id: view.id.uuid(),
            amount: view.amount.into(),
            premium: view.order.premium.into(),
            tax: view.order.tax.into(),
            discount: view.order.discount.into(),
            total: view.total.into(),
            description: view.description,
            status: view.status.to_string(),
            payable: view.status.is_payable() && !view.in_progress,
            billing: view.billing.map(|billing| billing.uuid()),
            in_progress: view.in_progress,
            failure: view.failure,
            started_at: view.started_at,
            captured_at: view.captured_at,
        }
    }
}

/// Pays a payment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChargeRequest {
    /// What the card network's own form gave you. Card numbers never come here. The test gateway knows
    /// `tok_approved` and `tok_declined`, among others.
    #[schema(example = "tok_approved", max_length = 200)]
    token: String,
}

/// What came of a try to pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChargeOutcome)]
#[serde(tag = "outcome", rename_all = "lowercase")]
enum ChargeResponse {
    /// The amount is held, and taken at once.
    Charged,
    /// It came to nothing; try again, perhaps with another card.
    Declined {
        /// Why.
        reason: String,
    },
    /// The gateway has not answered; look at the payment again in a minute.
    Pending,
}

/// Your payments: those that you can pay now, the oldest first; or all, the newest first.
#[utoipa::path(operation_id = "list_payments", tag = "payments", params(PaymentsQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The payments.", body = List<PaymentResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/payments")]
async fn list(
    query: web::Query<PaymentsQuery>,
    payer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<PaymentResponse>>, Problem> {
    let payer = PayerId::from(payer.user.id.uuid());
    let views = work.read(move |reader| {
        if query.all {
            payments.payments_of(payer, reader)
        } else {
            payments.pending_payments(payer, reader)
        }
    });
    Ok(web::Json(List::whole(views.await?, PaymentResponse::from)))
}

/// One of your payments.
#[utoipa::path(operation_id = "read_payment", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The payment.", body = PaymentResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/payments/{id}")]
async fn single(
    id: web::Path<Uuid>,
    payer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<PaymentResponse>, Problem> {
    let (id, payer) = (PaymentId::from(*id), PayerId::from(payer.user.id.uuid()));
    let found = work
        .read(move |reader| payments.single_payment(id, payer, reader))
        .await?;
    let view = found.ok_or_else(|| Problem::not_found("payment"))?;
    Ok(web::Json(view.into()))
}

/// Pays one of your payments. A declined card is answered with 200 and `outcome: declined`.
#[utoipa::path(operation_id = "charge_payment", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "What came of it.", body = ChargeResponse),
    (status = 202, description = "The gateway has not answered yet.", body = ChargeResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/payments/{id}/charge")]
async fn charge(
    id: web::Path<Uuid>,
    body: Json<ChargeRequest>,
    payer: As<Customer>,
    desk: Inject<CashierDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let token = errors.take("token", PaymentToken::parse(&body.token));
    let command = ChargePayment {
        payment: PaymentId::from(*id),
        payer: PayerId::from(payer.user.id.uuid()),
        token: token.ok_or(errors)?,
    };
    let (status, answer) = match work.at_desk(move || desk.charge(command)).await? {
        ChargeOutcome::Charged => (StatusCode::OK, ChargeResponse::Charged),
        ChargeOutcome::Declined { reason } => (StatusCode::OK, ChargeResponse::Declined { reason }),
        ChargeOutcome::Pending => (StatusCode::ACCEPTED, ChargeResponse::Pending),
    };
    Ok(HttpResponse::build(status).json(answer))
}
