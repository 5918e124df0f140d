//! Paying several won items in one go.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use payments::{
    BillingId, BillingKey, BillingView, CashierDesk, CompleteBilling, GatewayName,
    OpenBillingError, PayBilling, PayOutcome, PayerId, PaymentToken, PaymentsFacade, ReturnUrl,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::billing_body::{
    BillingResponse, CreditResponse, OpenBillingRequest, PayResponse, QuoteResponse, SlotResponse,
    is_the_same,
};
use super::lists::{List, ListQuery};
use crate::composition::Inject;
use crate::http::errors::BILLING_ID_TAKEN;
use crate::http::identity::{Anybody, Customer};
use crate::http::problem::ProblemBody;
use crate::http::{As, FieldErrors, House, Json, Problem, Work};

/// Pays a billing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PayBillingRequest {
    /// What the card network's own form gave you; not needed when nothing is due, or where the gateway takes
    /// none. Card numbers never come here. The test gateway knows `tok_approved`, `tok_declined` and
    /// `tok_action_required`, among others.
    #[schema(example = "tok_approved", max_length = 255)]
    token: Option<String>,
    /// One of the billing's `ways_to_pay`; the first unless you say.
    #[schema(example = "test", max_length = 32)]
    gateway: Option<String>,
    /// Where you come back to after confirming at the gateway; the house's own page unless you say. What it
    /// is called with as `pg_token` is the `proof` that completes the billing.
    #[schema(
        example = "https://gavel.example/my/billings/1/return",
        max_length = 200
    )]
    return_url: Option<String>,
}

/// Goes on with what was confirmed at the gateway.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CompleteBillingRequest {
    /// What the gateway has handed out, such as KakaoPay's `pg_token`; nothing where it hands out nothing.
    #[schema(max_length = 255)]
    proof: Option<String>,
}

/// What a billing would come to: the same rules as opening it, and nothing is kept.
#[utoipa::path(operation_id = "quote_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The whole bill.", body = QuoteResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/billings/quote")]
async fn quote(
    body: Json<OpenBillingRequest>,
    payer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<QuoteResponse>, Problem> {
    let command = body.read().await?.command(payer_of(&payer))?;
    let quoted = work.write(move |uow| payments.quote(&command, uow)).await?;
    Ok(web::Json(quoted.into()))
}

/// Begins to pay several of your payments in one go. Until it is paid, cancelled, or expires, it keeps the
/// coupon, the credit and the place at the collection time. The same request twice opens one billing.
#[utoipa::path(operation_id = "open_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 201, description = "The billing is open.", body = BillingResponse),
    (status = 200, description = "It had been opened before.", body = BillingResponse),
    (status = "4XX", description = "A refusal: nothing is kept.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/billings")]
async fn open(
    body: Json<OpenBillingRequest>,
    payer: As<Customer>,
    house: web::Data<House>,
    desk: Inject<CashierDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let payments = house.component::<PaymentsFacade>();
    let payer = payer_of(&payer);
    let command = body.read().await?.command(payer)?;
    let (id, wanted) = (command.billing, command.clone());
    let opened = work.at_desk(move || match desk.open(command) {
        Ok(()) => Ok(true),
        Err(OpenBillingError::AlreadyOpened(_)) => Ok(false),
        Err(refusal) => Err(refusal),
    });
    let new = opened.await?;
    let view = existing(id, payer, &payments, &work).await;
    let (status, view) = match (new, view) {
        (true, view) => (StatusCode::CREATED, view?),
        (false, Ok(view)) if is_the_same(&view, &wanted) => (StatusCode::OK, view),
        (false, _) => {
            let detail = format!("there is another billing {id}");
            return Err(Problem::new(BILLING_ID_TAKEN, &detail).at("id", &detail));
        }
    };
    let shown = BillingResponse::show(view, payments.gateways());
    Ok(HttpResponse::build(status).json(shown))
}

/// Your billings, the newest first.
#[utoipa::path(operation_id = "list_billings", tag = "payments", params(ListQuery), security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The billings.", body = List<BillingResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/billings")]
async fn list(
    query: web::Query<ListQuery>,
    payer: As<Customer>,
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<List<BillingResponse>>, Problem> {
    let payments = house.component::<PaymentsFacade>();
    let page = query.page()?;
    let (key, facade) = (BillingKey::Payer(payer_of(&payer)), Arc::clone(&payments));
    let after = page.after.map(BillingId::from);
    let views =
        work.read(move |reader| facade.find_billings(&key, None, (page.limit, after), reader));
    let show = |view| BillingResponse::show(view, payments.gateways());
    let id = |view: &BillingView| view.id.uuid();
    Ok(web::Json(List::page(views.await?, page, id, show)))
}

/// One of your billings.
#[utoipa::path(operation_id = "read_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The billing.", body = BillingResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/billings/{id}")]
async fn single(
    id: web::Path<Uuid>,
    payer: As<Customer>,
    house: web::Data<House>,
    work: Work,
) -> Result<web::Json<BillingResponse>, Problem> {
    let payments = house.component::<PaymentsFacade>();
    let view = existing(BillingId::from(*id), payer_of(&payer), &payments, &work).await?;
    Ok(web::Json(BillingResponse::show(view, payments.gateways())))
}

/// Pays one of your billings. A declined card is answered with 200 and `outcome: declined`; the billing stays
/// open for another try.
#[utoipa::path(operation_id = "pay_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "What came of it.", body = PayResponse),
    (status = 202, description = "The gateway has not answered yet, or you have to confirm there.", body = PayResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/billings/{id}/pay")]
async fn pay(
    id: web::Path<BillingId>,
    body: Json<PayBillingRequest>,
    payer: As<Customer>,
    house: web::Data<House>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let desk = house.component::<CashierDesk>();
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let token = body.token.as_deref().map(PaymentToken::parse);
    let token = errors.take_if_given("token", token);
    let own_page = || house.public_address(&format!("/my/billings/{id}/return"));
    let return_url = ReturnUrl::parse(&body.return_url.clone().unwrap_or_else(own_page));
    let return_url = errors.take("return_url", return_url);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let command = PayBilling {
        billing: *id,
        payer: payer_of(&payer),
        token,
        gateway: body.gateway.as_deref().map(GatewayName::from),
        return_url,
    };
    Ok(answer(work.at_desk(move || desk.pay(command)).await?))
}

/// Goes on with what you have confirmed at the gateway. Repeating it changes nothing.
#[utoipa::path(operation_id = "complete_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "What came of it.", body = PayResponse),
    (status = 202, description = "The gateway has not answered yet.", body = PayResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/billings/{id}/complete")]
async fn complete(
    id: web::Path<BillingId>,
    body: Json<CompleteBillingRequest>,
    payer: As<Customer>,
    desk: Inject<CashierDesk>,
    work: Work,
) -> Result<HttpResponse, Problem> {
    let body = body.read().await?;
    let mut errors = FieldErrors::default();
    let proof = body.proof.as_deref().map(PaymentToken::parse);
    let proof = errors.take_if_given("proof", proof);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let command = CompleteBilling {
        billing: *id,
        payer: payer_of(&payer),
        proof,
    };
    Ok(answer(work.at_desk(move || desk.complete(command)).await?))
}

/// Ends one of your billings and gives back what it kept. Cancelling it twice changes nothing.
#[utoipa::path(operation_id = "cancel_billing", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The billing, cancelled.", body = BillingResponse),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[post("/billings/{id}/cancel")]
async fn cancel(
    id: web::Path<BillingId>,
    payer: As<Customer>,
    house: web::Data<House>,
    desk: Inject<CashierDesk>,
    work: Work,
) -> Result<web::Json<BillingResponse>, Problem> {
    let payments = house.component::<PaymentsFacade>();
    let (id, payer) = (*id, payer_of(&payer));
    work.at_desk(move || desk.cancel(id, payer)).await?;
    let view = existing(id, payer, &payments, &work).await?;
    Ok(web::Json(BillingResponse::show(view, payments.gateways())))
}

/// Your credit, in each currency.
#[utoipa::path(operation_id = "read_credit", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The credit.", body = List<CreditResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/credit")]
async fn read_credit(
    payer: As<Customer>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<CreditResponse>>, Problem> {
    let payer = payer_of(&payer);
    let views = work.read(move |reader| payments.credit_of(payer, reader));
    Ok(web::Json(List::whole(views.await?, CreditResponse::from)))
}

/// The collection times that have not begun, the next one first.
#[utoipa::path(operation_id = "list_slots", tag = "payments", security(("session" = []), ("token" = [])), responses(
    (status = 200, description = "The collection times.", body = List<SlotResponse>),
    (status = "4XX", description = "A refusal.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/slots")]
async fn list_slots(
    _user: As<Anybody>,
    payments: Inject<PaymentsFacade>,
    work: Work,
) -> Result<web::Json<List<SlotResponse>>, Problem> {
    let views = work.read(move |reader| payments.slots(reader));
    Ok(web::Json(List::whole(views.await?, SlotResponse::from)))
}

fn payer_of(customer: &As<Customer>) -> PayerId {
    PayerId::from(customer.user.id.uuid())
}

fn answer(outcome: PayOutcome) -> HttpResponse {
    let status = match &outcome {
        PayOutcome::Paid | PayOutcome::Declined { .. } | PayOutcome::TooLate => StatusCode::OK,
        PayOutcome::ActionRequired { .. } | PayOutcome::Pending => StatusCode::ACCEPTED,
    };
    HttpResponse::build(status).json(PayResponse::from(outcome))
}

async fn existing(
    id: BillingId,
    payer: PayerId,
    payments: &Arc<PaymentsFacade>,
    work: &Work,
) -> Result<BillingView, Problem> {
    let payments = Arc::clone(payments);
    let found = work.read(move |reader| payments.single_billing(id, payer, reader));
    found.await?.ok_or_else(|| Problem::not_found("billing"))
}
