//! Paying a bill, going to the gateway to confirm, and coming back from there.

use std::collections::HashMap;

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use payments::{
    BillingId, CashierDesk, CompleteBilling, GatewayName, PayBilling, PayBillingError, PayOutcome,
    PayerId, PaymentToken, PaymentsFacade, ReturnUrl,
};
use serde::Deserialize;

use super::bill::address;
use super::billing::{billing_page, own};
use super::filters;
use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::frame::{Frame, Place};
use super::visit::{Then, Visit, VisitAs, login_address};
use crate::http::errors::NOT_ALLOWED;
use crate::http::identity::Customer;
use crate::http::{FieldErrors, Problem};

/// Carries what the gateway has handed out past a login, and nowhere else. Gateways take it for a quarter of an
/// hour.
const PROOF: &str = "gavel_proof";
const PROOF_KEPT: Duration = Duration::minutes(15);

/// The form to pay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayForm {
    gateway: Option<String>,
    token: Option<String>,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage {
    frame: Frame,
    id: BillingId,
    gateway: &'static str,
    is_test: bool,
    place: String,
}

#[derive(Template)]
#[template(path = "not_yours.html")]
struct NotYoursPage {
    frame: Frame,
}

/// Pays.
pub(crate) async fn pay(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<PayForm>>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    let mut errors = FieldErrors::default();
    let token = form.token.as_deref().map(str::trim);
    let token = errors.take_if_given("token", token.map(PaymentToken::parse));
    if !errors.is_empty() {
        return billing_page(&visit, *id, Refusal::of(errors.into())?).await;
    }
    let back = visit
        .house()
        .public_address(&format!("{}/return", address(*id)));
    let command = PayBilling {
        billing: *id,
        payer: PayerId::from(visit.user().id.uuid()),
        token,
        gateway: form.gateway.as_deref().map(GatewayName::from),
        return_url: ReturnUrl::parse(&back).ok(),
    };
    let desk = visit.component::<CashierDesk>();
    match visit.work.at_desk(move || desk.pay(command)).await {
        Ok(outcome) => Ok(goes_on(&visit, *id, &outcome)),
        Err(problem) => billing_page(&visit, *id, Refusal::of(problem)?).await,
    }
}

/// Sends the payer to the gateway. A page of its own, since browsers let no form lead to another site.
pub(crate) async fn confirm(
    visit: VisitAs<Customer>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    let view = own(&visit, *id).await?;
    let payments = visit.component::<PaymentsFacade>();
    let gateway = view.waiting_at.as_ref();
    let gateway = gateway.and_then(|name| payments.gateways().named(name));
    let Some(redirect) = view.redirect.filter(|_| !view.in_progress) else {
        return Ok(visit.go_to(&address(*id)));
    };
    let place = match is_phone(visit.request()) {
        true => redirect.mobile,
        false => redirect.desktop,
    };
    visit.page(&ConfirmPage {
        frame: visit.frame(Place::Bills),
        id: *id,
        gateway: gateway.map_or("your bank", |gateway| gateway.title()),
        is_test: gateway.is_some_and(|gateway| gateway.is_test()),
        place,
    })
}

/// The payer comes back from the gateway. Coming back twice, late or as somebody else does no harm: what came
/// of it stands on the bill's own page, whose address has no secret in it.
pub(crate) async fn come_back(
    visit: Visit,
    id: web::Path<BillingId>,
    query: web::Query<HashMap<String, String>>,
) -> Result<HttpResponse, Problem> {
    let kept = visit.request().cookie(PROOF);
    let brought = query.get("pg_token").cloned();
    let proof = brought.or_else(|| kept.map(|cookie| cookie.value().to_owned()));
    let Some(signed_in) = &visit.signed_in else {
        let wanted = visit.request().path().to_owned();
        let onward = visit.go_to(&login_address(&wanted));
        return Ok(keeping(onward, &visit, *id, proof));
    };
    if !signed_in.user.role.is_customer() {
        let detail = "This bill is a customer's: log out, and log in as whoever pays it.";
        return Err(Problem::new(NOT_ALLOWED, detail));
    }
    let payer = PayerId::from(signed_in.user.id.uuid());
    let outcome = match query.get("outcome").map(String::as_str) {
        Some(outcome) => not_confirmed(&visit, *id, payer, outcome).await,
        None => complete(&visit, *id, payer, proof.as_deref()).await,
    };
    match outcome {
        Ok(flash) => {
            let onward = match flash {
                Some(flash) => visit.go_to_with(&address(*id), &flash),
                None => visit.go_to(&address(*id)),
            };
            Ok(keeping(onward, &visit, *id, None))
        }
        Err(problem) if problem.kind().status == StatusCode::NOT_FOUND => {
            let frame = visit.frame(Place::Elsewhere);
            let page = visit.page_with(StatusCode::NOT_FOUND, &NotYoursPage { frame })?;
            Ok(keeping(page, &visit, *id, proof))
        }
        Err(problem) => Err(problem),
    }
}

/// The payer turned back at the gateway, or something went wrong there: nothing has happened to the bill.
async fn not_confirmed(
    visit: &Visit,
    id: BillingId,
    payer: PayerId,
    outcome: &str,
) -> Result<Option<Flash>, Problem> {
    let found = visit
        .read(move |payments: &PaymentsFacade, reader| payments.single_billing(id, payer, reader));
    let view = found.await?.ok_or_else(|| Problem::not_found("bill"))?;
    let text = match outcome {
        "cancelled" => "You turned back without confirming. Nothing was paid; choose how to go on.",
        _ => "The payment could not be confirmed there. Nothing was paid; choose how to go on.",
    };
    Ok(view.redirect.map(|_| Flash::new(Tone::Warn, text)))
}

async fn complete(
    visit: &Visit,
    id: BillingId,
    payer: PayerId,
    proof: Option<&str>,
) -> Result<Option<Flash>, Problem> {
    // What is no token was handed out by no gateway: nothing is asked with it.
    let proof = proof.map(PaymentToken::parse).transpose();
    let desk = visit.component::<CashierDesk>();
    let outcome = visit.work.at_desk(move || {
        let Ok(proof) = proof else {
            return Ok(None);
        };
        let command = CompleteBilling {
            billing: id,
            payer,
            proof,
        };
        match desk.complete(command) {
            Ok(outcome) => Ok(Some(outcome)),
            // It was told before, or is being asked by another request: the bill says how it stands.
            Err(
                PayBillingError::Ended(_)
                | PayBillingError::InProgress
                | PayBillingError::NothingWaits
                | PayBillingError::ProofNeeded,
            ) => Ok(None),
            Err(
                refusal @ (PayBillingError::NotFound(_)
                | PayBillingError::NoSuchGateway
                | PayBillingError::TokenNeeded
                | PayBillingError::Unexpected(_)),
            ) => Err(refusal),
        }
    });
    Ok(outcome.await?.as_ref().and_then(told))
}

fn goes_on(visit: &Visit, id: BillingId, outcome: &PayOutcome) -> HttpResponse {
    if let PayOutcome::ActionRequired { .. } = outcome {
        return visit.go_to(&format!("{}/confirm", address(id)));
    }
    match told(outcome) {
        Some(flash) => visit.go_to_with(&address(id), &flash),
        None => visit.go_to(&address(id)),
    }
}

/// What came of a try, in a sentence; nothing where the bill's own page says it all.
fn told(outcome: &PayOutcome) -> Option<Flash> {
    match outcome {
        PayOutcome::Paid => Some(Flash::new(Tone::Good, "Paid. Thank you.")),
        PayOutcome::Declined { reason } => {
            let reason = sentence(reason);
            let text = format!("The payment did not go through. {reason} You can try again.");
            Some(Flash::new(Tone::Bad, text))
        }
        PayOutcome::ActionRequired { .. } | PayOutcome::Pending => None,
        PayOutcome::TooLate => {
            let text = "The bill had ended before. What your bank holds is given back.";
            Some(Flash::new(Tone::Warn, text))
        }
    }
}

/// Keeps a proof for the same address, or takes it away where there is none to keep.
fn keeping(
    mut response: HttpResponse,
    visit: &Visit,
    id: BillingId,
    proof: Option<String>,
) -> HttpResponse {
    let kept = proof.filter(|proof| PaymentToken::parse(proof).is_ok());
    let removes = kept.is_none();
    let cookie = Cookie::build(PROOF, kept.unwrap_or_default());
    let mut cookie = cookie
        .path(format!("{}/return", address(id)))
        .max_age(PROOF_KEPT)
        .secure(visit.house().settings().http.secure_cookies)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish();
    if removes {
        cookie.make_removal();
    }
    if let Err(error) = response.add_cookie(&cookie) {
        tracing::warn!(%error, "what a gateway handed out was not kept");
    }
    response
}

fn is_phone(request: &HttpRequest) -> bool {
    let agent = request.headers().get(USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    agent.is_some_and(|agent| agent.contains("Mobi"))
}
