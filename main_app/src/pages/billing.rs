//! The bills of a customer: what is paid in one go, and what came of it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use foundation::{Failure, Money};
use payments::{
    BillingId, BillingKey, BillingView, CashierDesk, PayerId, PaymentsFacade, TEST_TOKENS,
};
use process::ProcessFacade;

use super::bill::{Bill, Stage, address};
use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::frame::{Frame, Place};
use super::parcels;
use super::visit::VisitAs;
use crate::http::Problem;
use crate::http::identity::Customer;

/// As many bills as are listed.
const LISTED: i64 = 50;

/// A bill in the list.
struct Row {
    id: BillingId,
    what: String,
    stage: Stage,
    due: Money,
    opened_at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "billings.html")]
struct BillingsPage {
    frame: Frame,
    rows: Vec<Row>,
}

/// A gateway, and what is asked for the payment there.
struct Way {
    name: &'static str,
    title: &'static str,
    is_test: bool,
    takes_token: bool,
}

#[derive(Template)]
#[template(path = "billing.html")]
struct BillingPage {
    frame: Frame,
    id: BillingId,
    stage: Stage,
    bill: Bill,
    gateway: String,
    expires_at: DateTime<Utc>,
    errors: Refusal,
    ways: Vec<Way>,
    test_cards: Vec<(&'static str, String)>,
}

/// Shows all bills, the newest first.
pub(crate) async fn list(visit: VisitAs<Customer>) -> Result<HttpResponse, Problem> {
    let key = BillingKey::Payer(PayerId::from(visit.user().id.uuid()));
    let found = visit.read(move |payments: &PaymentsFacade, reader| {
        payments.find_billings(&key, None, (LISTED, None), reader)
    });
    let rows = found.await?.into_iter().map(|view| Row {
        stage: Stage::of(&view),
        id: view.id,
        what: view.description,
        due: view.amount_due,
        opened_at: view.opened_at,
    });
    visit.page(&BillingsPage {
        frame: visit.frame(Place::Bills),
        rows: rows.collect(),
    })
}

/// Shows one bill, with the ways to pay it.
pub(crate) async fn show(
    visit: VisitAs<Customer>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    billing_page(&visit, *id, Refusal::none()).await
}

/// Gives everything back that the bill keeps.
pub(crate) async fn cancel(
    visit: VisitAs<Customer>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    let (id, payer) = (*id, PayerId::from(visit.user().id.uuid()));
    let desk = visit.component::<CashierDesk>();
    match visit.work.at_desk(move || desk.cancel(id, payer)).await {
        Ok(_) => {
            let text = "Cancelled. You can pay these items again, in another way.";
            Ok(visit.go_to_with("/my/checkout", &Flash::new(Tone::Good, text)))
        }
        Err(problem) => {
            let flash = Flash::new(Tone::Bad, Refusal::of(problem)?.explanation());
            Ok(visit.go_to_with(&address(id), &flash))
        }
    }
}

/// One of the visitor's own billings.
pub(super) async fn own(visit: &VisitAs<Customer>, id: BillingId) -> Result<BillingView, Problem> {
    let payer = PayerId::from(visit.user().id.uuid());
    let found = visit
        .read(move |payments: &PaymentsFacade, reader| payments.single_billing(id, payer, reader));
    found.await?.ok_or_else(|| Problem::not_found("bill"))
}

/// The page of one bill; the status tells what was wrong with the form on it.
pub(super) async fn billing_page(
    visit: &VisitAs<Customer>,
    id: BillingId,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let payer = PayerId::from(visit.user().id.uuid());
    let processes = visit.component::<ProcessFacade>();
    let found = visit.read(move |payments: &PaymentsFacade, reader| {
        let Some(view) = payments.single_billing(id, payer, reader)? else {
            return Ok(None);
        };
        let mut bill = Bill::read(&view, payments, reader)?;
        let bought = processes.of_customer(CustomerId::from(view.payer.uuid()), reader)?;
        bill.lead_on(&bought, parcels::address);
        Ok::<_, Failure>(Some((view, bill)))
    });
    let (view, bill) = found.await?.ok_or_else(|| Problem::not_found("bill"))?;
    let payments = visit.component::<PaymentsFacade>();
    let (gateways, stage) = (payments.gateways(), Stage::of(&view));
    let offered = gateways.offered(bill.due.currency());
    let ways = offered.map(|gateway| Way {
        name: gateway.name(),
        title: gateway.title(),
        is_test: gateway.is_test(),
        takes_token: gateway.takes_token(),
    });
    let of_view = view.waiting_at.as_ref().or(view.gateway.as_ref());
    let gateway = of_view.and_then(|name| gateways.named(name));
    let cards = TEST_TOKENS.iter();
    let page = BillingPage {
        frame: visit.frame(Place::Bills),
        id,
        stage,
        gateway: gateway
            .map(|gateway| gateway.title().to_owned())
            .unwrap_or_default(),
        expires_at: view.expires_at,
        ways: ways.collect(),
        test_cards: cards
            .map(|(token, meaning)| (*token, sentence(meaning)))
            .collect(),
        bill,
        errors,
    };
    let status = page.errors.status();
    // Whoever reloads a bill that was paid meanwhile has done nothing wrong.
    let status = if stage.is_open() {
        status
    } else {
        StatusCode::OK
    };
    visit.page_with(status, &page)
}

impl BillingPage {
    fn pay_label(&self, way: &Way) -> String {
        let amount = spoken(&self.bill.due);
        if way.takes_token {
            format!("Pay {amount}")
        } else {
            format!("Pay {amount} with {}", way.title)
        }
    }
}
