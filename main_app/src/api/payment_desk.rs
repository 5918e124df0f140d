//! What staff look up about payments, and refunds.

use std::sync::Arc;

use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use foundation::{Failure, Reader};
use payments::{
    BillingId, BillingStatus, BillingView, OperationView, PayerId, PaymentId, PaymentsFacade,
    RefundPayment,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::billing_body::{BillingResponse, RefundResponse};
use super::lists::{List, limit};
use super::money::MoneyBody;
use crate::accounts::{Accounts, UserId};
use crate::composition::Inject;
use crate::http::identity::Staff;
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, House, Json, Problem, Work};
use crate::looking_up::looked_for;

/// Which billings are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BillingsQuery {
    /// The id of a billing, of a payment or of a customer; a customer's e-mail address; or a gateway's name
    /// for what it did, such as `pi_…`.
    find: Option<String>,
    /// `OPEN`, `SUCCESS` or `CANCELLED`.
    status: Option<StatusWord>,
    /// How many entries; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// The `next` of the page before.
    after: Option<Uuid>,
}

/// Where a billing stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
enum StatusWord {
    /// It waits to be paid.
    Open,
    /// It is paid.
    Success,
    /// It came to nothing.
    Cancelled,
}

impl From<StatusWord> for BillingStatus {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Open => Self::Open,
            StatusWord::Success => Self::Success,
            StatusWord::Cancelled => Self::Cancelled,
        }
    }
}

/// Who pays.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payer)]
struct PayerResponse {
    /// Their id.
    id: Uuid,
    /// What they are called; missing when nobody has the id.
    name: Option<String>,
    /// Their address.
    email: Option<String>,
}

/// A billing and who pays it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnownBilling)]
struct KnownBillingResponse {
    /// Who pays.
    payer: PayerResponse,
    /// The billing.
    billing: BillingResponse,
}

/// One thing asked of a gateway. What was paid with is not shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
struct OperationResponse {
    /// The operation; the gateway gets it as idempotency key.
    id: Uuid,
    /// `authorise`, `complete`, `capture`, `void` or `refund`.
    #[schema(example = "authorise")]
    kind: String,
    /// The point at which it is taken up again after a crash: `pending` (written down), `unknown` (asked, no
    /// answer), `succeeded` or `failed`.
    #[schema(example = "succeeded")]
    state: String,
    /// Who was asked.
    gateway: Option<String>,
    /// The gateway's name for what came of it.
    reference: Option<String>,
    /// The authorisation that it is about.
    about: Option<String>,
    /// How much, where it is not the whole billing.
    amount: Option<MoneyBody>,
    /// Why it failed, in words for the payer.
    reason: Option<String>,
    /// Why it failed, in words for staff.
    detail: Option<String>,
    /// When it was written down.
    started_at: DateTime<Utc>,
    /// When its result was known.
    finished_at: Option<DateTime<Utc>>,
}

impl From<OperationView> for OperationResponse {
    fn from(view: OperationView) -> Self {
        Self {
            id: view.id.uuid(),
            kind: view.kind.to_string(),
            state: view.state.as_str().to_owned(),
            gateway: view.gateway.map(|gateway| gateway.to_string()),
            reference: view.reference.map(|reference| reference.to_string()),
            about: view.about.map(|reference| reference.to_string()),
            amount: view.amount.map(MoneyBody::from),
            reason: view.reason,
            detail: view.detail,
            started_at: view.started_at,
            finished_at: view.finished_at,
        }
    }
}

/// A billing with its history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BillingHistory)]
struct HistoryResponse {
    /// Who pays.
    payer: PayerResponse,
    /// The billing.
    billing: BillingResponse,
    /// What was asked of gateways, the oldest first.
    operations: Vec<OperationResponse>,
}

/// Gives money back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundRequest {
    /// The refund's id, a UUID of your choice: sending the same request twice gives back once.
    id: Uuid,
    /// How much; all that is left of the payment unless you say.
    amount: Option<MoneyBody>,
    /// Why, in words for the payer. It stays in the audit log.
    #[schema(example = "The lid was missing.", min_length = 1, max_length = 500)]
    reason: String,
}

/// All billings, the newest first, or those that you look for.
#[utoipa::path(operation_id = "find_billings", tag = "payments", params(BillingsQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The billings.", body = List<KnownBillingResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/desk/billings")]
async fn find(
    query: web::Query<BillingsQuery>,
    _staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<List<KnownBillingResponse>>, Problem> {
    let page = auctions::Page {
        limit: limit(query.limit)?,
        after: query.after,
    };
    let (payments, accounts) = (house.component(), house.component());
    let facade: Arc<PaymentsFacade> = Arc::clone(&payments);
    let found = work.read(move |reader| {
        let key = looked_for(query.find.as_deref(), &accounts, reader)?;
        let Some(key) = key else {
            return Ok(Vec::new());
        };
        let after = page.after.map(BillingId::from);
        let status = query.status.map(BillingStatus::from);
        let views = facade.find_billings(&key, status, (page.limit, after), reader)?;
        let known = views.into_iter().map(|view| {
            let payer = payer(view.payer, &accounts, reader)?;
            Ok::<_, Failure>((view, payer))
        });
        known.collect::<Result<Vec<_>, _>>()
    });
    let id = |(view, _): &(BillingView, PayerResponse)| view.id.uuid();
    let show = |(view, payer)| KnownBillingResponse {
        payer,
        billing: BillingResponse::show(view, payments.gateways()),
    };
    Ok(web::Json(List::page(found.await?, page, id, show)))
}

/// One billing with what was asked of gateways for it.
#[utoipa::path(operation_id = "read_billing_history", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The billing.", body = HistoryResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/desk/billings/{id}")]
async fn history(
    id: web::Path<BillingId>,
    _staff: As<Staff>,
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<HistoryResponse>, Problem> {
    let payments: Arc<PaymentsFacade> = house.component();
    let (facade, accounts) = (Arc::clone(&payments), house.component());
    let found = work.read(move |reader| {
        let Some(view) = facade.any_billing(*id, reader)? else {
            return Ok(None);
        };
        let payer = payer(view.payer, &accounts, reader)?;
        let operations = facade.operations_of(*id, reader)?;
        Ok::<_, Failure>(Some((view, payer, operations)))
    });
    let (view, payer, operations) = found.await?.ok_or_else(|| Problem::not_found("billing"))?;
    Ok(web::Json(HistoryResponse {
        payer,
        billing: BillingResponse::show(view, payments.gateways()),
        operations: operations
            .into_iter()
            .map(OperationResponse::from)
            .collect(),
    }))
}

/// Gives money of a payment back, whole or in part: never more than was taken. What was paid with credit
/// becomes credit again, last.
#[utoipa::path(operation_id = "refund_payment", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The refund as it stands.", body = RefundResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/payments/{id}/refunds")]
async fn refund(
    id: web::Path<PaymentId>,
    body: Json<RefundRequest>,
    staff: As<Staff>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let amount = errors.take_if_given("amount", body.amount.as_ref().map(MoneyBody::parse));
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let wish = RefundPayment {
        refund: body.id.into(),
        payment: *id,
        amount,
        reason: body.reason,
        staff: staff.user.email.clone(),
    };
    let refunded = work.write(move |uow| payments.refund(wish.clone(), uow));
    Ok(HttpResponse::Created().json(RefundResponse::from(refunded.await?)))
}

fn payer(
    payer: PayerId,
    accounts: &Accounts,
    reader: &mut Reader,
) -> Result<PayerResponse, Failure> {
    let user = accounts.user(UserId::from(payer.uuid()), reader)?;
    let (name, email) = user.map(|user| (user.name, user.email)).unzip();
    Ok(PayerResponse {
        id: payer.uuid(),
        name,
        email,
    })
}
