//! Customers' credit, as staff see and grant it.

use actix_web::{HttpResponse, web};
use askama::Template;
use foundation::{Currency, Failure, Money};
use payments::{CreditView, GrantCredit, PayerId, PaymentsFacade};
use serde::Deserialize;

use super::filters::{self, spoken};
use super::flash::{Flash, Tone};
use super::forms::Refusal;
use super::frame::{Frame, Place};
use super::sell::currencies;
use super::visit::{Then, VisitAs};
use crate::accounts::{Accounts, User, UserId};
use crate::http::identity::Staff;
use crate::http::{FieldErrors, Problem};
use crate::looking_up;

/// Whose credit is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Whose {
    #[serde(default)]
    customer: String,
}

/// The form to grant credit, with what was typed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreditForm {
    customer: UserId,
    /// The versions of the accounts when the form was made, as `USD:2 KRW:1`: a form that is sent twice grants
    /// once.
    seen: String,
    amount: String,
    currency: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "credit.html")]
struct CreditPage {
    frame: Frame,
    typed: String,
    customer: Option<User>,
    accounts: Vec<CreditView>,
    form: CreditForm,
    errors: Refusal,
    currencies: Vec<(&'static str, String)>,
}

/// Shows a customer's credit and the form to grant more.
pub(crate) async fn show(
    visit: VisitAs<Staff>,
    whose: web::Query<Whose>,
) -> Result<HttpResponse, Problem> {
    let typed = whose.into_inner().customer;
    let form = CreditForm {
        customer: UserId::from(uuid::Uuid::nil()),
        seen: String::new(),
        amount: String::new(),
        currency: Currency::USD.code().to_owned(),
        reason: String::new(),
    };
    credit_page(&visit, typed, form, Refusal::none()).await
}

/// Grants credit.
pub(crate) async fn send(
    Then(visit, form): Then<VisitAs<Staff>, web::Form<CreditForm>>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    match grant(&visit, &form).await {
        Ok(amount) => {
            let text = format!("{} is granted.", spoken(&amount));
            let address = format!("/desk/credit?customer={}", form.customer);
            Ok(visit.go_to_with(&address, &Flash::new(Tone::Good, text)))
        }
        Err(problem) => {
            let typed = form.customer.to_string();
            credit_page(&visit, typed, form, Refusal::of(problem)?).await
        }
    }
}

async fn grant(visit: &VisitAs<Staff>, form: &CreditForm) -> Result<Money, Problem> {
    let mut errors = FieldErrors::default();
    let amount = Money::parse_with_code(form.currency.trim(), form.amount.trim());
    let amount = errors.take("amount", amount).ok_or(errors)?;
    let customer = form.customer;
    let seen = seen(&form.seen, amount.currency());
    let (reason, staff) = (form.reason.trim().to_owned(), visit.user().email.clone());
    let payments = visit.component::<PaymentsFacade>();
    let accounts = visit.component::<Accounts>();
    let granted = visit.work.write(move |uow| {
        let known = looking_up::customer(&customer.to_string(), &accounts, uow.reader())?;
        known.ok_or_else(|| Problem::not_found("customer"))?;
        let command = GrantCredit {
            owner: PayerId::from(customer.uuid()),
            amount,
            seen: Some(seen),
            reason: reason.clone(),
            staff: staff.clone(),
        };
        payments.grant_credit(command, uow)?;
        Ok::<_, Problem>(())
    });
    granted.await?;
    Ok(amount)
}

/// The versions of accounts, to be sent with a form.
fn versions(accounts: &[CreditView]) -> String {
    let versions = accounts.iter();
    let versions = versions.map(|one| format!("{}:{}", one.available.currency(), one.version));
    versions.collect::<Vec<_>>().join(" ")
}

/// The version of one account among those that a form has sent; zero where there was none.
fn seen(versions: &str, currency: Currency) -> i64 {
    let mut pairs = versions.split(' ').filter_map(|pair| pair.split_once(':'));
    let own = pairs.find(|(code, _)| *code == currency.code());
    own.and_then(|(_, version)| version.parse().ok())
        .unwrap_or(0)
}

async fn credit_page(
    visit: &VisitAs<Staff>,
    typed: String,
    mut form: CreditForm,
    errors: Refusal,
) -> Result<HttpResponse, Problem> {
    let (users, wanted) = (visit.component::<Accounts>(), typed.clone());
    let found = visit.read(move |payments: &PaymentsFacade, reader| {
        let customer = looking_up::customer(&wanted, &users, reader)?;
        let accounts = match &customer {
            Some(customer) => payments.credit_of(PayerId::from(customer.id.uuid()), reader)?,
            None => Vec::new(),
        };
        Ok::<_, Failure>((customer, accounts))
    });
    let (customer, accounts) = found.await?;
    if let Some(customer) = &customer {
        form.customer = customer.id;
        form.seen = versions(&accounts);
    }
    let page = CreditPage {
        frame: visit.frame(Place::Cashier),
        typed: customer
            .as_ref()
            .map_or(typed, |customer| customer.email.clone()),
        customer,
        accounts,
        form,
        errors,
        currencies: currencies(),
    };
    visit.page_with(page.errors.status(), &page)
}
