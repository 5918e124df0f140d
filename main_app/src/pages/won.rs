//! What a customer won: how each item is doing, and the form to pay.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, web};
use askama::Template;
use auctions::{AuctionId, AuctionsFacade, BidderId, SecondChanceView};
use chrono::{DateTime, Utc};
use customer_relationship::CustomerId;
use foundation::{Failure, Money};
use payments::{
    BillingId, BillingStatus, BillingView, CashierDesk, ChargeOutcome, ChargePayment, Order,
    PayerId, PaymentId, PaymentStatus, PaymentToken, PaymentView, PaymentsFacade, TEST_TOKENS,
};
use process::{ProcessFacade, ProcessView};
use serde::Deserialize;
use shipping::{ConsigneeId, ShippingFacade};

use super::bill;
use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::frame::{Frame, Place};
use super::parcels;
use super::visit::{Then, VisitAs};
use crate::http::identity::Customer;
use crate::http::{FieldErrors, Problem};

/// The form to pay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayForm {
    token: String,
}

/// A won item with its payment.
struct Item {
    id: PaymentId,
    title: String,
    amount: Money,
    order: Order,
    total: Money,
    state: &'static str,
    kind: &'static str,
    failure: Option<String>,
    is_payable: bool,
    lot: Option<AuctionId>,
    /// Where its parcel is looked at.
    parcel: Option<String>,
    /// The bill on which it is paid, or was.
    bill: Option<BillingId>,
    /// Whether it is paid there only, with other items, a coupon or credit.
    is_shared: bool,
    started_at: DateTime<Utc>,
    pay_by: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "won.html")]
struct WonPage {
    frame: Frame,
    chances: Vec<SecondChanceView>,
    items: Vec<Item>,
    /// Whether anything can be taken to the checkout.
    can_check_out: bool,
    has_address: bool,
}

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage {
    frame: Frame,
    item: Item,
    errors: Refusal,
    is_test_gateway: bool,
    gateway: &'static str,
    test_cards: Vec<(&'static str, String)>,
}

/// Shows everything the customer won, the newest first.
pub(crate) async fn list(visit: VisitAs<Customer>) -> Result<HttpResponse, Problem> {
    let person = visit.user().id.uuid();
    let (payments, shipping) = (
        visit.component::<PaymentsFacade>(),
        visit.component::<ShippingFacade>(),
    );
    let processes = visit.component::<ProcessFacade>();
    let auctions = visit.component::<AuctionsFacade>();
    let (won, payments, shared, has_address, chances) = visit
        .work
        .read(move |reader| {
            let won = processes.of_customer(CustomerId::from(person), reader)?;
            let billings = payments.billings_of(PayerId::from(person), reader)?;
            let shared: HashSet<BillingId> = billings.iter().filter_map(shared).collect();
            let payments = payments.payments_of(PayerId::from(person), reader)?;
            let addresses = shipping.addresses_of(ConsigneeId::from(person), reader)?;
            let chances = auctions.open_second_chances(BidderId::from(person), reader)?;
            Ok::<_, Failure>((won, payments, shared, !addresses.is_empty(), chances))
        })
        .await?;
    let won: HashMap<PaymentId, ProcessView> =
        won.into_iter().map(|item| (item.payment, item)).collect();
    let items = payments.into_iter().map(|payment| {
        let process = won.get(&payment.id);
        let is_shared = payment
            .billing
            .is_some_and(|billing| shared.contains(&billing));
        Item {
            lot: process.map(|process| process.auction),
            parcel: process
                .and_then(|process| process.package)
                .map(parcels::address),
            ..Item::of(payment, process.map(|process| process.pay_by), is_shared)
        }
    });
    let items: Vec<Item> = items.collect();
    visit.page(&WonPage {
        frame: visit.frame(Place::Won),
        chances,
        can_check_out: items.iter().any(|item| item.is_payable && !item.is_shared),
        items,
        has_address,
    })
}

/// Shows one item and the form to pay for it.
pub(crate) async fn show(
    visit: VisitAs<Customer>,
    id: web::Path<PaymentId>,
) -> Result<HttpResponse, Problem> {
    pay_page(&visit, *id, Refusal::none()).await
}

/// Pays.
pub(crate) async fn pay(
    Then(visit, form): Then<VisitAs<Customer>, web::Form<PayForm>>,
    id: web::Path<PaymentId>,
) -> Result<HttpResponse, Problem> {
    match charge(&visit, *id, &form.token).await {
        Ok(outcome) => {
            let flash = told(&outcome);
            let again = format!("/my/won/{id}");
            let address = match outcome {
                ChargeOutcome::Declined { .. } => again.as_str(),
                ChargeOutcome::Charged | ChargeOutcome::Pending => "/my/won",
            };
            Ok(visit.go_to_with(address, &flash))
        }
        Err(problem) => pay_page(&visit, *id, Refusal::of(problem)?).await,
    }
}

async fn charge(
    visit: &VisitAs<Customer>,
    payment: PaymentId,
    token: &str,
) -> Result<ChargeOutcome, Problem> {
    let mut errors = FieldErrors::default();
    let Some(token) = errors.take("token", PaymentToken::parse(token.trim())) else {
        return Err(errors.into());
    };
    let payer = PayerId::from(visit.user().id.uuid());
    let desk = visit.component::<CashierDesk>();
    let command = ChargePayment {
        payment,
        payer,
        token,
    };
    visit.work.at_desk(move || desk.charge(command)).await
}

fn told(outcome: &ChargeOutcome) -> Flash {
    match outcome {
        ChargeOutcome::Charged => {
            Flash::new(Tone::Good, "Paid. Your item goes to the packing desk now.")
        }
        ChargeOutcome::Declined { reason } => {
            let reason = sentence(reason);
            Flash::new(
                Tone::Bad,
                format!("The payment did not go through. {reason}"),
            )
        }
        ChargeOutcome::Pending => Flash::new(
            Tone::Warn,
            "The card network has not answered yet. We look again within a minute; do not pay twice.",
        ),
    }
}

async fn pay_page(
    visit: &VisitAs<Customer>,
    id: PaymentId,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let person = visit.user().id.uuid();
    let payments = visit.component::<PaymentsFacade>();
    let processes = visit.component::<ProcessFacade>();
    let (is_test_gateway, gateway) = (payments.is_test_gateway(), payments.gateway_name());
    let found = visit.work.read(move |reader| {
        let Some(payment) = payments.single_payment(id, PayerId::from(person), reader)? else {
            return Ok(None);
        };
        let billing = match payment.billing {
            Some(billing) => payments.any_billing(billing, reader)?,
            None => None,
        };
        let won: Vec<ProcessView> = processes.of_customer(CustomerId::from(person), reader)?;
        let pay_by = won
            .into_iter()
            .find(|item| item.payment == id)
            .map(|item| item.pay_by);
        let is_shared = billing
            .as_ref()
            .is_some_and(|billing| shared(billing).is_some());
        Ok::<_, Failure>(Some(Item::of(payment, pay_by, is_shared)))
    });
    let item = found.await?.ok_or_else(|| Problem::not_found("payment"))?;
    if let Some(bill) = item.bill.filter(|_| item.is_shared && errors.is_empty()) {
        return Ok(visit.go_to(&bill::address(bill)));
    }
    let test_cards = TEST_TOKENS
        .iter()
        .map(|(token, meaning)| (*token, sentence(meaning)));
    let page = PayPage {
        frame: visit.frame(Place::Won),
        item,
        errors,
        is_test_gateway,
        gateway,
        test_cards: test_cards.collect(),
    };
    visit.page_with(page.errors.status(), &page)
}

impl Item {
    fn of(payment: PaymentView, pay_by: Option<DateTime<Utc>>, is_shared: bool) -> Self {
        let (state, kind) = match payment.status {
            _ if payment.in_progress && payment.status.is_payable() => {
                ("Waiting for the card network", "warn")
            }
            PaymentStatus::New => ("To be paid", "warn"),
            PaymentStatus::Failed => ("Not paid, try again", "bad"),
            PaymentStatus::Charged | PaymentStatus::Captured => ("Paid", "good"),
            PaymentStatus::TimedOut => ("Not paid in time", ""),
            PaymentStatus::Cancelled => ("Cancelled", ""),
            PaymentStatus::Refunded => ("Refunded", ""),
        };
        let is_payable = payment.status.is_payable() && !payment.in_progress;
        Self {
            id: payment.id,
            title: payment.description,
            amount: payment.amount,
            order: payment.order,
            total: payment.total,
            state,
            kind,
            failure: payment
                .failure
                .filter(|_| is_payable)
                .map(|reason| sentence(&reason)),
            pay_by: pay_by.filter(|_| is_payable),
            bill: payment.billing,
            is_shared,
            is_payable,
            lot: None,
            parcel: None,
            started_at: payment.started_at,
        }
    }
}

impl PayPage {
    fn pay_label(&self) -> String {
        format!("Pay {}", spoken(&self.item.total))
    }
}

/// The open billing's id, if it is more than its one payment.
fn shared(billing: &BillingView) -> Option<BillingId> {
    let is_more = billing.orders.len() > 1
        || billing.coupon.is_some()
        || !billing.credit.is_zero()
        || billing.hand_over.slot().is_some();
    let is_open = billing.status == BillingStatus::Open;
    (is_open && is_more).then_some(billing.id)
}
