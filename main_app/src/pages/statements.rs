//! Statements: what customers and sellers have bought, sold and been paid, and the house's payouts.

use actix_web::{HttpResponse, web};
use askama::Template;
use customer_relationship::{CustomerId, CustomersFacade};
use foundation::Money;
use payments::{
    CustomerStatement, Payable, PayeeId, PayerId, PaymentsFacade, PayoutId, RecordPayout,
    SellerStatement, StatementEntry,
};
use serde::Deserialize;

use super::filters;
use super::flash::{Flash, Tone};
use super::forms::sentence;
use super::frame::{Frame, Place};
use super::visit::{Then, Visit, VisitAs};
use crate::http::Problem;
use crate::http::errors::INVALID_FIELDS;
use crate::http::identity::{Customer, Seller, Staff};
use crate::statements::StatementDays;

/// The form to write down a payout. Its id is made with the form: sent twice, it pays out once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayoutForm {
    payout: PayoutId,
    currency: String,
    amount: String,
    note: String,
}

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementPage {
    frame: Frame,
    /// Whose it is, when staff look.
    owner: Option<String>,
    days: StatementDays,
    table: String,
    statements: Vec<CustomerStatement>,
}

#[derive(Template)]
#[template(path = "earnings.html")]
struct EarningsPage {
    frame: Frame,
    /// Whose they are, and where payouts are sent to, when staff look.
    owner: Option<(String, PayeeId)>,
    days: StatementDays,
    table: String,
    statements: Vec<SellerStatement>,
}

/// What may be paid out to somebody.
struct Owed {
    payee: PayeeId,
    name: String,
    email: String,
    payable: payments::Sum,
}

#[derive(Template)]
#[template(path = "payouts.html")]
struct PayoutsPage {
    frame: Frame,
    owed: Vec<Owed>,
}

/// Shows customers what they bought and paid.
pub(crate) async fn mine(
    visit: VisitAs<Customer>,
    days: web::Query<StatementDays>,
) -> Result<HttpResponse, Problem> {
    let payer = PayerId::from(visit.user().id.uuid());
    statement_page(&visit, payer, None, *days).await
}

/// Shows staff what a customer bought and paid.
pub(crate) async fn of_customer(
    visit: VisitAs<Staff>,
    id: web::Path<PayerId>,
    days: web::Query<StatementDays>,
) -> Result<HttpResponse, Problem> {
    let owner = name_of(&visit, CustomerId::from(id.uuid())).await?;
    statement_page(&visit, *id, Some(owner), *days).await
}

/// Shows sellers what they sold and were paid.
pub(crate) async fn my_earnings(
    visit: VisitAs<Seller>,
    days: web::Query<StatementDays>,
) -> Result<HttpResponse, Problem> {
    let payee = PayeeId::from(visit.user().id.uuid());
    earnings_page(&visit, payee, None, *days).await
}

/// Shows staff what a seller sold and was paid, with the form to write down a payout.
pub(crate) async fn of_seller(
    visit: VisitAs<Staff>,
    id: web::Path<PayeeId>,
    days: web::Query<StatementDays>,
) -> Result<HttpResponse, Problem> {
    let owner = name_of(&visit, CustomerId::from(id.uuid())).await?;
    earnings_page(&visit, *id, Some((owner, *id)), *days).await
}

/// Shows staff what may be paid out.
pub(crate) async fn payouts(visit: VisitAs<Staff>) -> Result<HttpResponse, Problem> {
    let customers = visit.component::<CustomersFacade>();
    let owed = visit
        .read(move |payments: &PaymentsFacade, reader| {
            let owed = payments.payables(reader)?.into_iter();
            let named = owed.map(|Payable { payee, payable }| {
                let customer = customers.customer(CustomerId::from(payee.uuid()), reader)?;
                let known = customer.map(|known| (known.name, known.email.to_string()));
                let (name, email) = known.unwrap_or_else(|| (payee.to_string(), String::new()));
                Ok(Owed {
                    payee,
                    name,
                    email,
                    payable,
                })
            });
            named.collect::<Result<Vec<_>, _>>()
        })
        .await?;
    visit.page(&PayoutsPage {
        frame: visit.frame(Place::Cashier),
        owed,
    })
}

/// Writes down that a seller was paid.
pub(crate) async fn pay_out(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<PayoutForm>>,
    id: web::Path<PayeeId>,
) -> Result<HttpResponse, Problem> {
    let flash = match record(&visit, *id, form.into_inner()).await {
        Ok(()) => Flash::new(Tone::Good, "The payout is written down."),
        Err(problem) if problem.kind().status.is_client_error() => {
            Flash::new(Tone::Warn, sentence(problem.detail()))
        }
        Err(problem) => return Err(problem),
    };
    Ok(visit.go_to_with(&format!("/desk/sellers/{id}"), &flash))
}

async fn record(visit: &VisitAs<Staff>, payee: PayeeId, form: PayoutForm) -> Result<(), Problem> {
    let amount = Money::parse_with_code(&form.currency, form.amount.trim());
    let command = RecordPayout {
        payout: form.payout,
        payee,
        amount: amount.map_err(|error| Problem::new(INVALID_FIELDS, error))?,
        note: form.note,
        staff: visit.user().email.clone(),
    };
    visit
        .write(move |payments: &PaymentsFacade, uow| payments.record_payout(&command, uow))
        .await?;
    Ok(())
}

async fn statement_page(
    visit: &Visit,
    payer: PayerId,
    owner: Option<String>,
    days: StatementDays,
) -> Result<HttpResponse, Problem> {
    let period = days.period()?;
    let statements = visit
        .read(move |payments: &PaymentsFacade, reader| {
            payments.customer_statements(payer, period, reader)
        })
        .await?;
    let (place, table) = match &owner {
        None => (Place::Statement, "/api/my/statement.csv".to_owned()),
        Some(_) => (
            Place::Cashier,
            format!("/api/customers/{payer}/statement.csv"),
        ),
    };
    visit.page(&StatementPage {
        frame: visit.frame(place),
        owner,
        days,
        table: table + &days.query(),
        statements,
    })
}

async fn earnings_page(
    visit: &Visit,
    payee: PayeeId,
    owner: Option<(String, PayeeId)>,
    days: StatementDays,
) -> Result<HttpResponse, Problem> {
    let period = days.period()?;
    let statements = visit
        .read(move |payments: &PaymentsFacade, reader| {
            payments.seller_statements(payee, period, reader)
        })
        .await?;
    let (place, table) = match &owner {
        None => (Place::Earnings, "/api/my/earnings.csv".to_owned()),
        Some(_) => (
            Place::Cashier,
            format!("/api/sellers/{payee}/statement.csv"),
        ),
    };
    visit.page(&EarningsPage {
        frame: visit.frame(place),
        owner,
        days,
        table: table + &days.query(),
        statements,
    })
}

async fn name_of(visit: &Visit, id: CustomerId) -> Result<String, Problem> {
    let found = visit
        .read(move |customers: &CustomersFacade, reader| customers.customer(id, reader))
        .await?;
    let customer = found.ok_or_else(|| Problem::not_found("customer"))?;
    Ok(format!("{} <{}>", customer.name, customer.email))
}
