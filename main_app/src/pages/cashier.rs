//! The payments as staff look them up: billings with what was asked of gateways, and refunds.

use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::CustomerId;
use foundation::{Failure, Money};
use payments::{
    BillingId, BillingStatus, BillingView, OperationKind, OperationState, OperationView, PaymentId,
    PaymentsFacade, RefundId, RefundPayment, RefundState,
};
use process::ProcessFacade;
use serde::Deserialize;

use super::bill::{Bill, Line, Stage};
use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::{Refusal, sentence};
use super::frame::{Frame, Place};
use super::packing;
use super::visit::{Then, VisitAs};
use crate::accounts::{Accounts, User, UserId};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};
use crate::looking_up::looked_for;

/// As many billings as are listed on one page.
const LISTED: i64 = 50;

/// What is looked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    #[serde(default)]
    find: String,
    #[serde(default)]
    status: String,
    after: Option<BillingId>,
}

/// The form to give money back, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundForm {
    /// The refund's id, made with the empty form: a form that is sent twice gives back once.
    refund: RefundId,
    payment: PaymentId,
    amount: String,
    reason: String,
}

/// A billing in the list.
struct Row {
    view: BillingView,
    stage: Stage,
    payer: String,
}

#[derive(Template)]
#[template(path = "cashier.html")]
struct CashierPage {
    frame: Frame,
    find: String,
    status: String,
    rows: Vec<Row>,
    next: Option<BillingId>,
}

/// What was asked of a gateway, in words.
struct Asked {
    what: &'static str,
    state: &'static str,
    kind: &'static str,
    /// What happens at this recovery point.
    then: &'static str,
    view: OperationView,
}

/// A line and what can be given back of it.
struct Refundable {
    line: Line,
    left: Money,
    form: RefundForm,
    is_wrong: bool,
}

#[derive(Template)]
#[template(path = "cashier_billing.html")]
struct BillingPage {
    frame: Frame,
    view: BillingView,
    stage: Stage,
    payer: String,
    payer_email: String,
    bill: Bill,
    asked: Vec<Asked>,
    refundable: Vec<Refundable>,
    errors: Refusal,
}

/// Shows billings, the newest first, or those that are looked for.
pub(crate) async fn list(
    visit: VisitAs<Staff>,
    search: web::Query<Search>,
) -> Result<HttpResponse, Problem> {
    let Search {
        find,
        status,
        after,
    } = search.into_inner();
    let wanted = status.parse::<BillingStatus>().ok();
    let accounts = visit.component::<Accounts>();
    let typed = find.clone();
    let rows = visit.read(move |payments: &PaymentsFacade, reader| {
        let Some(key) = looked_for(Some(&typed), &accounts, reader)? else {
            return Ok(Vec::new());
        };
        let found = payments.find_billings(&key, wanted, (LISTED, after), reader)?;
        let rows = found.into_iter().map(|view| {
            let user = accounts.user(UserId::from(view.payer.uuid()), reader)?;
            let payer = user.map_or_else(|| view.payer.to_string(), |user| named(&user));
            let stage = Stage::of(&view);
            Ok(Row { view, stage, payer })
        });
        rows.collect::<Result<Vec<_>, Failure>>()
    });
    let rows = rows.await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|length| length >= LISTED);
    visit.page(&CashierPage {
        frame: visit.frame(Place::Cashier),
        find,
        status,
        next: rows.last().filter(|_| is_full).map(|row| row.view.id),
        rows,
    })
}

/// Shows one billing with its history.
pub(crate) async fn show(
    visit: VisitAs<Staff>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    billing_page(&visit, *id, None, Refusal::none()).await
}

/// Gives money back.
pub(crate) async fn refund(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<RefundForm>>,
    id: web::Path<BillingId>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match give_back(&visit, *id, &form).await {
        Ok(amount) => {
            let text = format!("{} is given back. The customer is told.", spoken(&amount));
            Ok(visit.go_to_with(&address(*id), &Flash::new(Tone::Good, text)))
        }
        Err(problem) => billing_page(&visit, *id, Some(form), Refusal::of(problem)?).await,
    }
}

async fn give_back(
    visit: &VisitAs<Staff>,
    id: BillingId,
    form: &RefundForm,
) -> Result<Money, Problem> {
    let found =
        visit.read(move |payments: &PaymentsFacade, reader| payments.any_billing(id, reader));
    let view = found.await?.ok_or_else(|| Problem::not_found("billing"))?;
    let typed = form.amount.trim();
    let amount = (!typed.is_empty()).then(|| Money::parse(view.amount_due.currency(), typed));
    let mut errors = FieldErrors::default();
    let amount = errors.take_if_given("amount", amount);
    if !view
        .orders
        .iter()
        .any(|order| order.payment == form.payment)
    {
        errors.note("amount", "choose an item of this bill");
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let wish = RefundPayment {
        refund: form.refund,
        payment: form.payment,
        amount,
        reason: form.reason.trim().to_owned(),
        staff: visit.user().email.clone(),
    };
    let refunded =
        visit.write(move |payments: &PaymentsFacade, uow| payments.refund(wish.clone(), uow));
    Ok(refunded.await?.amount)
}

async fn billing_page(
    visit: &VisitAs<Staff>,
    id: BillingId,
    mut typed: Option<RefundForm>,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let accounts = visit.component::<Accounts>();
    let processes = visit.component::<ProcessFacade>();
    let found = visit.read(move |payments: &PaymentsFacade, reader| {
        let Some(view) = payments.any_billing(id, reader)? else {
            return Ok(None);
        };
        let mut bill = Bill::read(&view, payments, reader)?;
        let bought = processes.of_customer(CustomerId::from(view.payer.uuid()), reader)?;
        bill.lead_on(&bought, packing::address);
        let lines = Bill::read(&view, payments, reader)?.lines;
        let asked = payments.operations_of(id, reader)?;
        let payer = accounts.user(UserId::from(view.payer.uuid()), reader)?;
        Ok::<_, Failure>(Some((view, bill, lines, asked, payer)))
    });
    let found = found.await?.ok_or_else(|| Problem::not_found("billing"))?;
    let (view, bill, lines, asked, payer) = found;
    let lines = lines.into_iter().filter(|_| view.captured_at.is_some());
    let refundable = lines.map(|line| Refundable::of(line, &view, &mut typed));
    let page = BillingPage {
        frame: visit.frame(Place::Cashier),
        stage: Stage::of(&view),
        payer: payer
            .as_ref()
            .map_or_else(|| view.payer.to_string(), |user| user.name.clone()),
        payer_email: payer.map(|user| user.email).unwrap_or_default(),
        asked: asked.into_iter().map(Asked::of).collect(),
        refundable: refundable.collect(),
        bill,
        view,
        errors,
    };
    visit.page_with(page.errors.status(), &page)
}

impl Refundable {
    fn of(line: Line, view: &BillingView, typed: &mut Option<RefundForm>) -> Self {
        let own = typed.take_if(|form| form.payment == line.payment);
        let counts = view
            .refunds
            .iter()
            .filter(|refund| refund.payment == line.payment && refund.state != RefundState::Failed);
        let mut gone = counts.map(|refund| refund.amount);
        let left = gone.try_fold(line.paid, Money::checked_sub);
        Self {
            left: left.unwrap_or(Money::zero(line.total.currency())),
            is_wrong: own.is_some(),
            form: own.unwrap_or_else(|| RefundForm {
                refund: RefundId::generate(),
                payment: line.payment,
                amount: String::new(),
                reason: String::new(),
            }),
            line,
        }
    }
}

impl Asked {
    fn of(view: OperationView) -> Self {
        let what = match view.kind {
            OperationKind::Authorise => "Hold the amount",
            OperationKind::Complete => "Go on after the confirmation",
            OperationKind::Capture => "Take the amount",
            OperationKind::Void => "Let go of the amount",
            OperationKind::Refund => "Give back",
        };
        let (state, kind, then) = match view.state {
            OperationState::Pending => (
                "Written down",
                "warn",
                "The gateway may not have been asked. It is taken up again within half a minute.",
            ),
            OperationState::Unknown => (
                "No answer",
                "warn",
                "The gateway is asked what came of it before anything is repeated.",
            ),
            OperationState::Succeeded => ("Done", "good", ""),
            OperationState::Failed => ("Refused", "bad", ""),
        };
        Self {
            what,
            state,
            kind,
            then,
            view,
        }
    }

    fn why(&self) -> String {
        let words = self.view.detail.as_deref().or(self.view.reason.as_deref());
        words.map(sentence).unwrap_or_default()
    }
}

fn named(user: &User) -> String {
    format!("{} <{}>", user.name, user.email)
}

/// Where staff look at a billing.
pub(crate) fn address(billing: BillingId) -> String {
    format!("/desk/billings/{billing}")
}
